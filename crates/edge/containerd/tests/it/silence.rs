//! Servers that say nothing, stop within an answer, or never come to its end.

use std::os::unix::net::{UnixListener, UnixStream as Socket};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use boltseal_containerd::{Containerd, ContainerdError, Patience};
use bytes::Bytes;
use http::Response;
use tempfile::TempDir;
use tokio::net::UnixStream;

/// How long the tests wait for an answer.
const PATIENCE: Patience = Patience { connect: Duration::from_secs(1), answer: Duration::from_secs(1) };

/// A server that does with every connection what it is told, each in a thread of its own.
fn server(behave: fn(Socket)) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("containerd.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || behave(stream));
        }
    });
    (socket, folder)
}

/// Answers a question with a head, and then sends a byte of a message from time to time, or nothing.
async fn half_an_answer(stream: Socket, drip: bool) -> Result<(), h2::Error> {
    stream.set_nonblocking(true).unwrap();
    let mut connection = h2::server::handshake(UnixStream::from_std(stream).unwrap()).await?;
    let (_, mut respond) = connection.accept().await.unwrap()?;
    let mut body = respond.send_response(Response::builder().status(200).body(()).unwrap(), false)?;
    // The head of a message of a thousand bytes.
    body.send_data(Bytes::from_static(&[0, 0, 0, 3, 232]), false)?;
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if drip && body.send_data(Bytes::from_static(&[0]), false).is_err() {
                return;
            }
        }
    });
    while connection.accept().await.is_some() {}
    Ok(())
}

fn begin(stream: Socket, drip: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // A client that waits no longer hangs up.
    let _ = runtime.block_on(half_an_answer(stream, drip));
}

#[track_caller]
fn ends_in_time(socket: &Path) {
    let begun = Instant::now();
    let client = Containerd::connect_with(socket, PATIENCE).unwrap();
    // A connection on which something may still come is not used again, so that the second question waits as the first did.
    for _ in 0..2 {
        let outcome = client.size("default", "sha256:00");
        assert!(matches!(outcome, Err(ContainerdError::Timeout { seconds: 1 })), "{outcome:?}");
    }
    let elapsed = begun.elapsed();
    assert!((Duration::from_secs(2)..Duration::from_secs(8)).contains(&elapsed), "{elapsed:?}");
}

#[test]
fn a_server_that_says_nothing_is_left_in_time() {
    // The connection is kept open: one that hangs up would be no silence.
    let (socket, _folder) = server(|_stream| thread::sleep(Duration::from_secs(30)));
    ends_in_time(&socket);
}

#[test]
fn a_server_that_stops_within_an_answer_is_left_in_time() {
    let (socket, _folder) = server(|stream| begin(stream, false));
    ends_in_time(&socket);
}

#[test]
fn a_server_that_never_comes_to_an_end_is_left_in_time() {
    let (socket, _folder) = server(|stream| begin(stream, true));
    ends_in_time(&socket);
}
