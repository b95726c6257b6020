//! One file per command.

pub mod db;
pub mod generated;
pub mod scan;

use std::env;
use std::path::PathBuf;

/// Where `db build` writes and `scan` looks: `$XDG_DATA_HOME/boltseal/advisories.db`.
fn default_database() -> Option<PathBuf> {
    let folder = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))?;
    Some(data.join("boltseal/advisories.db"))
}
