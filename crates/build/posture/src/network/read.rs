//! NetworkPolicies as manifests declare them.
//!
//! Source: the API reference of Kubernetes, `networking.k8s.io/v1`, and the checks of its API server. Where that would refuse an
//! object, the part at fault allows nothing here: a rule with a mistake is no rule, and a selector of pods with a mistake selects
//! every pod, with no rules.

use std::collections::BTreeSet;

use boltseal_model::workload::WorkloadPlatform;
use boltseal_model::{Declared, Position, Problem, ProblemKind, Problems, Resource};

use super::address::Block;
use super::policy::{Peer, Policy, Ports, Protocol, Rule, Which};
use super::selector::{Requirement, Selector};

/// Reads a policy; `None` where the object is no NetworkPolicy, or nobody can say whose pods it is about.
pub fn policy(resource: &Resource, problems: &mut Problems) -> Option<Policy> {
    let is_ours = resource.platform == WorkloadPlatform::Kubernetes && resource.kind == "NetworkPolicy";
    let group = resource.api_version.split_once('/').map(|(group, _)| group);
    // Other groups have kinds of the same name, which say other things.
    if !is_ours || !matches!(group, None | Some("networking.k8s.io" | "extensions")) {
        return None;
    }
    let mut reader = Reader { path: &resource.path, at: resource.at, problems };
    let is_named = match resource.body.child("metadata").and_then(|metadata| metadata.child("namespace")) {
        None | Some(Declared::Null | Declared::Text(_)) => true,
        Some(other) => reader.wrong::<()>(other, "namespace", "a text").is_some(),
    };
    let namespace =
        resource.namespace.as_ref().map(|namespace| namespace.value.as_str()).filter(|name| !name.is_empty());
    let mut policy = Policy {
        namespace: namespace.unwrap_or("default").to_owned(),
        name: resource.name.clone(),
        path: resource.path.clone(),
        at: resource.at,
        pods: Selector::default(),
        ingress: Some(Vec::new()),
        egress: None,
    };
    match resource.body.child("spec") {
        None | Some(Declared::Null) => {
            let _ = reader.say::<()>(
                ProblemKind::Missing,
                resource.at,
                "a NetworkPolicy without `spec`; it allows nothing",
            );
        }
        Some(spec) => spec_of(&mut reader, spec, &mut policy),
    }
    is_named.then_some(policy)
}

fn spec_of(reader: &mut Reader<'_>, spec: &Declared, policy: &mut Policy) {
    let Declared::Mapping(_) = spec else {
        let _ = reader.wrong::<()>(spec, "spec", "a mapping");
        policy.egress = Some(Vec::new());
        return;
    };
    // A name that is misspelt takes a rule away, never a restriction.
    let _ = reader.known(spec, &["podSelector", "ingress", "egress", "policyTypes"]);
    let pods = match spec.child("podSelector") {
        None | Some(Declared::Null) => Some(Selector::default()),
        Some(node) => selector(reader, node),
    };
    let ingress = rules(reader, spec, "ingress", "from");
    let egress = rules(reader, spec, "egress", "to");
    // A rule with a mistake isolates all the same.
    let has_egress = match spec.child("egress") {
        None | Some(Declared::Null) => false,
        Some(Declared::List(rules)) => !rules.is_empty(),
        Some(_) => true,
    };
    let (is_ingress, is_egress) = types(reader, spec, has_egress);
    // Nobody knows which pods are meant by rules that would allow them something.
    let is_known = pods.is_some();
    policy.pods = pods.unwrap_or_default();
    let rules = |rules: Option<Vec<Rule>>| rules.filter(|_| is_known).unwrap_or_default();
    policy.ingress = is_ingress.then(|| rules(ingress));
    policy.egress = is_egress.then(|| rules(egress));
}

