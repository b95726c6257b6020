//! Who connects to whom, as far as manifests say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use boltseal_model::workload::{EnvironmentSource, WorkloadPlatform};
use boltseal_model::{Declared, Limits, Problem, ProblemKind, Problems, Resource, Workload};

use super::mentions::{Mention, mentions};
use super::services::{Route, Service, Wanted, routes};
use super::{Node, title};
use crate::network::cluster::{NAMESPACE_NAME, namespace};
use crate::network::policy::{Peer, Ports};
use crate::network::read::text;
use crate::network::selector::{Labels, Selector};
use crate::subject::Subject;

/// Ports, each with the reason why it is reached.
type Reached = BTreeMap<Ports, String>;

/// Who connects to whom. Workloads are numbered.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// For each workload those that call it.
    pub(super) callers: BTreeMap<usize, BTreeMap<usize, Reached>>,
    /// For each workload those that it calls.
    pub(super) targets: BTreeMap<usize, BTreeMap<usize, Reached>>,
    /// For each workload the controllers that no manifest declares.
    pub(super) controllers: BTreeMap<usize, BTreeMap<Peer, Reached>>,
    /// What could not be derived.
    pub(super) gaps: BTreeMap<usize, BTreeSet<String>>,
}

/// Controllers whose manifests are known: the class of their Ingresses, and the namespace and label of their pods.
const CONTROLLERS: &[(&str, &str, &str)] =
    &[("nginx", "ingress-nginx", "ingress-nginx"), ("traefik", "traefik", "traefik")];

const NAME: &str = "app.kubernetes.io/name";

struct Search<'s> {
    nodes: &'s [Node<'s>],
    services: Vec<(Service, Vec<usize>)>,
    /// Numbers of services, by namespace and name.
    named: HashMap<(String, String), usize>,
    /// Maps of configuration, by namespace and name.
    maps: HashMap<(String, String), &'s Resource>,
    found: Connections,
    /// Comparisons and bytes that may still be looked at.
    steps: u64,
}

/// Where a text stands that names a host, in words.
type Place<'p> = &'p str;

pub(super) fn connections<'n, 's: 'n>(
    nodes: &'n [Node<'s>],
    subjects: impl IntoIterator<Item = &'s Subject>,
    limits: &Limits,
    problems: &mut Problems,
) -> Connections {
    let mut search = Search {
        nodes,
        services: Vec::new(),
        named: HashMap::new(),
        maps: HashMap::new(),
        found: Connections::default(),
        steps: limits.network_steps,
    };
    let mut ways = Vec::new();
    for subject in subjects {
        let Subject::Resource(resource) = subject else { continue };
        if resource.platform != WorkloadPlatform::Kubernetes {
            continue;
        }
        if let Some(service) = Service::read(resource, problems) {
            search.services.push((service, Vec::new()));
        } else if resource.kind == "ConfigMap" {
            let home = namespace(resource.namespace.as_ref().map(|it| it.value.as_str()));
            search.maps.insert((home, resource.name.clone()), resource);
        }
        ways.extend(routes(resource, problems));
    }
    if search.run(&ways).is_none() {
        let detail =
            format!("more than {} comparisons; what they would have allowed is not proposed", limits.network_steps);
        problems.push(Problem::new(ProblemKind::TooMany, detail));
    }
    search.found
}

