//! Says which analyzers and which reader of layers this program is built with, so that the layer cache keeps what they read
//! apart from what others read.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What decides what is read from a layer, from this crate's folder.
const SOURCES: &[&str] = &[
    "../content/src",
    "../image/src",
    "../inventory/src",
    "../../core/intent/src",
    "../../core/model/src",
    "src/collect.rs",
    "src/inspection.rs",
    "src/cache",
    "../../../content/licences/texts.toml",
    "../../../content/programs",
];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    // Its keys are fixed, so that the same sources give the same number.
    let mut hasher = DefaultHasher::new();
    for file in &files {
        file.hash(&mut hasher);
        fs::read(file).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo::rustc-env=BOLTSEAL_READERS={:016x}", hasher.finish());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}
