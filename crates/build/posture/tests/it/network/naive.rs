//! The semantics a second time, as sets: a policy is the set of flows that it allows, and a pod's flows are what all sets together
//! hold. It shares nothing with the simulator but the manifests.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use boltseal_posture::network::Outcome;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{cluster, flow, judge};

const PODS: [(&str, &str); 5] = [("m", "a"), ("m", "b"), ("m", "c"), ("n", "a"), ("n", "b")];
const ADDRESSES: [&str; 3] = ["10.0.0.1", "10.0.1.1", "192.0.2.1"];
const PORTS: [(u16, &str); 4] = [(80, "TCP"), (81, "TCP"), (53, "UDP"), (53, "TCP")];

/// Who there is: pods as `namespace/name`, and addresses.
fn everybody() -> BTreeSet<String> {
    let pods = PODS.iter().map(|(namespace, name)| format!("{namespace}/{name}"));
    pods.chain(ADDRESSES.iter().map(|it| (*it).to_owned())).collect()
}

/// The value of a label of a pod or namespace: each has one called `is` with its name, and those called `a` another.
fn label<'n>(name: &'n str, key: &str) -> Option<&'n str> {
    match key {
        "is" => Some(name),
        "first" => (name == "a" || name == "m").then_some("yes"),
        _ => None,
    }
}

fn selects(selector: &Value, name: &str) -> bool {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let mut holds: Vec<bool> = labels.map(|(key, value)| label(name, key) == value.as_str()).collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let found = label(name, expression["key"].as_str().unwrap());
        let is_listed = expression["values"].as_array().is_some_and(|all| all.iter().any(|it| found == it.as_str()));
        holds.push(match expression["operator"].as_str().unwrap() {
            "In" => is_listed,
            "NotIn" => !is_listed,
            "Exists" => found.is_some(),
            _ => found.is_none(),
        });
    }
    !holds.contains(&false)
}

/// Everybody that a peer means, seen from a namespace.
fn meant(peer: &Value, home: &str) -> BTreeSet<String> {
    if let Some(cidr) = peer["ipBlock"]["cidr"].as_str() {
        let starts: &[&str] = match cidr {
            "10.0.0.0/8" => &["10."],
            "10.0.0.0/24" => &["10.0.0."],
            _ => &[""],
        };
        let excluded = peer["ipBlock"]["except"].is_array();
        let is_in =
            |it: &&&str| starts.iter().any(|start| it.starts_with(start)) && !(excluded && it.starts_with("10.0.1."));
        return ADDRESSES.iter().filter(is_in).map(|it| (*it).to_owned()).collect();
    }
    let (namespaces, pods) = (&peer["namespaceSelector"], &peer["podSelector"]);
    let is_meant = |(namespace, name): &&(&str, &str)| {
        let is_there = if namespaces.is_null() { *namespace == home } else { selects(namespaces, namespace) };
        is_there && (pods.is_null() || selects(pods, name))
    };
    PODS.iter().filter(is_meant).map(|(namespace, name)| format!("{namespace}/{name}")).collect()
}

/// The ports that a rule means at a receiver: all our pods call 80 `http`.
fn meant_ports(rule: &Value, is_pod: bool) -> BTreeSet<(u16, &'static str)> {
    let Some(ports) = rule["ports"].as_array().filter(|ports| !ports.is_empty()) else { return PORTS.into() };
    let mut found = BTreeSet::new();
    for port in ports {
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        for candidate in PORTS.into_iter().filter(|(_, it)| *it == protocol) {
            let is_meant = match &port["port"] {
                Value::String(name) => is_pod && name == "http" && candidate.0 == 80 && protocol == "TCP",
                Value::Number(first) => {
                    let first = first.as_u64().unwrap();
                    let last = port["endPort"].as_u64().unwrap_or(first);
                    (first..=last).contains(&u64::from(candidate.0))
                }
                _ => true,
            };
            if is_meant {
                found.insert(candidate);
            }
        }
    }
    found
}

