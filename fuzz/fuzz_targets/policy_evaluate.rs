//! Any text as a condition, evaluated for a workload and explained. What is accepted ends within its steps.
#![no_main]

use std::sync::LazyLock;

use boltseal_model::{Limits, Workload};
use boltseal_policy::{Facts, Loader, Schemas, Subject};
use boltseal_posture::{File, kubernetes};
use libfuzzer_sys::fuzz_target;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(boltseal_posture::schemas);

const POD: &[u8] = b"apiVersion: v1\nkind: Pod\nmetadata: {name: shop, annotations: {a: b}}\nspec:\n  hostNetwork: true\n  \
    containers:\n  - {name: a, image: a:1, securityContext: {privileged: true, capabilities: {add: [X]}}}\n  - {name: b}\n";

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let (workloads, _) = kubernetes::parse(&File { path: "pod.yaml", bytes: POD }, &Limits::default());
    workloads.first().and_then(|workload: &Workload| Facts::of(workload).ok()).expect("a workload")
});

fuzz_target!(|condition: &str| {
    let limits = Limits { policy_steps: 50_000, ..Limits::default() };
    // Behind the sign of a block, every text without a tab before it is a value.
    let lines: String = condition.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!(
        "id: a\ntitle: a\nseverity: low\nat: [build]\non: workload\nfor: container in workload.containers\naction: deny\nmessage: a\n\
         remediation: a\nwhen: |\n{lines}"
    );
    let mut loader = Loader::new(&SCHEMAS, &limits);
    loader.add("policy.yaml", text.as_bytes());
    let (library, _) = loader.finish();
    for policy in &library.policies {
        let subject = Subject::new("workload", &FACTS);
        let _ = policy.judge(&subject, None, &limits);
        for (_, explanation) in policy.explain(&subject, &limits) {
            let _ = explanation.to_string();
        }
    }
});
