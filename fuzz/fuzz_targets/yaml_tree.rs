//! Any text as a stream of YAML.
#![no_main]

use boltseal_model::Limits;
use boltseal_yaml::{documents, tree};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for (before, document) in documents(text) {
        let _ = tree(document, before, &Limits::default());
    }
});
