//! The files of an image, held or on disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use boltseal_model::{Algorithm, Digest};
use serde_json::{Value, json};
use sha2::Digest as _;
use tempfile::NamedTempFile;

use super::layer::header;

/// Bytes of a member of an image, held or on disk.
#[derive(Debug, Clone)]
pub enum Content {
    /// Held.
    Bytes(Arc<[u8]>),
    /// On disk, and read when it is written elsewhere.
    File(PathBuf),
    /// On disk for as long as somebody needs it.
    Scratch(Arc<NamedTempFile>),
    /// No bytes, but a symbolic link.
    Link(String),
}

impl Content {
    /// Opens the bytes.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(&**bytes),
            Self::File(path) => Box::new(File::open(path)?),
            Self::Scratch(file) => Box::new(file.reopen()?),
            Self::Link(_) => Box::new(io::empty()),
        })
    }

    pub(super) fn size(&self) -> io::Result<u64> {
        Ok(match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(path) => fs::metadata(path)?.len(),
            Self::Scratch(file) => file.as_file().metadata()?.len(),
            Self::Link(_) => 0,
        })
    }

    pub(super) fn digest(&self) -> io::Result<Digest> {
        let mut sink = Sha256Sink(sha2::Sha256::new());
        io::copy(&mut self.open()?, &mut sink)?;
        Ok(Digest::from_bytes(Algorithm::Sha256, &sink.0.finalize()).expect("SHA-256 has 32 bytes"))
    }
}

struct Sha256Sink(sha2::Sha256);

impl Write for Sha256Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The digest of bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    Content::Bytes(bytes.into()).digest().expect("bytes in memory are read")
}

/// The files of an image in some layout, by name.
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, Content>);

impl Files {
    /// Adds a file or replaces it.
    pub fn put(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), Content::Bytes(bytes.into().into()));
    }

    /// Adds a blob under its digest, and gives a descriptor of it.
    pub fn put_blob(&mut self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Value {
        let bytes = bytes.into();
        let digest = digest(&bytes);
        let size = bytes.len();
        self.put(format!("blobs/sha256/{}", digest.hex()), bytes);
        json!({ "mediaType": media_type, "digest": digest, "size": size })
    }

    /// The bytes of a file that is held.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let content = self.0.get(name).unwrap_or_else(|| panic!("no file {name}"));
        content.open().and_then(|mut content| content.read_to_end(&mut bytes)).expect("content is read");
        bytes
    }

    /// A tar archive of the files.
    pub fn to_tar(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_tar(&mut bytes).expect("memory takes bytes");
        bytes
    }

    /// Writes a tar archive of the files, one after the other.
    pub fn write_tar(&self, mut to: impl Write) -> io::Result<()> {
        for (name, content) in &self.0 {
            let size = content.size()?;
            let (kind, link) = if let Content::Link(target) = content { (b'2', target.as_str()) } else { (b'0', "") };
            to.write_all(&header(name.as_bytes(), kind, 0o644, link.as_bytes(), size))?;
            io::copy(&mut content.open()?, &mut to)?;
            let padding = usize::try_from(size.next_multiple_of(512) - size).unwrap_or_default();
            to.write_all(&[0; 512][..padding])?;
        }
        to.write_all(&[0; 1024])
    }

    /// Writes the files into a folder.
    pub fn write_folder(&self, folder: &Path) -> io::Result<()> {
        for (name, content) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            io::copy(&mut content.open()?, &mut File::create(path)?)?;
        }
        Ok(())
    }
}
