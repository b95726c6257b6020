//! The questions.

use std::io::{self, Read, Write};
use std::time::Duration;

use crate::answer::{self, shown};
use crate::stream::Stream;
use crate::{ANSWER_BYTES, Address, ClamdError, Patience, Verdict};

/// Bytes of one piece of a stream.
const PIECE_BYTES: usize = 1 << 20;

/// A daemon, by its address. Nothing is asked before a question is.
#[derive(Debug, Clone)]
pub struct Clamd {
    address: Address,
    patience: Patience,
}

impl Clamd {
    /// The daemon at an address.
    pub fn new(address: Address) -> Self {
        Self::with_patience(address, Patience::default())
    }

    /// The daemon at an address, which is waited for so long.
    pub const fn with_patience(address: Address, patience: Patience) -> Self {
        Self { address, patience }
    }

    /// Where it listens.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The versions of the program and of its signatures, as `ClamAV 1.4.3/27800/Mon Oct 20 08:26:06 2026`. A daemon without the
    /// publisher's signatures says its own version alone.
    ///
    /// # Errors
    /// When it does not answer, or with something else.
    pub fn version(&self) -> Result<String, ClamdError> {
        let answer = self.asked(b"zVERSION\0")?;
        if answer.starts_with("ClamAV ") { Ok(answer) } else { Err(ClamdError::Unclear(answer)) }
    }

    /// Whether it answers at all.
    ///
    /// # Errors
    /// When it does not, or with something else.
    pub fn greet(&self) -> Result<(), ClamdError> {
        let answer = self.asked(b"zPING\0")?;
        if answer == "PONG" { Ok(()) } else { Err(ClamdError::Unclear(answer)) }
    }

    /// What it says of bytes.
    ///
    /// # Errors
    /// When it says nothing, or nothing that is a verdict.
    pub fn scan(&self, bytes: &[u8]) -> Result<Verdict, ClamdError> {
        let mut stream = self.connect(self.patience.verdict)?;
        let sent = send(&mut stream, bytes);
        // A daemon that has enough says so and hangs up, while we still send.
        match (read_answer(&mut stream), sent) {
            (Ok(answer), _) if !answer.is_empty() => answer::verdict(&answer),
            (Ok(_), Ok(())) => Err(ClamdError::HungUp),
            (Ok(_) | Err(_), Err(error)) | (Err(error), Ok(())) => Err(ClamdError::Silent(error)),
        }
    }

    fn connect(&self, whole: Duration) -> Result<Stream, ClamdError> {
        Stream::connect(&self.address, self.patience.greeting, whole).map_err(ClamdError::Connect)
    }

    /// The answer to a command that costs the daemon nothing.
    fn asked(&self, command: &[u8]) -> Result<String, ClamdError> {
        let mut stream = self.connect(self.patience.greeting)?;
        stream.write_all(command).map_err(ClamdError::Silent)?;
        let answer = read_answer(&mut stream).map_err(ClamdError::Silent)?;
        if answer.is_empty() { Err(ClamdError::HungUp) } else { Ok(shown(&String::from_utf8_lossy(&answer))) }
    }
}

fn send(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(b"zINSTREAM\0")?;
    for piece in bytes.chunks(PIECE_BYTES) {
        let length = u32::try_from(piece.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        stream.write_all(&length.to_be_bytes())?;
        stream.write_all(piece)?;
    }
    stream.write_all(&0_u32.to_be_bytes())
}

/// Everything up to the zero that ends an answer, or to the end of the connection.
fn read_answer(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let (mut answer, mut buffer) = (Vec::new(), [0; 512]);
    while answer.len() <= ANSWER_BYTES {
        let read = match stream.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // What it said before it hung up counts.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset && !answer.is_empty() => 0,
            read => read?,
        };
        let arrived = buffer.get(..read).unwrap_or_default();
        let end = arrived.iter().position(|byte| *byte == 0);
        answer.extend_from_slice(arrived.get(..end.unwrap_or(read)).unwrap_or_default());
        if end.is_some() || read == 0 {
            return Ok(answer);
        }
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("its answer has more than {ANSWER_BYTES} bytes")))
}
