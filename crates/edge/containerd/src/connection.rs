//! One connection, with the event loop that drives it.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::SendRequest;
use http::{HeaderMap, Method, Request, StatusCode, Version};
use prost::Message;
use tokio::net::UnixStream;
use tokio::runtime::{Builder, Runtime};

use crate::ContainerdError;
use crate::frame::{Arrived, framed};

/// Bytes that one answer may have, all its messages together. gRPC's own limit for a single message is the same.
pub const ANSWER_BYTES: usize = 4 << 20;
/// Bytes of the headers of an answer.
const HEADER_BYTES: u32 = 16 << 10;
/// Bytes that may be under way unasked: a whole piece of a blob, so that no piece waits for a round trip.
const WINDOW_BYTES: u32 = 2 << 20;

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until an answer is there whole. It has at most [`ANSWER_BYTES`], from a disk of this machine.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(60) }
    }
}

/// One connection. It answers one question at a time, and its event loop turns while one is asked.
#[derive(Debug)]
pub struct Connection {
    runtime: Runtime,
    requests: SendRequest<Bytes>,
    patience: Patience,
}

impl Connection {
    /// Connects to a socket file.
    pub fn open(socket: &Path, patience: Patience) -> Result<Self, ContainerdError> {
        let unreachable = |source| ContainerdError::Unreachable { socket: socket.to_owned(), source };
        let runtime = Builder::new_current_thread().enable_io().enable_time().build().map_err(unreachable)?;
        let greeting = async {
            let stream = UnixStream::connect(socket).await.map_err(unreachable)?;
            let (requests, connection) = h2::client::Builder::new()
                .enable_push(false)
                .initial_window_size(WINDOW_BYTES)
                .initial_connection_window_size(WINDOW_BYTES)
                .max_header_list_size(HEADER_BYTES)
                .handshake(stream)
                .await?;
            // An error of the connection is an error of the question that is being asked over it.
            tokio::spawn(async { drop(connection.await) });
            Ok(requests)
        };
        let requests = runtime.block_on(within(patience.connect, greeting))?;
        Ok(Self { runtime, requests, patience })
    }

    /// Asks a method of a service, in a namespace, and gives every message of the answer to `take`.
    pub fn ask<M: Message + Default>(
        &mut self,
        method: &'static str,
        namespace: &str,
        question: &impl Message,
        take: impl FnMut(M) -> Result<(), ContainerdError>,
    ) -> Result<(), ContainerdError> {
        let request = Request::builder()
            .method(Method::POST)
            .version(Version::HTTP_2)
            .uri(format!("http://localhost/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("containerd-namespace", namespace)
            .body(())
            .map_err(ContainerdError::protocol)?;
        let (question, requests) = (framed(question)?, &mut self.requests);
        let answer = async {
            std::future::poll_fn(|context| requests.poll_ready(context)).await?;
            let (answer, mut sender) = requests.send_request(request, false)?;
            sender.send_data(question, true)?;
            read(answer.await?, take).await
        };
        self.runtime.block_on(within(self.patience.answer, answer))
    }
}

/// Reads an answer to its end.
async fn read<M: Message + Default>(
    answer: http::Response<RecvStream>,
    mut take: impl FnMut(M) -> Result<(), ContainerdError>,
) -> Result<(), ContainerdError> {
    if answer.status() != StatusCode::OK {
        return Err(ContainerdError::protocol(format!("it answers HTTP status {}", answer.status().as_u16())));
    }
    // An answer without messages has its status at once.
    if answer.headers().contains_key(STATUS) {
        return status(answer.headers());
    }
    let mut body = answer.into_body();
    let (mut arrived, mut total) = (Arrived::default(), 0_usize);
    while let Some(bytes) = body.data().await {
        let bytes = bytes?;
        total = total.saturating_add(bytes.len());
        if total > ANSWER_BYTES {
            return Err(ContainerdError::protocol(format!("an answer has more than {ANSWER_BYTES} bytes")));
        }
        body.flow_control().release_capacity(bytes.len())?;
        arrived.extend(&bytes);
        while let Some(message) = arrived.next(ANSWER_BYTES)? {
            take(message)?;
        }
    }
    status(&body.trailers().await?.unwrap_or_default())?;
    if arrived.is_within() { Err(ContainerdError::protocol("an answer ends within a message")) } else { Ok(()) }
}

const STATUS: &str = "grpc-status";

/// What the end of an answer says of it.
fn status(headers: &HeaderMap) -> Result<(), ContainerdError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text(STATUS).and_then(|code| code.parse().ok()) {
        Some(0) => Ok(()),
        Some(code) => Err(ContainerdError::refused(code, text("grpc-message").unwrap_or("no reason given"))),
        None => Err(ContainerdError::protocol("an answer ends without a status")),
    }
}

async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, ContainerdError>>,
) -> Result<T, ContainerdError> {
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| Err(ContainerdError::Timeout { seconds: limit.as_secs() }))
}
