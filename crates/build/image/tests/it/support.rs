//! Opens what `testkit::image` builds, and gathers everything that comes out.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use boltseal_image::{
    Archive, Blob, Entry, EntryKind, Image, LayerIndex, OpenError, Overlay, Selector, Store, Visitor, Want, open,
    read_layer,
};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use boltseal_testkit::image::{self, Files, Layer};

/// A visitor that wants every file, and keeps it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seen {
    /// One line for each entry, in stream order.
    pub entries: Vec<String>,
    pub files: Vec<(String, Vec<u8>)>,
}

impl Visitor for Seen {
    fn entry(&mut self, entry: &Entry<'_>) -> Want {
        let path = entry.path;
        self.entries.push(match entry.kind {
            EntryKind::File => format!("{path} {:o} {}", entry.mode, entry.size),
            EntryKind::Folder => format!("{path}/ {:o}", entry.mode),
            EntryKind::Symlink(target) => format!("{path} -> {target}"),
            EntryKind::HardLink(target) => format!("{path} = {target}"),
            EntryKind::Other => format!("{path} other"),
        });
        Want::Read
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        assert_eq!(entry.size, bytes.len() as u64, "{}", entry.path);
        self.files.push((entry.path.to_owned(), bytes.to_vec()));
    }
}

/// A visitor that wants files that begin as a program of these tests does, and keeps their paths and sizes.
#[derive(Debug, Default)]
pub struct Programs(pub Vec<(String, usize)>);

impl Visitor for Programs {
    fn entry(&mut self, _: &Entry<'_>) -> Want {
        Want::Peek
    }

    fn peek(&mut self, _: &Entry<'_>, head: &[u8], _: Option<&dyn Blob>) -> Want {
        assert!(head.len() <= boltseal_image::HEAD_BYTES);
        if head.starts_with(b"PROGRAM") { Want::Read } else { Want::Skip }
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        assert!(bytes.starts_with(b"PROGRAM"));
        self.0.push((entry.path.to_owned(), bytes.len()));
    }
}

/// Everything that an image gives.
#[derive(Debug)]
pub struct Read {
    pub image: Image,
    pub layers: Vec<Seen>,
    pub overlay: Overlay,
    pub problems: Vec<Problem>,
}

impl Read {
    pub fn kinds(&self) -> Vec<ProblemKind> {
        let mut kinds: Vec<_> = self.problems.iter().map(|problem| problem.kind).collect();
        kinds.dedup();
        kinds
    }
}

pub fn read_store(store: &dyn Store, selector: &Selector, limits: &Limits) -> Result<Read, OpenError> {
    let (image, mut problems) = open(store, selector, limits)?;
    let (mut layers, mut indexes) = (Vec::new(), Vec::new());
    for layer in &image.layers {
        let mut seen = Seen::default();
        let told = AtomicU64::new(0);
        let progress = |bytes| {
            told.fetch_add(bytes, Ordering::Relaxed);
        };
        let (index, found) = read_layer(store, layer, limits, &mut seen, &progress);
        assert!(told.into_inner() <= layer.size, "progress does not exceed the stored size");
        layers.push(seen);
        indexes.push(index);
        problems.append(found);
    }
    Ok(Read { image, layers, overlay: Overlay::stack(indexes), problems: problems.into_sorted() })
}

/// Reads an archive, with the problems of the archive among the others.
pub fn read_archive(bytes: &[u8], selector: &Selector, limits: &Limits) -> Result<Read, OpenError> {
    let bytes = bytes.to_vec();
    let (archive, mut problems) = Archive::index(&bytes, limits)?;
    let mut read = read_store(&archive, selector, limits)?;
    read.problems.iter().for_each(|problem| problems.push(problem.clone()));
    read.problems = problems.into_sorted();
    Ok(read)
}

pub fn read_files(files: &Files) -> Read {
    read_archive(&files.to_tar(), &Selector::default(), &Limits::default()).unwrap()
}

/// Reads one layer by itself, without any digest to compare.
pub fn read_bytes(stored: Vec<u8>, limits: &Limits) -> (Seen, LayerIndex, Vec<Problem>) {
    let mut seen = Seen::default();
    let (index, problems) = read_with(stored, limits, &mut seen);
    (seen, index, problems)
}

/// Reads one layer by itself with any visitor.
pub fn read_with(stored: Vec<u8>, limits: &Limits, visitor: &mut dyn Visitor) -> (LayerIndex, Vec<Problem>) {
    let layer = boltseal_image::Layer {
        index: 0,
        blob: "layer".into(),
        digest: None,
        diff_id: None,
        size: stored.len() as u64,
        instruction: None,
        media: boltseal_image::Media::Tar,
    };
    let (index, problems) = read_layer(&One(stored), &layer, limits, visitor, &|_| {});
    (index, problems.into_sorted())
}

pub fn read_plain(layer: &Layer) -> (Seen, LayerIndex, Vec<Problem>) {
    read_bytes(layer.to_stored(), &Limits::default())
}

/// The layers stacked, base first, and what was wrong with them.
pub fn stack(layers: &[Layer]) -> (Overlay, Problems) {
    let image = layers.iter().fold(image::Image::new(), |image, layer| image.layer(layer.clone()));
    let read = read_files(&image::oci(&[image]).unwrap());
    let mut problems = Problems::default();
    read.problems.into_iter().for_each(|problem| problems.push(problem));
    (read.overlay, problems)
}

/// A store with one blob, `layer`.
pub struct One(pub Vec<u8>);

impl Store for One {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok((name == "layer").then(|| Box::new(self.0.clone()) as Box<dyn Blob>))
    }
}

/// A layout in a folder.
pub struct Folder(pub PathBuf);

impl Store for Folder {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        assert!(!name.split('/').any(|part| part == ".."), "{name} stays in the folder");
        match fs::read(self.0.join(name)) {
            Ok(bytes) => Ok(Some(Box::new(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
