//! Lists the rules below `content/checks` and the sets of `content/policies`, so that one is added by adding its file alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    // Asked for at run time: clones that share a target folder share this program too.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let content = Path::new(&here).join("../../../content").canonicalize()?;
    let rules = entries(&content.join("checks"))?.into_iter().map(|folder| folder.join("policy.yaml"));
    let files: Vec<PathBuf> = rules.chain(entries(&content.join("policies"))?).collect();
    let mut text = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&content).unwrap_or(&file).display().to_string();
        text.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("checks.rs"), text)
}

/// What a folder holds, sorted.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    found.sort();
    Ok(found)
}
