//! Lists the rules below `content/checks` and the sets of `content/policies`, so that one is added by adding its file alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the content lies, from this crate's folder.
const CONTENT: &str = "../../../content";

fn main() -> io::Result<()> {
    // Asked for at run time: clones that share a target folder share this program too.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let content = Path::new(&here).join(CONTENT).canonicalize()?;
    let rules = entries(&content, "checks")?.into_iter().map(|folder| folder.join("policy.yaml"));
    let files: Vec<PathBuf> = rules.chain(entries(&content, "policies")?).collect();
    let mut text = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&content).unwrap_or(&file).display().to_string();
        // From the folder of whoever compiles it, which need not be the clone that this ran in.
        let path = format!("/{CONTENT}/{name}");
        text.push_str(&format!("    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n"));
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("checks.rs"), text)
}

/// What a folder of the content holds, sorted.
fn entries(content: &Path, folder: &str) -> io::Result<Vec<PathBuf>> {
    // From this crate's folder, or another clone with the same target folder would never look into its own.
    println!("cargo::rerun-if-changed={CONTENT}/{folder}");
    let mut found: Vec<PathBuf> =
        fs::read_dir(content.join(folder))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    found.sort();
    Ok(found)
}
