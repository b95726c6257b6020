//! The real data that lies beside the project, in `../shared/data`.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(Path::to_path_buf).expect("testkit lies two folders below the workspace")
}

/// A file or folder of the data packs; `None`, and a printed reason, where the packs are absent.
pub fn find(path: &str) -> Option<PathBuf> {
    let found = workspace().join("../shared/data").join(path);
    if found.exists() {
        return Some(found);
    }
    crate::skip(&format!("the data pack ../shared/data/{path} is absent"));
    None
}

/// Unpacks a `.tar.zst` of the data packs into a scratch folder that goes away with the returned guard.
pub fn unpack(path: &str) -> Option<TempDir> {
    let archive = find(path)?;
    let file = fs::File::open(&archive).expect("data pack opens");
    let folder = tempfile::tempdir().expect("scratch folder");
    let stream = zstd::Decoder::new(file).expect("data pack is zstd");
    tar::Archive::new(stream).unpack(folder.path()).expect("data pack unpacks");
    Some(folder)
}
