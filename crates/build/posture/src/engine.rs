//! What Docker, Compose, ECS and images spell alike, because the engine of Docker reads it in the end.

use boltseal_model::workload::{
    Confinement, Container, EnvironmentSource, EnvironmentVariable, Hook, HookKind, Port, Profile, SelinuxOptions,
};
use boltseal_model::{Located, Position, ProblemKind};
use boltseal_yaml::{Node, Value};

use crate::reading::{Reading, text};

/// A port that an image or container listens on, as `80`, `80/udp`, `8000-8010/tcp`.
pub(crate) fn exposed(text: &str, at: Position) -> Option<Port> {
    let (ports, protocol) = protocol(text, at)?;
    let (first, last) = range(ports)?;
    Some(Port {
        container: Some(Located::new(first, at)),
        protocol,
        last: last.map(|last| Located::new(last, at)),
        ..Port::default()
    })
}

/// A port as it is published: `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:80:80`, `8000-8010:8000-8010`.
///
/// Source: the Compose specification, "ports", short syntax.
pub(crate) fn published(text: &str, at: Position) -> Option<Port> {
    let (rest, protocol) = protocol(text, at)?;
    let (rest, container) = rest.rsplit_once(':').map_or((None, rest), |(rest, container)| (Some(rest), container));
    let (first, last) = range(container)?;
    let mut port = Port {
        container: Some(Located::new(first, at)),
        protocol,
        last: last.map(|last| Located::new(last, at)),
        ..Port::default()
    };
    let Some(rest) = rest else { return Some(port) };
    let (address, host) = match rest.rsplit_once(':') {
        Some((address, host)) => (Some(address), host),
        None if rest.contains('.') => (Some(rest), ""),
        None => (None, rest),
    };
    if let Some(address) = address {
        let address = address.trim_start_matches('[').trim_end_matches(']');
        port.host_address = (!address.is_empty()).then(|| Located::new(address.to_owned(), at));
    }
    if !host.is_empty() {
        port.host = Some(Located::new(range(host)?.0, at));
    }
    Some(port)
}

fn protocol(text: &str, at: Position) -> Option<(&str, Option<Located<String>>)> {
    match text.split_once('/') {
        None => Some((text, None)),
        Some((ports, name)) => {
            let name = name.to_ascii_uppercase();
            ["TCP", "UDP", "SCTP"].contains(&name.as_str()).then(|| (ports, Some(Located::new(name, at))))
        }
    }
}

/// One port, or the first and last of several.
fn range(text: &str) -> Option<(i64, Option<i64>)> {
    let number = |text: &str| text.trim().parse::<u16>().ok().map(i64::from);
    match text.split_once('-') {
        None => Some((number(text)?, None)),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some((first, Some(last)))
        }
    }
}

/// User and group as one text, `1000:1000` or `app`.
pub(crate) fn user(text: &Located<String>, confinement: &mut Confinement) {
    let (user, group) = match text.value.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (text.value.as_str(), None),
    };
    let number = |name: &str| match name {
        "root" => Some(0),
        _ => name.parse::<i64>().ok(),
    };
    let named =
        |name: &str| (!name.is_empty() && name.parse::<i64>().is_err()).then(|| Located::new(name.to_owned(), text.at));
    confinement.user = number(user).map(|id| Located::new(id, text.at));
    confinement.user_name = named(user);
    if let Some(group) = group {
        confinement.group = number(group).map(|id| Located::new(id, text.at));
        confinement.group_name = named(group);
    }
}

