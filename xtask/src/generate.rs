//! `cargo xtask gen`: files that are generated and kept in the repository, so that they can be read and reviewed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::shell::{self, step};
use crate::{demo, feeds};

/// The sources of the embedded snapshot, below the data packs. `content/advisories/SOURCES.md` credits each.
const SNAPSHOT_SOURCES: &[&str] = &[
    "alpine-secdb",
    "debian/debian-12-fixed.tsv",
    "endoflife.tar.zst",
    "golang-vulndb.tar.zst",
    "kev.tar.zst",
    "nodejs-security-wg.tar.zst",
    "php-security-advisories.tar.zst",
    "pypa.tar.zst",
    "ruby-advisory-db.tar.zst",
    "rustsec.tar.zst",
];

const SNAPSHOT: &str = "content/advisories/snapshot.db";

/// Writes every generated file anew.
pub fn run() -> anyhow::Result<()> {
    let boltseal = demo::build()?;
    for (path, bytes) in generated(&boltseal)? {
        let full = shell::workspace().join(&path);
        if fs::read(&full).ok().as_deref() != Some(bytes.as_slice()) {
            fs::create_dir_all(full.parent().unwrap_or(Path::new(".")))?;
            fs::write(&full, bytes)?;
            println!("wrote {}", path.display());
        }
    }
    step("building again, with the snapshot in it");
    demo::build().map(drop)
}

/// Fails when a generated file is not what would be generated now.
pub fn check() -> anyhow::Result<()> {
    let boltseal = demo::build()?;
    let stale: Vec<String> = generated(&boltseal)?
        .into_iter()
        .filter(|(path, bytes)| fs::read(shell::workspace().join(path)).ok().as_deref() != Some(bytes.as_slice()))
        .map(|(path, _)| path.display().to_string())
        .collect();
    if !stale.is_empty() {
        bail!("stale: {}; `cargo xtask gen` writes them anew", stale.join(", "));
    }
    Ok(())
}

fn generated(boltseal: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let program = boltseal.to_string_lossy();
    let mut files = Vec::new();
    let mut say = |path: &str, arguments: &[&str]| -> anyhow::Result<()> {
        let text = shell::output(&mut shell::command(&program, arguments))?;
        files.push((PathBuf::from(path), text.into_bytes()));
        Ok(())
    };
    say("docs/reference/report.v1.schema.json", &["schema"])?;
    say("docs/reference/reports.v1.schema.json", &["schema", "reports"])?;
    say("docs/reference/audit.v1.schema.json", &["schema", "audit"])?;
    say("docs/reference/boltseal.1", &["man"])?;
    say("docs/reference/coverage.md", &["rules", "list", "--only", "parts", "--format", "markdown"])?;
    say("docs/reference/content-rules.md", &["rules", "list", "--only", "content", "--format", "markdown"])?;
    say("docs/reference/checks.md", &["rules", "list", "--only", "checks", "--format", "markdown"])?;
    for shell in ["bash", "fish", "zsh"] {
        say(&format!("docs/reference/completions/boltseal.{shell}"), &["completions", shell])?;
    }
    files.push((PathBuf::from("docs/reference/feeds.md"), feeds::page()?.into_bytes()));
    files.extend(snapshot(&program)?);
    Ok(files)
}

/// The snapshot, where the data packs are at hand. In CI they always are.
fn snapshot(program: &str) -> anyhow::Result<Option<(PathBuf, Vec<u8>)>> {
    let packs = shell::workspace().join("../shared/data/advisories");
    if !packs.exists() {
        if std::env::var_os("CI").is_some() {
            bail!("the data packs ../shared/data are absent, and in CI nothing is skipped");
        }
        println!("skipped: the snapshot is not generated, since the data packs ../shared/data are absent");
        return Ok(None);
    }
    let scratch = shell::target().join("snapshot.db");
    let into = scratch.to_string_lossy().into_owned();
    let sources = SNAPSHOT_SOURCES.iter().map(|source| packs.join(source).to_string_lossy().into_owned());
    let arguments = ["db", "build", "--db", &into, "--from"].map(str::to_owned);
    let built = shell::command(program, arguments.into_iter().chain(sources)).output()?;
    // The publishers' files hold a few entries that nobody can read; `db build` names them and ends with 3.
    if !matches!(built.status.code(), Some(0 | 3)) {
        bail!("building the snapshot: {}", String::from_utf8_lossy(&built.stderr));
    }
    Ok(Some((PathBuf::from(SNAPSHOT), fs::read(scratch)?)))
}
