//! Any bytes as manifests whose network policies are simulated and proposed, and as flows.
#![no_main]

use boltseal_model::Limits;
use boltseal_posture::network::{Cluster, Simulator, flows, propose};
use boltseal_posture::{File, read};
use libfuzzer_sys::fuzz_target;

const FLOWS: &[u8] = br#"{"from": "default/a", "to": "10.0.0.1", "port": 80}
{"from": "10.0.0.1", "to": "default/a", "port": 53, "protocol": "UDP"}"#;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { network_steps: 100_000, ..Limits::default() };
    let _ = flows("f", bytes, &limits);
    let (subjects, _) = read(&File { path: "f", bytes }, &limits);
    let (mut cluster, _) = Cluster::of(&subjects);
    let (proposal, _) = propose(&subjects, &limits);
    let _ = proposal.to_yaml();
    proposal.policies.into_iter().for_each(|proposed| cluster.add(proposed.policy));
    let (flows, _) = flows("f", FLOWS, &limits);
    let _ = Simulator::new(&cluster, &limits).simulate(&flows);
});
