//! Any bytes as the messages of an answer of containerd.
#![no_main]

use boltseal_containerd::frames_in;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = frames_in(bytes);
});
