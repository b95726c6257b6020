//! A VEX document of arbitrary bytes, and the question whether it speaks of a finding.
#![no_main]

use boltseal_advisory::vex;
use boltseal_model::{Limits, Purl};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { advisory_bytes: 1 << 20, ..Limits::default() };
    let (statements, _) = vex::parse("vex.json", data, &limits);
    let ids: Vec<String> = statements.iter().flat_map(|statement| statement.ids.clone()).collect();
    let _ = vex::Statements::new(statements);
    let _ = ids.iter().filter(|id| id.parse::<Purl>().is_ok()).count();
});
