//! Container engines with Docker's API: Docker itself, and Podman's service.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;

use boltseal_http::{Client, HttpError, Request, Response};
use boltseal_model::Digest;
use serde::Deserialize;

/// Bytes of an answer that describes something.
const ANSWER_BYTES: u64 = 4 << 20;

/// An engine that answers on a socket.
#[derive(Debug)]
pub struct Engine {
    client: Client,
    socket: PathBuf,
}

/// Why an engine does not give what it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No socket is where engines have theirs.
    #[error("no socket of {engine} at {tried}; is it running?")]
    NoSocket {
        /// The engine.
        engine: &'static str,
        /// The paths that were tried.
        tried: String,
    },
    /// The socket does not answer.
    #[error("{socket} does not answer; its users are root and the members of its group")]
    Unreachable {
        /// The socket.
        socket: PathBuf,
        /// What kept the answer.
        #[source]
        source: HttpError,
    },
    /// The engine has no such thing.
    #[error("the engine has no {what} {name}")]
    Absent {
        /// An image or a container.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The name is none.
    #[error("{name:?} is no name of an image or a container")]
    Name {
        /// The name.
        name: String,
    },
    /// The engine answers something else.
    #[error("the engine answers {status}: {detail}")]
    Answer {
        /// The status code.
        status: u16,
        /// What it says.
        detail: String,
    },
    /// What it gives cannot be stored for reading.
    #[error("what the engine gives cannot be copied to a temporary file")]
    Spool(#[source] io::Error),
}

/// What an engine knows of a container.
#[derive(Debug, Deserialize)]
pub struct ContainerInfo {
    /// Its whole identifier.
    #[serde(rename = "Id")]
    pub id: String,
    /// Its name, with a leading slash.
    #[serde(rename = "Name", default)]
    pub name: String,
    /// Digest of the configuration of the image that it was made from.
    #[serde(rename = "Image", default)]
    image: String,
}

impl ContainerInfo {
    /// Digest of the configuration of the image that it was made from.
    pub fn image(&self) -> Option<Digest> {
        let text = if self.image.contains(':') { self.image.clone() } else { format!("sha256:{}", self.image) };
        text.parse().ok()
    }
}

impl Engine {
    /// The engine behind the first socket that is there.
    ///
    /// # Errors
    /// When none is.
    pub fn find(engine: &'static str, sockets: &[PathBuf]) -> Result<Self, EngineError> {
        let socket = sockets.iter().find(|socket| socket.exists());
        let Some(socket) = socket else {
            let tried = sockets.iter().map(|socket| socket.display().to_string()).collect::<Vec<_>>().join(", ");
            return Err(EngineError::NoSocket { engine, tried });
        };
        Ok(Self { client: Client::unix(socket), socket: socket.clone() })
    }

    /// Whether it has an image of this name.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn has_image(&self, name: &str) -> Result<bool, EngineError> {
        match self.ask("image", name, "/images/", "/json") {
            Ok(_) => Ok(true),
            Err(EngineError::Absent { .. } | EngineError::Name { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// An image as `docker save` writes it.
    ///
    /// # Errors
    /// When it has no such image, or does not answer.
    pub fn save(&self, name: &str) -> Result<impl Read + use<>, EngineError> {
        // The answer to the request for the archive begins before the engine has looked whether there is such an image.
        self.ask("image", name, "/images/", "/json")?;
        Ok(self.ask("image", name, "/images/", "/get")?.into_body())
    }

    /// What it knows of a container.
    ///
    /// # Errors
    /// When it has no such container, or does not answer.
    pub fn container(&self, name: &str) -> Result<ContainerInfo, EngineError> {
        let answer = self.ask("container", name, "/containers/", "/json")?;
        let detail = |detail: String| EngineError::Answer { status: 200, detail };
        let bytes = answer.into_bytes(ANSWER_BYTES).map_err(|error| detail(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| detail(error.to_string()))
    }

    /// The files that a container has now, as one archive. Volumes are not among them.
    ///
    /// # Errors
    /// When it has no such container, or does not answer.
    pub fn export(&self, name: &str) -> Result<impl Read + use<>, EngineError> {
        Ok(self.ask("container", name, "/containers/", "/export")?.into_body())
    }

    fn ask(&self, what: &'static str, name: &str, before: &str, after: &str) -> Result<Response, EngineError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) || name.split('/').any(|part| matches!(part, "" | "." | ".."))
        {
            return Err(EngineError::Name { name: name.chars().take(200).collect() });
        }
        let unreachable = |source| EngineError::Unreachable { socket: self.socket.clone(), source };
        let answer = self.client.send(&Request::get(format!("{before}{name}{after}"))).map_err(unreachable)?;
        match answer.status() {
            200 => Ok(answer),
            404 => Err(EngineError::Absent { what, name: name.to_owned() }),
            status => Err(EngineError::Answer { status, detail: said(answer) }),
        }
    }
}

#[derive(Deserialize)]
struct Said {
    message: String,
}

/// What the engine says of an error, on one line.
fn said(answer: Response) -> String {
    let said = answer.into_bytes(ANSWER_BYTES).ok().and_then(|bytes| serde_json::from_slice::<Said>(&bytes).ok());
    let text = said.map_or_else(|| "nothing".to_owned(), |said| said.message);
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.display().fmt(f)
    }
}
