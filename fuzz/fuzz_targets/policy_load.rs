//! Any bytes as a file of policies.
#![no_main]

use std::sync::LazyLock;

use boltseal_model::Limits;
use boltseal_policy::{Loader, Schemas};
use libfuzzer_sys::fuzz_target;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(boltseal_posture::schemas);

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let mut loader = Loader::new(&SCHEMAS, &limits);
    loader.add("policy.yaml", bytes);
    let (library, mistakes) = loader.finish();
    for mistake in &mistakes {
        assert!(!mistake.detail.is_empty());
    }
    for set in &library.sets {
        let _ = set.rules(&library.policies);
    }
});
