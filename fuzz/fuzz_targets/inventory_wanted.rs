//! Any path: the look-up agrees with the patterns, one by one.
#![no_main]

use boltseal_inventory::{ALL, wanted};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|path: &str| {
    let matching = ALL.iter().filter(|analyzer| analyzer.files.iter().any(|pattern| pattern.matches(path)));
    assert!(wanted(path).map(|analyzer| analyzer.id).eq(matching.map(|analyzer| analyzer.id)));
});
