//! Lists of digests: texts of the user, and what they are packed into.
//!
//! Millions of digests are not read at every start. A packed list is mapped into memory; a text is packed once, kept under its
//! digest, and mapped from there.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use boltseal_content::Known;
use boltseal_content::malware::{Fault, Hashes, HashesBuilder};
use boltseal_model::Limits;
use sha2::{Digest, Sha256};

use super::kept::RuleCache;
use super::sources::LoadError;
use crate::database::map;

/// What was packed.
#[derive(Debug)]
pub struct Packed {
    /// How many digests the list has.
    pub digests: u32,
    /// What of the texts is no digest.
    pub faults: Vec<Fault>,
}

/// Packs texts into one list, which [`load`](super::load) maps. It appears under its name when it is whole.
///
/// # Errors
/// When a text cannot be read or the list not be written. Lines that are no digest are faults, and the others are packed.
pub fn pack(texts: &[PathBuf], into: &Path, limits: &Limits) -> Result<Packed, LoadError> {
    let (mut builder, mut faults) = (HashesBuilder::default(), Vec::new());
    for text in texts {
        faults.extend(add(&mut builder, text, limits)?.0);
    }
    let written = || -> io::Result<u32> {
        let folder = into.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let readable = std::fs::Permissions::from_mode(0o644);
        let file = tempfile::Builder::new().prefix(".hashes-").permissions(readable).tempfile_in(folder)?;
        let mut buffered = BufWriter::with_capacity(1 << 20, file);
        let digests = builder.write(&mut buffered)?;
        let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(into)?;
        Ok(digests)
    };
    match written() {
        Ok(digests) => Ok(Packed { digests, faults }),
        Err(source) => Err(LoadError::Unwritable { path: into.to_owned(), source }),
    }
}

/// Maps a packed list.
pub fn packed(path: &Path) -> Result<Result<Known, Fault>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let name = path.display().to_string();
    let file = File::open(path).map_err(unreadable)?;
    let known = Known { name: name.clone(), bytes: Box::new(map(&file).map_err(unreadable)?) };
    let opened = Hashes::open((*known.bytes).as_ref()).map(drop);
    Ok(opened.map(|()| known).map_err(|error| Fault { file: name, line: None, reason: error.to_string() }))
}

/// The list that a text says, from the cache if it has it, and what of the text is no digest. A text with faults is read each
/// time, so that they are said.
pub fn text(path: &Path, cache: &RuleCache, limits: &Limits) -> Result<(Known, Vec<Fault>), LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let known = |bytes| Known { name: path.display().to_string(), bytes };
    let kept = |digest: &str| {
        let map = map(&cache.open(&kept_as(digest))?).ok()?;
        Hashes::open(&map).is_ok().then(|| known(Box::new(map)))
    };
    let mut hashed = Hashed::new(opened(path, limits)?);
    io::copy(&mut hashed, &mut io::sink()).map_err(unreadable)?;
    if let Some(known) = kept(&hashed.digest()) {
        return Ok((known, Vec::new()));
    }
    let mut builder = HashesBuilder::default();
    // The file may have been written to since: what is kept is kept under the digest of what was packed.
    let (faults, digest) = add(&mut builder, path, limits)?;
    if faults.is_empty() {
        let write = |mut file: &mut dyn Write| {
            let mut buffered = BufWriter::with_capacity(1 << 20, &mut file);
            builder.write(&mut buffered)?;
            buffered.flush()
        };
        if cache.keep(&kept_as(&digest), write).is_ok()
            && let Some(known) = kept(&digest)
        {
            return Ok((known, faults));
        }
        builder = HashesBuilder::default();
        add(&mut builder, path, limits)?;
    }
    let mut bytes = Vec::new();
    builder.write(&mut bytes).map_err(unreadable)?;
    Ok((known(Box::new(bytes)), faults))
}

fn kept_as(digest: &str) -> String {
    format!("{digest}.hashes")
}

/// Adds a text, and gives its faults and its digest.
fn add(builder: &mut HashesBuilder, path: &Path, limits: &Limits) -> Result<(Vec<Fault>, String), LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let mut text = BufReader::with_capacity(1 << 20, Hashed::new(opened(path, limits)?));
    let faults = builder.add(&path.display().to_string(), &mut text).map_err(unreadable)?;
    Ok((faults, text.into_inner().digest()))
}

fn opened(path: &Path, limits: &Limits) -> Result<File, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() > limits.hash_list_bytes {
        return Err(LoadError::TooLarge { path: path.to_owned(), most: limits.hash_list_bytes });
    }
    Ok(file)
}

/// A file whose digest is known when it is read.
struct Hashed {
    file: File,
    hasher: Sha256,
}

impl Hashed {
    fn new(file: File) -> Self {
        Self { file, hasher: Sha256::new() }
    }

    fn digest(self) -> String {
        self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
