//! Any bytes as `go.sum`.
#![no_main]

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for path in ["go.sum"] {
        for analyzer in wanted(path) {
            let _ = (analyzer.parse)(&File { path, bytes }, &Limits::default());
        }
    }
});
