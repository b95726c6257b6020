//! Any bytes as a document of trust, and as a trust root of Sigstore.
#![no_main]

use boltseal_model::Limits;
use boltseal_seal::Trust;
use boltseal_seal::sigstore::TrustedRoot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    if let Ok(trust) = Trust::parse(bytes, &limits) {
        assert!(trust.keys().len() <= limits.trusted_keys);
    }
    let _ = TrustedRoot::parse(bytes, &limits);
});
