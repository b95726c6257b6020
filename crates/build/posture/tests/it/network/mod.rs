//! Network policies: what they let through, and which ones manifests call for.

mod examples;
mod hostile;
mod malformed;
mod naive;
mod proposal;
mod recipes;

use boltseal_model::{Limits, Problem};
use boltseal_posture::network::{Cluster, Decision, Flow, Outcome, Simulator, Verdict};
use boltseal_posture::{File, Subject, read};

/// What a text declares. Every problem of the reader is one of the test.
fn subjects(text: &str) -> Vec<Subject> {
    let (subjects, problems) = read(&File { path: "f", bytes: text.as_bytes() }, &Limits::default());
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    subjects
}

/// The cluster that a text declares, and what is wrong with its policies.
fn cluster(text: &str) -> (Cluster, Vec<Problem>) {
    let (cluster, problems) = Cluster::of(&subjects(text));
    (cluster, problems.into_sorted())
}

/// A flow as `from to port` with `/UDP` or `/SCTP` behind the port if need be.
fn flow(text: &str) -> Flow {
    let [from, to, port] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
    let (port, protocol) = port.split_once('/').unwrap_or((port, "TCP"));
    let port: u16 = port.parse().unwrap();
    serde_json::from_value(serde_json::json!({ "from": from, "to": to, "port": port, "protocol": protocol })).unwrap()
}

fn judge(cluster: &Cluster, flow: &Flow) -> Verdict {
    Simulator::new(cluster, &Limits::default()).judge(flow)
}

/// Holds each flow to what is expected of it.
fn hold(name: &str, manifests: &str, expected: &[(&str, bool)]) {
    let (cluster, problems) = cluster(manifests);
    assert!(problems.is_empty(), "{name}: {problems:?}");
    for (text, is_allowed) in expected {
        let verdict = judge(&cluster, &flow(text));
        let outcome = if *is_allowed { Outcome::Allowed } else { Outcome::Denied };
        assert_eq!(verdict.verdict, outcome, "{name}: {text}: {verdict:?}");
    }
}

/// A pod with labels, and two ports with names.
fn pod(namespace: &str, name: &str, labels: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{namespace: '{namespace}', name: {name}, labels: {{{labels}}}}}\nspec:\n  \
         containers:\n  - name: c\n    ports: [{{name: http, containerPort: 80}}, {{name: dns, containerPort: 53, protocol: UDP}}]\n"
    )
}

/// Pods `a`, `b` and `c` in each of some namespaces, all with labels of their names.
fn world(namespaces: &[&str]) -> String {
    let mut text = String::new();
    for namespace in namespaces {
        text += &format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: '{namespace}', labels: {{ns: '{namespace}'}}}}\n"
        );
        for name in ["a", "b", "c"] {
            text += &pod(namespace, name, &format!("pod: {name}"));
        }
    }
    text
}

/// A policy of namespace `x`.
fn policy(spec: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: x, name: p}}\nspec: {spec}\n"
    )
}

#[test]
fn a_decision_names_who_decides() {
    let text = world(&["x"]) + &policy("{podSelector: {matchLabels: {pod: a}}, ingress: [{ports: [{port: http}]}]}");
    let (cluster, _) = cluster(&text);
    let verdict = judge(&cluster, &flow("x/b x/a 80"));
    assert_eq!(verdict.ingress, Some(Decision::Allowed { policies: vec!["x/p".to_owned()] }));
    assert_eq!(verdict.egress, Some(Decision::NotIsolated));
    let verdict = judge(&cluster, &flow("198.51.100.7 x/a 81"));
    assert_eq!(verdict.ingress, Some(Decision::Denied { policies: vec!["x/p".to_owned()] }));
    assert_eq!(verdict.egress, Some(Decision::OutsideCluster));
    let line = serde_json::to_string(&verdict).unwrap();
    let expected = r#"{"verdict":"denied","egress":{"decision":"outside-cluster"},"ingress":{"decision":"denied","policies":["x/p"]}}"#;
    assert_eq!(line, expected);
}

#[test]
fn what_nobody_declares_is_unknown() {
    let (cluster, _) = cluster(&world(&["x"]));
    let verdict = judge(&cluster, &flow("x/z x/a 80"));
    assert_eq!(verdict.verdict, Outcome::Unknown);
    assert_eq!(verdict.reason.as_deref(), Some("no manifest declares x/z"));
}

#[test]
fn what_may_be_two_is_unknown() {
    let twice = world(&["x"]) + &pod("x", "a", "pod: a");
    let (alike, _) = cluster(&twice);
    assert_eq!(judge(&alike, &flow("x/b x/a 80")).verdict, Outcome::Allowed);
    let (other, _) = cluster(&(world(&["x"]) + &pod("x", "a", "pod: z")));
    let verdict = judge(&other, &flow("x/b x/a 80"));
    assert_eq!(verdict.verdict, Outcome::Unknown);
    assert_eq!(verdict.reason.as_deref(), Some("more than one workload is called x/a"));
}

#[test]
fn a_limit_makes_verdicts_unknown() {
    let (cluster, _) = cluster(&(world(&["x"]) + &policy("{podSelector: {}}")));
    let limits = Limits { network_steps: 8, ..Limits::default() };
    let flows = [flow("198.51.100.7 x/a 80"), flow("198.51.100.7 x/a 80"), flow("198.51.100.7 x/a 80")];
    let found = Simulator::new(&cluster, &limits).simulate(&flows);
    let outcomes: Vec<Outcome> = found.iter().map(|verdict| verdict.verdict).collect();
    assert_eq!(outcomes, [Outcome::Denied, Outcome::Denied, Outcome::Unknown]);
}

#[test]
fn pods_are_known_by_what_makes_them() {
    let mut text = String::new();
    for (kind, version) in
        [("Deployment", "apps/v1"), ("StatefulSet", "apps/v1"), ("DaemonSet", "apps/v1"), ("Job", "batch/v1")]
    {
        let name = kind.to_ascii_lowercase();
        text += &format!(
            "---\napiVersion: {version}\nkind: {kind}\nmetadata: {{namespace: x, name: {name}}}\nspec:\n  template:\n    metadata: \
             {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c}}]}}\n"
        );
    }
    text += &policy("{podSelector: {}}");
    let (cluster, _) = cluster(&text);
    for (name, outcome) in [
        ("deployment-6f7c9d5b48-x2x4z", Outcome::Denied),
        ("statefulset-12", Outcome::Denied),
        ("daemonset-abcde", Outcome::Denied),
        ("job-abcde", Outcome::Denied),
        ("deployment", Outcome::Denied),
        ("deployment-abcde", Outcome::Unknown),
        ("statefulset-a", Outcome::Unknown),
        ("other-6f7c9d5b48-x2x4z", Outcome::Unknown),
    ] {
        assert_eq!(judge(&cluster, &flow(&format!("198.51.100.7 x/{name} 80"))).verdict, outcome, "{name}");
    }
    // Replicas are two pods; one of them alone is itself.
    for (text, outcome) in [
        ("x/statefulset-0 x/statefulset-0 80", Outcome::Allowed),
        ("x/statefulset-0 x/statefulset-1 80", Outcome::Denied),
        ("x/statefulset x/statefulset 80", Outcome::Denied),
    ] {
        assert_eq!(judge(&cluster, &flow(text)).verdict, outcome, "{text}");
    }
}
