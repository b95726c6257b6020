//! Compressed streams.

use std::io::{self, Read};

use boltseal_model::Limits;

/// How bytes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// bzip2's own format.
    Bzip2,
    /// The .xz file format.
    Xz,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// The compression that bytes begin with.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        /// What stands before a block of bzip2, and before its end if it has none.
        const BLOCKS: [&[u8]; 2] = [&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]];
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if BLOCKS.iter().any(|block| rest.starts_with(block)) => {
                Some(Self::Bzip2)
            }
            _ => None,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// The bytes without it. Streams that follow each other are one.
    pub fn reader<'a>(self, bytes: &'a [u8], limits: &Limits) -> io::Result<Box<dyn Read + 'a>> {
        let window = limits.window_bytes.max(1);
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(bytes)),
            Self::Xz => {
                /// What the decoder takes beside the window.
                const BESIDE: u64 = 1 << 20;
                let stream =
                    liblzma::stream::Stream::new_stream_decoder(window + BESIDE, liblzma::stream::CONCATENATED)?;
                Box::new(liblzma::bufread::XzDecoder::new_stream(bytes, stream))
            }
            Self::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(bytes)?;
                decoder.window_log_max(window.ilog2())?;
                Box::new(decoder)
            }
        })
    }
}
