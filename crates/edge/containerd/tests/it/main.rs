//! The client against servers that answer well and badly. The scenarios of `e2e` ask a real containerd.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a server of tests, with answers of a few bytes"
)]

mod silence;

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;

use boltseal_containerd::{ANSWER_BYTES, Containerd, ContainerdError, Descriptor};
use bytes::Bytes;
use http::{HeaderMap, Response};
use tempfile::TempDir;
use tokio::net::UnixStream;

/// What every question gets: pieces of a body, and the status at its end.
#[derive(Clone, Default)]
struct Answer {
    status: u16,
    body: Vec<Bytes>,
    end: &'static [(&'static str, &'static str)],
}

const GOOD: &[(&str, &str)] = &[("grpc-status", "0")];

fn answer(body: &[&[u8]], end: &'static [(&'static str, &'static str)]) -> Answer {
    Answer { status: 200, body: body.iter().map(|piece| Bytes::copy_from_slice(piece)).collect(), end }
}

/// A server of HTTP/2 that gives one answer to everything, and a client of it.
fn client(answer: Answer) -> (Containerd, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("containerd.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for stream in listener.incoming().flatten() {
            stream.set_nonblocking(true).unwrap();
            // A client that has seen enough hangs up, which is no fault of the server.
            let _ = runtime.block_on(serve(stream, &answer));
        }
    });
    (Containerd::connect(&socket).unwrap(), folder)
}

async fn serve(stream: std::os::unix::net::UnixStream, answer: &Answer) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(UnixStream::from_std(stream).unwrap()).await?;
    while let Some(asked) = connection.accept().await {
        let (_, mut respond) = asked?;
        let head = Response::builder().status(answer.status).body(()).unwrap();
        let mut body = respond.send_response(head, false)?;
        for piece in &answer.body {
            body.send_data(piece.clone(), false)?;
        }
        let mut end = HeaderMap::new();
        answer.end.iter().for_each(|(name, value)| drop(end.insert(*name, value.parse().unwrap())));
        body.send_trailers(end)?;
    }
    Ok(())
}

/// A message as gRPC frames it.
fn framed(message: &[u8]) -> Vec<u8> {
    [&[0][..], &u32::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
}

/// `Info { size }` in its response; protobuf's variable-length numbers below 128 are one byte.
fn info(size: u8) -> Vec<u8> {
    framed(&[0x0a, 2, 0x10, size])
}

fn piece(offset: u8, data: &[u8]) -> Vec<u8> {
    framed(&[&[0x08, offset, 0x12, u8::try_from(data.len()).unwrap()], data].concat())
}

fn detail<T: std::fmt::Debug>(outcome: Result<T, ContainerdError>) -> String {
    outcome.unwrap_err().to_string()
}

#[test]
fn an_image_is_known_by_its_descriptor() {
    // name (1), labels (2, skipped), target (3) with media type, digest, size and annotations (5, skipped).
    let target = b"\x0a\x01m\x12\x01d\x18\x07\x2a\x00";
    let image = [b"\x0a\x01n\x12\x00\x1a", &[target.len() as u8][..], target].concat();
    let message = [&[0x0a, image.len() as u8][..], &image].concat();
    let (client, _folder) = client(answer(&[&framed(&message)], GOOD));
    let expected = Descriptor { media_type: "m".into(), digest: "d".into(), size: 7 };
    assert_eq!(client.image("default", "n").unwrap(), Some(expected.clone()));
    assert_eq!(client.image("default", "n").unwrap(), Some(expected), "the connection is used again");
    let refused = client.image("no\nnamespace", "n");
    assert!(matches!(refused, Err(ContainerdError::Protocol { .. })), "{refused:?}");
}

#[test]
fn absence_is_an_answer_and_a_refusal_is_an_error() {
    let (absent, _folder) = client(answer(&[], &[("grpc-status", "5"), ("grpc-message", "not found")]));
    assert_eq!(absent.image("default", "n").unwrap(), None);
    assert_eq!(absent.size("default", "sha256:00").unwrap(), None);
    let (refusing, _folder) = client(answer(&[], &[("grpc-status", "7"), ("grpc-message", "not for you")]));
    assert_eq!(detail(refusing.image("default", "n")), "containerd answers 7: not for you");
}

#[test]
fn a_blob_is_read_in_the_pieces_that_come() {
    let pieces = [piece(9, b"ab"), piece(0, b""), piece(2, b"cde")].concat();
    let (client, _folder) = client(answer(&[&pieces[..4], &pieces[4..]], GOOD));
    let mut buffer = [0; 5];
    assert_eq!(client.read("default", "d", 9, &mut buffer).unwrap(), 5);
    assert_eq!(&buffer, b"abcde");
    assert_eq!(client.read("default", "d", 9, &mut []).unwrap(), 0);
    assert!(detail(client.read("default", "d", 9, &mut [0; 4])).contains("more of a blob"));
    assert!(detail(client.read("default", "d", 9, &mut [0; 6])).contains("5 bytes of a blob in place of 6"));
}

#[test]
fn what_is_no_answer_of_containerd_is_an_error() {
    let negative = framed(b"\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    for (bad, complaint) in [
        (Answer { status: 404, ..Answer::default() }, "HTTP status 404"),
        (answer(&[&info(7)], &[]), "without a status"),
        (answer(&[], GOOD), "without a message"),
        (answer(&[&info(7), &info(7)], GOOD), "two messages"),
        (answer(&[&info(7)[..6]], GOOD), "within a message"),
        (answer(&[&framed(b"")], GOOD), "without a description"),
        (answer(&[&framed(b"\xff\xff\xff")], GOOD), "not containerd"),
        (answer(&[&[1, 0, 0, 0, 0]], GOOD), "compressed"),
        (answer(&[&[0, 255, 255, 255, 255]], GOOD), "more than"),
        (answer(&[&negative], GOOD), "not containerd"),
    ] {
        let (client, _folder) = client(bad);
        let error = detail(client.size("default", "d"));
        assert!(error.contains(complaint), "{complaint}: {error}");
    }
}

#[test]
fn an_answer_without_end_is_cut() {
    let many = framed(b"").repeat(1 << 16);
    let body = vec![Bytes::from(many); ANSWER_BYTES / (5 << 16) + 2];
    let (client, _folder) = client(Answer { status: 200, body, end: GOOD });
    let error = detail(client.read("default", "d", 0, &mut [0; 5]));
    assert!(error.contains("more than 4194304 bytes"), "{error}");
}

/// What a client of a server makes of the bytes that it sends to everybody.
fn against(bytes: &'static [u8], socket: &Path) -> Result<Option<u64>, ContainerdError> {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1 << 10]);
            let _ = stream.write_all(bytes);
        }
    });
    Containerd::connect(socket)?.size("default", "d")
}

#[test]
fn a_server_of_another_protocol_and_an_absent_one_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in [&b""[..], b"HTTP/1.1 400 Bad Request\r\n\r\n", &[0xff; 4096], &[0; 9]].iter().enumerate() {
        let outcome = against(bytes, &folder.path().join(number.to_string()));
        assert!(matches!(outcome, Err(ContainerdError::Protocol { .. })), "{bytes:?}: {outcome:?}");
    }
    let absent = Containerd::connect(&folder.path().join("absent"));
    assert!(matches!(absent, Err(ContainerdError::Unreachable { .. })), "{absent:?}");
}
