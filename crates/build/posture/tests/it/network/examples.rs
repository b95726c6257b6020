//! Every NetworkPolicy of the data pack, with flows and what the API says of them.

use std::collections::BTreeSet;
use std::fs;

use boltseal_testkit::data;

use super::{hold, world};
use crate::packs::files;

/// Flows, and whether they are allowed.
type Flows = &'static [(&'static str, bool)];

const EXAMPLES: &[(&str, Flows)] = &[
    (
        "conformance/base/api_integration/standard-anp-np-banp.yaml",
        // Namespaces are told by a label that none of ours has.
        &[
            ("x/a network-policy-conformance-gryffindor/a 80", false),
            ("network-policy-conformance-gryffindor/a x/a 80", false),
        ],
    ),
    ("policy-assistant/examples/demos/kubecon-eu-2024/policies/npv1.yaml", DEMO),
    ("policy-assistant/examples/demos/walkthrough/policies/npv1.yaml", DEMO),
    (
        "policy-assistant/test/example-policies/networkpolicies/allow-all-internal.yaml",
        &[("x/a abcd/a 80", true), ("198.51.100.7 abcd/a 80", false), ("abcd/a 198.51.100.7 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/allow-all.yaml",
        &[("x/a abcd/a 80", true), ("198.51.100.7 abcd/a 80", true), ("abcd/a x/a 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/features/portrange1.yaml",
        &[
            ("x/a y/a 80", true),
            ("x/a y/a 103", true),
            ("x/a y/a 104", false),
            ("x/a y/a 79", false),
            ("x/a y/a 90/UDP", false),
            ("x/a y/b 80", false),
            ("x/a y/b 53/UDP", true),
            ("x/a 198.51.100.7 53/UDP", true),
            ("x/a 198.51.100.7 53", false),
            ("x/b y/b 1", true),
            ("y/b x/a 1", true),
        ],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/allow-all-egress-by-label.yaml",
        &[("y/a x/a 80", true), ("y/b 198.51.100.7 80", true), ("y/c x/a 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/allow-all-for-label.yaml",
        &[("x/a y/b 80", true), ("198.51.100.7 y/b 80", true), ("x/a y/a 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/allow-by-ip.yaml",
        &[("0.0.0.9 y/c 80", true), ("0.0.1.9 y/c 80", false), ("y/a y/c 80", false), ("y/a y/b 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/allow-label-to-label.yaml",
        &[("y/c y/a 80", true), ("y/b y/a 80", false), ("x/c y/a 80", false), ("x/c y/b 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/deny-all-egress.yaml",
        &[("y/a y/b 80", false), ("y/a 198.51.100.7 80", false), ("x/a y/b 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/deny-all-for-label.yaml",
        &[("y/b y/a 80", false), ("198.51.100.7 y/a 80", false), ("y/a y/b 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/simple-example/deny-all.yaml",
        &[("y/b y/a 80", false), ("x/b y/c 80", false), ("y/a x/b 80", true), ("y/a y/a 80", true)],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/upstream_test_cases/allow-to-ns-y-pod-a.yaml",
        &[
            ("x/a y/a 80", true),
            ("x/a y/a 81", false),
            ("x/a y/b 80", false),
            ("x/a y/b 53/UDP", true),
            ("x/c y/b 80", true),
        ],
    ),
    (
        "policy-assistant/test/example-policies/networkpolicies/yaml-syntax/yaml-list.yaml",
        // Three policies add up: own pods at any port, everybody in the cluster at 8080.
        &[
            ("ns-y/a ns-y/b 80", true),
            ("x/a ns-y/b 8080", true),
            ("x/a ns-y/b 80", false),
            ("198.51.100.7 ns-y/b 8080", false),
            ("ns-y/a 198.51.100.7 80", true),
        ],
    ),
];

const DEMO: Flows =
    &[("demo/b demo/a 80", false), ("x/a demo/a 80", false), ("demo/a demo/b 80", true), ("demo/b x/a 80", true)];

#[test]
fn examples_let_through_what_they_say() {
    let Some(folder) = data::find("kubernetes/network-policy") else { return };
    let others = world(&["x", "y", "abcd", "demo", "ns-y", "network-policy-conformance-gryffindor"]);
    let mut covered = BTreeSet::new();
    for (path, flows) in EXAMPLES {
        let text = fs::read_to_string(folder.join(path)).unwrap();
        hold(path, &format!("{others}---\n{text}\n"), flows);
        covered.insert(folder.join(path));
    }
    for path in files(&folder) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let is_policy = text.lines().any(|line| line.trim_start_matches([' ', '-']) == "kind: NetworkPolicy");
        let is_schema = text.contains("CustomResourceDefinition");
        assert!(!is_policy || is_schema || covered.contains(&path), "{} has no flows", path.display());
    }
}
