//! Any bytes as the answer of clamd: only the one that says so is clean.
#![no_main]

use boltseal_clamd::{Verdict, verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Verdict::Clean) = verdict(bytes) {
        assert_eq!(String::from_utf8_lossy(bytes).trim(), "stream: OK");
    }
});
