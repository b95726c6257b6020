//! Lists the rules below `content/`, so that a rule is added by adding its file alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the content lies, from this crate's folder.
const CONTENT: &str = "../../../content";

fn main() -> io::Result<()> {
    // Asked for at run time: clones that share a target folder share this program too.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let content = Path::new(&here).join(CONTENT).canonicalize()?;
    list(&content, "secrets", "toml")?;
    list(&content, "malware", "yar")
}

/// Files with an extension in a folder and in its folders, sorted.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Writes an array of (name, text) for `include!`, called as its folder is.
fn list(content: &Path, folder: &str, extension: &str) -> io::Result<()> {
    // From this crate's folder, or another clone with the same target folder would never look into its own.
    println!("cargo::rerun-if-changed={CONTENT}/{folder}");
    let root = content.join(folder);
    let mut text = String::from("&[\n");
    for file in files(&root, extension)? {
        let inside = file.strip_prefix(&root).unwrap_or(&file);
        let name = inside.with_extension("").to_string_lossy().trim_end_matches("/rule").to_owned();
        // From the folder of whoever compiles it, which need not be the clone that this ran in.
        let path = format!("/{CONTENT}/{folder}/{}", inside.display());
        text.push_str(&format!("    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n"));
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join(folder).with_extension("rs"), text)
}
