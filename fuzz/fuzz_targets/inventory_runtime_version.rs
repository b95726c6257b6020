//! Any bytes as the file that names the version of a run time.
#![no_main]

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for path in ["opt/jdk/release", "usr/local/go/VERSION"] {
        for analyzer in wanted(path) {
            let _ = (analyzer.parse)(&File { path, bytes }, &Limits::default());
        }
    }
});
