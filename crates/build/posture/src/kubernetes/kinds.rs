//! Kinds of objects, and where those that run something say what.

/// A kind of object that runs pods.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    groups: &'static [&'static str],
    /// The way from the object to what holds `metadata` and `spec` of its pods.
    pub(super) template: &'static [&'static str],
}

const APPS: &[&str] = &["apps", "extensions"];
const BATCH: &[&str] = &["batch"];
const CORE: &[&str] = &[""];
const TEMPLATE: &[&str] = &["spec", "template"];

const WORKLOADS: &[Kind] = &[
    Kind { name: "CronJob", groups: BATCH, template: &["spec", "jobTemplate", "spec", "template"] },
    Kind { name: "DaemonSet", groups: APPS, template: TEMPLATE },
    Kind { name: "Deployment", groups: APPS, template: TEMPLATE },
    Kind { name: "Job", groups: BATCH, template: TEMPLATE },
    Kind { name: "Pod", groups: CORE, template: &[] },
    Kind { name: "PodTemplate", groups: CORE, template: &["template"] },
    Kind { name: "ReplicaSet", groups: APPS, template: TEMPLATE },
    Kind { name: "ReplicationController", groups: CORE, template: TEMPLATE },
    Kind { name: "StatefulSet", groups: APPS, template: TEMPLATE },
];

/// The keys from an object of a kind that runs pods to their specification; those of a pod where there is no such kind.
pub(crate) fn way_to_pod(name: &str) -> Vec<&'static str> {
    let template = WORKLOADS.iter().find(|kind| kind.name == name).map_or(&[][..], |kind| kind.template);
    template.iter().copied().chain(["spec"]).collect()
}

/// Kinds of the same groups that run nothing. A kind of these groups that is neither is misspelt.
const OTHERS: &[&str] = &[
    "APIGroup",
    "APIResource",
    "APIVersions",
    "Binding",
    "ComponentStatus",
    "ConfigMap",
    "ControllerRevision",
    "CreateOptions",
    "DeleteOptions",
    "DeploymentRollback",
    "Endpoints",
    "Event",
    "Eviction",
    "GetOptions",
    "Ingress",
    "LimitRange",
    "ListOptions",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "NodeProxyOptions",
    "PartialObjectMetadata",
    "PatchOptions",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodAttachOptions",
    "PodExecOptions",
    "PodPortForwardOptions",
    "PodProxyOptions",
    "PodSecurityPolicy",
    "PodStatusResult",
    "RangeAllocation",
    "ResourceQuota",
    "Scale",
    "Secret",
    "SerializedReference",
    "Service",
    "ServiceAccount",
    "ServiceProxyOptions",
    "Status",
    "UpdateOptions",
    "WatchEvent",
];

/// What an object of some kind is.
pub(super) enum Named {
    /// It runs pods.
    Workload(&'static Kind),
    /// It holds objects, of one kind that runs pods or of any.
    List(Option<&'static Kind>),
    /// It runs nothing itself, or is of a group that an operator brought.
    Other,
    /// The group has no such kind.
    Unknown,
}

/// What the kind of an object is. Without a version it is taken for what it is called.
pub(super) fn named(version: Option<&str>, name: &str) -> Named {
    let group = version.map(|version| version.split_once('/').map_or("", |(group, _)| group));
    let workload = |name: &str| {
        WORKLOADS.iter().find(|kind| kind.name == name && group.is_none_or(|group| kind.groups.contains(&group)))
    };
    if let Some(kind) = workload(name) {
        return Named::Workload(kind);
    }
    let is_ours = group.is_none_or(|group| [CORE, APPS, BATCH].concat().contains(&group));
    match name.strip_suffix("List") {
        Some("") if is_ours => Named::List(None),
        Some(listed) if workload(listed).is_some() => Named::List(workload(listed)),
        Some(listed) if OTHERS.contains(&listed) => Named::Other,
        Some(_) | None if is_ours && version.is_some() && !OTHERS.contains(&name) => Named::Unknown,
        Some(_) | None => Named::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_that_of_its_group() {
        assert!(matches!(named(Some("v1"), "Pod"), Named::Workload(Kind { name: "Pod", .. })));
        assert!(matches!(named(Some("extensions/v1beta1"), "Deployment"), Named::Workload(_)));
        assert!(matches!(named(None, "CronJob"), Named::Workload(_)));
        assert!(matches!(named(Some("v1"), "List"), Named::List(None)));
        assert!(matches!(named(Some("apps/v1"), "DeploymentList"), Named::List(Some(_))));
        assert!(matches!(named(Some("batch.volcano.sh/v1alpha1"), "Job"), Named::Other));
        assert!(matches!(named(Some("v1"), "ConfigMapList"), Named::Other));
        assert!(matches!(named(Some("v1"), "Deployment"), Named::Unknown));
        assert!(matches!(named(Some("apps/v1"), "Deploymnet"), Named::Unknown));
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(WORKLOADS.is_sorted_by_key(|kind| kind.name) && OTHERS.is_sorted());
    }
}
