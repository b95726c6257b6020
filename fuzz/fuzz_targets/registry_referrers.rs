//! Any bytes as a list of referrers, and as the manifest of one.
#![no_main]

use boltseal_model::{Digest, Limits};
use boltseal_registry::seals::ENVELOPE;
use boltseal_registry::seals::referrers::{manifest_of, merge_index, parse_index, parse_layers, parse_referrer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let image = Digest::sha256(&[1; 32]);
    let _ = parse_referrer(bytes, &image);
    let _ = parse_layers(bytes);
    let Ok(listed) = parse_index(bytes, &limits) else { return };
    for subject in listed.iter().take(4) {
        let (entry, manifest) = manifest_of(subject, bytes, ENVELOPE, "urn:x").expect("a manifest is written");
        assert!(parse_referrer(&manifest, &subject.digest).is_ok(), "what is written is read");
        let Ok(Some(merged)) = merge_index(Some(bytes), &entry, &limits) else { continue };
        // One that grew past the limit is no list any more, and is not written.
        let Ok(after) = parse_index(&merged, &limits) else { continue };
        assert_eq!(after.split_last(), Some((&entry, listed.as_slice())));
    }
});
