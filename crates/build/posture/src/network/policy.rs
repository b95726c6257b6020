//! What a NetworkPolicy says.

use core::net::IpAddr;

use boltseal_model::Position;
use serde::{Deserialize, Serialize};

use super::address::Block;
use super::selector::Selector;

/// A NetworkPolicy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The namespace whose pods it is about.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Path of the file that declares it; empty where it is proposed.
    pub path: String,
    /// Where its declaration begins.
    pub at: Position,
    /// The pods that it is about.
    pub pods: Selector,
    /// Who may connect to them; `None` where it does not isolate them from anybody.
    pub ingress: Option<Vec<Rule>>,
    /// Whom they may connect to; `None` where it does not isolate them.
    pub egress: Option<Vec<Rule>>,
}

/// Connections that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The other ends, of which one suffices; `None` is anybody.
    pub peers: Option<Vec<Peer>>,
    /// The ports, of which one suffices; `None` is any.
    pub ports: Option<Vec<Ports>>,
}

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// Pods.
    Pods {
        /// Labels of their namespaces; `None` is the namespace of the policy.
        namespaces: Option<Selector>,
        /// Their labels; `None` is any.
        pods: Option<Selector>,
    },
    /// Addresses outside the cluster.
    Addresses {
        /// Those that are meant.
        block: Block,
        /// Those among them that are not.
        except: Vec<Block>,
    },
}

/// A protocol that has ports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Also where none is stated.
    #[default]
    #[serde(rename = "TCP")]
    Tcp,
    /// Datagrams.
    #[serde(rename = "UDP")]
    Udp,
    /// Streams of messages.
    #[serde(rename = "SCTP")]
    Sctp,
}

impl Protocol {
    /// The protocol of a name, spelled as Kubernetes spells it.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Tcp, Self::Udp, Self::Sctp].into_iter().find(|protocol| protocol.name() == name)
    }

    /// The name that Kubernetes gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// Ports of one protocol.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ports {
    /// The protocol.
    pub protocol: Protocol,
    /// Which of its ports.
    pub which: Which,
}

/// Which ports are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// Every one.
    All,
    /// From the first to the last.
    Numbers(u16, u16),
    /// That which the pod at the receiving end calls so.
    Named(String),
}

/// A pod that runs, or would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name, or that of the object that it is made by.
    pub name: String,
    /// The kind of that object; `Pod` where it is declared itself.
    pub kind: String,
    /// Its labels.
    pub labels: super::selector::Labels,
    /// Its ports, with their names where they have one.
    pub ports: Vec<PodPort>,
    /// Whether it is in the network of its host, where policies do not reach.
    pub is_on_host: bool,
}

/// A port that a pod says it listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPort {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

/// One end of a connection, as it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End<'a> {
    Address(IpAddr),
    Pod { pod: &'a Pod, namespace: &'a super::selector::Labels },
}

impl Peer {
    /// Whether an end is meant. Pods have no addresses here: an address block is for what is outside the cluster.
    pub(crate) fn matches(&self, home: &str, end: &End<'_>) -> bool {
        match (self, end) {
            (Self::Addresses { block, except }, End::Address(address)) => {
                block.contains(*address) && !except.iter().any(|block| block.contains(*address))
            }
            (Self::Pods { namespaces, pods }, End::Pod { pod, namespace }) => {
                let is_there = match namespaces {
                    Some(selector) => selector.matches(namespace),
                    None => pod.namespace == home,
                };
                !pod.is_on_host && is_there && pods.as_ref().is_none_or(|selector| selector.matches(&pod.labels))
            }
            (Self::Addresses { .. }, End::Pod { .. }) | (Self::Pods { .. }, End::Address(_)) => false,
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Pods { namespaces, pods } => {
                [namespaces, pods].into_iter().flatten().map(Selector::cost).sum::<u64>() + 1
            }
            Self::Addresses { except, .. } => except.len() as u64 + 1,
        }
    }
}

impl Ports {
    /// Whether a port is meant, which `to` receives at.
    pub(crate) fn matches(&self, port: u16, protocol: Protocol, to: &End<'_>) -> bool {
        let is_meant = match (&self.which, to) {
            (Which::All, _) => true,
            (Which::Numbers(first, last), _) => (*first..=*last).contains(&port),
            (Which::Named(name), End::Pod { pod, .. }) => pod
                .ports
                .iter()
                .any(|it| it.name.as_ref() == Some(name) && it.number == port && it.protocol == protocol),
            (Which::Named(_), End::Address(_)) => false,
        };
        is_meant && self.protocol == protocol
    }
}

impl Rule {
    /// Whether a connection with `other` is allowed, which `to` receives at a port.
    pub(crate) fn allows(&self, home: &str, other: &End<'_>, port: (u16, Protocol), to: &End<'_>) -> bool {
        self.peers.as_ref().is_none_or(|peers| peers.iter().any(|peer| peer.matches(home, other)))
            && self.ports.as_ref().is_none_or(|ports| ports.iter().any(|it| it.matches(port.0, port.1, to)))
    }

    fn cost(&self) -> u64 {
        self.peers.iter().flatten().map(Peer::cost).sum::<u64>() + self.ports.iter().flatten().count() as u64 + 1
    }
}

impl Policy {
    /// How many comparisons its rules take at most for one flow.
    pub(crate) fn cost(&self) -> u64 {
        self.ingress.iter().chain(&self.egress).flatten().map(Rule::cost).sum::<u64>() + 1
    }
}
