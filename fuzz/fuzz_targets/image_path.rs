//! Bytes of a path as text and back.
#![no_main]

use boltseal_image::{escape_path, unescape_path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(unescape_path(&escape_path(bytes)), bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = unescape_path(text);
    }
});
