//! Any bytes as dpkg's database and the control files of images without dpkg.
#![no_main]

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for path in ["var/lib/dpkg/status", "var/lib/dpkg/status.d/a"] {
        for analyzer in wanted(path) {
            let _ = (analyzer.parse)(&File { path, bytes }, &Limits::default());
        }
    }
});
