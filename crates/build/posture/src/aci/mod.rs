//! Container groups of Azure Container Instances.
//!
//! Source: the template reference of Azure, `Microsoft.ContainerInstance/containerGroups`, whose names the YAML of
//! `az container create --file` shares.

pub(crate) mod arm;
mod container;

use boltseal_model::workload::{
    EnvironmentSource, Port, RegistryCredential, RestartPolicy, Volume, VolumeSource, WorkloadPlatform,
};
use boltseal_model::{Located, ProblemKind, Workload};
use boltseal_yaml::{Node, Value};

use crate::reading::{Reading, is_unresolved, plain};
use crate::subject::Subject;

const CONTAINER_GROUP: &str = "microsoft.containerinstance/containergroups";

/// Whether an object is a container group, which its type says.
fn is_group(node: &Node<'_>) -> bool {
    plain(node, "type").is_some_and(|kind| kind.eq_ignore_ascii_case(CONTAINER_GROUP))
}

/// Whether a document is a container group of its own. The type may be missing.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    let has_containers = node.child("properties").is_some_and(|properties| properties.child("containers").is_some());
    has_containers && (is_group(node) || (node.child("type").is_none() && node.child("kind").is_none()))
}

/// Reads a document.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    if let Some(workload) = group(reading, node) {
        subjects.push(Subject::Workload(Box::new(workload)));
    }
}

/// Reads a container group.
pub(crate) fn group(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Workload> {
    let Some(properties) = reading.mapping_at(node, "properties") else {
        reading.problem_at(ProblemKind::Missing, node.at, "a container group without `properties`");
        return None;
    };
    let mut workload = Workload::new(WorkloadPlatform::Aci, "container-group", reading.path, node.at);
    workload.name = reading.name_at(node, "name").map(|name| name.value).unwrap_or_default();
    workload.labels = labels(reading, node);
    if let Some(identity) = reading.mapping_at(node, "identity") {
        let kind = reading.name_at(identity, "type");
        workload.identity.account = kind.filter(|kind| !kind.value.eq_ignore_ascii_case("none"));
    }
    let system = reading.text_at(properties, "osType");
    workload.operating_system = system.map(|system| Located::new(system.value.to_ascii_lowercase(), system.at));
    let restart = reading.text_at(properties, "restartPolicy");
    workload.restart = restart.map(|when| RestartPolicy { when, attempts: None });
    workload.runtime = reading.text_at(properties, "sku");
    if let Some(encryption) = reading.mapping_at(properties, "encryptionProperties") {
        workload.encryption_key = reading.name_at(encryption, "keyName");
    }
    network(reading, properties, &mut workload);
    registries(reading, properties, &mut workload);
    volumes(reading, properties, &mut workload);
    container::read_all(reading, properties, &mut workload);
    Some(workload)
}

fn labels(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<(Located<String>, Located<String>)> {
    let mut found = Vec::new();
    let Some(tags) = reading.mapping_at(node, "tags") else { return found };
    for entry in tags.counted() {
        if !reading.admits(1, entry.at, "tags") {
            break;
        }
        if let Some(text) = reading.name_at(tags, &entry.key) {
            found.push((Located::new(entry.key.clone().into_owned(), entry.at), text));
        }
    }
    found
}

/// Ports of a group are those of its address. Without an address nobody outside reaches it.
fn network(reading: &mut Reading<'_>, properties: &Node<'_>, workload: &mut Workload) {
    if let Some(address) = reading.mapping_at(properties, "ipAddress") {
        let kind = reading.text_at(address, "type");
        workload.network.is_public = kind.map(|kind| Located::new(kind.value.eq_ignore_ascii_case("public"), kind.at));
        workload.network.domain = reading.name_at(address, "dnsNameLabel");
        workload.network.ports = ports(reading, address);
    }
    for node in reading.mappings_at(properties, "subnetIds") {
        workload.network.joins.extend(reading.name_at(node, "id"));
    }
    // Groups of an older version of the interface name a profile instead.
    if let Some(profile) = reading.mapping_at(properties, "networkProfile") {
        workload.network.joins.extend(reading.name_at(profile, "id"));
    }
}

fn ports(reading: &mut Reading<'_>, parent: &Node<'_>) -> Vec<Port> {
    let mut found = Vec::new();
    for node in reading.mappings_at(parent, "ports") {
        let protocol = reading.text_at(node, "protocol");
        found.push(Port {
            container: reading.integer_at(node, "port"),
            protocol: protocol.map(|it| Located::new(it.value.to_ascii_uppercase(), it.at)),
            ..Port::default()
        });
    }
    found
}

fn registries(reading: &mut Reading<'_>, properties: &Node<'_>, workload: &mut Workload) {
    for node in reading.mappings_at(properties, "imageRegistryCredentials") {
        let password = match node.child("password") {
            Some(password) if is_unresolved(password) => Some(EnvironmentSource::Deployer {}),
            Some(_) => reading.text_at(node, "password").map(|password| hidden(password.value)),
            None => reading.name_at(node, "passwordReference").map(EnvironmentSource::Secret),
        };
        workload.registries.push(RegistryCredential {
            at: node.at,
            server: reading.name_at(node, "server"),
            user: reading.name_at(node, "username"),
            password,
        });
    }
}

/// A value that stands in the declaration, and that the platform shows to nobody.
fn hidden(value: String) -> EnvironmentSource {
    let is_empty = value.is_empty();
    EnvironmentSource::Literal { value: boltseal_model::Redacted::new(value), is_empty, is_hidden: true }
}

/// Every member of a volume but its name is a source.
fn volumes(reading: &mut Reading<'_>, properties: &Node<'_>, workload: &mut Workload) {
    for node in reading.mappings_at(properties, "volumes") {
        let name = reading.name_at(node, "name").map(|name| name.value).unwrap_or_default();
        let mut sources = Vec::new();
        for entry in node.counted() {
            if entry.key == "name" || entry.node.value == Value::Null {
                continue;
            }
            let kind = Located::new(entry.key.clone().into_owned(), entry.at);
            let Some(source) = reading.mapping_at(node, &entry.key) else { continue };
            let keys = ["shareName", "repository"];
            let subject = keys.iter().find_map(|key| source.child(key).is_some().then(|| reading.name_at(source, key)));
            let mut found = VolumeSource::new(kind, subject.flatten());
            let holds = |node: &Node<'_>| !is_unresolved(node) && node.value != Value::Null;
            found.holds_key = match &*entry.key {
                "azureFile" => source.child("storageAccountKey").is_some_and(holds),
                "secret" => source.entries().iter().any(|file| holds(&file.node)),
                _ => false,
            };
            sources.push(found);
        }
        workload.volumes.push(Volume { name, at: node.at, sources });
    }
}
