//! Any path: the look-up agrees with the patterns, one by one.
#![no_main]

use boltseal_inventory::{ALL, Pattern, wanted};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|path: &str| {
    let matching = |is_program: bool| {
        let wants = move |pattern: &Pattern| (*pattern == Pattern::Program) == is_program && pattern.matches(path);
        ALL.iter().filter(move |analyzer| analyzer.files.iter().any(wants)).map(|analyzer| analyzer.id)
    };
    // What is wanted as a record is no program.
    let is_program = matching(false).next().is_none();
    assert!(wanted(path).map(|analyzer| analyzer.id).eq(matching(is_program)));
});