/// Which directions are isolated. Where nothing is said, that is ingress, and egress if there are rules for it.
fn types(reader: &mut Reader<'_>, spec: &Declared, has_egress: bool) -> (bool, bool) {
    let Some(listed) = reader.list(spec, "policyTypes") else { return (true, true) };
    let (mut ingress, mut egress) = (false, false);
    for node in listed {
        match node {
            Declared::Text(text) if text.value == "Ingress" => ingress = true,
            Declared::Text(text) if text.value == "Egress" => egress = true,
            other => {
                let _ = reader.wrong::<()>(other, "policyTypes", "`Ingress` or `Egress`");
                (ingress, egress) = (true, true);
            }
        }
    }
    if listed.is_empty() { (true, has_egress) } else { (ingress, egress) }
}

fn rules(reader: &mut Reader<'_>, spec: &Declared, key: &str, peers: &str) -> Option<Vec<Rule>> {
    let nodes = reader.list(spec, key)?;
    Some(nodes.iter().filter_map(|node| rule(reader, node, key, peers)).collect())
}

fn rule(reader: &mut Reader<'_>, node: &Declared, key: &str, peers: &str) -> Option<Rule> {
    reader.mapping(node, key)?;
    // Without the name that is misspelt, a rule would allow everybody.
    reader.known(node, &[peers, "ports"])?;
    let (others, ports) = (reader.list(node, peers)?, reader.list(node, "ports")?);
    let some = |nodes: &[Declared]| !nodes.is_empty();
    let others = some(others).then(|| others.iter().filter_map(|node| peer(reader, node, peers)).collect());
    let ports = some(ports).then(|| ports.iter().filter_map(|node| port(reader, node)).collect());
    Some(Rule { peers: others, ports })
}

fn peer(reader: &mut Reader<'_>, node: &Declared, key: &str) -> Option<Peer> {
    reader.mapping(node, key)?;
    reader.known(node, &["podSelector", "namespaceSelector", "ipBlock"])?;
    let there = |key| node.child(key).filter(|node| !matches!(node, Declared::Null));
    let (pods, namespaces, block) = (there("podSelector"), there("namespaceSelector"), there("ipBlock"));
    match (pods, namespaces, block) {
        (None, None, None) => {
            reader.say(ProblemKind::Malformed, reader.at_of(node), "a peer that names nobody; it allows nothing")
        }
        (None, None, Some(block)) => addresses(reader, block),
        (pods, namespaces, None) => {
            let pods = pods.map(|node| selector(reader, node));
            let namespaces = namespaces.map(|node| selector(reader, node));
            Some(Peer::Pods { namespaces: missing(namespaces)?, pods: missing(pods)? })
        }
        _ => {
            let detail = "`ipBlock` beside a selector, which cannot be both; it allows nothing";
            reader.say(ProblemKind::Malformed, reader.at_of(node), detail)
        }
    }
}

/// What was there and could not be read is `None`; what was not there is nothing.
#[expect(clippy::option_option, reason = "absent and broken are two things")]
fn missing<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn addresses(reader: &mut Reader<'_>, node: &Declared) -> Option<Peer> {
    reader.mapping(node, "ipBlock")?;
    reader.known(node, &["cidr", "except"])?;
    let expected = "a block of addresses, as 10.0.0.0/8";
    let block = match node.child("cidr") {
        None | Some(Declared::Null) => {
            return reader.say(
                ProblemKind::Missing,
                reader.at_of(node),
                "an `ipBlock` without `cidr`; it allows nothing",
            );
        }
        Some(cidr) => match text(cidr).and_then(Block::parse) {
            Some(block) => block,
            None => return reader.wrong(cidr, "cidr", expected),
        },
    };
    let mut except = Vec::new();
    for node in reader.list(node, "except")? {
        match text(node).and_then(Block::parse).filter(|part| part.is_within(&block)) {
            Some(part) => except.push(part),
            None => return reader.wrong(node, "except", "a block of addresses within `cidr`, and smaller"),
        }
    }
    Some(Peer::Addresses { block, except })
}

