//! Archives and compressed bytes.
#![no_main]

use boltseal_archive::{Budget, Receiver, kind, unpack};
use boltseal_model::{Limits, Problem};
use libfuzzer_sys::fuzz_target;

struct Nobody;

impl Receiver for Nobody {
    fn member(&mut self, _: &str, bytes: &[u8]) {
        assert!(bytes.len() <= 1 << 20);
    }

    fn problem(&mut self, _: Problem) {}
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { file_bytes: 1 << 20, window_bytes: 1 << 24, ..Limits::default() };
    if let Some(kind) = kind(bytes) {
        unpack(kind, bytes, &limits, &Budget::new(1 << 22), &mut Nobody);
    }
});
