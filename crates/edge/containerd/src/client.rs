//! The questions.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use prost::Message;

use crate::ContainerdError;
use crate::connection::{ANSWER_BYTES, Connection, Patience};
use crate::message::{
    GetImageRequest, GetImageResponse, InfoRequest, InfoResponse, ReadContentRequest, ReadContentResponse,
};

/// Bytes of a blob that are asked for at once. containerd reads as many from disk at once.
const PIECE_BYTES: usize = 1 << 20;

/// The containerd behind a socket file.
#[derive(Debug)]
pub struct Containerd {
    socket: PathBuf,
    patience: Patience,
    /// Connections over which nothing is asked just now: as many as threads have asked at once.
    idle: Mutex<Vec<Connection>>,
}

/// What a name stands for: the manifest of an image, or an index of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// Its digest, as the server writes it.
    pub digest: String,
    /// Its bytes.
    pub size: u64,
}

impl Containerd {
    /// Connects to a socket file.
    ///
    /// # Errors
    /// When nothing answers on it, or no server of HTTP/2.
    pub fn connect(socket: &Path) -> Result<Self, ContainerdError> {
        Self::connect_with(socket, Patience::default())
    }

    /// Connects with other time limits.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub fn connect_with(socket: &Path, patience: Patience) -> Result<Self, ContainerdError> {
        let first = Connection::open(socket, patience)?;
        Ok(Self { socket: socket.to_owned(), patience, idle: Mutex::new(vec![first]) })
    }

    /// What a name stands for in a namespace; `None` when it stands for nothing there.
    ///
    /// # Errors
    /// When there is no answer, or none that can be read.
    pub fn image(&self, namespace: &str, name: &str) -> Result<Option<Descriptor>, ContainerdError> {
        let question = GetImageRequest { name: name.to_owned() };
        let answer: Option<GetImageResponse> =
            self.ask_one("containerd.services.images.v1.Images/Get", namespace, &question)?;
        let Some(answer) = answer else { return Ok(None) };
        let target = answer.image.and_then(|image| image.target);
        let target = target.ok_or_else(|| ContainerdError::protocol("an image without a descriptor"))?;
        let size = u64::try_from(target.size).map_err(ContainerdError::protocol)?;
        Ok(Some(Descriptor { media_type: target.media_type, digest: target.digest, size }))
    }

    /// How many bytes a blob has; `None` when the namespace has no such blob.
    ///
    /// # Errors
    /// When there is no answer, or none that can be read.
    pub fn size(&self, namespace: &str, digest: &str) -> Result<Option<u64>, ContainerdError> {
        let question = InfoRequest { digest: digest.to_owned() };
        let answer: Option<InfoResponse> =
            self.ask_one("containerd.services.content.v1.Content/Info", namespace, &question)?;
        let Some(answer) = answer else { return Ok(None) };
        let info = answer.info.ok_or_else(|| ContainerdError::protocol("a blob without a description"))?;
        u64::try_from(info.size).map(Some).map_err(ContainerdError::protocol)
    }

    /// Reads the bytes of a blob from an offset: as many as the buffer holds, and at most 1 MiB. The blob must have so many.
    ///
    /// # Errors
    /// When there is no answer, or other bytes than those asked for.
    pub fn read(
        &self,
        namespace: &str,
        digest: &str,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, ContainerdError> {
        const { assert!(PIECE_BYTES < ANSWER_BYTES) };
        let wanted = buffer.len().min(PIECE_BYTES);
        // A size of nothing would ask for everything.
        if wanted == 0 {
            return Ok(0);
        }
        let question = ReadContentRequest {
            digest: digest.to_owned(),
            offset: i64::try_from(offset).map_err(ContainerdError::protocol)?,
            size: i64::try_from(wanted).map_err(ContainerdError::protocol)?,
        };
        let mut filled = 0_usize;
        self.ask("containerd.services.content.v1.Content/Read", namespace, &question, |piece: ReadContentResponse| {
            let end = filled.saturating_add(piece.data.len());
            let room = buffer.get_mut(filled..end).filter(|_| end <= wanted);
            room.ok_or_else(|| ContainerdError::protocol("more of a blob than asked for"))?
                .copy_from_slice(&piece.data);
            filled = end;
            Ok(())
        })?;
        if filled < wanted {
            return Err(ContainerdError::protocol(format!("{filled} bytes of a blob in place of {wanted}")));
        }
        Ok(filled)
    }

    /// Asks for one message; `None` when the server says that there is no such thing.
    fn ask_one<M: Message + Default>(
        &self,
        method: &'static str,
        namespace: &str,
        question: &impl Message,
    ) -> Result<Option<M>, ContainerdError> {
        let mut answer = None;
        let asked = self.ask(method, namespace, question, |message| match answer.replace(message) {
            None => Ok(()),
            Some(_) => Err(ContainerdError::protocol("two messages in place of one")),
        });
        match asked {
            Ok(()) if answer.is_some() => Ok(answer),
            Ok(()) => Err(ContainerdError::protocol("an answer without a message")),
            Err(error) if error.is_absence() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn ask<M: Message + Default>(
        &self,
        method: &'static str,
        namespace: &str,
        question: &impl Message,
        take: impl FnMut(M) -> Result<(), ContainerdError>,
    ) -> Result<(), ContainerdError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let mut connection = known.map_or_else(|| Connection::open(&self.socket, self.patience), Ok)?;
        let outcome = connection.ask(method, namespace, question, take);
        // After anything but an answer nobody knows what is still under way on it.
        if matches!(outcome, Ok(()) | Err(ContainerdError::Refused { .. })) {
            idle().push(connection);
        }
        outcome
    }
}