fn port(reader: &mut Reader<'_>, node: &Declared) -> Option<Ports> {
    reader.mapping(node, "ports")?;
    reader.known(node, &["port", "endPort", "protocol"])?;
    let protocol = match node.child("protocol") {
        None | Some(Declared::Null) => Protocol::Tcp,
        Some(node) => match text(node).and_then(Protocol::parse) {
            Some(protocol) => protocol,
            None => return reader.wrong(node, "protocol", "`TCP`, `UDP` or `SCTP`"),
        },
    };
    let which = match node.child("port") {
        None | Some(Declared::Null) => Which::All,
        Some(Declared::Text(name)) if is_port_name(&name.value) => Which::Named(name.value.clone()),
        Some(port) => match number(port) {
            Some(number) => Which::Numbers(number, number),
            None => return reader.wrong(port, "port", "a number from 1 to 65535, or the name of a port"),
        },
    };
    let which = match (node.child("endPort"), which) {
        (None | Some(Declared::Null), which) => which,
        (Some(end), Which::Numbers(first, _)) => match number(end).filter(|last| *last >= first) {
            Some(last) => Which::Numbers(first, last),
            None => return reader.wrong(end, "endPort", "a number from `port` to 65535"),
        },
        (Some(end), Which::All | Which::Named(_)) => {
            return reader.wrong(end, "endPort", "beside a `port` that is a number");
        }
    };
    Some(Ports { protocol, which })
}

/// Reads a selector of labels.
fn selector(reader: &mut Reader<'_>, node: &Declared) -> Option<Selector> {
    reader.mapping(node, "selector")?;
    reader.known(node, &["matchLabels", "matchExpressions"])?;
    let mut requirements = BTreeSet::new();
    match node.child("matchLabels") {
        None | Some(Declared::Null) => {}
        Some(Declared::Mapping(entries)) => {
            for (name, value) in entries {
                match text(value).filter(|value| is_label_name(name) && is_label_value(value)) {
                    Some(value) => requirements.insert(Requirement::Is(name.clone(), value.to_owned())),
                    None => return reader.wrong(value, "matchLabels", "names of labels with their values"),
                };
            }
        }
        Some(other) => return reader.wrong(other, "matchLabels", "a mapping"),
    }
    for node in reader.list(node, "matchExpressions")? {
        requirements.insert(expression(reader, node)?);
    }
    Some(Selector { requirements })
}

fn expression(reader: &mut Reader<'_>, node: &Declared) -> Option<Requirement> {
    reader.mapping(node, "matchExpressions")?;
    reader.known(node, &["key", "operator", "values"])?;
    let Some(key) = node.child("key").and_then(text).filter(|key| is_label_name(key)).map(str::to_owned) else {
        return reader.wrong(node.child("key").unwrap_or(node), "key", "the name of a label");
    };
    let mut values = BTreeSet::new();
    for node in reader.list(node, "values")? {
        match text(node).filter(|value| is_label_value(value)) {
            Some(value) => values.insert(value.to_owned()),
            None => return reader.wrong(node, "values", "a list of values of labels"),
        };
    }
    let operator = node.child("operator").and_then(text);
    match (operator, values.is_empty()) {
        (Some("In"), false) => Some(Requirement::In(key, values)),
        (Some("NotIn"), false) => Some(Requirement::NotIn(key, values)),
        (Some("Exists"), true) => Some(Requirement::Exists(key)),
        (Some("DoesNotExist"), true) => Some(Requirement::DoesNotExist(key)),
        _ => {
            let expected = "`In` or `NotIn` with values, `Exists` or `DoesNotExist` without";
            reader.wrong(node.child("operator").unwrap_or(node), "operator", expected)
        }
    }
}

pub(super) fn text(node: &Declared) -> Option<&str> {
    match node {
        Declared::Text(text) => Some(&text.value),
        _ => None,
    }
}

pub(super) fn number(node: &Declared) -> Option<u16> {
    match node {
        Declared::Integer(number) => u16::try_from(number.value).ok().filter(|number| *number > 0),
        _ => None,
    }
}

/// Names of ports: at most 15 small letters, digits and hyphens, none of these first, last or doubled, and a letter among them.
pub(super) fn is_port_name(name: &str) -> bool {
    let is_fitting = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 15
        && name.bytes().all(is_fitting)
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !(name.starts_with('-') || name.ends_with('-') || name.contains("--"))
}

