//! Any bytes as a bundle of Sigstore.
#![no_main]

use std::sync::LazyLock;

use boltseal_model::{Limits, Timestamp};
use boltseal_seal::sigstore::{Artifact, Bundle, TrustedRoot, verify};
use libfuzzer_sys::fuzz_target;

static ROOT: LazyLock<TrustedRoot> = LazyLock::new(|| {
    let root = include_bytes!("../../crates/core/seal/tests/fixtures/sigstore/public-good.trusted_root.json");
    TrustedRoot::parse(root, &Limits::default()).expect("a root")
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(bundle) = Bundle::parse(bytes, &Limits::default()) else { return };
    let now = Timestamp::from_seconds(1_800_000_000).expect("a time");
    // No identity is believed, so that whatever it says is refused.
    assert!(verify(&bundle, Artifact::Statement, &ROOT, &[], now).is_err());
    assert!(verify(&bundle, Artifact::Bytes(b"artifact"), &ROOT, &[], now).is_err());
});
