//! How gRPC lays messages into a stream of bytes: a flag for compression, the length in four bytes, the message.
//!
//! Source: `doc/PROTOCOL-HTTP2.md` of gRPC, "Length-Prefixed-Message".

use bytes::{Buf, BufMut, Bytes, BytesMut};
use prost::Message;

use crate::ContainerdError;

const HEAD_BYTES: usize = 5;

/// One message, as it is sent.
pub fn framed(message: &impl Message) -> Result<Bytes, ContainerdError> {
    let body = message.encode_to_vec();
    let length = u32::try_from(body.len()).map_err(ContainerdError::protocol)?;
    let mut bytes = BytesMut::with_capacity(HEAD_BYTES + body.len());
    bytes.put_u8(0);
    bytes.put_u32(length);
    bytes.put_slice(&body);
    Ok(bytes.freeze())
}

/// What has arrived of an answer, cut where its messages end.
#[derive(Debug, Default)]
pub struct Arrived {
    bytes: BytesMut,
}

impl Arrived {
    /// Takes the next bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a message has begun that has not arrived whole.
    pub fn is_within(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// The next message that has arrived whole.
    ///
    /// # Errors
    /// When it is compressed, which nobody asked for, or is longer than `most` bytes, or is no such message.
    pub fn next<M: Message + Default>(&mut self, most: usize) -> Result<Option<M>, ContainerdError> {
        let Some((flag, mut length)) = self.bytes.get(..HEAD_BYTES).and_then(<[u8]>::split_first) else {
            return Ok(None);
        };
        if *flag != 0 {
            return Err(ContainerdError::protocol("a message is compressed"));
        }
        let length = usize::try_from(length.get_u32()).unwrap_or(usize::MAX);
        if length > most {
            return Err(ContainerdError::protocol(format!("a message has {length} bytes, more than {most}")));
        }
        if self.bytes.len() - HEAD_BYTES < length {
            return Ok(None);
        }
        self.bytes.advance(HEAD_BYTES);
        M::decode(self.bytes.split_to(length).freeze()).map(Some).map_err(ContainerdError::protocol)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::{GetImageResponse, Image, ReadContentResponse, Target};

    #[test]
    fn messages_are_cut_wherever_their_bytes_are() {
        let piece = |data: &'static [u8]| ReadContentResponse { data: Bytes::from_static(data) };
        let mut sent = framed(&piece(b"one")).unwrap().to_vec();
        sent.extend_from_slice(&framed(&piece(b"")).unwrap());
        sent.extend_from_slice(&framed(&piece(b"three")).unwrap());
        let (mut arrived, mut found) = (Arrived::default(), Vec::new());
        for byte in sent {
            arrived.extend(&[byte]);
            while let Some(message) = arrived.next::<ReadContentResponse>(100).unwrap() {
                found.push(message);
            }
        }
        assert_eq!(found, [piece(b"one"), piece(b""), piece(b"three")]);
        assert!(!arrived.is_within());
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_before_it_arrives() {
        let mut arrived = Arrived::default();
        arrived.extend(&[0, 0, 0, 0, 101]);
        let error = arrived.next::<Target>(100).unwrap_err().to_string();
        assert!(error.contains("101 bytes"), "{error}");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), whole in any::<bool>()) {
            let mut arrived = Arrived::default();
            if whole {
                arrived.extend(&[0, 0, 0, 0, u8::try_from(bytes.len()).unwrap()]);
            }
            arrived.extend(&bytes);
            while let Ok(Some(_)) = arrived.next::<GetImageResponse>(1 << 20) {}
        }

        #[test]
        fn what_is_sent_arrives(digest in ".{0,80}", size in any::<i64>()) {
            let target = Target { media_type: "application/json".into(), digest, size };
            let sent = GetImageResponse { image: Some(Image { target: Some(target) }) };
            let mut arrived = Arrived::default();
            arrived.extend(&framed(&sent).unwrap());
            prop_assert_eq!(arrived.next::<GetImageResponse>(1 << 20).unwrap(), Some(sent));
        }
    }
}
