//! How fast the files of a folder are searched, beside YARA-X alone with the same rules for malware on the same bytes.
//!
//! One thread, and its processor's time alone, so that other work on the machine changes little; only searching is timed, not
//! reading. `cargo xtask bench` names a corpus in `BOLTSEAL_CORPUS`; without one,
//! nothing is measured. Whatever YARA-X finds must be found here too: speed that comes of looking at less is none.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "benches report by printing and panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use boltseal_content::malware::BUILT_IN;
use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;
use rustix::time::{ClockId, clock_gettime};
use yara_x::{Compiler, Scanner, SourceCode};

fn main() {
    let Some(corpus) = std::env::var_os("BOLTSEAL_CORPUS").map(PathBuf::from) else {
        println!("BOLTSEAL_CORPUS names no corpus; `cargo xtask bench` makes one");
        return;
    };
    let limits = Limits::default();
    let rules = |malware, secrets| Rules::built_in(Sought { malware, secrets }).0;
    let (all, malware, secrets) = (rules(true, true), rules(true, false), rules(false, true));
    let mut searchers = [("all rules", &all), ("rules for malware", &malware), ("rules for secrets", &secrets)]
        .map(|(name, rules)| (name, rules, Searcher::new(rules, &limits), Duration::ZERO));
    let engine = engine();
    let mut alone = Scanner::new(&engine);
    alone.max_matches_per_pattern(1_000).fast_scan(true);
    let (mut time_alone, mut bytes_read, mut files) = (Duration::ZERO, 0_u64, 0_u64);
    for path in files_below(&corpus) {
        let bytes = fs::read(&path).expect("the corpus can be read");
        let name = path.to_string_lossy();
        (bytes_read, files) = (bytes_read + bytes.len() as u64, files + 1);
        let begun = now();
        let found: BTreeSet<String> = alone
            .scan(&bytes)
            .expect("YARA-X scans")
            .matching_rules()
            .map(|rule| rule.identifier().replace('_', "-"))
            .collect();
        time_alone += now() - begun;
        for (_, rules, searcher, time) in &mut searchers {
            let begun = now();
            let (hits, _) = searcher.search(File { path: &name, bytes: &bytes });
            *time += now() - begun;
            if rules.seek_malware() {
                let missed = found.iter().find(|rule| !hits.iter().any(|hit| hit.rule == **rule));
                assert_eq!(missed, None, "YARA-X finds it in {name}, and we do not");
            }
        }
    }
    let speed = |time: Duration| bytes_read as f64 / 1e6 / time.as_secs_f64();
    println!(
        "| one core, {files} files, {:.0} MB | MB/s | of YARA-X alone |\n| --- | ---: | ---: |",
        bytes_read as f64 / 1e6
    );
    println!("| YARA-X alone, rules for malware | {:.0} | |", speed(time_alone));
    for (name, _, _, time) in searchers {
        println!("| boltseal, {name} | {:.0} | {:.2} |", speed(time), speed(time) / speed(time_alone));
    }
}

/// What this thread has had of a processor.
fn now() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a clock does not run backwards")
}

/// All rules for malware in one set, as YARA-X is used without us.
fn engine() -> yara_x::Rules {
    let mut compiler = Compiler::new();
    for (name, text) in BUILT_IN {
        compiler.new_namespace(name);
        compiler.add_source(SourceCode::from(*text)).expect("our rules compile");
    }
    compiler.build()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the corpus is a folder");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
