//! `cargo xtask fuzz`: fuzz targets for a while each, beginning with what the fixtures hold.
//!
//! The compiler is the pinned one, allowed what only nightly ones are (`RUSTC_BOOTSTRAP`), and no sanitizer is linked in: the
//! program is safe Rust, whose defects are panics, and time and memory without bound, all of which the fuzzer sees itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::shell::{self, step};

/// Seconds for a target unless told otherwise.
pub const SECONDS: u32 = 60;

/// Runs one target, or each of them; the first crash ends it and leaves its input in `fuzz/artifacts`.
pub fn run(target: Option<&str>, seconds: u32) -> anyhow::Result<()> {
    if !shell::has("cargo-fuzz") {
        bail!("cargo-fuzz is not installed: cargo install cargo-fuzz");
    }
    let listed = shell::output(&mut shell::command("cargo", ["fuzz", "list"]))?;
    let targets: Vec<&str> = listed.lines().filter(|name| target.is_none_or(|only| only == *name)).collect();
    if targets.is_empty() {
        bail!("no fuzz target is called {}; there are:\n{listed}", target.unwrap_or_default());
    }
    for target in targets {
        step(target);
        // What the fuzzer finds to be worth keeping goes to the first folder, and stays there.
        let kept = shell::workspace().join("fuzz/corpus").join(target);
        fs::create_dir_all(&kept).with_context(|| format!("making {}", kept.display()))?;
        let mut command = shell::command("cargo", ["fuzz", "run", "--sanitizer", "none", target]);
        command.arg(kept).args(seeds(&shell::workspace(), target)).env("RUSTC_BOOTSTRAP", "1");
        command.args(["--", &format!("-max_total_time={seconds}")]);
        command.args(["-rss_limit_mb=2048", "-timeout=10", "-max_len=65536"]);
        shell::run(&mut command)?;
    }
    Ok(())
}

/// The folders of fixtures from whose files a target begins: those of the id that it is named by, `inventory_go_mod` for `go-mod`;
/// or else all of its crate's.
fn seeds(workspace: &Path, target: &str) -> Vec<PathBuf> {
    let (crate_name, subject) = target.split_once('_').unwrap_or((target, ""));
    let kinds =
        ["crates/build", "crates/core"].map(|wing| workspace.join(wing).join(crate_name).join("tests/fixtures"));
    let kinds: Vec<PathBuf> = kinds.iter().flat_map(|fixtures| folders(fixtures)).collect();
    let of_id: Vec<PathBuf> =
        kinds.iter().map(|kind| kind.join(subject.replace('_', "-"))).filter(|folder| folder.is_dir()).collect();
    if of_id.is_empty() { kinds } else { of_id }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_begins_with_the_fixtures_of_its_id_or_of_its_crate() {
        let root = shell::workspace();
        let fixtures = root.join("crates/build/inventory/tests/fixtures");
        assert_eq!(seeds(&root, "inventory_go_mod"), [fixtures.join("analyzers/go-mod")]);
        assert_eq!(seeds(&root, "inventory_wanted"), [fixtures.join("analyzers"), fixtures.join("sboms")]);
        let fixtures = root.join("crates/core/seal/tests/fixtures");
        assert_eq!(seeds(&root, "seal_key"), [fixtures.join("keys"), fixtures.join("sigstore")]);
        assert_eq!(seeds(&root, "image_layer"), [] as [PathBuf; 0]);
    }
}
