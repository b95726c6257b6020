//! Where bytes come from: the edge implements these traits over files, this crate over slices and archives.

use std::io;

/// Random access to bytes.
pub trait Blob: Send + Sync {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Permission bits of the file that the bytes are, if they are one.
    fn mode(&self) -> u32 {
        0
    }

    /// Reads some bytes from an offset; 0 only at or past the end, or for an empty buffer.
    ///
    /// # Errors
    /// What the operating system reports. It becomes a problem of the layer or member that is being read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl Blob for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(from), Some(to)) = (rest.get(..length), buffer.get_mut(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl Blob for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.as_slice().read_at(offset, buffer)
    }
}

impl<B: Blob + ?Sized> Blob for &B {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn mode(&self) -> u32 {
        (**self).mode()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(offset, buffer)
    }
}

/// Blobs by name: the files of an OCI layout folder, or the members of an [`Archive`](crate::Archive).
pub trait Store: Send + Sync {
    /// The blob of that name, such as `index.json`, `blobs/sha256/…` or `<id>/layer.tar`; `None` when there is none.
    ///
    /// Names are relative, use forward slashes and never contain `..`. An implementation over a folder must not follow
    /// symbolic links out of it.
    ///
    /// # Errors
    /// What the operating system reports, other than that the file does not exist.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>>;

    /// What to say of a layer that it does not have.
    fn without_layer(&self) -> String {
        "the layer is not in the image".into()
    }
}

/// A stretch of a larger blob.
pub(crate) struct Section<'a> {
    pub blob: &'a dyn Blob,
    pub offset: u64,
    pub size: u64,
}

impl Blob for Section<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.size.saturating_sub(offset);
        let length = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..length) else { return Ok(0) };
        self.blob.read_at(self.offset.saturating_add(offset), buffer)
    }
}

/// Reads from an offset until the buffer is full or the blob ends; gives the number of bytes read.
pub(crate) fn read_full(blob: &dyn Blob, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match blob.read_at(offset.saturating_add(filled as u64), rest) {
            Ok(0) => break,
            // A count beyond the buffer would be a broken implementation; it must not become a panic here.
            Ok(read) => filled = filled.saturating_add(read.min(rest.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
