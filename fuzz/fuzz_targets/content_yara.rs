//! YARA rules of arbitrary text, compiled and used on it.
#![no_main]

use boltseal_content::malware::{Yara, YaraSearcher};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (yara, _) = Yara::compile([("fuzz.yar", text)]);
    let _ = YaraSearcher::new(&yara).search(data, true, &mut Vec::new());
});
