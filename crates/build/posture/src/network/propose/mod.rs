//! The policies that manifests call for.
//!
//! Nothing is allowed that no manifest speaks of: each namespace denies everything but names of hosts, and each workload is allowed
//! what somebody names a Service for. What cannot be derived stays denied, and a comment says so.

mod callers;
mod mentions;
mod services;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::workload::WorkloadPlatform;
use boltseal_model::{Limits, Position, Problem, ProblemKind, Problems, Workload};

use super::cluster::{NAMESPACE_NAME, pod};
use super::policy::{Peer, Pod, Policy, Ports, Protocol, Rule, Which};
use super::read::{is_domain, is_label_name, is_label_value};
use super::selector::{Labels, Requirement, Selector};
use crate::subject::Subject;
use callers::{Connections, connections};

/// Policies, and what is to be known of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// What could not be derived of workloads without a policy of their own.
    pub comments: Vec<String>,
    /// The policies, by namespace; the general ones of a namespace first.
    pub policies: Vec<Proposed>,
}

/// A policy that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The policy.
    pub policy: Policy,
    /// Why its rules are there, and what could not be derived.
    pub comments: Vec<String>,
}

/// A workload with what selects its pods.
pub(super) struct Node<'s> {
    pub(super) workload: &'s Workload,
    pub(super) pod: Pod,
    /// `None` where nothing tells its pods from others, or policies do not cover them.
    pub(super) selector: Option<Selector>,
}

/// Labels that change from one version to the next, or from one pod to the other.
const PASSING: &[&str] = &[
    "app.kubernetes.io/version",
    "controller-revision-hash",
    "helm.sh/chart",
    "pod-template-generation",
    "pod-template-hash",
    "version",
];

/// What subjects of manifests call for. Those of other platforms are passed over.
pub fn propose<'s>(subjects: impl IntoIterator<Item = &'s Subject> + Clone, limits: &Limits) -> (Proposal, Problems) {
    let mut problems = Problems::default();
    let nodes = nodes(subjects.clone(), &mut problems);
    let connections = connections(&nodes, subjects, limits, &mut problems);
    let mut proposal = Proposal::default();
    let namespaces: BTreeSet<&str> = nodes.iter().map(|node| node.pod.namespace.as_str()).collect();
    for namespace in namespaces {
        proposal.policies.push(default_deny(namespace));
        proposal.policies.push(allow_dns(namespace));
        let mut taken: BTreeSet<String> = BTreeSet::from(["default-deny".to_owned(), "allow-dns".to_owned()]);
        for (index, node) in nodes.iter().enumerate().filter(|(_, node)| node.pod.namespace == namespace) {
            let (rules, comments) = connections.of(index, &nodes);
            match (&node.selector, rules) {
                (Some(selector), Some((ingress, egress))) => {
                    let policy = Policy {
                        name: name(node, &mut taken),
                        pods: selector.clone(),
                        ingress: (!ingress.is_empty()).then_some(ingress),
                        egress: (!egress.is_empty()).then_some(egress),
                        ..blank(namespace)
                    };
                    proposal.policies.push(Proposed { policy, comments });
                }
                _ => proposal.comments.extend(comments),
            }
        }
    }
    (proposal, problems)
}

fn nodes<'s>(subjects: impl IntoIterator<Item = &'s Subject>, problems: &mut Problems) -> Vec<Node<'s>> {
    let mut nodes = Vec::new();
    for subject in subjects {
        let Subject::Workload(workload) = subject else { continue };
        if workload.platform != WorkloadPlatform::Kubernetes {
            continue;
        }
        let pod = pod(workload);
        if !is_domain(&pod.namespace) || pod.namespace.contains('.') {
            let detail = format!("{}: a namespace cannot be called so; no policy is proposed for it", workload.at);
            problems.push(Problem::at(ProblemKind::Malformed, &workload.path, detail));
            continue;
        }
        let selector = selector(&pod);
        nodes.push(Node { workload, pod, selector });
    }
    nodes.sort_by_cached_key(|node| {
        let Pod { namespace, name, kind, .. } = &node.pod;
        (namespace.clone(), name.clone(), kind.clone(), node.workload.path.clone(), node.workload.at)
    });
    nodes
}

/// What tells the pods of a workload from others.
fn selector(pod: &Pod) -> Option<Selector> {
    let is_valid = pod.labels.iter().all(|(name, value)| is_label_name(name) && is_label_value(value));
    if pod.is_on_host || pod.labels.is_empty() || !is_valid {
        return None;
    }
    let lasting = |(name, _): &(&String, &String)| !PASSING.contains(&name.as_str());
    let labels: Labels = pod.labels.iter().filter(lasting).map(|(name, value)| (name.clone(), value.clone())).collect();
    Some(Selector::of(if labels.is_empty() { &pod.labels } else { &labels }))
}

/// A name that no other policy of the namespace has.
fn name(node: &Node<'_>, taken: &mut BTreeSet<String>) -> String {
    let base = format!("{}-{}", node.pod.name, node.pod.kind.to_ascii_lowercase());
    let base = if is_domain(&base) && base.len() <= 240 { base } else { "workload".to_owned() };
    let mut name = base.clone();
    // Ends, as each turn tries another name.
    for count in 2_usize.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = format!("{base}-{count}");
    }
    name
}