/// Whether one end lets a flow through.
fn lets(policies: &[Value], own: &str, other: &str, port: (u16, &'static str), is_ingress: bool) -> bool {
    let Some((namespace, name)) = own.split_once('/') else { return true };
    let (direction, key, peers) = if is_ingress { ("Ingress", "ingress", "from") } else { ("Egress", "egress", "to") };
    let mut allowed = BTreeSet::new();
    let mut is_isolated = false;
    for policy in policies {
        let spec = &policy["spec"];
        let types = spec["policyTypes"].as_array().filter(|types| !types.is_empty());
        let has_rules = spec["egress"].as_array().is_some_and(|rules| !rules.is_empty());
        let has_type = types.map_or(is_ingress || has_rules, |types| types.contains(&json!(direction)));
        if policy["metadata"]["namespace"] != namespace || !selects(&spec["podSelector"], name) || !has_type {
            continue;
        }
        is_isolated = true;
        for rule in spec[key].as_array().into_iter().flatten() {
            let others = match rule[peers].as_array().filter(|peers| !peers.is_empty()) {
                Some(peers) => peers.iter().flat_map(|peer| meant(peer, namespace)).collect(),
                None => everybody(),
            };
            for it in others {
                let receiver = if is_ingress { own } else { it.as_str() };
                let ports = meant_ports(rule, receiver.contains('/'));
                allowed.extend(ports.into_iter().map(|port| (it.clone(), port)));
            }
        }
    }
    !is_isolated || allowed.contains(&(other.to_owned(), port))
}

fn selector() -> impl Strategy<Value = Value> {
    let key = || prop::sample::select(vec!["is", "first", "none"]);
    let value = || prop::sample::select(vec!["a", "b", "m", "n", "yes"]);
    let expression = prop_oneof![
        (key(), prop::sample::select(vec!["In", "NotIn"]), prop::collection::vec(value(), 1..3))
            .prop_map(|(key, operator, values)| json!({ "key": key, "operator": operator, "values": values })),
        (key(), prop::sample::select(vec!["Exists", "DoesNotExist"]))
            .prop_map(|(key, operator)| json!({ "key": key, "operator": operator })),
    ];
    prop_oneof![
        Just(json!({})),
        (key(), value()).prop_map(|(key, value)| json!({ "matchLabels": { key: value } })),
        prop::collection::vec(expression, 1..3).prop_map(|all| json!({ "matchExpressions": all })),
    ]
}

fn peer() -> impl Strategy<Value = Value> {
    prop_oneof![
        selector().prop_map(|it| json!({ "podSelector": it })),
        selector().prop_map(|it| json!({ "namespaceSelector": it })),
        (selector(), selector()).prop_map(|(a, b)| json!({ "podSelector": a, "namespaceSelector": b })),
        prop::sample::select(vec!["10.0.0.0/8", "10.0.0.0/24", "0.0.0.0/0"])
            .prop_map(|it| json!({ "ipBlock": { "cidr": it } })),
        prop::sample::select(vec!["10.0.0.0/8", "0.0.0.0/0"])
            .prop_map(|it| json!({ "ipBlock": { "cidr": it, "except": ["10.0.1.0/24"] } })),
    ]
}

fn rules(peers: &'static str) -> impl Strategy<Value = Value> {
    let port = prop::sample::select(vec![
        json!({ "port": 80 }),
        json!({ "port": "http" }),
        json!({ "port": "http", "protocol": "UDP" }),
        json!({ "port": 53, "protocol": "UDP" }),
        json!({ "port": 50, "endPort": 80 }),
        json!({ "protocol": "UDP" }),
        json!({}),
    ]);
    let rule = (prop::collection::vec(peer(), 0..3), prop::collection::vec(port, 0..3))
        .prop_map(move |(others, ports)| json!({ peers: others, "ports": ports }));
    prop::option::of(prop::collection::vec(rule, 0..3)).prop_map(|rules| json!(rules))
}

fn policies() -> impl Strategy<Value = Vec<Value>> {
    let types = prop::sample::select(vec![
        json!(null),
        json!([]),
        json!(["Ingress"]),
        json!(["Egress"]),
        json!(["Ingress", "Egress"]),
    ]);
    let policy = (prop::sample::select(vec!["m", "n"]), selector(), rules("from"), rules("to"), types).prop_map(
        |(namespace, pods, ingress, egress, types)| {
            json!({
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": { "name": "p", "namespace": namespace },
                "spec": { "podSelector": pods, "ingress": ingress, "egress": egress, "policyTypes": types },
            })
        },
    );
    prop::collection::vec(policy, 0..4)
}

fn manifests(policies: &[Value]) -> String {
    let labels = |name: &str| match label(name, "first") {
        Some(value) => json!({ "is": name, "first": value }),
        None => json!({ "is": name }),
    };
    let mut text = String::new();
    let mut add = |value: &Value| {
        let _ = writeln!(text, "---\n{value}");
    };
    for name in ["m", "n"] {
        add(&json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": labels(name) } }));
    }
    for (namespace, name) in PODS {
        add(&json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "namespace": namespace, "name": name, "labels": labels(name) },
            "spec": { "containers": [{ "name": "c", "ports": [{ "name": "http", "containerPort": 80 }] }] },
        }));
    }
    policies.iter().for_each(add);
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_simulator_says_what_the_sets_say(policies in policies()) {
        let (cluster, problems) = cluster(&manifests(&policies));
        prop_assert!(problems.is_empty(), "{:?}", problems);
        for from in everybody() {
            for to in everybody() {
                for port in PORTS {
                    let is_allowed = from == to
                        || lets(&policies, &from, &to, port, false) && lets(&policies, &to, &from, port, true);
                    let verdict = judge(&cluster, &flow(&format!("{from} {to} {}/{}", port.0, port.1)));
                    let expected = if is_allowed { Outcome::Allowed } else { Outcome::Denied };
                    prop_assert_eq!(verdict.verdict, expected, "{} {} {:?}", from, to, port);
                }
            }
        }
    }
}
