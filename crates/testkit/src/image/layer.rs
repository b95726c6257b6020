//! One layer as a tar stream.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use boltseal_model::Digest;
use tempfile::NamedTempFile;

use super::files::Content;

/// How a layer is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// As it is.
    #[default]
    Plain,
    /// One gzip member, level 6.
    Gzip,
    /// One zstd frame, level 3.
    Zstd,
}

/// A layer in the making: each call adds a member of its tar stream.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    members: Vec<u8>,
    file: Option<PathBuf>,
    is_unterminated: bool,
    compression: Compression,
    pub(super) instruction: Option<String>,
}

impl Layer {
    /// A layer without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A layer whose tar stream is a file on disk; it is read when the image is written, and not changed.
    pub fn from_tar_file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }

    /// A layer whose stream is exactly these bytes, tar or not.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { members: bytes.into(), is_unterminated: true, ..Self::default() }
    }

    /// Adds a file.
    pub fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.ordinary(path, b'0', 0o644, None, bytes.as_ref())
    }

    /// Adds a folder.
    pub fn folder(self, path: &str) -> Self {
        self.ordinary(&format!("{path}/"), b'5', 0o755, None, &[])
    }

    /// Adds a symbolic link.
    pub fn symlink(self, path: &str, target: &str) -> Self {
        self.ordinary(path, b'2', 0o777, Some(target), &[])
    }

    /// Adds a hard link.
    pub fn hard_link(self, path: &str, target: &str) -> Self {
        self.ordinary(path, b'1', 0o644, Some(target), &[])
    }

    /// Hides a path of lower layers.
    pub fn whiteout(self, path: &str) -> Self {
        let hidden = match path.rsplit_once('/') {
            Some((folder, name)) => format!("{folder}/.wh.{name}"),
            None => format!(".wh.{path}"),
        };
        self.file(&hidden, "")
    }

    /// Hides what lower layers have in a folder.
    pub fn opaque(self, folder: &str) -> Self {
        let separator = if folder.is_empty() { "" } else { "/" };
        self.file(&format!("{folder}{separator}.wh..wh..opq"), "")
    }

    /// Adds a member with a name, a type and a link that no writer would make, at most 100 bytes each.
    pub fn hostile(self, name: &[u8], kind: u8, link: &[u8], bytes: &[u8]) -> Self {
        self.raw(&header(name, kind, 0o644, link, bytes.len() as u64)).raw(&padded(bytes))
    }

    /// Adds an extended header (`x` of the next member, `g` of all) with these records.
    pub fn extended(self, kind: u8, records: &[(&str, &[u8])]) -> Self {
        let mut bytes = Vec::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let mut length = rest + 1;
            while length != rest + length.to_string().len() {
                length += 1;
            }
            bytes.extend_from_slice(format!("{length} {key}=").as_bytes());
            bytes.extend_from_slice(value);
            bytes.push(b'\n');
        }
        self.hostile(b"pax", kind, b"", &bytes)
    }

    /// Adds bytes to the stream as they are.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.members.extend_from_slice(bytes);
        self
    }

    /// Leaves out the zeros that end a tar stream.
    pub fn unterminated(mut self) -> Self {
        self.is_unterminated = true;
        self
    }

    /// Stores the layer compressed.
    pub fn compressed(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Records the instruction that made the layer.
    pub fn made_by(mut self, instruction: &str) -> Self {
        self.instruction = Some(instruction.to_owned());
        self
    }

    /// The tar stream of a layer that is not a file on disk.
    pub fn to_tar(&self) -> Vec<u8> {
        let mut bytes = self.members.clone();
        if !self.is_unterminated {
            bytes.resize(bytes.len() + 1024, 0);
        }
        bytes
    }

    /// The bytes of the layer as it is stored.
    pub fn to_stored(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        compress(self.compression, &self.to_tar()[..], &mut bytes).expect("memory takes bytes");
        bytes
    }

    fn ordinary(self, path: &str, kind: u8, mode: u32, link: Option<&str>, bytes: &[u8]) -> Self {
        let link = link.unwrap_or_default();
        let mut layer = self;
        for (long, kind) in [(path, b'L'), (link, b'K')] {
            if long.len() > 100 {
                layer = layer.hostile(b"././@LongLink", kind, b"", &[long.as_bytes(), b"\0"].concat());
            }
        }
        let short = |text: &str| text.as_bytes()[..text.len().min(100)].to_vec();
        layer.raw(&header(&short(path), kind, mode, &short(link), bytes.len() as u64)).raw(&padded(bytes))
    }

    /// Hashes and compresses the layer.
    pub(super) fn pack(&self) -> io::Result<Packed> {
        let tar = match &self.file {
            Some(path) => Content::File(path.clone()),
            None => Content::Bytes(self.to_tar().into()),
        };
        let stored = match (self.compression, &self.file) {
            (Compression::Plain, _) => tar.clone(),
            (compression, None) => {
                let mut bytes = Vec::new();
                compress(compression, &mut tar.open()?, &mut bytes)?;
                Content::Bytes(bytes.into())
            }
            (compression, Some(_)) => {
                let mut file = NamedTempFile::new()?;
                compress(compression, &mut tar.open()?, &mut file)?;
                Content::Scratch(Arc::new(file))
            }
        };
        Ok(Packed {
            diff_id: tar.digest()?,
            digest: stored.digest()?,
            size: stored.size()?,
            tar,
            stored,
            compression: self.compression,
        })
    }
}

/// A tar header in the GNU format with the right checksum.
pub fn header(name: &[u8], kind: u8, mode: u32, link: &[u8], size: u64) -> [u8; 512] {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link);
    header.as_mut_bytes()[156] = kind;
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    *header.as_bytes()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(512), 0);
    padded
}

/// Compresses a stream.
pub fn compress(compression: Compression, mut from: impl Read, to: impl Write) -> io::Result<()> {
    match compression {
        Compression::Plain => {
            let mut to = to;
            io::copy(&mut from, &mut to)?;
        }
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(to, flate2::Compression::new(6));
            io::copy(&mut from, &mut encoder)?;
            encoder.finish()?;
        }
        Compression::Zstd => zstd::stream::copy_encode(from, to, 3)?,
    }
    Ok(())
}

/// A layer ready to be written.
pub(super) struct Packed {
    pub tar: Content,
    pub stored: Content,
    pub diff_id: Digest,
    pub digest: Digest,
    pub size: u64,
    pub compression: Compression,
}
