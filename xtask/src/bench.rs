//! `cargo xtask bench`: the figures of `docs/benchmarks.md`, measured here and now.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::debian::{self, Need, Pockets};
use crate::demo;
use crate::options::Options;
use crate::shell::{self, step};

/// Runs of which the median counts, after one that warms the page cache.
const RUNS: usize = 21;

const NEEDS: &[Need] =
    &[Need { program: "mmdebstrap", package: "mmdebstrap" }, Need { program: "time", package: "time" }];

/// Measures whole commands, then the criterion benches.
pub fn run(options: &Options) -> anyhow::Result<()> {
    debian::ensure(demo::NEEDS, options)?;
    debian::ensure(NEEDS, options)?;
    let boltseal = demo::build()?;
    let tree = debian::unpacked(&debian::tree(Pockets::Updated)?)?;
    let shop = demo::shop_image()?;
    let tree_target = format!("dir:{}", tree.display());
    let shop_target = shop.to_string_lossy().into_owned();
    let rows = [
        ("boltseal --version", vec!["--version"]),
        ("boltseal db status", vec!["db", "status"]),
        ("boltseal scan dir:debian-12-updated", vec!["scan", &tree_target]),
        ("boltseal scan shop.tar", vec!["scan", &shop_target]),
    ];
    println!("\n| command | median | fastest | slowest | peak memory |\n| --- | ---: | ---: | ---: | ---: |");
    for (name, arguments) in rows {
        let times = times(&boltseal, &arguments)?;
        let at = |index: usize| times.get(index).copied().unwrap_or_default().as_secs_f64() * 1_000.0;
        let memory = peak_memory_kib(&boltseal, &arguments)? as f64 / 1024.0;
        println!("| `{name}` | {:.1} ms | {:.1} ms | {:.1} ms | {memory:.1} MiB |", at(RUNS / 2), at(0), at(RUNS - 1));
    }
    step("criterion");
    shell::run(&mut shell::command(
        "cargo",
        ["bench", "--workspace", "--benches", "--exclude", "xtask", "--exclude", "boltseal-cli"],
    ))
}

fn times(boltseal: &Path, arguments: &[&str]) -> anyhow::Result<Vec<Duration>> {
    let program = boltseal.to_string_lossy();
    shell::output(&mut shell::command(&program, arguments))?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        shell::output(&mut shell::command(&program, arguments))?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}

fn peak_memory_kib(boltseal: &Path, arguments: &[&str]) -> anyhow::Result<u64> {
    let record = shell::target().join("peak-memory");
    let (program, into) = (boltseal.to_string_lossy(), record.to_string_lossy());
    let time = ["--format=%M", "--output", &into, &program];
    shell::output(&mut shell::command("/usr/bin/time", time.iter().copied().chain(arguments.iter().copied())))?;
    Ok(std::fs::read_to_string(record)?.trim().parse()?)
}
