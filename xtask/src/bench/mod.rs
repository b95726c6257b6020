//! `cargo xtask bench`: the figures of `docs/benchmarks.md`, measured here and now.

mod content;
mod corpus;
mod inputs;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::debian::{self, Need, Pockets};
use crate::options::Options;
use crate::shell::{self, step};
use crate::{demo, python};

/// Runs of which the median counts, after one that warms the page cache.
const RUNS: usize = 21;
/// Runs of what takes seconds.
const FEW: usize = 3;

const NEEDS: &[Need] =
    &[Need { program: "mmdebstrap", package: "mmdebstrap" }, Need { program: "time", package: "time" }];

/// Measures the search for malware and secrets beside others.
pub fn run_content(options: &Options) -> anyhow::Result<()> {
    debian::ensure(NEEDS, options)?;
    debian::ensure(python::NEEDS, options)?;
    content::run(&demo::build()?, &debian::unpacked(&debian::tree(Pockets::Updated)?)?)
}

/// Measures whole commands, then the criterion benches.
pub fn run(options: &Options) -> anyhow::Result<()> {
    debian::ensure(demo::NEEDS, options)?;
    debian::ensure(NEEDS, options)?;
    debian::ensure(python::NEEDS, options)?;
    let boltseal = demo::build()?;
    let tree = debian::unpacked(&debian::tree(Pockets::Updated)?)?;
    let shop = demo::shop_image()?;
    let tree_target = format!("dir:{}", tree.display());
    let shop_target = shop.to_string_lossy().into_owned();
    let sources = format!("dir:{}", inputs::tree()?.display());
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let (files, bytes, line) = (text(inputs::many_files()?), text(inputs::many_bytes()?), text(inputs::long_line()?));
    // Every run but that of the cache reads everything.
    let anew = |target| vec!["scan", target, "--no-cache"];
    let packages = |target| vec!["scan", target, "--no-cache", "--only", "vulnerability"];
    let rows = [
        ("boltseal --version", RUNS, vec!["--version"]),
        ("boltseal db status", RUNS, vec!["db", "status"]),
        ("boltseal scan dir:debian-12-updated --only vulnerability", RUNS, packages(&tree_target)),
        ("boltseal scan dir:debian-12-updated", RUNS, anew(&tree_target)),
        ("boltseal scan shop.tar --only vulnerability", RUNS, packages(&shop_target)),
        ("boltseal scan shop.tar", RUNS, anew(&shop_target)),
        ("boltseal scan dir:tree --only vulnerability (45,000 files, 665 MB)", RUNS, packages(&sources)),
        ("boltseal scan dir:tree (45,000 files, 665 MB)", RUNS, anew(&sources)),
        ("boltseal scan image.tar (3 million files in a layer)", FEW, anew(&files)),
        ("boltseal scan image.tar (a layer of 5 GB)", FEW, anew(&bytes)),
        ("boltseal scan image.tar (a lock file of 160 MB on a line)", FEW, anew(&line)),
    ];
    println!("\n| command | median | fastest | slowest | peak memory |\n| --- | ---: | ---: | ---: | ---: |");
    for (name, runs, arguments) in rows {
        let times = times(&boltseal, &arguments, runs)?;
        let at = |index: usize| times.get(index).copied().unwrap_or_default().as_secs_f64() * 1_000.0;
        let memory = peak_memory_kib(&boltseal, &arguments)? as f64 / 1024.0;
        println!("| `{name}` | {:.1} ms | {:.1} ms | {:.1} ms | {memory:.1} MiB |", at(runs / 2), at(0), at(runs - 1));
    }
    content::run(&boltseal, &tree)?;
    step("criterion");
    shell::run(&mut shell::command(
        "cargo",
        ["bench", "--workspace", "--benches", "--exclude", "xtask", "--exclude", "boltseal-cli"],
    ))
}

fn times(boltseal: &Path, arguments: &[&str], runs: usize) -> anyhow::Result<Vec<Duration>> {
    let program = boltseal.to_string_lossy();
    invoke(&program, arguments)?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        invoke(&program, arguments)?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}

/// Runs the command. One that could not read everything has done its work, and says so with 3.
fn invoke(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let output = shell::command(program, arguments).output()?;
    if !matches!(output.status.code(), Some(0 | 3)) {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn peak_memory_kib(boltseal: &Path, arguments: &[&str]) -> anyhow::Result<u64> {
    let record = shell::target().join("peak-memory");
    let (program, into) = (boltseal.to_string_lossy(), record.to_string_lossy());
    let time = ["--format=%M", "--output", &into, &program];
    let words: Vec<&str> = time.iter().copied().chain(arguments.iter().copied()).collect();
    invoke("/usr/bin/time", &words)?;
    // A line about the exit code may stand before the number.
    let text = std::fs::read_to_string(record)?;
    Ok(text.lines().last().unwrap_or_default().trim().parse()?)
}
