//! `azurerm_container_group`.

use boltseal_model::Workload;
use boltseal_yaml::{Node, Value};

use super::shape::{block, blocks, copy, list, mapping};
use crate::aci;
use crate::reading::{Reading, is_unresolved};

/// Reads the values of a container group.
pub(super) fn group(reading: &mut Reading<'_>, values: &Node<'_>) -> Option<Workload> {
    let at = values.at;
    let properties = mapping(
        at,
        [
            ("osType", copy(values, "os_type")),
            ("restartPolicy", copy(values, "restart_policy")),
            ("sku", copy(values, "sku")),
            ("ipAddress", address(values)),
            ("subnetIds", subnets(values)),
            ("imageRegistryCredentials", blocks(values, "image_registry_credential", Clone::clone)),
            ("diagnostics", block(values, "diagnostics", diagnostics)),
            ("encryptionProperties", encryption(values)),
            ("volumes", Some(volumes(values))),
            ("initContainers", blocks(values, "init_container", container)),
            ("containers", blocks(values, "container", container)),
        ],
    );
    let whole = mapping(
        at,
        [
            ("name", copy(values, "name")),
            ("tags", copy(values, "tags")),
            ("identity", block(values, "identity", Clone::clone)),
            ("properties", Some(properties)),
        ],
    );
    aci::group(reading, &whole)
}

/// A group whose address is of the type `None` has none.
fn address<'a>(values: &Node<'a>) -> Option<Node<'a>> {
    let kind = copy(values, "ip_address_type").filter(|kind| kind.text() != Some("None"))?;
    let ports = copy(values, "exposed_port");
    Some(mapping(kind.at, [("type", Some(kind)), ("dnsNameLabel", copy(values, "dns_name_label")), ("ports", ports)]))
}

fn subnets<'a>(values: &Node<'a>) -> Option<Node<'a>> {
    let node = values.child("subnet_ids")?;
    let Value::List(ids) = &node.value else { return Some(node.clone()) };
    Some(list(node.at, ids.iter().map(|id| mapping(id.at, [("id", Some(id.clone()))])).collect()))
}

fn diagnostics<'a>(node: &Node<'a>) -> Node<'a> {
    mapping(node.at, [("logAnalytics", block(node, "log_analytics", Clone::clone))])
}

fn encryption<'a>(values: &Node<'a>) -> Option<Node<'a>> {
    let key = copy(values, "key_vault_key_id")?;
    Some(mapping(key.at, [("keyName", Some(key))]))
}

const CONTAINERS: [&str; 2] = ["init_container", "container"];

/// Volumes stand in the containers that mount them. One that several mount is there once.
fn volumes<'a>(values: &Node<'a>) -> Node<'a> {
    let mut found = Vec::new();
    let mut names = std::collections::HashSet::new();
    for key in CONTAINERS {
        let Some(Value::List(containers)) = values.child(key).map(|node| &node.value) else { continue };
        for node in containers {
            let Some(Value::List(volumes)) = node.child("volume").map(|node| &node.value) else { continue };
            for node in volumes {
                if node.child("name").and_then(Node::text).is_none_or(|name| names.insert(name)) {
                    found.push(volume(node));
                }
            }
        }
    }
    list(values.at, found)
}

fn volume<'a>(node: &Node<'a>) -> Node<'a> {
    let is_empty = node.child("empty_dir").is_some_and(|flag| flag.value == Value::Flag(true));
    let empty = is_empty.then(|| mapping(node.at, []));
    let share = node.child("share_name").filter(|share| !super::is_void(share)).map(|share| {
        mapping(
            share.at,
            [("shareName", Some(share.clone())), ("storageAccountKey", copy(node, "storage_account_key"))],
        )
    });
    let repository = block(node, "git_repo", |node| mapping(node.at, [("repository", copy(node, "url"))]));
    let secret = copy(node, "secret").filter(|it| is_unresolved(it) || !it.entries().is_empty());
    mapping(
        node.at,
        [
            ("name", copy(node, "name")),
            ("emptyDir", empty),
            ("azureFile", share),
            ("gitRepo", repository),
            ("secret", secret),
        ],
    )
}

fn container<'a>(node: &Node<'a>) -> Node<'a> {
    let at = node.at;
    let amounts =
        |cpu: &str, memory: &str| Some(mapping(at, [("cpu", copy(node, cpu)), ("memoryInGB", copy(node, memory))]));
    let resources =
        mapping(at, [("requests", amounts("cpu", "memory")), ("limits", amounts("cpu_limit", "memory_limit"))]);
    let mounts = blocks(node, "volume", |node| {
        let members = [("name", "name"), ("mountPath", "mount_path"), ("readOnly", "read_only")];
        mapping(node.at, members.map(|(theirs, own)| (theirs, copy(node, own))))
    });
    let security = block(node, "security", |node| mapping(node.at, [("privileged", copy(node, "privilege_enabled"))]));
    let properties = mapping(
        at,
        [
            ("image", copy(node, "image")),
            ("command", copy(node, "commands")),
            ("ports", copy(node, "ports")),
            ("environmentVariables", Some(environment(node))),
            ("resources", Some(resources)),
            ("volumeMounts", mounts),
            ("livenessProbe", block(node, "liveness_probe", probe)),
            ("readinessProbe", block(node, "readiness_probe", probe)),
            ("securityContext", security),
        ],
    );
    mapping(at, [("name", copy(node, "name")), ("properties", Some(properties))])
}

fn probe<'a>(node: &Node<'a>) -> Node<'a> {
    let exec = copy(node, "exec").filter(|it| it.value != Value::List(Vec::new()));
    mapping(node.at, [("exec", exec.map(|command| mapping(command.at, [("command", Some(command))])))])
}

/// Two mappings, of which one holds what must not be shown.
fn environment<'a>(node: &Node<'a>) -> Node<'a> {
    let mut variables = Vec::new();
    for (key, kind) in [("environment_variables", "value"), ("secure_environment_variables", "secureValue")] {
        // What is not known yet is no mapping, and is said to be none by whoever reads the list.
        variables.extend(node.child(key).filter(|it| is_unresolved(it)).cloned());
        for entry in node.child(key).map(Node::counted).unwrap_or_default() {
            let name = Node::new(Value::Text(entry.key.clone()), entry.at);
            variables.push(mapping(entry.at, [("name", Some(name)), (kind, Some(entry.node.clone()))]));
        }
    }
    list(node.at, variables)
}
