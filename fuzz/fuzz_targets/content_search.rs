//! The search for malware and secrets in arbitrary bytes.
#![no_main]

use std::sync::LazyLock;

use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in(Sought { malware: true, secrets: true }).0);

fuzz_target!(|data: &[u8]| {
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let _ = Searcher::new(&RULES, &limits).search(File { path: "srv/.npmrc", bytes: data });
});
