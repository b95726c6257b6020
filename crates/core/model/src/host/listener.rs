//! What listens to the network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A port of TCP at which some process of the host takes connections.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listener {
    /// The address; `0.0.0.0` and `::` for every one.
    pub name: String,
    /// The port.
    pub port: i64,
}
