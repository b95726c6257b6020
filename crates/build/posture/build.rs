//! Lists the rules below `content/checks`, so that a rule is added by adding its folder alone.

use std::fs;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    // Asked for at run time: clones that share a target folder share this program too.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&here).join("../../../content/checks").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut rules: Vec<_> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    rules.sort();
    let mut text = String::from("&[\n");
    for rule in rules {
        let name = rule.file_name().unwrap_or_default().to_string_lossy().into_owned();
        text.push_str(&format!(
            "    ({name:?}, include_str!({:?})),\n",
            rule.join("policy.yaml").display().to_string()
        ));
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("checks.rs"), text)
}
