//! A stream that must be read at any offset.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::FileBlob;
use crate::Progress;

/// Bytes copied between two signs of life.
const CHUNK: usize = 1 << 20;

/// Copies a stream into a file that has no name and is gone with the last reader.
///
/// Engines give an image as one stream that ends with what says how to read it. The file lies where temporary files lie
/// (`TMPDIR`), since an image may be larger than memory.
///
/// # Errors
/// When the stream breaks off, the disk is full, or there are more than `most` bytes.
pub fn spool(stream: impl Read, what: &str, most: u64, progress: &dyn Progress) -> io::Result<FileBlob> {
    let mut file = tempfile::tempfile()?;
    progress.transfer_started(what);
    let copied = copy(stream, &mut file, most, progress);
    progress.transfer_finished();
    copied?;
    file.seek(SeekFrom::Start(0))?;
    FileBlob::new(file)
}

fn copy(stream: impl Read, file: &mut File, most: u64, progress: &dyn Progress) -> io::Result<()> {
    let mut stream = stream.take(most.saturating_add(1));
    let mut chunk = vec![0; CHUNK];
    let mut copied = 0_u64;
    loop {
        let read = match stream.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        copied = copied.saturating_add(read as u64);
        if copied > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("there are more than {most} bytes")));
        }
        file.write_all(chunk.get(..read).unwrap_or_default())?;
        progress.transfer_advanced(read as u64);
    }
}

#[cfg(test)]
mod tests {
    use boltseal_image::Blob;

    use super::*;
    use crate::Silent;

    #[test]
    fn what_is_copied_can_be_read_at_any_offset_and_has_a_limit() {
        let blob = spool(&b"0123456789"[..], "test", 10, &Silent).unwrap();
        let mut buffer = [0; 3];
        assert_eq!((blob.size(), blob.read_at(7, &mut buffer).unwrap(), &buffer), (10, 3, b"789"));
        assert_eq!(spool(&b"0123456789"[..], "test", 9, &Silent).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
