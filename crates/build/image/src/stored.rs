//! The bytes of a layer as they are stored, hashed as they are read.

use std::io::{self, BufRead, Read};

use boltseal_model::Digest;

use crate::blob::{Blob, read_full};
use crate::hash::Hashers;

/// Bytes that are read and hashed at a time. They stay in a core's second-level cache.
pub(crate) const CHUNK: usize = 128 << 10;

/// A blob as a stream.
pub(crate) struct Stored<'a> {
    blob: &'a dyn Blob,
    offset: u64,
    chunk: Vec<u8>,
    start: usize,
    end: usize,
    hashers: Hashers,
    progress: &'a (dyn Fn(u64) + Sync),
    has_failed: bool,
}

impl<'a> Stored<'a> {
    /// Reads a blob from its start. `progress` is told of every chunk's bytes.
    pub fn new(blob: &'a dyn Blob, hashers: Hashers, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        Self { blob, offset: 0, chunk: vec![0; CHUNK], start: 0, end: 0, hashers, progress, has_failed: false }
    }

    /// The bytes that are read and not yet consumed.
    pub fn at_hand(&self) -> &[u8] {
        self.chunk.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes taken from the blob so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether it was the blob that could not be read, and not the bytes that were wrong.
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Reads what is left and gives the digests that were asked for.
    pub fn finish(mut self) -> io::Result<Vec<Digest>> {
        while self.refill()? > 0 {}
        Ok(self.hashers.finish())
    }

    fn refill(&mut self) -> io::Result<usize> {
        let read = read_full(self.blob, self.offset, &mut self.chunk).inspect_err(|_| self.has_failed = true)?;
        (self.start, self.end) = (0, read);
        self.hashers.update(self.chunk.get(..read).unwrap_or_default());
        self.offset = self.offset.saturating_add(read as u64);
        (self.progress)(read as u64);
        Ok(read)
    }
}

impl BufRead for Stored<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start >= self.end {
            self.refill()?;
        }
        Ok(self.at_hand())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.start.saturating_add(bytes).min(self.end);
    }
}

impl Read for Stored<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
