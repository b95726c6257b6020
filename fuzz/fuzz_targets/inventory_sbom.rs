//! Any bytes as a bill of materials.
#![no_main]

use boltseal_inventory::sbom::parse;
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((sbom, _)) = parse("bom.json", bytes, &Limits::default()) {
        for package in sbom.packages {
            assert!(package.purl.starts_with("pkg:") && !package.version.is_empty());
        }
    }
});
