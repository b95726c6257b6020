//! Signatures of ClamAV of arbitrary text: translated, and, where that succeeds, compiled.
#![no_main]

use boltseal_content::malware::Yara;
use boltseal_content::malware::clamav::{Sums, Translated};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for file in ["fuzz.ndb", "fuzz.ldb"] {
        let (translated, _) = Translated::new(file, text, &Limits::default());
        let _ = Yara::compile([(file, translated.filtered.as_str()), (file, translated.always.as_str())]);
    }
    let mut sums = Sums::default();
    let _ = sums.add("fuzz.hsb", text);
    let _ = sums.name(data);
});
