//! Benchmarks are tables: every number once, every rule there, and every reference of a rule agrees with them.

use std::collections::BTreeSet;

use boltseal_audit::{Benchmark, Over};
use boltseal_model::Limits;
use boltseal_posture::Checks;

fn checks() -> Checks {
    let (checks, mistakes) = Checks::load(&[], &Limits::default());
    assert_eq!(mistakes, []);
    checks
}

fn all() -> Vec<Benchmark> {
    Benchmark::ids().map(|id| Benchmark::built_in(id).unwrap()).collect()
}

#[test]
fn every_number_is_there_once_and_is_decided_by_rules_or_a_person() {
    for benchmark in all() {
        let id = &benchmark.benchmark;
        let numbers: BTreeSet<&str> = benchmark.checks.iter().map(|entry| entry.number.as_str()).collect();
        assert_eq!(numbers.len(), benchmark.checks.len(), "{id}: a number is there twice");
        let parts = |number: &str| number.split('.').map(|part| part.parse::<u32>().unwrap()).collect::<Vec<_>>();
        assert!(benchmark.checks.is_sorted_by_key(|entry| parts(&entry.number)), "{id}");
        for entry in &benchmark.checks {
            assert!((1..=2).contains(&entry.level), "{id} {}", entry.number);
            assert!(!entry.rules.is_empty() || entry.person.is_some(), "{id} {}: nobody decides it", entry.number);
        }
    }
}

#[test]
fn the_benchmark_of_docker_has_its_118_checks() {
    let benchmark = Benchmark::built_in("cis-docker").unwrap();
    let of = |chapter: &str| benchmark.checks.iter().filter(|entry| entry.number.starts_with(chapter)).count();
    let counts = ["1.", "2.", "3.", "4.", "5.", "6.", "7."].map(of);
    assert_eq!((counts, benchmark.checks.len()), ([20, 19, 24, 12, 32, 2, 9], 118));
}

#[test]
fn rules_and_tables_agree() {
    let checks = checks();
    let rules = checks.rules();
    for benchmark in all() {
        for entry in &benchmark.checks {
            for id in &entry.rules {
                let rule = rules.iter().find(|rule| rule.policy.id == *id);
                let policy = rule.unwrap_or_else(|| panic!("{}: there is no rule {id}", entry.number)).policy;
                let reference = format!("{}:{}", benchmark.reference, entry.number);
                assert!(policy.references.contains(&reference), "{id} does not refer to {reference}");
                let is_over_host = policy.roots == ["host"];
                assert_eq!(is_over_host, entry.over == Over::Host, "{}: {id} looks at something else", entry.number);
            }
        }
        for policy in rules.iter().map(|rule| rule.policy) {
            for reference in policy.references.iter().filter_map(|it| it.strip_prefix(&benchmark.reference)) {
                let number = reference.strip_prefix(':').unwrap();
                let entry = benchmark.checks.iter().find(|entry| entry.number == number);
                let entry = entry.unwrap_or_else(|| panic!("{} refers to {number}, which is no check", policy.id));
                assert!(entry.rules.contains(&policy.id), "{number} does not name {}", policy.id);
            }
        }
    }
}
