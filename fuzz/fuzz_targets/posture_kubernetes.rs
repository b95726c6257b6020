//! Any bytes as manifests of Kubernetes, and what they declare held to every version of the standards.
#![no_main]

use boltseal_model::Limits;
use boltseal_posture::pod_security::{Level, Version, judge};
use boltseal_posture::{File, kubernetes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (workloads, _) = kubernetes::parse(&File { path: "f", bytes }, &Limits::default());
    for workload in &workloads {
        for version in Version::all() {
            let _ = judge(workload, Level::Baseline, version);
            let _ = judge(workload, Level::Restricted, version);
        }
    }
});
