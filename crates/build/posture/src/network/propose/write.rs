//! Policies as YAML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Proposal;
use crate::network::policy::{Peer, Policy, Ports, Rule, Which};
use crate::network::selector::{Requirement, Selector};

impl Proposal {
    /// The manifests that say it, with the reasons and what is missing as comments.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        for line in &self.comments {
            comment(&mut text, line);
        }
        for (index, proposed) in self.policies.iter().enumerate() {
            if index > 0 || !self.comments.is_empty() {
                text.push_str(if index > 0 { "---\n" } else { "\n" });
            }
            for line in &proposed.comments {
                comment(&mut text, line);
            }
            policy(&mut text, &proposed.policy);
        }
        text
    }
}

/// A line of comment. What the manifests bring along cannot end it.
fn comment(text: &mut String, line: &str) {
    text.push_str("# ");
    escape(text, line, false);
    text.push('\n');
}

fn quoted(value: &str) -> String {
    let mut text = String::from('"');
    escape(&mut text, value, true);
    text.push('"');
    text
}

/// Writes a value so that it stays on its line, and within double quotes.
fn escape(text: &mut String, value: &str, is_quoted: bool) {
    for letter in value.chars() {
        let _ = match letter {
            '"' | '\\' if is_quoted => write!(text, "\\{letter}"),
            ' '..='~' => write!(text, "{letter}"),
            letter if u32::from(letter) <= 0xffff => write!(text, "\\u{:04X}", u32::from(letter)),
            letter => write!(text, "\\U{:08X}", u32::from(letter)),
        };
    }
}

fn policy(text: &mut String, policy: &Policy) {
    let mut line = |depth: usize, content: &str| {
        let _ = writeln!(text, "{:1$}{content}", "", depth * 2);
    };
    line(0, "apiVersion: networking.k8s.io/v1");
    line(0, "kind: NetworkPolicy");
    line(0, "metadata:");
    line(1, &format!("name: {}", quoted(&policy.name)));
    line(1, &format!("namespace: {}", quoted(&policy.namespace)));
    line(0, "spec:");
    selector(&mut line, 1, "podSelector", &policy.pods);
    line(1, "policyTypes:");
    for (name, rules) in [("Ingress", &policy.ingress), ("Egress", &policy.egress)] {
        if rules.is_some() {
            line(1, &format!("- {name}"));
        }
    }
    for (name, peers, list) in [("ingress", "from", &policy.ingress), ("egress", "to", &policy.egress)] {
        if let Some(list) = list.as_ref().filter(|list| !list.is_empty()) {
            line(1, &format!("{name}:"));
            for it in list {
                rule(&mut line, peers, it);
            }
        }
    }
}

fn rule(line: &mut impl FnMut(usize, &str), key: &str, rule: &Rule) {
    if rule.peers.is_none() && rule.ports.is_none() {
        return line(1, "- {}");
    }
    let mut dash = "- ";
    if let Some(peers) = &rule.peers {
        line(1, &format!("{dash}{key}:"));
        dash = "  ";
        for it in peers {
            peer(line, it);
        }
    }
    if let Some(ports) = &rule.ports {
        line(1, &format!("{dash}ports:"));
        for Ports { protocol, which } in ports {
            line(2, &format!("- protocol: {}", protocol.name()));
            match which {
                Which::All => {}
                Which::Named(name) => line(3, &format!("port: {}", quoted(name))),
                Which::Numbers(first, last) => {
                    line(3, &format!("port: {first}"));
                    if first != last {
                        line(3, &format!("endPort: {last}"));
                    }
                }
            }
        }
    }
}

fn peer(line: &mut impl FnMut(usize, &str), peer: &Peer) {
    match peer {
        Peer::Addresses { block, except } => {
            line(2, "- ipBlock:");
            line(4, &format!("cidr: {}", quoted(&block.to_string())));
            if !except.is_empty() {
                line(4, "except:");
                for block in except {
                    line(4, &format!("- {}", quoted(&block.to_string())));
                }
            }
        }
        Peer::Pods { namespaces, pods } => {
            let mut dash = "- ";
            for (name, it) in [("namespaceSelector", namespaces), ("podSelector", pods)] {
                if let Some(it) = it {
                    // The dash stands where the first name would.
                    let mut shifted = |depth: usize, content: &str| {
                        if depth == 3 && dash == "- " {
                            line(2, &format!("- {content}"));
                            dash = "  ";
                        } else {
                            line(depth, content);
                        }
                    };
                    selector(&mut shifted, 3, name, it);
                }
            }
        }
    }
}

fn selector(line: &mut impl FnMut(usize, &str), depth: usize, key: &str, selector: &Selector) {
    if selector.requirements.is_empty() {
        return line(depth, &format!("{key}: {{}}"));
    }
    line(depth, &format!("{key}:"));
    let (mut labels, mut expressions) = (BTreeMap::new(), Vec::new());
    for requirement in &selector.requirements {
        match requirement {
            // A label with two values is none that anything has, which one entry cannot say.
            Requirement::Is(name, value) if !labels.contains_key(name) => {
                labels.insert(name, value);
            }
            Requirement::Is(name, value) => expressions.push((name, "In", vec![value])),
            Requirement::In(name, values) => expressions.push((name, "In", values.iter().collect())),
            Requirement::NotIn(name, values) => expressions.push((name, "NotIn", values.iter().collect())),
            Requirement::Exists(name) => expressions.push((name, "Exists", Vec::new())),
            Requirement::DoesNotExist(name) => expressions.push((name, "DoesNotExist", Vec::new())),
        }
    }
    if !labels.is_empty() {
        line(depth + 1, "matchLabels:");
        for (name, value) in labels {
            line(depth + 2, &format!("{}: {}", quoted(name), quoted(value)));
        }
    }
    if !expressions.is_empty() {
        line(depth + 1, "matchExpressions:");
        for (name, operator, values) in expressions {
            line(depth + 1, &format!("- key: {}", quoted(name)));
            line(depth + 2, &format!("operator: {operator}"));
            if !values.is_empty() {
                line(depth + 2, "values:");
                for value in values {
                    line(depth + 2, &format!("- {}", quoted(value)));
                }
            }
        }
    }
}