impl Search<'_> {
    fn run(&mut self, ways: &[Route]) -> Option<()> {
        self.services.sort_by(|(a, _), (b, _)| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        for (number, (service, targets)) in self.services.iter_mut().enumerate() {
            self.named.insert((service.namespace.clone(), service.name.clone()), number);
            let Some(selector) = &service.selector else { continue };
            self.steps = self.steps.checked_sub(selector.cost().saturating_mul(self.nodes.len() as u64))?;
            let is_meant =
                |node: &Node<'_>| node.pod.namespace == service.namespace && selector.matches(&node.pod.labels);
            targets.extend(self.nodes.iter().enumerate().filter(|(_, node)| is_meant(node)).map(|(index, _)| index));
            if service.is_public {
                let gap = format!(
                    "Service {} takes connections from outside the cluster; add a rule for ingress with their addresses",
                    service.name
                );
                for index in &*targets {
                    self.found.gaps.entry(*index).or_default().insert(gap.clone());
                }
            }
        }
        for way in ways {
            self.route(way)?;
        }
        self.overlaps()?;
        let nodes = self.nodes;
        nodes.iter().enumerate().try_for_each(|(index, node)| self.workload(index, node.workload))
    }

    /// Says whose policy would be others' as well.
    fn overlaps(&mut self) -> Option<()> {
        for (index, node) in self.nodes.iter().enumerate() {
            let Some(selector) = &node.selector else { continue };
            // They are sorted by namespace.
            let home = &node.pod.namespace;
            let start = self.nodes.partition_point(|other| other.pod.namespace < *home);
            let others =
                self.nodes.iter().enumerate().skip(start).take_while(|(_, other)| other.pod.namespace == *home);
            for (number, other) in others {
                self.steps = self.steps.checked_sub(selector.cost())?;
                if number != index && selector.matches(&other.pod.labels) {
                    let gap = format!(
                        "The labels of its pods are those of {} as well, for which its rules would hold too",
                        title(other)
                    );
                    self.found.gaps.entry(index).or_default().insert(gap);
                    // One is enough to see that the labels do not tell them apart.
                    break;
                }
            }
        }
        Some(())
    }

    /// Looks at all that a workload hands its containers.
    fn workload(&mut self, caller: usize, workload: &Workload) -> Option<()> {
        let home = namespace(workload.namespace.as_ref().map(|it| it.value.as_str()));
        let mut maps = BTreeSet::new();
        for container in &workload.containers {
            for word in &container.command {
                self.look(caller, &home, &word.value, &format!("the command of container {}", container.name))?;
            }
            for word in &container.arguments {
                self.look(caller, &home, &word.value, &format!("an argument of container {}", container.name))?;
            }
            for variable in &container.environment {
                match &variable.source {
                    EnvironmentSource::Literal { value, .. } => {
                        self.look(caller, &home, value.expose(), &format!("variable {}", variable.name.value))?;
                    }
                    EnvironmentSource::Configuration(map) => {
                        maps.insert(map.value.clone());
                    }
                    EnvironmentSource::Secret(_) | EnvironmentSource::Platform {} | EnvironmentSource::Deployer {} => {}
                }
            }
        }
        for source in workload.volumes.iter().flat_map(|volume| &volume.sources) {
            if let Some(map) = source.subject.as_ref().filter(|_| source.kind.value == "configMap") {
                maps.insert(map.value.clone());
            }
        }
        for map in maps {
            let Some(resource) = self.maps.get(&(home.clone(), map.clone())).copied() else { continue };
            let Some(Declared::Mapping(entries)) = resource.body.child("data") else { continue };
            for (key, value) in entries {
                if let Some(value) = text(value) {
                    self.look(caller, &home, value, &format!("{key} of ConfigMap {map}"))?;
                }
            }
        }
        Some(())
    }

    /// Looks for hosts in a text.
    fn look(&mut self, caller: usize, home: &str, text: &str, place: Place<'_>) -> Option<()> {
        self.steps = self.steps.checked_sub(text.len() as u64 + 1)?;
        mentions(text).iter().try_for_each(|mention| self.mention(caller, home, mention, place))
    }

    fn mention(&mut self, caller: usize, home: &str, mention: &Mention, place: Place<'_>) -> Option<()> {
        let known = mention
            .services(home)
            .into_iter()
            .find_map(|(name, namespace)| self.named.get(&(namespace.to_owned(), name.to_owned())).copied());
        let Some(number) = known else {
            if mention.is_elsewhere() {
                let gap = format!(
                    "{} names a host that no Service of the manifests has; add a rule for egress",
                    capital(place)
                );
                self.found.gaps.entry(caller).or_default().insert(gap);
            }
            return Some(());
        };
        let wanted = mention.port.map_or(Wanted::Any, Wanted::Number);
        let service =
            self.services.get(number).map(|(service, _)| format!("{}/{}", service.namespace, service.name))?;
        let reason = self.nodes.get(caller).map(|node| format!("{}: {place} names Service {service}", title(node)))?;
        self.steps = self.steps.checked_sub(self.services.get(number)?.1.len() as u64)?;
        let targets = self.services.get(number).map(|(_, targets)| targets.clone())?;
        let mut is_reached = false;
        for target in targets {
            for ports in self.land(number, &wanted, target)? {
                is_reached = true;
                self.connect(caller, target, &ports, &reason);
            }
        }
        if !is_reached {
            let gap = format!(
                "{} names Service {service}, of which the manifests show no pod at that port; add a rule for egress",
                capital(place)
            );
            self.found.gaps.entry(caller).or_default().insert(gap);
        }
        Some(())
    }

    fn land(&mut self, number: usize, wanted: &Wanted, target: usize) -> Option<Vec<Ports>> {
        let ((service, _), node) = (self.services.get(number)?, self.nodes.get(target)?);
        let cost = (service.ports.len() as u64 + 1).saturating_mul(node.pod.ports.len() as u64 + 1);
        self.steps = self.steps.checked_sub(cost)?;
        Some(service.land(wanted, &node.pod))
    }

    fn connect(&mut self, caller: usize, target: usize, ports: &Ports, reason: &str) {
        let forth = self.found.targets.entry(caller).or_default().entry(target).or_default();
        forth.entry(ports.clone()).or_insert_with(|| reason.to_owned());
        let back = self.found.callers.entry(target).or_default().entry(caller).or_default();
        back.entry(ports.clone()).or_insert_with(|| reason.to_owned());
    }

    /// Lets the controller of an Ingress through to what the Ingress names.
    fn route(&mut self, way: &Route) -> Option<()> {
        let Some(number) = self.named.get(&(way.namespace.clone(), way.service.clone())).copied() else {
            return Some(());
        };
        let known = CONTROLLERS.iter().find(|(class, _, _)| way.class.as_deref() == Some(class));
        self.steps = self.steps.checked_sub(self.nodes.len() as u64)?;
        // A controller that the manifests declare needs egress, too.
        let is_controller = |node: &Node<'_>| {
            known.is_some_and(|(_, _, label)| node.pod.labels.get(NAME).is_some_and(|name| name == label))
        };
        let declared: Vec<usize> =
            self.nodes.iter().enumerate().filter(|(_, node)| is_controller(node)).map(|(index, _)| index).collect();
        let reason = format!("Ingress {}/{} names Service {}", way.namespace, way.ingress, way.service);
        let targets = self.services.get(number).map(|(_, targets)| targets.clone())?;
        for target in targets {
            for ports in self.land(number, &way.port, target)? {
                match known {
                    Some(_) if !declared.is_empty() => {
                        self.steps = self.steps.checked_sub(declared.len() as u64)?;
                        declared.iter().for_each(|caller| self.connect(*caller, target, &ports, &reason));
                    }
                    Some((_, home, label)) => {
                        let only = |name: &str, value: &str| {
                            Some(Selector::of(&Labels::from([(name.to_owned(), value.to_owned())])))
                        };
                        let peer = Peer::Pods { namespaces: only(NAMESPACE_NAME, home), pods: only(NAME, label) };
                        let reached = self.found.controllers.entry(target).or_default().entry(peer).or_default();
                        reached.entry(ports).or_insert_with(|| reason.clone());
                    }
                    None => {
                        let gap =
                            format!("{reason}, and nothing says where its controller runs; add a rule for ingress");
                        self.found.gaps.entry(target).or_default().insert(gap);
                    }
                }
            }
        }
        Some(())
    }
}

fn capital(place: Place<'_>) -> String {
    let mut letters = place.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
