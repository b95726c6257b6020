//! Objects of git, loose and packed: the first byte tells which.
#![no_main]

use std::sync::LazyLock;

use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in(Sought { malware: false, secrets: true }).0);

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let id = "0".repeat(if first & 2 == 0 { 40 } else { 64 });
    let path = match first & 1 {
        0 => format!(".git/objects/pack/pack-{id}.pack"),
        _ => format!(".git/objects/00/{}", &id[2..]),
    };
    let limits = Limits { unpacked_bytes: 1 << 20, version_bytes: 1 << 22, file_bytes: 1 << 18, ..Limits::default() };
    let _ = Searcher::new(&RULES, &limits).search(File { path: &path, bytes });
});
