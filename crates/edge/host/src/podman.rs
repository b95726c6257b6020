//! Podman and its like, as the files that they share configure them.
//!
//! Source: containers.conf(5), containers-policy.json(5) and containers-registries.conf(5). Files of single users are not read.

use boltseal_model::host::{Collected, Podman};

use crate::root::{Found, Root};
use crate::system::perhaps;

const FILE: &str = "/etc/containers/containers.conf";
const VENDOR_FILE: &str = "/usr/share/containers/containers.conf";
const POLICY: &str = "/etc/containers/policy.json";
const REGISTRIES: &str = "/etc/containers/registries.conf";

pub(crate) fn collect(root: &Root) -> Option<Collected<Podman>> {
    let is_there = ["/usr/bin/podman", "/usr/bin/crio", FILE].iter().any(|path| root.has(path));
    if is_there { perhaps(read(root)) } else { None }
}

fn read(root: &Root) -> Found<Podman> {
    let mut podman = Podman { file: FILE.to_owned(), ..Podman::default() };
    // What the administrator's file leaves open, that of the vendor says.
    for path in [VENDOR_FILE, FILE] {
        if let Some(text) = root.text(path)? {
            parse_containers(&text, &mut podman).map_err(|reason| format!("{path}: {reason}"))?;
        }
    }
    if let Some(text) = root.text(POLICY)? {
        podman.accepts_any_image = Some(parse_policy(&text).map_err(|reason| format!("{POLICY}: {reason}"))?);
    }
    if let Some(text) = root.text(REGISTRIES)? {
        podman.insecure_registries = parse_registries(&text).map_err(|reason| format!("{REGISTRIES}: {reason}"))?;
    }
    Ok(Some(podman))
}

fn table(text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error: toml::de::Error| format!("no TOML: {}", error.message()))
}

/// Reads `containers.conf`.
///
/// # Errors
/// When it is no TOML.
pub fn parse_containers(text: &str, podman: &mut Podman) -> Result<(), String> {
    let table = table(text)?;
    let setting = |key: &str| table.get("containers").and_then(|containers| containers.get(key));
    if let Some(list) = setting("default_capabilities").and_then(toml::Value::as_array) {
        let names = list.iter().filter_map(|name| name.as_str());
        let name = |name: &str| name.trim_start_matches("CAP_").to_owned();
        podman.default_capabilities = Some(names.map(name).collect());
    }
    podman.no_new_privileges = setting("no_new_privileges").and_then(toml::Value::as_bool).or(podman.no_new_privileges);
    podman.pids_limit = setting("pids_limit").and_then(toml::Value::as_integer).or(podman.pids_limit);
    let seccomp = setting("seccomp_profile").and_then(toml::Value::as_str).map(str::to_owned);
    podman.seccomp_profile = seccomp.or(podman.seccomp_profile.take());
    Ok(())
}

/// Whether `policy.json` takes images whoever signed them.
///
/// # Errors
/// When it is no JSON.
pub fn parse_policy(text: &str) -> Result<bool, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let kinds = value.get("default").and_then(serde_json::Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_any =
        |kind: &serde_json::Value| kind.get("type").and_then(|kind| kind.as_str()) == Some("insecureAcceptAnything");
    Ok(kinds.iter().any(is_any))
}

/// The registries that `registries.conf` reaches without TLS.
///
/// # Errors
/// When it is no TOML.
pub fn parse_registries(text: &str) -> Result<Vec<String>, String> {
    let table = table(text)?;
    let registries = table.get("registry").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_insecure = |registry: &&toml::Value| registry.get("insecure").and_then(toml::Value::as_bool) == Some(true);
    let name = |registry: &toml::Value| {
        let name = registry.get("location").or_else(|| registry.get("prefix")).and_then(toml::Value::as_str);
        name.unwrap_or_default().to_owned()
    };
    Ok(registries.iter().filter(is_insecure).map(name).collect())
}
