//! Any bytes as container groups of Azure Container Instances, alone and in templates.
#![no_main]

use boltseal_model::Limits;
use boltseal_posture::{File, read, recognise};
use libfuzzer_sys::fuzz_target;

const FORMATS: &[&str] = &["aci-group", "arm-template"];

fuzz_target!(|bytes: &[u8]| {
    // What has another format is for another target.
    if recognise("f", bytes).is_some_and(|format| FORMATS.contains(&format.id)) {
        let _ = read(&File { path: "f", bytes }, &Limits::default());
    }
});
