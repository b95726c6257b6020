//! `cargo xtask fuzz`: every fuzz target for a while.

use anyhow::bail;

use crate::shell::{self, step};

/// Runs every target for so many seconds; the first crash ends it and leaves its input in `fuzz/artifacts`.
pub fn run(seconds: u32) -> anyhow::Result<()> {
    if !shell::has("cargo-fuzz") {
        bail!("cargo-fuzz is not installed: cargo install cargo-fuzz");
    }
    let targets = shell::output(&mut shell::command("cargo", ["+nightly", "fuzz", "list"]))?;
    let time = format!("-max_total_time={seconds}");
    for target in targets.lines() {
        step(target);
        let limits = [time.as_str(), "-rss_limit_mb=2048", "-timeout=10", "-max_len=65536"];
        let arguments = ["+nightly", "fuzz", "run", target, "--"];
        shell::run(&mut shell::command("cargo", arguments.into_iter().chain(limits)))?;
    }
    Ok(())
}
