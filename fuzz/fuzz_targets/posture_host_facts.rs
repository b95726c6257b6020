//! Any bytes as facts of a host, held to every benchmark.
#![no_main]

use std::sync::LazyLock;

use boltseal_audit::{Benchmark, Question, audit, commands, table};
use boltseal_model::Limits;
use boltseal_posture::{Checks, File, read, recognise};
use libfuzzer_sys::fuzz_target;

const FORMATS: &[&str] = &["host-facts"];

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load(&[], &Limits::default()).0);
static BENCHMARKS: LazyLock<Vec<Benchmark>> =
    LazyLock::new(|| Benchmark::ids().filter_map(|id| Benchmark::built_in(id).ok()).collect());

fuzz_target!(|bytes: &[u8]| {
    // What has another format is for another target.
    if !recognise("f", bytes).is_some_and(|format| FORMATS.contains(&format.id)) {
        return;
    }
    let limits = Limits::default();
    let (subjects, _) = read(&File { path: "f", bytes }, &limits);
    for benchmark in BENCHMARKS.iter() {
        let question = Question { benchmark, checks: &CHECKS, level: 2, today: None, limits: &limits };
        if let Ok(audit) = audit(&question, &subjects) {
            let _ = (table(&audit), commands(&audit), audit.json());
        }
    }
});