/// An option of the engine for security, as `no-new-privileges:true`, `seccomp=unconfined`, `label:type:svirt_t`.
///
/// Source: the reference of `docker container run`, "Optional security options". A colon stands for `=`, as it once was.
pub(crate) fn security_option(reading: &mut Reading<'_>, option: &Located<String>, container: &mut Container) {
    let at = option.at;
    let (name, value) = option.value.split_once(['=', ':']).unwrap_or((&option.value, ""));
    let value = value.trim();
    match name {
        "no-new-privileges" => match value {
            "" | "true" => container.escalates = Some(Located::new(false, at)),
            "false" => container.escalates = Some(Located::new(true, at)),
            _ => unknown(reading, option),
        },
        "seccomp" => container.confinement.seccomp = Some(profile(&Located::new(value.to_owned(), at), "builtin")),
        "apparmor" => {
            container.confinement.app_armor = Some(profile(&Located::new(value.to_owned(), at), "docker-default"));
        }
        "label" => {
            let selinux = container.confinement.selinux.get_or_insert_with(SelinuxOptions::default);
            let (part, value) = value.split_once(':').unwrap_or((value, ""));
            let place = match part {
                "disable" => return selinux.disabled = Some(Located::new(true, at)),
                "type" => &mut selinux.kind,
                "user" => &mut selinux.user,
                "role" => &mut selinux.role,
                "level" => &mut selinux.level,
                // `nested` and `filetype`, which confine nothing.
                "nested" | "filetype" => return,
                _ => return unknown(reading, option),
            };
            *place = Some(Located::new(value.to_owned(), at));
        }
        "systempaths" | "unmask" | "mask" => {
            let is_unmasked = name != "mask" && matches!(value, "unconfined" | "ALL");
            let mask = if is_unmasked { "Unmasked" } else { "Default" };
            container.proc_mount = Some(Located::new(mask.to_owned(), at));
        }
        // An account of Windows, and features of the engine that confine nothing.
        "credentialspec" | "writable-cgroups" => {}
        _ => unknown(reading, option),
    }
}

/// A profile by its name, of which one is the engine's own.
pub(crate) fn profile(name: &Located<String>, default: &str) -> Profile {
    let at = name.at;
    let (kind, name) = match name.value.as_str() {
        "unconfined" => ("Unconfined", None),
        value if value == default || value.is_empty() => ("RuntimeDefault", None),
        // The engine's answer holds the whole profile.
        value if value.starts_with('{') => ("Localhost", None),
        _ => ("Localhost", Some(name.clone())),
    };
    Profile { at, kind: Some(Located::new(kind.to_owned(), at)), name }
}

fn unknown(reading: &mut Reading<'_>, option: &Located<String>) {
    let text: String = option.value.chars().take(80).collect();
    let detail = format!("a security option that is not understood: {text:?}; it counts as absent");
    reading.problem_at(ProblemKind::Unsupported, option.at, &detail);
}

/// Capabilities are spelled without `CAP_`.
pub(crate) fn capability(mut name: Located<String>) -> Located<String> {
    name.value = capability_name(&name.value);
    name
}

/// The name of a capability as the model spells it.
pub(crate) fn capability_name(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    upper.strip_prefix("CAP_").map(str::to_owned).unwrap_or(upper)
}

/// Whether a namespace is the host's.
pub(crate) fn is_host(mode: &Located<String>) -> Located<bool> {
    Located::new(mode.value == "host", mode.at)
}

/// When a container is started again, in the words of Kubernetes.
pub(crate) fn restart(reading: &mut Reading<'_>, name: &Located<String>) -> Option<Located<String>> {
    let when = match name.value.as_str() {
        "no" | "none" | "false" => "Never",
        "always" | "any" => "Always",
        "on-failure" => "OnFailure",
        "unless-stopped" => "UnlessStopped",
        other => {
            let other: String = other.chars().take(40).collect();
            let detail = format!("there is no restart policy {other:?}; it counts as absent");
            reading.problem_at(ProblemKind::Malformed, name.at, &detail);
            return None;
        }
    };
    Some(Located::new(when.to_owned(), name.at))
}

/// A variable as `NAME=value`; without `=`, its value is that of whoever starts it.
pub(crate) fn variable(pair: &Located<String>) -> EnvironmentVariable {
    let (name, source) = match pair.value.split_once('=') {
        Some((name, value)) => (name, EnvironmentSource::literal(value)),
        None => (pair.value.as_str(), EnvironmentSource::Deployer {}),
    };
    EnvironmentVariable { name: Located::new(name.to_owned(), pair.at), source }
}

