//! Any bytes as `composer.lock` and Composer's record of what it installed.
#![no_main]

use boltseal_inventory::{File, wanted};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for path in ["composer.lock", "vendor/composer/installed.json"] {
        for analyzer in wanted(path) {
            let _ = (analyzer.parse)(&File { path, bytes }, &Limits::default());
        }
    }
});
