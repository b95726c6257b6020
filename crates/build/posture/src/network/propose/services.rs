//! Services and Ingresses, as far as they say who is connected to what.

use std::collections::BTreeMap;

use boltseal_model::{Declared, Problem, ProblemKind, Problems, Resource};

use crate::network::cluster::{namespace, texts};
use crate::network::policy::{Pod, Ports, Protocol, Which};
use crate::network::read::{number, text};
use crate::network::selector::Selector;

/// A service with a selector, or without.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) selector: Option<Selector>,
    pub(super) ports: Vec<ServicePort>,
    /// Whether it has no address of its own, so that callers use the port of the pod.
    is_headless: bool,
    /// Whether it is reached from outside the cluster.
    pub(super) is_public: bool,
}

#[derive(Debug)]
pub(super) struct ServicePort {
    name: Option<String>,
    number: u16,
    protocol: Protocol,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Number(u16),
    Name(String),
}

/// A service's port, as an Ingress names it or a host that is mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    Number(u16),
    Name(String),
}

impl Service {
    /// Reads a service; `None` where the object is none. What is malformed of it is a problem, and leads nowhere.
    pub(super) fn read(resource: &Resource, problems: &mut Problems) -> Option<Self> {
        if resource.kind != "Service" || resource.api_version.contains('/') {
            return None;
        }
        let spec = resource.body.child("spec");
        let mut wrong = |what: &str| {
            let detail = format!("{}: `{what}` of a Service is not understood; no policy follows of it", resource.at);
            problems.push(Problem::at(ProblemKind::Malformed, &resource.path, detail));
        };
        let member = |name| spec.and_then(|spec| spec.child(name)).filter(|node| !matches!(node, Declared::Null));
        let selector = member("selector").and_then(|node| {
            let labels = texts(node);
            if labels.is_none() {
                wrong("selector");
            }
            labels.filter(|labels| !labels.is_empty()).map(|labels| Selector::of(&labels))
        });
        let mut ports = Vec::new();
        match member("ports") {
            None => {}
            Some(Declared::List(nodes)) => {
                for node in nodes {
                    match port(node) {
                        Some(port) => ports.push(port),
                        None => wrong("ports"),
                    }
                }
            }
            Some(_) => wrong("ports"),
        }
        let kind = member("type").and_then(text).unwrap_or("ClusterIP");
        Some(Self {
            namespace: namespace(resource.namespace.as_ref().map(|it| it.value.as_str())),
            name: resource.name.clone(),
            selector: selector.filter(|_| kind != "ExternalName"),
            ports,
            is_headless: member("clusterIP").and_then(text) == Some("None"),
            is_public: matches!(kind, "LoadBalancer" | "NodePort"),
        })
    }

    /// Where connections to a port of it end on a pod.
    pub(super) fn land(&self, wanted: &Wanted, pod: &Pod) -> Vec<Ports> {
        let mut found = Vec::new();
        for port in &self.ports {
            let is_wanted = match wanted {
                Wanted::Any => true,
                Wanted::Number(number) => port.number == *number,
                Wanted::Name(name) => port.name.as_ref() == Some(name),
            };
            if !is_wanted {
                continue;
            }
            let mut numbers: Vec<u16> = match &port.target {
                Target::Number(number) => vec![*number],
                Target::Name(name) => {
                    let is_meant = |it: &&crate::network::policy::PodPort| {
                        it.name.as_ref() == Some(name) && it.protocol == port.protocol
                    };
                    pod.ports.iter().filter(is_meant).map(|it| it.number).collect()
                }
            };
            if self.is_headless {
                numbers.push(port.number);
            }
            found
                .extend(numbers.into_iter().map(|it| Ports { protocol: port.protocol, which: Which::Numbers(it, it) }));
        }
        found.sort();
        found.dedup();
        found
    }
}

fn port(node: &Declared) -> Option<ServicePort> {
    let own = number(node.child("port")?)?;
    let protocol = match node.child("protocol") {
        None | Some(Declared::Null) => Protocol::Tcp,
        Some(name) => Protocol::parse(text(name)?)?,
    };
    let target = match node.child("targetPort") {
        None | Some(Declared::Null) => Target::Number(own),
        Some(Declared::Text(name)) => Target::Name(name.value.clone()),
        Some(other) => Target::Number(number(other)?),
    };
    let name = node.child("name").and_then(text).map(str::to_owned);
    Some(ServicePort { name, number: own, protocol, target })
}

/// What an Ingress leads to.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) namespace: String,
    /// Name of the Ingress.
    pub(super) ingress: String,
    /// The class that says which controller serves it.
    pub(super) class: Option<String>,
    pub(super) service: String,
    pub(super) port: Wanted,
}

/// The routes of an Ingress; none where the object is no Ingress. What is malformed of it is a problem, and leads nowhere.
pub(super) fn routes(resource: &Resource, problems: &mut Problems) -> Vec<Route> {
    let group = resource.api_version.split_once('/').map(|(group, _)| group);
    if resource.kind != "Ingress" || !matches!(group, None | Some("networking.k8s.io" | "extensions")) {
        return Vec::new();
    }
    let Some(spec) = resource.body.child("spec") else { return Vec::new() };
    let annotation = resource.annotations.iter().find(|(name, _)| name.value == "kubernetes.io/ingress.class");
    let class = spec.child("ingressClassName").and_then(text).map(str::to_owned);
    let class = class.or_else(|| annotation.map(|(_, class)| class.value.clone()));
    let items = |node: Option<&'_ Declared>| match node {
        Some(Declared::List(nodes)) => nodes.clone(),
        _ => Vec::new(),
    };
    let mut backends: Vec<Declared> =
        ["defaultBackend", "backend"].iter().filter_map(|key| spec.child(key).cloned()).collect();
    for rule in items(spec.child("rules")) {
        for path in items(rule.child("http").and_then(|http| http.child("paths"))) {
            backends.push(path.child("backend").cloned().unwrap_or(Declared::Null));
        }
    }
    let mut found = BTreeMap::new();
    for backend in &backends {
        // Buckets and the like take no connections from the controller.
        if backend.child("resource").is_some() {
            continue;
        }
        match target(backend) {
            Some((service, port)) => {
                let key = (service.clone(), format!("{port:?}"));
                found.entry(key).or_insert_with(|| Route {
                    namespace: namespace(resource.namespace.as_ref().map(|it| it.value.as_str())),
                    ingress: resource.name.clone(),
                    class: class.clone(),
                    service,
                    port,
                });
            }
            None => {
                let detail =
                    format!("{}: a backend of an Ingress is not understood; no policy follows of it", resource.at);
                problems.push(Problem::at(ProblemKind::Malformed, &resource.path, detail));
            }
        }
    }
    found.into_values().collect()
}

fn target(backend: &Declared) -> Option<(String, Wanted)> {
    if let Some(service) = backend.child("service") {
        let port = match service.child("port") {
            None | Some(Declared::Null) => Wanted::Any,
            Some(port) => match (port.child("number"), port.child("name")) {
                (Some(it), _) => Wanted::Number(number(it)?),
                (None, Some(name)) => Wanted::Name(text(name)?.to_owned()),
                (None, None) => return None,
            },
        };
        return Some((text(service.child("name")?)?.to_owned(), port));
    }
    let port = match backend.child("servicePort")? {
        Declared::Text(name) => match name.value.parse() {
            Ok(number) => Wanted::Number(number),
            Err(_) => Wanted::Name(name.value.clone()),
        },
        other => Wanted::Number(number(other)?),
    };
    Some((text(backend.child("serviceName")?)?.to_owned(), port))
}