/// Values of labels: empty, or at most 63 letters, digits, `-`, `_` and `.`, of which letters and digits stand at both ends.
pub(super) fn is_label_value(value: &str) -> bool {
    let is_fitting = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_end = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_alphanumeric());
    value.len() <= 63 && value.bytes().all(is_fitting) && is_end(value.bytes().next()) && is_end(value.bytes().last())
}

/// Names of labels: as values, but not empty, and after a domain with a slash if need be.
pub(super) fn is_label_name(name: &str) -> bool {
    let (domain, name) = name.split_once('/').map_or((None, name), |(domain, name)| (Some(domain), name));
    !name.is_empty() && is_label_value(name) && domain.is_none_or(is_domain)
}

/// Names of objects: at most 253 small letters, digits, hyphens and dots, with letters and digits at both ends of each part.
pub(super) fn is_domain(name: &str) -> bool {
    let is_fitting = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(is_fitting) && !part.starts_with('-') && !part.ends_with('-');
    name.len() <= 253 && name.split('.').all(is_part)
}

struct Reader<'r> {
    path: &'r str,
    /// Where the object begins.
    at: Position,
    problems: &'r mut Problems,
}

impl Reader<'_> {
    /// Adds a problem; nothing is read.
    fn say<T>(&mut self, kind: ProblemKind, at: Position, detail: &str) -> Option<T> {
        let detail: String = format!("{at}: {detail}").chars().take(300).collect();
        self.problems.push(Problem::at(kind, self.path, detail));
        None
    }

    fn wrong<T>(&mut self, node: &Declared, key: &str, expected: &str) -> Option<T> {
        let at = self.at_of(node);
        match node {
            Declared::Unresolved(_) => {
                let detail = format!("`{key}` is only known when it is deployed; it allows nothing");
                self.say(ProblemKind::Unsupported, at, &detail)
            }
            _ => self.say(ProblemKind::Malformed, at, &format!("`{key}` must be {expected}; it allows nothing")),
        }
    }

    /// Where a value stands, or the first of what is in it.
    fn at_of(&self, node: &Declared) -> Position {
        place(node).unwrap_or(self.at)
    }

    fn mapping(&mut self, node: &Declared, key: &str) -> Option<()> {
        match node {
            Declared::Mapping(_) => Some(()),
            other => self.wrong(other, key, "a mapping"),
        }
    }

    /// The elements of a list; none where it is absent, `None` where it is something else.
    fn list<'d>(&mut self, node: &'d Declared, key: &str) -> Option<&'d [Declared]> {
        match node.child(key) {
            None | Some(Declared::Null) => Some(&[]),
            Some(Declared::List(values)) => Some(values),
            Some(other) => self.wrong(other, key, "a list"),
        }
    }

    /// Whether no name is there but these.
    fn known(&mut self, node: &Declared, names: &[&str]) -> Option<()> {
        let Declared::Mapping(entries) = node else { return None };
        match entries.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            None => Some(()),
            Some((name, value)) => {
                let name: String = name.chars().take(40).collect();
                let detail =
                    format!("there is no {name:?} here, but {}; what it is in allows nothing", names.join(", "));
                self.say(ProblemKind::Malformed, self.at_of(value), &detail)
            }
        }
    }
}

/// Levels are bounded by the reader of the file, so that this may call itself.
fn place(node: &Declared) -> Option<Position> {
    match node {
        Declared::Null => None,
        Declared::Flag(it) => Some(it.at),
        Declared::Integer(it) => Some(it.at),
        Declared::Number(it) => Some(it.at),
        Declared::Text(it) => Some(it.at),
        Declared::Hidden(it) => Some(it.at),
        Declared::Unresolved(at) => Some(*at),
        Declared::List(values) => values.iter().find_map(place),
        Declared::Mapping(entries) => entries.iter().find_map(|(_, value)| place(value)),
    }
}
