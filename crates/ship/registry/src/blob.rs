//! The bytes of a remote image.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use boltseal_http::Response;

use crate::RegistryError;
use crate::endpoint::Endpoint;

/// Bytes at the beginning that are kept, so that a look at a layer's first bytes costs no second request.
const HEAD_BYTES: usize = 4 << 10;
/// Times that a broken connection is taken up again without any byte in between.
const ATTEMPTS: u32 = 3;

/// Bytes of a remote image: a document that is held, or a layer that is read where it is wanted.
#[derive(Debug)]
pub enum RemoteBlob<'a> {
    /// A document.
    Held(Arc<Vec<u8>>),
    /// A layer.
    Streamed(Streamed<'a>),
}

impl RemoteBlob<'_> {
    /// Length in bytes, as the manifest gives it.
    pub fn size(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Streamed(blob) => blob.size,
        }
    }

    /// Reads some bytes from an offset; 0 only at or past the end, or for an empty buffer. Reading on where the last read
    /// ended is what it is made for; any other offset is a request of its own.
    ///
    /// # Errors
    /// When the registry does not give them, asked repeatedly.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Held(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                Ok(copy(rest, buffer))
            }
            Self::Streamed(blob) => blob.read_at(offset, buffer),
        }
    }
}

/// A layer in a registry.
#[derive(Debug)]
pub struct Streamed<'a> {
    endpoint: &'a Endpoint,
    path: String,
    size: u64,
    stream: Mutex<Stream>,
}

/// Where the registry's answer stands.
#[derive(Default)]
struct Stream {
    body: Option<Box<dyn Read + Send>>,
    offset: u64,
    head: Vec<u8>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl<'a> Streamed<'a> {
    pub fn new(endpoint: &'a Endpoint, path: String, size: u64) -> Self {
        Self { endpoint, path, size, stream: Mutex::default() }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(head) = usize::try_from(offset).ok().and_then(|offset| stream.head.get(offset..))
            && !head.is_empty()
        {
            return Ok(copy(head, buffer));
        }
        let rest = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..rest).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let mut attempt = 1;
        loop {
            match self.read_on(&mut stream, offset, buffer) {
                Ok(0) if attempt < ATTEMPTS => {}
                // The registry has said how much there is.
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => return Ok(read),
                Err(Broken::Connection(_)) if attempt < ATTEMPTS => {}
                Err(Broken::Connection(error)) => return Err(error),
                Err(Broken::Answer(error)) => return Err(io::Error::other(error)),
            }
            stream.body = None;
            attempt += 1;
        }
    }

    fn read_on(&self, stream: &mut Stream, offset: u64, buffer: &mut [u8]) -> Result<usize, Broken> {
        if stream.body.is_none() || stream.offset != offset {
            stream.body = Some(self.request(offset)?);
            stream.offset = offset;
        }
        let Some(body) = &mut stream.body else { return Ok(0) };
        if offset == 0 && stream.head.is_empty() {
            let most = (HEAD_BYTES as u64).min(self.size);
            let mut head = Vec::new();
            body.take(most).read_to_end(&mut head).map_err(Broken::Connection)?;
            stream.offset = head.len() as u64;
            stream.head = head;
            return Ok(copy(&stream.head, buffer));
        }
        let read = body.read(buffer).map_err(Broken::Connection)?;
        stream.offset = stream.offset.saturating_add(read as u64);
        Ok(read)
    }

    /// The answer from an offset on. A registry that knows no ranges begins at the beginning.
    fn request(&self, offset: u64) -> Result<Box<dyn Read + Send>, Broken> {
        let range = format!("bytes={offset}-");
        let headers: &[(&'static str, &str)] = if offset > 0 { &[("range", &range)] } else { &[] };
        let response = self.endpoint.ask(&self.path, headers)?;
        let is_part = response.status() == 206 && starts_at(&response, offset);
        let mut body = response.into_body();
        if offset > 0 && !is_part {
            io::copy(&mut body.by_ref().take(offset), &mut io::sink()).map_err(Broken::Connection)?;
        }
        Ok(body)
    }
}

enum Broken {
    /// While bytes were read. It is worth asking again.
    Connection(io::Error),
    /// The registry says no, or was asked often enough.
    Answer(RegistryError),
}

impl From<RegistryError> for Broken {
    fn from(error: RegistryError) -> Self {
        Self::Answer(error)
    }
}

fn starts_at(response: &Response, offset: u64) -> bool {
    let range = response.header("content-range").and_then(|range| range.strip_prefix("bytes "));
    range.and_then(|range| range.split('-').next()).and_then(|start| start.parse().ok()) == Some(offset)
}

fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let length = from.len().min(to.len());
    if let (Some(from), Some(to)) = (from.get(..length), to.get_mut(..length)) {
        to.copy_from_slice(from);
    }
    length
}