/// Names and texts of a mapping, as many as the limit admits.
pub(crate) fn texts(
    reading: &mut Reading<'_>,
    parent: &Node<'_>,
    key: &str,
) -> Vec<(Located<String>, Located<String>)> {
    let Some(node) = reading.mapping_at(parent, key) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in node.counted() {
        if !reading.admits(1, entry.at, key) {
            break;
        }
        let name = Located::new(entry.key.clone().into_owned(), entry.at);
        match text(&entry.node, true) {
            Some(text) => found.push((name, Located::new(text, entry.node.at))),
            None if entry.node.value == Value::Null => found.push((name, Located::new(String::new(), entry.node.at))),
            None => reading.wrong(&entry.node, &entry.key, "a text"),
        }
    }
    found
}

/// A health check as a list: `NONE`, or `CMD` and `CMD-SHELL` with what follows.
pub(crate) fn health_check(mut test: Vec<Located<String>>, at: Position) -> Option<Hook> {
    let kind = test.first()?.value.clone();
    let is_disabled = kind == "NONE";
    if is_disabled || kind == "CMD" || kind == "CMD-SHELL" {
        test.remove(0);
    }
    Some(Hook { kind: HookKind::Liveness, at, hosts: Vec::new(), command: test, is_disabled })
}

/// Whether mounts are seen on the other side, in the words of Kubernetes.
pub(crate) fn propagation(mode: Located<String>) -> Located<String> {
    let word = match mode.value.as_str() {
        "shared" | "rshared" => "Bidirectional",
        "slave" | "rslave" => "HostToContainer",
        "private" | "rprivate" => "None",
        _ => return mode,
    };
    Located::new(word.to_owned(), mode.at)
}

/// The kind of a volume: files of the host have one name on every platform.
pub(crate) fn volume_kind(kind: Located<String>) -> Located<String> {
    match kind.value.as_str() {
        "bind" => Located::new("hostPath".to_owned(), kind.at),
        "tmpfs" => Located::new("emptyDir".to_owned(), kind.at),
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_the_engine_reads_them() {
        let at = Position { line: 1, column: 1 };
        for (text, expected) in [
            ("80", Some((80, None, None, None))),
            ("8080:80", Some((80, Some(8080), None, None))),
            ("127.0.0.1:8080:80/udp", Some((80, Some(8080), Some("127.0.0.1"), None))),
            ("127.0.0.1::80", Some((80, None, Some("127.0.0.1"), None))),
            ("[::1]:81:80", Some((80, Some(81), Some("::1"), None))),
            ("3000-3005", Some((3000, None, None, Some(3005)))),
            ("9090-9091:8080-8081", Some((8080, Some(9090), None, Some(8081)))),
            ("80/icmp", None),
            ("a:80", None),
            ("70000", None),
            ("9-8", None),
        ] {
            let found = published(text, at).map(|port| {
                let value = |it: Option<Located<i64>>| it.map(|it| it.value);
                (
                    value(port.container).unwrap(),
                    value(port.host),
                    port.host_address.map(|it| it.value),
                    value(port.last),
                )
            });
            let expected = expected.map(|(a, b, c, d)| (a, b, c.map(str::to_owned), d));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn root_is_nought_and_names_are_kept() {
        for (text, expected) in [
            ("1000:100", (Some(1000), None, Some(100), None)),
            ("root", (Some(0), Some("root"), None, None)),
            ("app:staff", (None, Some("app"), None, Some("staff"))),
            (":5", (None, None, Some(5), None)),
        ] {
            let mut found = Confinement::default();
            user(&Located::new(text.to_owned(), Position::default()), &mut found);
            let number = |it: Option<Located<i64>>| it.map(|it| it.value);
            let name = |it: Option<Located<String>>| it.map(|it| it.value);
            let found = (number(found.user), name(found.user_name), number(found.group), name(found.group_name));
            let (a, b, c, d) = expected;
            assert_eq!(found, (a, b.map(str::to_owned), c, d.map(str::to_owned)), "{text}");
        }
    }
}
