//! Settings of Docker's daemon: those of its file and those of its command line, which go by the same names.
//!
//! Source: dockerd(8). What both set alike is an error there, and the daemon does not start; lists of both are kept.

use boltseal_model::host::DockerSettings;
use serde_json::Value;

/// Flags that need no value behind them.
const FLAGS: &[&str] = &[
    "debug",
    "experimental",
    "icc",
    "init",
    "ip-forward",
    "ip-masq",
    "ip6tables",
    "iptables",
    "ipv6",
    "live-restore",
    "no-new-privileges",
    "raw-logs",
    "rootless",
    "selinux-enabled",
    "tls",
    "tlsverify",
    "userland-proxy",
];

/// Names of flags whose setting in the file is called otherwise, and letters.
const NAMES: &[(&str, &str)] = &[
    ("D", "debug"),
    ("H", "hosts"),
    ("authorization-plugin", "authorization-plugins"),
    ("default-ulimit", "default-ulimits"),
    ("g", "data-root"),
    ("graph", "data-root"),
    ("host", "hosts"),
    ("insecure-registry", "insecure-registries"),
    ("l", "log-level"),
    ("s", "storage-driver"),
    ("storage-opt", "storage-opts"),
];

/// Reads the file of the daemon.
///
/// # Errors
/// When it is no JSON, or no mapping.
pub fn parse_daemon(text: &str) -> Result<DockerSettings, String> {
    let mut settings = DockerSettings::default();
    // The daemon takes an empty file for one without settings.
    if text.trim().is_empty() {
        return Ok(settings);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let Value::Object(entries) = value else { return Err("no mapping".into()) };
    for (name, value) in &entries {
        let texts = match value {
            Value::Array(values) => values.iter().map(plain).collect(),
            // Of what may carry a secret the names are enough.
            Value::Object(entries) => entries.keys().cloned().collect(),
            value => vec![plain(value)],
        };
        set(&mut settings, name, texts);
    }
    Ok(settings)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads the arguments of the daemon.
pub fn parse_arguments(arguments: &[String], settings: &mut DockerSettings) {
    for (name, value) in flags(arguments) {
        let text = match name.as_str() {
            "default-ulimits" => value.split('=').next().unwrap_or_default().to_owned(),
            _ => value,
        };
        set(settings, &name, vec![text]);
    }
}

/// The value of a flag, if it is given.
pub(super) fn value_of(arguments: &[String], wanted: &str) -> Option<String> {
    flags(arguments).into_iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
}

/// Flags by the names that the file has for them.
fn flags(arguments: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix('-') else { continue };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        let known = NAMES.iter().find(|(short, _)| *short == name).map_or(name, |(_, name)| name);
        let value = match value {
            Some(value) => value,
            None if FLAGS.contains(&known) => "true".to_owned(),
            None => words.next().cloned().unwrap_or_default(),
        };
        found.push((known.to_owned(), value));
    }
    found
}

fn set(settings: &mut DockerSettings, name: &str, texts: Vec<String>) {
    let flag = || match texts.first().map(String::as_str) {
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        _ => None,
    };
    let text = || texts.first().filter(|text| !text.is_empty()).cloned();
    match name {
        "icc" => settings.icc = flag(),
        "log-level" => settings.log_level = text(),
        "iptables" => settings.iptables = flag(),
        "insecure-registries" => settings.insecure_registries.extend(texts),
        "storage-driver" => settings.storage_driver = text(),
        "storage-opts" => settings.storage_options.extend(texts),
        "hosts" => settings.listens.extend(texts),
        "tls" => settings.tls = flag(),
        "tlsverify" => settings.tls_verify = flag(),
        "tlscacert" => settings.tls_authority = text(),
        "tlscert" => settings.tls_certificate = text(),
        "tlskey" => settings.tls_key = text(),
        "default-ulimits" => settings.default_ulimits.extend(texts),
        "userns-remap" => settings.user_namespace = text(),
        "cgroup-parent" => settings.cgroup_parent = text(),
        "authorization-plugins" => settings.authorization_plugins.extend(texts),
        "log-driver" => settings.log_driver = text(),
        "no-new-privileges" => settings.no_new_privileges = flag(),
        "live-restore" => settings.live_restore = flag(),
        "userland-proxy" => settings.userland_proxy = flag(),
        "seccomp-profile" => settings.seccomp_profile = text(),
        "selinux-enabled" => settings.selinux = flag(),
        "experimental" => settings.experimental = flag(),
        "data-root" => settings.data_root = text().unwrap_or_default(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_and_command_line_are_read_alike() {
        let file = parse_daemon(
            r#"{"icc": false, "hosts": ["unix:///run/docker.sock", "tcp://0.0.0.0:2375"], "log-opts": {"splunk-token": "hunter2"},
            "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 64000}}, "log-driver": "splunk"}"#,
        )
        .unwrap();
        let words = "--icc=false -H unix:///run/docker.sock --host tcp://0.0.0.0:2375 --log-opt splunk-token=hunter2 \
                     --default-ulimit nofile=64000 --log-driver splunk";
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let mut line = DockerSettings::default();
        parse_arguments(&words, &mut line);
        assert_eq!(file, line);
        assert_eq!(file.default_ulimits, ["nofile"]);
        assert!(!format!("{file:?}").contains("hunter2"));
    }

    #[test]
    fn flags_without_a_value_are_true_and_an_empty_file_sets_nothing() {
        let words: Vec<String> =
            "-D --tlsverify --live-restore --userland-proxy=false".split(' ').map(str::to_owned).collect();
        let mut line = DockerSettings::default();
        parse_arguments(&words, &mut line);
        assert_eq!((line.tls_verify, line.live_restore, line.userland_proxy), (Some(true), Some(true), Some(false)));
        assert_eq!(parse_daemon(" \n").unwrap(), DockerSettings::default());
        assert!(parse_daemon("{").is_err() && parse_daemon("[]").is_err());
    }
}
