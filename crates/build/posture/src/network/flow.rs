//! Connections that were seen, or might be.

use core::net::IpAddr;
use std::fmt;

use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::policy::Protocol;

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Who opens it.
    pub from: Endpoint,
    /// Who receives it: the pod itself, not the service before it.
    pub to: Endpoint,
    /// The port that the receiver listens on.
    #[serde(deserialize_with = "port")]
    pub port: u16,
    /// TCP where none is stated.
    #[serde(default)]
    pub protocol: Protocol,
}

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// An address outside the cluster, or of a node.
    Address(IpAddr),
    /// A pod, by its own name or by that of the object that makes it.
    Pod {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

impl Endpoint {
    /// Reads `namespace/pod` or an address.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::Address(address));
        }
        let (namespace, name) = text.split_once('/')?;
        let is_name = |name: &str| super::read::is_domain(name);
        (is_name(namespace) && is_name(name))
            .then(|| Self::Pod { namespace: namespace.to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Pod { namespace, name } => write!(f, "{namespace}/{name}"),
        }
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("an end must be `namespace/pod` or an address"))
    }
}

fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let port = u16::deserialize(deserializer)?;
    if port == 0 { Err(D::Error::custom("there is no port 0")) } else { Ok(port) }
}

/// Reads flows: lines of JSON, as `{"from": "shop/web", "to": "shop/db", "port": 5432, "protocol": "TCP"}`. Empty lines are passed
/// over; any other line is a flow or a problem.
pub fn flows(path: &str, bytes: &[u8], limits: &Limits) -> (Vec<Flow>, Problems) {
    let (mut found, mut problems) = (Vec::new(), Problems::default());
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limits.flow_file_bytes) {
        let detail = format!("larger than {} bytes; nothing of it is read", limits.flow_file_bytes);
        problems.push(Problem::at(ProblemKind::TooLarge, path, detail));
        return (found, problems);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if found.len() == limits.flows {
            let detail = format!("line {}: more than {} flows; the rest is not read", index + 1, limits.flows);
            problems.push(Problem::at(ProblemKind::TooMany, path, detail));
            break;
        }
        match serde_json::from_slice::<Flow>(line) {
            Ok(flow) => found.push(flow),
            Err(error) => {
                let column = error.column();
                // The place follows in the words of a file of one line.
                let text = error.to_string();
                let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
                let reason: String = reason.chars().take(200).collect();
                let detail = format!("line {}, column {column}: not a flow: {reason}", index + 1);
                problems.push(Problem::at(ProblemKind::Malformed, path, detail));
            }
        }
    }
    (found, problems)
}
