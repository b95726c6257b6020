//! A file, read at any offset.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};

use boltseal_image::Blob;

/// An open file. Reads share it without a lock, since each names its offset.
#[derive(Debug)]
pub struct FileBlob {
    file: File,
    size: u64,
    mode: u32,
}

impl FileBlob {
    /// Takes an open regular file.
    ///
    /// # Errors
    /// When its size cannot be learned, or it is no regular file: a pipe has no offsets.
    pub fn new(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Self { size: metadata.len(), mode: metadata.mode() & 0o7777, file })
    }
}

impl Blob for FileBlob {
    fn size(&self) -> u64 {
        self.size
    }

    fn mode(&self) -> u32 {
        self.mode
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }
}