fn blank(namespace: &str) -> Policy {
    Policy {
        namespace: namespace.to_owned(),
        name: String::new(),
        path: String::new(),
        at: Position::default(),
        pods: Selector::default(),
        ingress: None,
        egress: None,
    }
}

fn default_deny(namespace: &str) -> Proposed {
    let policy = Policy {
        name: "default-deny".to_owned(),
        ingress: Some(Vec::new()),
        egress: Some(Vec::new()),
        ..blank(namespace)
    };
    Proposed { policy, comments: vec![format!("Namespace {namespace}: whatever is not allowed below is denied.")] }
}

fn allow_dns(namespace: &str) -> Proposed {
    let label = |name: &str, value: &str| Labels::from([(name.to_owned(), value.to_owned())]);
    let dns = Peer::Pods {
        namespaces: Some(Selector::of(&label(NAMESPACE_NAME, "kube-system"))),
        pods: Some(Selector::of(&label("k8s-app", "kube-dns"))),
    };
    let ports = [Protocol::Udp, Protocol::Tcp].map(|protocol| Ports { protocol, which: Which::Numbers(53, 53) });
    let policy = Policy {
        name: "allow-dns".to_owned(),
        egress: Some(vec![Rule { peers: Some(vec![dns]), ports: Some(ports.to_vec()) }]),
        ..blank(namespace)
    };
    Proposed { policy, comments: vec!["Everybody may ask for the addresses of names.".to_owned()] }
}

/// The pods of a workload, as those of a namespace see them.
fn peer(node: &Node<'_>, home: &str) -> Option<Peer> {
    let namespace = &node.pod.namespace;
    let named = Requirement::Is(NAMESPACE_NAME.to_owned(), namespace.clone());
    let namespaces = (namespace != home).then(|| Selector { requirements: BTreeSet::from([named]) });
    Some(Peer::Pods { namespaces, pods: Some(node.selector.clone()?) })
}

/// How a workload is called in comments.
fn title(node: &Node<'_>) -> String {
    format!("{} {}/{}", node.pod.kind, node.pod.namespace, node.pod.name)
}

/// Rules for ingress and egress.
type Rules = (Vec<Rule>, Vec<Rule>);

impl Connections {
    /// The rules of a workload, if there are any, and what is to be said of it.
    fn of(&self, index: usize, nodes: &[Node<'_>]) -> (Option<Rules>, Vec<String>) {
        let Some(node) = nodes.get(index) else { return (None, Vec::new()) };
        let (mut ingress, mut egress, mut comments) = (Vec::new(), Vec::new(), vec![format!("{}:", title(node))]);
        let (mut reached, mut said) = (BTreeSet::<Ports>::new(), BTreeSet::<String>::new());
        let home = &node.pod.namespace;
        let mut add = |ports: &BTreeMap<Ports, String>, other: Option<Peer>, rules: &mut Vec<Rule>| {
            // What calls itself has one reason for both directions.
            for reason in ports.values() {
                if said.insert(reason.clone()) {
                    comments.push(format!("- {reason}."));
                }
            }
            let listed: Vec<Ports> = ports.keys().cloned().collect();
            match other {
                Some(peer) => rules.push(Rule { peers: Some(vec![peer]), ports: Some(listed) }),
                None => comments.push("- The other end cannot be selected; add a rule with its addresses.".to_owned()),
            }
        };
        for (caller, ports) in self.callers.get(&index).into_iter().flatten() {
            let other = nodes.get(*caller);
            add(ports, other.and_then(|other| peer(other, home)), &mut ingress);
            reached.extend(ports.keys().cloned());
        }
        for (controller, ports) in self.controllers.get(&index).into_iter().flatten() {
            add(ports, Some(controller.clone()), &mut ingress);
            reached.extend(ports.keys().cloned());
        }
        for (target, ports) in self.targets.get(&index).into_iter().flatten() {
            let other = nodes.get(*target);
            add(ports, other.and_then(|other| peer(other, home)), &mut egress);
        }
        for port in &node.pod.ports {
            let ports = Ports { protocol: port.protocol, which: Which::Numbers(port.number, port.number) };
            if reached.insert(ports) {
                comments.push(format!(
                    "- Nothing in the manifests says who calls port {}/{}; add a rule for ingress if somebody does.",
                    port.number,
                    port.protocol.name()
                ));
            }
        }
        comments.extend(self.gaps.get(&index).into_iter().flatten().map(|gap| format!("- {gap}.")));
        if node.pod.is_on_host {
            comments.push("- Its pods are in the network of their host, which policies do not cover.".to_owned());
        } else if node.selector.is_none() {
            comments.push("- Its pods have no labels that a policy could select them by.".to_owned());
        }
        if comments.len() == 1 {
            comments
                .push("- Nothing in the manifests says that it connects to anything, or anything to it.".to_owned());
        }
        let has_rules = !(ingress.is_empty() && egress.is_empty());
        (has_rules.then_some((ingress, egress)), comments)
    }
}
