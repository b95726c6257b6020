//! A node of Kubernetes: the kubelet, and the control plane where it runs as static pods.

use std::collections::BTreeMap;

use boltseal_model::Limits;
use boltseal_model::host::{Collected, Component, Kubernetes};
use boltseal_yaml::{Node, Value, tree};

use crate::process::command_lines;
use crate::root::{Found, Root};
use crate::system::{needed, perhaps};
use crate::units;

pub(crate) const KUBELET: &str = "/var/lib/kubelet/config.yaml";
pub(crate) const MANIFESTS: &str = "/etc/kubernetes/manifests";

pub(crate) fn collect(root: &Root) -> Option<Kubernetes> {
    let is_node = [KUBELET, MANIFESTS, "/etc/kubernetes/kubelet.conf"].iter().any(|path| root.has(path))
        || units::has(root, "kubelet.service");
    if !is_node {
        return None;
    }
    let pod = |name: &str| perhaps(static_pod(root, name));
    let api_server = pod("kube-apiserver");
    Some(Kubernetes {
        kubelet: perhaps(kubelet(root)),
        encryption: api_server.as_ref().and_then(|api_server| encryption(root, api_server)),
        api_server,
        controller_manager: pod("kube-controller-manager"),
        scheduler: pod("kube-scheduler"),
        etcd: pod("etcd"),
    })
}

fn kubelet(root: &Root) -> Found<Component> {
    // Without processes in sight, the file alone speaks.
    let lines = if root.has("/proc/1") { command_lines(root, "kubelet")? } else { Vec::new() };
    let arguments = lines.first().and_then(|line| line.get(1..)).unwrap_or_default();
    let flags = flags(arguments);
    let given = flags.iter().find(|(name, _)| *name == "config").map(|(_, value)| value.clone());
    let file = given.unwrap_or_else(|| KUBELET.to_owned());
    let text = root.text(&file)?;
    if text.is_none() && lines.is_empty() {
        return Ok(None);
    }
    let mut settings = match text {
        Some(text) => parse_kubelet(&text).map_err(|reason| format!("{file}: {reason}"))?,
        None => BTreeMap::new(),
    };
    for (name, value) in flags {
        insert(&mut settings, &name, value);
    }
    Ok(Some(Component { file, settings }))
}

fn static_pod(root: &Root, name: &str) -> Found<Component> {
    let file = format!("{MANIFESTS}/{name}.yaml");
    let Some(text) = root.text(&file)? else { return Ok(None) };
    let settings = parse_static_pod(&text, name).map_err(|reason| format!("{file}: {reason}"))?;
    Ok(Some(Component { file, settings }))
}

/// What the file that the API server names says of encryption; nothing where it names none.
fn encryption(root: &Root, api_server: &Collected<Component>) -> Option<Collected<Vec<String>>> {
    let path = match api_server {
        Collected::Known(component) => component.settings.get("encryption-provider-config")?,
        Collected::Unknown(reason) => return Some(Collected::Unknown(reason.clone())),
    };
    let found = match root.text(path) {
        Ok(Some(text)) => parse_encryption(&text).map(Some).map_err(|reason| format!("{path}: {reason}")),
        Ok(None) => Ok(None),
        Err(reason) => Err(reason),
    };
    Some(needed(found, path))
}

/// The providers of the first kind of objects in a configuration of encryption, in their order, and nothing of their keys.
///
/// # Errors
/// When it is no YAML, or says nothing of any kind of objects.
pub fn parse_encryption(text: &str) -> Result<Vec<String>, String> {
    let file = read(text)?;
    let first = list(&file, "resources").first().ok_or("nothing is said of any resources")?;
    let name = |provider: &Node<'_>| provider.entries().first().map(|entry| entry.key.to_string());
    Ok(list(first, "providers").iter().filter_map(name).collect())
}

fn list<'n, 'a>(node: &'n Node<'a>, key: &str) -> &'n [Node<'a>] {
    match node.child(key).map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes,
        _ => &[],
    }
}

fn read(text: &str) -> Result<Node<'_>, String> {
    tree(text, 0, &Limits::default()).map_err(|fault| fault.detail)
}

/// The settings in a file of the kubelet, by their paths.
///
/// # Errors
/// When it is no YAML.
pub fn parse_kubelet(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut settings = BTreeMap::new();
    flatten(&read(text)?, "", &mut settings);
    Ok(settings)
}

/// Levels are bounded by the reader of the tree.
fn flatten(node: &Node<'_>, path: &str, settings: &mut BTreeMap<String, String>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let path = if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
                flatten(&entry.node, &path, settings);
            }
        }
        Value::List(nodes) => {
            let texts: Vec<String> = nodes.iter().filter_map(scalar).collect();
            insert(settings, path, texts.join(","));
        }
        _ => {
            if let Some(text) = scalar(node) {
                insert(settings, path, text);
            }
        }
    }
}

fn scalar(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Flag(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// The flags of the container in a static pod that runs a program.
///
/// # Errors
/// When it is no YAML, or no such container is in it.
pub fn parse_static_pod(text: &str, program: &str) -> Result<BTreeMap<String, String>, String> {
    let pod = read(text)?;
    let containers = pod.child("spec").and_then(|spec| spec.child("containers")).map(|node| &node.value);
    let Some(Value::List(containers)) = containers else { return Err("no containers are in it".into()) };
    for container in containers {
        let words: Vec<String> = ["command", "args"]
            .iter()
            .filter_map(|key| container.child(key))
            .flat_map(|node| match &node.value {
                Value::List(nodes) => nodes.iter().filter_map(scalar).collect(),
                _ => Vec::new(),
            })
            .collect();
        let runs = words.iter().any(|word| word.rsplit('/').next() == Some(program))
            || container.child("name").and_then(Node::text) == Some(program);
        if runs {
            let mut settings = BTreeMap::new();
            for (name, value) in flags(&words) {
                insert(&mut settings, &name, value);
            }
            return Ok(settings);
        }
    }
    Err(format!("no container of it runs {program}"))
}

/// Flags: all of these programs take values behind `=`, or none for true.
fn flags(words: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else { continue };
        let value = match flag.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => {
                let next = words.get(index + 1).filter(|next| !next.starts_with('-'));
                (flag.to_owned(), next.cloned().unwrap_or_else(|| "true".to_owned()))
            }
        };
        found.push(value);
    }
    found
}

/// Names of settings whose value may be a secret, unless it is a path or says yes or no.
const SECRET: &[&str] = &["password", "secret", "token"];

fn insert(settings: &mut BTreeMap<String, String>, name: &str, value: String) {
    let may_be_secret = SECRET.iter().any(|word| name.to_ascii_lowercase().contains(word));
    let is_plain = value.starts_with('/') || matches!(value.as_str(), "true" | "false") || value.parse::<i64>().is_ok();
    let value = if may_be_secret && !is_plain { "(not collected)".to_owned() } else { value };
    settings.insert(name.to_owned(), value);
}
