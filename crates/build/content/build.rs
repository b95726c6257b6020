//! Lists the rules below `content/`, so that a rule is added by adding its file alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    // Asked for at run time: clones that share a target folder share this program too.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let content = Path::new(&here).join("../../../content").canonicalize()?;
    let secrets = content.join("secrets");
    list("secrets.rs", &secrets, &files(&secrets, "toml")?)?;
    let malware = content.join("malware");
    list("malware.rs", &malware, &files(&malware, "yar")?)
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

/// Writes an array of (name, text) for `include!`.
fn list(name: &str, folder: &Path, files: &[PathBuf]) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut text = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(file).with_extension("");
        let name = name.to_string_lossy().trim_end_matches("/rule").to_owned();
        text.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join(name), text)
}
