//! Seals beside an image in a folder that has the form of an OCI layout.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use boltseal_model::{Digest, Limits};

use super::referrers::{EMPTY, Unreadable, as_listed, manifest_of, merge_index, parse_index, parse_referrer};
use super::{Attachment, Place, Refusal, Refused, Seals, StoredSeal};
use crate::descriptor::{Descriptor, INDEX, MANIFEST};

/// The list of what a layout holds.
const LIST: &str = "index.json";
/// The file that makes a folder a layout. Whoever writes the list holds a lock on it, since the list itself is replaced.
const MARK: &str = "oci-layout";

/// A folder that has the form of an OCI layout. The artifacts that are seals stand in its `index.json`, beside the images.
///
/// Source: OCI image specification 1.1, `image-layout.md`.
#[derive(Debug)]
pub struct Layout {
    folder: PathBuf,
    limits: Limits,
}

/// Why seals cannot be read from a layout, or written into it.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// A file cannot be read or written.
    #[error("the file {path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Somebody else writes it.
    #[error("another process writes to the layout {path}; try again when it is done")]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// The list cannot be used.
    #[error("the layout {path} has a list that cannot be used: {detail}")]
    List {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The image is not there as it should be.
    #[error("the layout {path} has no image {image}: {detail}")]
    Image {
        /// The folder.
        path: PathBuf,
        /// The image.
        image: Digest,
        /// What is there.
        detail: String,
    },
}

impl Layout {
    /// The layout in a folder.
    pub fn new(folder: &Path, limits: &Limits) -> Self {
        Self { folder: folder.to_owned(), limits: limits.clone() }
    }

