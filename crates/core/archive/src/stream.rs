//! Bytes as they are unpacked.

use std::io::{self, Read};

use boltseal_model::{Problem, ProblemKind};

use crate::Failure;
use crate::budget::Budget;
use crate::tar::Source;

/// Bytes unpacked at a time.
const CHUNK: usize = 64 << 10;

/// A stream that takes what it gives out of a budget.
pub struct Stream<'a> {
    reader: Box<dyn Read + 'a>,
    budget: &'a Budget,
    chunk: Vec<u8>,
    start: usize,
    end: usize,
}

impl<'a> Stream<'a> {
    pub fn new(reader: Box<dyn Read + 'a>, budget: &'a Budget) -> Self {
        Self { reader, budget, chunk: vec![0; CHUNK], start: 0, end: 0 }
    }

    /// The first bytes, at most so many, which stay where they are. What hinders it comes again when they are read.
    pub fn beginning(&mut self, most: usize) -> &[u8] {
        while self.end < most.min(CHUNK) && self.more().is_ok_and(|more| more > 0) {}
        self.at_hand()
    }

    /// Appends all that is left to `content`, which grows to at most so many bytes.
    pub fn read_all(&mut self, content: &mut Vec<u8>, most: u64) -> Result<(), Failure> {
        loop {
            let ready = self.ready()?;
            if ready.is_empty() {
                return Ok(());
            }
            let room = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(content.len());
            let taken = ready.len().min(room);
            content.extend_from_slice(ready.get(..taken).unwrap_or(ready));
            if taken < ready.len() {
                return Err((ProblemKind::TooLarge, format!("it has more than {most} bytes; the rest is not read")));
            }
            self.consume(taken);
        }
    }

    fn at_hand(&self) -> &[u8] {
        self.chunk.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes at hand, at least one; none only at the end.
    fn ready(&mut self) -> Result<&[u8], Failure> {
        if self.start >= self.end {
            (self.start, self.end) = (0, 0);
            self.more()?;
        }
        Ok(self.at_hand())
    }

    /// Reads behind what is at hand; gives how many bytes.
    fn more(&mut self) -> Result<usize, Failure> {
        // What may be read is read, and then one byte tells that there are more.
        let most = usize::try_from(self.budget.left().max(1)).unwrap_or(usize::MAX);
        let end = self.end.saturating_add(most).min(self.chunk.len());
        let read = loop {
            match self.reader.read(self.chunk.get_mut(self.end..end).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| undecodable(&error))?,
            }
        };
        self.budget.take(read as u64)?;
        self.end += read;
        Ok(read)
    }
}

impl Source for Stream<'_> {
    fn fill(&mut self) -> Result<&[u8], Problem> {
        self.ready().map_err(|(kind, detail)| Problem::new(kind, detail))
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.start.saturating_add(bytes).min(self.end);
    }
}

fn undecodable(error: &io::Error) -> Failure {
    let text = error.to_string();
    // Neither zstd nor xz has an error kind for a window that is larger than the limit, only these words.
    let is_too_large = text.contains("too much memory") || text.contains("memory limit");
    let kind = match error.kind() {
        io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
        _ if is_too_large => ProblemKind::TooLarge,
        _ => ProblemKind::Malformed,
    };
    (kind, format!("it cannot be decompressed: {text}"))
}
