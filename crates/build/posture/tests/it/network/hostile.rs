//! Any resources at all give policies, proposals and the problems met.

use boltseal_model::Limits;
use boltseal_posture::network::{Cluster, Outcome, Simulator, flows, propose};
use boltseal_posture::{File, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::flow;

/// Names that mean something somewhere, so that values get to where they are read.
const NAMES: [&str; 24] = [
    "podSelector",
    "namespaceSelector",
    "matchLabels",
    "matchExpressions",
    "key",
    "operator",
    "values",
    "ingress",
    "egress",
    "from",
    "to",
    "ports",
    "port",
    "endPort",
    "protocol",
    "ipBlock",
    "cidr",
    "except",
    "policyTypes",
    "selector",
    "targetPort",
    "rules",
    "backend",
    "data",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (0..100_000i64).prop_map(Value::from),
        "[ -~\u{e9}\u{2028}]{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["In", "Exists", "TCP", "Ingress", "Egress", "10.0.0.0/8", "::/0", "http", "db", "a"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES.to_vec()), inner), 0..4)
                .prop_map(|entries| entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["NetworkPolicy", "Service", "Ingress", "ConfigMap", "Namespace", "Pod"]);
    (kind, "[ -~\u{e9}\u{2028}\n]{0,8}", value(), value(), value()).prop_map(|(kind, name, labels, one, other)| {
        let version = if matches!(kind, "NetworkPolicy" | "Ingress") { "networking.k8s.io/v1" } else { "v1" };
        json!({
            "apiVersion": version,
            "kind": kind,
            "metadata": { "name": name, "namespace": if labels.is_null() { "x" } else { "default" }, "labels": labels },
            "data": one,
            "spec": {
                "podSelector": one, "ingress": [other], "egress": other, "selector": one, "ports": [other], "rules": [one],
                "containers": [{ "name": name, "env": [{ "name": name, "value": name }], "args": [name, "db:80"], "ports": [one] }],
            },
        })
    })
}

fn hold(bytes: &[u8]) {
    let limits = Limits { network_steps: 10_000, ..Limits::default() };
    let (subjects, _) = read(&File { path: "f", bytes }, &limits);
    let (cluster, problems) = Cluster::of(&subjects);
    let (proposal, more) = propose(&subjects, &limits);
    for problem in problems.into_sorted().into_iter().chain(more.into_sorted()) {
        assert!(!problem.detail.is_empty() && problem.detail.len() <= 2_000, "{problem:?}");
    }
    let _ = Simulator::new(&cluster, &limits).simulate(&[flow("default/a x/b 80"), flow("10.0.0.1 default/a 53/UDP")]);
    // What is proposed is read as it was meant.
    let yaml = proposal.to_yaml();
    let (subjects, problems) = read(&File { path: "f", bytes: yaml.as_bytes() }, &Limits::default());
    assert!(proposal.policies.is_empty() || problems.is_empty(), "{problems:?}\n{yaml}");
    let (written, problems) = Cluster::of(&subjects);
    assert!(problems.is_empty(), "{problems:?}\n{yaml}");
    let count: usize = written.policies.values().map(Vec::len).sum();
    assert_eq!(count, proposal.policies.len(), "{yaml}");
    for proposed in &proposal.policies {
        let policy = &proposed.policy;
        let found = written.policies[&policy.namespace].iter().find(|it| it.name == policy.name).unwrap();
        assert_eq!(
            (&found.pods, &found.ingress, &found.egress),
            (&policy.pods, &policy.ingress, &policy.egress),
            "{yaml}"
        );
    }
}

proptest! {
    #[test]
    fn never_panics_on_any_resources(objects in prop::collection::vec(object(), 0..6)) {
        hold(Value::from(objects).to_string().as_bytes());
    }

    #[test]
    fn never_panics_on_any_lines_of_flows(
        text in "([{]\"from\": \"[a-z0-9./:]{0,9}\", ?\"to\": ?\"[ -~]{0,5}\"[,\"a-z: 0-9}]{0,20}\n?){0,5}",
        bytes in any::<Vec<u8>>(),
    ) {
        for bytes in [text.as_bytes(), &bytes] {
            let (_, problems) = flows("f", bytes, &Limits::default());
            for problem in problems.into_sorted() {
                prop_assert!(problem.detail.len() <= 2_000 && problem.path.as_deref() == Some("f"));
            }
        }
    }
}

#[test]
fn much_work_ends_at_the_limit() {
    let mut text = String::new();
    for index in 0..2_000 {
        let object = |version: &str, kind: &str, metadata: &str, spec: &str| {
            format!(
                "---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: n{index}{metadata}}}\nspec: {{{spec}}}\n"
            )
        };
        text += &object("networking.k8s.io/v1", "NetworkPolicy", "", "podSelector: {matchLabels: {a: b}}");
        text += &object("v1", "Service", "", "selector: {a: b}, ports: [{port: 1}]");
        text += &object("v1", "Pod", ", labels: {a: b}", "containers: [{name: c, args: [n1]}]");
    }
    let limits = Limits { network_steps: 100_000, ..Limits::default() };
    let (subjects, _) = read(&File { path: "f", bytes: text.as_bytes() }, &limits);
    let (cluster, _) = Cluster::of(&subjects);
    let (proposal, problems) = propose(&subjects, &limits);
    assert!(problems.into_sorted()[0].detail.contains("more than 100000 comparisons"));
    assert!(proposal.policies.len() >= 2);
    let flows = vec![flow("default/n1 default/n2 1"); 100];
    let verdicts = Simulator::new(&cluster, &limits).simulate(&flows);
    assert_eq!(verdicts[99].verdict, Outcome::Unknown);
}
