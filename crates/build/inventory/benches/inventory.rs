//! How long the look-up by path takes, and the two largest formats.
#![expect(clippy::unwrap_used, reason = "a bench reports by panicking")]

use std::fmt::Write;
use std::fs;
use std::hint::black_box;

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A million paths as they are in images: mostly files that nobody wants.
fn paths() -> Vec<String> {
    (0..1_000_000)
        .map(|n| match n % 10 {
            0 => format!("app/node_modules/module-{n}/package.json"),
            1 => format!("usr/lib/python3/dist-packages/package_{n}/__init__.py"),
            2 => format!("usr/share/doc/package-{n}/copyright"),
            3 => format!("usr/lib/x86_64-linux-gnu/libsomething-{n}.so.1.2.3"),
            4 => format!("usr/share/man/man1/program-{n}.1.gz"),
            5 => format!("app/node_modules/module-{n}/dist/es5/index.js"),
            6 => format!("usr/bin/program-{n}"),
            7 => format!("var/lib/dpkg/info/package-{n}.md5sums"),
            8 => format!("usr/share/locale/de/LC_MESSAGES/program-{n}.mo"),
            _ => format!("usr/local/lib/python3.11/site-packages/a-{n}.dist-info/licenses/LICENSE.txt"),
        })
        .collect()
}

/// A lock file of version 3 of about ten million bytes.
fn lock() -> String {
    let mut text = String::from("{\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {}");
    let integrity = "A".repeat(88);
    for n in 0..32_000 {
        write!(
            text,
            ",\n    \"node_modules/module-{n}\": {{\n      \"version\": \"1.{n}.0\",\n      \"resolved\": \
             \"https://registry.example.org/module-{n}/-/module-{n}-1.{n}.0.tgz\",\n      \"integrity\": \"sha512-{integrity}\",\n      \
             \"dependencies\": {{\n        \"other\": \"^1.0.0\"\n      }}\n    }}"
        )
        .unwrap();
    }
    text + "\n  }\n}\n"
}

fn parse(bencher: &mut Criterion, path: &str, bytes: &[u8]) {
    let limits = Limits::default();
    let analyzer = wanted(path).next().unwrap();
    let mut group = bencher.benchmark_group("parse");
    group.sample_size(20).throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function(analyzer.id, |bencher| {
        bencher.iter(|| (analyzer.parse)(black_box(&File { path, bytes }), &limits));
    });
    group.finish();
}

fn benches(bencher: &mut Criterion) {
    let paths = paths();
    let mut group = bencher.benchmark_group("wanted");
    group.sample_size(20).throughput(Throughput::Elements(paths.len() as u64));
    group.bench_function("million-paths", |bencher| {
        bencher.iter(|| paths.iter().map(|path| wanted(black_box(path)).count()).sum::<usize>());
    });
    group.finish();
    parse(bencher, "package-lock.json", lock().as_bytes());
    // Only Debian has one; elsewhere there is nothing to measure.
    if let Ok(status) = fs::read("/var/lib/dpkg/status") {
        parse(bencher, "var/lib/dpkg/status", &status);
    }
}

criterion_group!(inventory, benches);
criterion_main!(inventory);
