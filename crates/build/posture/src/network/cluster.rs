//! What manifests make of a cluster, as far as policies look at it.

use std::collections::BTreeMap;

use boltseal_model::workload::{Container, ContainerRole, WorkloadPlatform};
use boltseal_model::{Declared, Problems, Workload};

use super::policy::{Pod, PodPort, Policy, Protocol};
use super::read;
use super::selector::Labels;
use crate::subject::Subject;

/// The label that every namespace has, with its name.
pub const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Namespaces, pods and policies.
///
/// A workload is one pod, however many it runs: they do not differ to a policy.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// Labels of namespaces, by name. One that nothing declares has its name alone.
    pub namespaces: BTreeMap<String, Labels>,
    /// Pods, by namespace, name and kind.
    pub pods: Vec<Pod>,
    /// Policies, by namespace.
    pub policies: BTreeMap<String, Vec<Policy>>,
}

impl Cluster {
    /// What subjects of manifests make of a cluster. Those of other platforms are passed over.
    pub fn of<'s>(subjects: impl IntoIterator<Item = &'s Subject>) -> (Self, Problems) {
        let (mut cluster, mut problems) = (Self::default(), Problems::default());
        for subject in subjects {
            match subject {
                Subject::Workload(workload) if workload.platform == WorkloadPlatform::Kubernetes => {
                    cluster.pods.push(pod(workload));
                }
                Subject::Resource(resource) if resource.platform == WorkloadPlatform::Kubernetes => {
                    if resource.kind == "Namespace" {
                        let labels =
                            resource.labels.iter().map(|(name, value)| (name.value.clone(), value.value.clone()));
                        cluster.namespaces.insert(resource.name.clone(), labels.collect());
                    } else if let Some(policy) = read::policy(resource, &mut problems) {
                        cluster.add(policy);
                    }
                }
                Subject::Workload(_)
                | Subject::Resource(_)
                | Subject::Dockerfile(_)
                | Subject::Image(_)
                | Subject::Host(_) => {}
            }
        }
        cluster.complete();
        (cluster, problems)
    }

    /// Adds a policy.
    pub fn add(&mut self, policy: Policy) {
        self.policies.entry(policy.namespace.clone()).or_default().push(policy);
    }

    /// Gives every namespace the label with its name, whatever the manifest says, and sorts what is there.
    pub fn complete(&mut self) {
        let key = |pod: &Pod| (pod.namespace.clone(), pod.name.clone(), pod.kind.clone());
        self.pods.sort_by_cached_key(key);
        for pod in &self.pods {
            if !self.namespaces.contains_key(&pod.namespace) {
                self.namespaces.insert(pod.namespace.clone(), Labels::new());
            }
        }
        for (name, labels) in &mut self.namespaces {
            labels.insert(NAMESPACE_NAME.to_owned(), name.clone());
        }
    }

    /// The pod of a name: of that which declares it, or of that which makes pods so called; otherwise why there is none.
    pub(crate) fn pod(&self, namespace: &str, name: &str) -> Result<&Pod, String> {
        let Some((first, others)) = self.called(namespace, name).split_first() else {
            let made = self.maker(namespace, name);
            return made.ok_or_else(|| format!("no manifest declares {namespace}/{name}"));
        };
        // What is declared twice alike is one to a policy.
        let is_alike = |other: &Pod| {
            (&other.labels, &other.ports, other.is_on_host) == (&first.labels, &first.ports, first.is_on_host)
        };
        if others.iter().all(is_alike) {
            Ok(first)
        } else {
            Err(format!("more than one workload is called {namespace}/{name}"))
        }
    }

    /// Pods of workloads of a name.
    fn called(&self, namespace: &str, name: &str) -> &[Pod] {
        let key = |pod: &Pod| (pod.namespace.as_str(), pod.name.as_str()).cmp(&(namespace, name));
        let start = self.pods.partition_point(|pod| key(pod).is_lt());
        let end = self.pods.partition_point(|pod| key(pod).is_le());
        self.pods.get(start..end).unwrap_or_default()
    }

    /// What makes pods of a name, which ends in one or two parts that the cluster adds.
    fn maker(&self, namespace: &str, name: &str) -> Option<&Pod> {
        let (once, first) = name.rsplit_once('-')?;
        let twice = once.rsplit_once('-');
        let of = |owner: &str, kinds: &[&str]| {
            self.called(namespace, owner).iter().find(|pod| kinds.contains(&pod.kind.as_str()))
        };
        let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
        let is_random = first.len() == 5 && first.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let numbered = is_number.then(|| of(once, &["StatefulSet"])).flatten();
        let made =
            || is_random.then(|| of(once, &["DaemonSet", "Job", "ReplicaSet", "ReplicationController"])).flatten();
        let made_twice = || is_random.then(|| of(twice?.0, &["CronJob", "Deployment"])).flatten();
        numbered.or_else(made_twice).or_else(made)
    }
}

/// The pod of a workload.
pub(crate) fn pod(workload: &Workload) -> Pod {
    let labels = workload.labels.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
    Pod {
        namespace: namespace(workload.namespace.as_ref().map(|namespace| namespace.value.as_str())),
        name: workload.name.clone(),
        kind: workload.kind.clone(),
        labels,
        ports: workload.containers.iter().filter(|it| stays(it)).flat_map(ports).collect(),
        is_on_host: workload.host.network.as_ref().is_some_and(|flag| flag.value),
    }
}

/// The namespace that an object is in.
pub(crate) fn namespace(stated: Option<&str>) -> String {
    stated.filter(|name| !name.is_empty()).unwrap_or("default").to_owned()
}

/// Whether a container runs as long as the pod, as some that begin before the others do.
fn stays(container: &Container) -> bool {
    match container.role {
        ContainerRole::Main => true,
        ContainerRole::Init => container.restart.as_ref().is_some_and(|restart| restart.when.value == "Always"),
        ContainerRole::Ephemeral => false,
    }
}

fn ports(container: &Container) -> impl Iterator<Item = PodPort> + '_ {
    container.ports.iter().filter_map(|port| {
        let number = port.container.as_ref().and_then(|number| u16::try_from(number.value).ok());
        let protocol = port.protocol.as_ref().map_or(Some(Protocol::Tcp), |name| Protocol::parse(&name.value));
        Some(PodPort {
            name: port.name.as_ref().map(|name| name.value.clone()),
            number: number.filter(|number| *number > 0)?,
            protocol: protocol?,
        })
    })
}

/// Texts of a mapping of texts, as `spec.selector` of a Service is one; `None` where it is something else.
pub(crate) fn texts(node: &Declared) -> Option<Labels> {
    let Declared::Mapping(entries) = node else { return None };
    entries.iter().map(|(name, value)| Some((name.clone(), read::text(value)?.to_owned()))).collect()
}
