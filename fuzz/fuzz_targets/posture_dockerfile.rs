//! Any bytes as a Dockerfile.
#![no_main]

use boltseal_model::Limits;
use boltseal_posture::{File, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(&File { path: "Dockerfile", bytes }, &Limits::default());
});
