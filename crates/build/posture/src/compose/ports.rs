//! Ports of a service.

use boltseal_model::Located;
use boltseal_model::workload::{Container, Port};
use boltseal_yaml::{Node, Value};

use crate::engine;
use crate::reading::{Reading, is_unresolved, text};

const EXPECTED: &str = "a port, as 8080:80/tcp";

pub(super) fn read(reading: &mut Reading<'_>, service: &Node<'_>, container: &mut Container) {
    for node in reading.list_at(service, "ports") {
        let port = match node.value {
            Value::Mapping(_) if !is_unresolved(node) => Some(long(reading, node)),
            _ => short(node, engine::published),
        };
        match port {
            Some(port) => container.ports.push(port),
            None => reading.wrong(node, "ports", EXPECTED),
        }
    }
    for node in reading.list_at(service, "expose") {
        match short(node, engine::exposed) {
            Some(port) => container.ports.push(port),
            None => reading.wrong(node, "expose", EXPECTED),
        }
    }
}

fn short(node: &Node<'_>, read: impl FnOnce(&str, boltseal_model::Position) -> Option<Port>) -> Option<Port> {
    let text = text(node, true).filter(|_| !is_unresolved(node))?;
    read(&text, node.at)
}

/// What is published may be several ports, of which the first counts.
fn long(reading: &mut Reading<'_>, node: &Node<'_>) -> Port {
    let published = reading.text_at(node, "published").filter(|text| !text.value.is_empty());
    let first = published.as_ref().and_then(|text| text.value.split('-').next()?.trim().parse().ok());
    if let (None, Some(published)) = (first, &published) {
        reading.wrong(&Node::new(Value::Text(published.value.clone().into()), published.at), "published", "a port");
    }
    Port {
        name: None,
        container: reading.integer_at(node, "target"),
        host: published.and_then(|text| Some(Located::new(first?, text.at))),
        host_address: reading.text_at(node, "host_ip"),
        protocol: reading.text_at(node, "protocol").map(|it| Located::new(it.value.to_ascii_uppercase(), it.at)),
        last: None,
    }
}
