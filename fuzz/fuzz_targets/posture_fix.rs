//! Any bytes as a declaration that is mended: what is mended is mended, and stays so.
#![no_main]

use std::sync::LazyLock;

use boltseal_model::Limits;
use boltseal_posture::{Checks, File};
use libfuzzer_sys::fuzz_target;

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load(&[], &Limits::default()).0);

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { patch_bytes: 256 << 10, ..Limits::default() };
    for path in ["f.yaml", "Dockerfile"] {
        let mending = CHECKS.mend(&File { path, bytes }, None, &limits);
        let Some(text) = &mending.text else { continue };
        assert!(!mending.diff.is_empty() && text.as_bytes() != bytes);
        // Where there was no room for all, a second time may go further.
        if !mending.faults.is_empty() {
            continue;
        }
        let again = CHECKS.mend(&File { path, bytes: text.as_bytes() }, None, &limits);
        assert_eq!(again.text, None);
    }
});