    /// Puts a seal beside an image of the layout; gives the digest of the artifact's manifest. The same seal twice is there once.
    ///
    /// # Errors
    /// When the image is not there, another process writes, or a file cannot be written.
    pub fn attach(&self, image: &Digest, seal: &Attachment<'_>) -> Result<Digest, LayoutError> {
        if seal.bytes.len() as u64 > self.limits.envelope_bytes {
            return Err(self.bad_list(format!("a seal has more than {} bytes", self.limits.envelope_bytes)));
        }
        let mark = self.folder.join(MARK);
        let lock = File::open(&mark).map_err(|source| LayoutError::File { path: mark.clone(), source })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(LayoutError::Busy { path: self.folder.clone() }),
            Err(fs::TryLockError::Error(source)) => return Err(LayoutError::File { path: mark, source }),
        }
        let subject = self.image(image)?;
        let written = manifest_of(&subject, seal.bytes, seal.kind(), seal.predicate);
        let (artifact, manifest) = written.map_err(|error| self.unreadable(&error))?;
        let list =
            merge_index(Some(&self.list()?), &artifact, &self.limits).map_err(|error| self.unreadable(&error))?;
        let Some(list) = list else { return Ok(artifact.digest) };
        if list.len() as u64 > self.limits.manifest_bytes {
            return Err(self.bad_list(format!("it would have more than {} bytes", self.limits.manifest_bytes)));
        }
        // The list comes last, so that it never names what is not there.
        for bytes in [seal.bytes, EMPTY, &manifest] {
            self.write(&self.blob(&Descriptor::of("", bytes).digest), bytes)?;
        }
        self.write(&self.folder.join(LIST), &list)?;
        Ok(artifact.digest)
    }

    /// Finds the seals of an image. What the layout holds for other images is passed over.
    ///
    /// # Errors
    /// When a file cannot be read, the list cannot be used, or there are more than [`Limits::seals`] of the image, or more than
    /// [`Limits::verified_bytes`] of them: whoever verifies must not decide by a part of them.
    pub fn seals(&self, image: &Digest) -> Result<Seals, LayoutError> {
        let listed = parse_index(&self.list()?, &self.limits).map_err(|error| self.unreadable(&error))?;
        let listed: BTreeMap<Digest, Descriptor> =
            listed.into_iter().map(|entry| (entry.digest.clone(), entry)).collect();
        let (mut seals, mut left) = (Seals::default(), self.limits.verified_bytes);
        for (digest, entry) in listed {
            let place = Place::Referrer(digest);
            match self.seal(image, &entry, &mut left)? {
                Ok(bytes) => seals.seals.push(StoredSeal { bytes, place }),
                Err(Refusal::OtherSubject { .. }) => {}
                Err(refusal) => seals.refused.push(Refused { place, refusal }),
            }
            if seals.seals.len().saturating_add(seals.refused.len()) > self.limits.seals {
                return Err(self.bad_list(format!("the image has more than {} seals", self.limits.seals)));
            }
        }
        Ok(seals)
    }

    /// The seal that an entry of the list stands for.
    fn seal(
        &self,
        image: &Digest,
        entry: &Descriptor,
        left: &mut u64,
    ) -> Result<Result<Vec<u8>, Refusal>, LayoutError> {
        if entry.media_type != MANIFEST {
            return Ok(Err(Refusal::Kind));
        }
        let manifest = match self.listed("its manifest", entry, self.limits.manifest_bytes, left)? {
            Ok(manifest) => manifest,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match parse_referrer(&manifest, image) {
            Ok(layer) => self.listed("its layer", &layer, self.limits.envelope_bytes, left),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Reads what is listed, with the size and digest that it is listed with.
    fn listed(
        &self,
        what: &'static str,
        entry: &Descriptor,
        limit: u64,
        left: &mut u64,
    ) -> Result<Result<Vec<u8>, Refusal>, LayoutError> {
        if entry.size > limit {
            return Ok(Err(Refusal::TooLarge { what, found: entry.size, limit }));
        }
        let most = self.limits.verified_bytes;
        *left = left
            .checked_sub(entry.size)
            .ok_or_else(|| self.bad_list(format!("its seals have more than {most} bytes together")))?;
        let path = self.blob(&entry.digest);
        match read(&path, entry.size) {
            Ok(bytes) => Ok(as_listed(what, entry, bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Err(Refusal::Absent { what })),
            Err(source) => Err(LayoutError::File { path, source }),
        }
    }

    /// What an artifact refers to an image by.
    fn image(&self, image: &Digest) -> Result<Descriptor, LayoutError> {
        let none = |detail: String| LayoutError::Image { path: self.folder.clone(), image: image.clone(), detail };
        let bytes = read(&self.blob(image), self.limits.manifest_bytes).map_err(|error| none(error.to_string()))?;
        let size = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let named = Descriptor { digest: image.clone(), size, ..Descriptor::of("", b"") };
        let bytes = as_listed("its manifest", &named, bytes).map_err(|refusal| none(refusal.to_string()))?;
        let document: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| none(error.to_string()))?;
        // OCI lets a manifest leave out what it is; an index has a list of manifests.
        let usual = if document.get("manifests").is_some() { INDEX } else { MANIFEST };
        let kind = document.get("mediaType").and_then(serde_json::Value::as_str).unwrap_or(usual);
        Ok(Descriptor { media_type: kind.to_owned(), ..named })
    }

    fn list(&self) -> Result<Vec<u8>, LayoutError> {
        let path = self.folder.join(LIST);
        let most = self.limits.manifest_bytes;
        let bytes = read(&path, most).map_err(|source| LayoutError::File { path, source })?;
        bytes.ok_or_else(|| self.bad_list(format!("it has more than {most} bytes")))
    }

    fn blob(&self, digest: &Digest) -> PathBuf {
        self.folder.join("blobs").join(digest.algorithm().name()).join(digest.hex())
    }

    /// Puts a file where it belongs, whole or not at all. The lock makes this the only writer.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), LayoutError> {
        let write = || {
            let folder = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder)?;
            let partial = path.with_extension("partial");
            // One that was left behind goes away; a link in its place is not written through.
            match fs::remove_file(&partial) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = File::create_new(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, path)
        };
        write().map_err(|source| LayoutError::File { path: path.to_owned(), source })
    }

    fn unreadable(&self, error: &Unreadable) -> LayoutError {
        self.bad_list(error.to_string())
    }

    fn bad_list(&self, detail: String) -> LayoutError {
        LayoutError::List { path: self.folder.clone(), detail }
    }
}

/// The bytes of a file; `None` if it has more than `most`. Only files are read: anything else could keep the reader waiting.
fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
