//! containerd, as its file configures it.
//!
//! Source: containerd-config.toml(5); what Kubernetes uses is below `plugins`, under a name that depends on the version.

use boltseal_model::host::{Collected, Containerd};

use crate::root::{Found, Root};
use crate::system::perhaps;

const FILE: &str = "/etc/containerd/config.toml";

pub(crate) fn collect(root: &Root) -> Option<Collected<Containerd>> {
    perhaps(read(root))
}

fn read(root: &Root) -> Found<Containerd> {
    let Some(text) = root.text(FILE)? else { return Ok(None) };
    parse_config(&text).map(Some).map_err(|reason| format!("{FILE}: {reason}"))
}

/// Reads the configuration of containerd.
///
/// # Errors
/// When it is no TOML.
pub fn parse_config(text: &str) -> Result<Containerd, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| format!("no TOML: {}", error.message()))?;
    let mut containerd = Containerd { file: FILE.to_owned(), ..Containerd::default() };
    let address = table.get("grpc").and_then(|grpc| grpc.get("tcp_address")).and_then(toml::Value::as_str);
    containerd.tcp_address = address.unwrap_or_default().to_owned();
    let plugins = table.get("plugins").and_then(toml::Value::as_table);
    for (name, plugin) in plugins.into_iter().flatten().filter(|(name, _)| name.contains(".cri")) {
        let flag = |key: &str| plugin.get(key).and_then(toml::Value::as_bool);
        containerd.selinux = containerd.selinux.or(flag("enable_selinux"));
        containerd.disable_apparmor = containerd.disable_apparmor.or(flag("disable_apparmor"));
        let runtimes = plugin.get("containerd").and_then(|inner| inner.get("runtimes")).and_then(toml::Value::as_table);
        for (runtime, settings) in runtimes.into_iter().flatten() {
            let without = settings.get("privileged_without_host_devices").and_then(toml::Value::as_bool);
            if without != Some(true) && !name.is_empty() {
                containerd.runtimes_with_host_devices.push(runtime.clone());
            }
        }
    }
    Ok(containerd)
}
