//! What somebody writes beside an image: what its intent lacks, and what it has too much of.

use std::fmt;
use std::str::FromStr;

use boltseal_model::{
    Digest, Executable, ExecutableKind, Intent, Limits, Origin, Peer, Port, ProblemKind, Stated, Transport,
};
use boltseal_yaml::{Fault, documents, is_blank, read};
use serde::Deserialize;
use serde::de::Error;

/// What is declared of an intent, in YAML.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Why; it becomes the evidence of what is added.
    reason: String,
    /// What the image does besides.
    #[serde(default)]
    add: Added,
    /// What it is not meant to do, whatever it brings along.
    #[serde(default)]
    remove: Removed,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Added {
    user: Option<String>,
    executables: Vec<AddedExecutable>,
    ports: Vec<WrittenPort>,
    volumes: Vec<String>,
    writable_paths: Vec<String>,
    capabilities: Vec<String>,
    system_calls: Vec<String>,
    peers: Vec<WrittenPeer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddedExecutable {
    path: String,
    digest: Digest,
    kind: ExecutableKind,
}

/// Names and patterns: a `*` at the end stands for whatever follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Removed {
    executables: Vec<String>,
    ports: Vec<WrittenPort>,
    volumes: Vec<String>,
    writable_paths: Vec<String>,
    capabilities: Vec<String>,
    system_calls: Vec<String>,
    peers: Vec<String>,
}

/// A port as `8080/tcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WrittenPort(Port);

impl FromStr for WrittenPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let number = number.parse().map_err(|_| format!("`{text}` is no port; write it as 8080/tcp"))?;
        let protocol = match protocol {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            "sctp" => Transport::Sctp,
            other => return Err(format!("`{other}` is carried by no port; there are tcp, udp and sctp")),
        };
        Ok(Self(Port { number, protocol }))
    }
}

/// A peer as `db.internal:5432`, or without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WrittenPeer(Peer);

impl FromStr for WrittenPeer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let peer = crate::derive::host_and_port(text, None);
        peer.map(Self).ok_or_else(|| format!("`{text}` is no peer; write it as db.internal:5432"))
    }
}

macro_rules! written_as_text {
    ($($written:ty),*) => {$(
        impl<'de> Deserialize<'de> for $written {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

written_as_text!(WrittenPort, WrittenPeer);

/// Something to take away that is not there: the declaration is older than the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Which part, as `executable`.
    pub part: &'static str,
    /// What was to be taken away.
    pub what: String,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the image has no {} {} to take away", self.part, self.what)
    }
}

impl Overlay {
    /// Reads one. It is one document, and says why it is there.
    ///
    /// # Errors
    /// When it is none, with the place of what is wrong.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, Fault> {
        let mut all = documents(text).filter(|(_, document)| !is_blank(document));
        let Some((before, document)) = all.next() else {
            return Err(Fault { kind: ProblemKind::Malformed, at: None, detail: "it is empty".to_owned() });
        };
        if all.next().is_some() {
            let detail = "there are several documents, and an intent has one declaration".to_owned();
            return Err(Fault { kind: ProblemKind::Malformed, at: None, detail });
        }
        read(document, before, limits, |deserializer| Self::deserialize(deserializer))
    }

    /// Puts what is declared into an intent, and takes what it is not meant to do away; gives what was not there.
    pub fn apply(&self, intent: &mut Intent) -> Vec<Absent> {
        let mut absent = Vec::new();
        self.remove(intent, &mut absent);
        self.add(intent);
        absent
    }

    fn remove(&self, intent: &mut Intent, absent: &mut Vec<Absent>) {
        let Removed { executables, ports, volumes, writable_paths, capabilities, system_calls, peers } = &self.remove;
        let ports: Vec<String> = ports.iter().map(|port| port.0.to_string()).collect();
        let mut texts = |part, all: &mut Vec<Stated<String>>, names: &[String]| {
            take(part, all, names, &|it| it.value.clone(), absent);
        };
        texts("volume", &mut intent.volumes, volumes);
        texts("writable path", &mut intent.writable_paths, writable_paths);
        texts("capability", &mut intent.capabilities, capabilities);
        texts("system call", &mut intent.system_calls, system_calls);
        take("executable", &mut intent.executables, executables, &|it| it.path.clone(), absent);
        take("port", &mut intent.ports, &ports, &|it| it.value.to_string(), absent);
        take("peer", &mut intent.peers, peers, &|it| it.value.host.clone(), absent);
    }

    fn add(&self, intent: &mut Intent) {
        let Added { user, executables, ports, volumes, writable_paths, capabilities, system_calls, peers } = &self.add;
        if let Some(user) = user {
            intent.user = Some(self.stated(user.clone()));
        }
        for AddedExecutable { path, digest, kind } in executables {
            intent.executables.retain(|it| it.path != *path);
            let (path, digest, origin) = (path.clone(), digest.clone(), Origin::Declared);
            intent.executables.push(Executable { path, digest, kind: *kind, layer: None, package: None, origin });
        }
        intent.executables.sort_by(|left, right| left.path.cmp(&right.path));
        self.put(&mut intent.ports, ports.iter().map(|port| port.0));
        self.put(&mut intent.peers, peers.iter().map(|peer| peer.0.clone()));
        self.put(&mut intent.volumes, volumes.iter().cloned());
        self.put(&mut intent.writable_paths, writable_paths.iter().cloned());
        self.put(&mut intent.capabilities, capabilities.iter().cloned());
        self.put(&mut intent.system_calls, system_calls.iter().cloned());
    }

    /// What is derived already stays as it is.
    fn put<T: Ord>(&self, all: &mut Vec<Stated<T>>, values: impl Iterator<Item = T>) {
        for value in values {
            if !all.iter().any(|it| it.value == value) {
                all.push(self.stated(value));
            }
        }
        all.sort();
    }

    fn stated<T>(&self, value: T) -> Stated<T> {
        Stated { value, origin: Origin::Declared, evidence: Some(self.reason.clone()) }
    }
}

/// Takes away what has one of the names, and notes names that nothing has.
fn take<T>(
    part: &'static str,
    all: &mut Vec<T>,
    names: &[String],
    named: &dyn Fn(&T) -> String,
    absent: &mut Vec<Absent>,
) {
    for name in names {
        let is_meant = |it: &T| match name.strip_suffix('*') {
            Some(beginning) => named(it).starts_with(beginning),
            None => named(it) == *name,
        };
        let before = all.len();
        all.retain(|it| !is_meant(it));
        if all.len() == before {
            absent.push(Absent { part, what: name.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use boltseal_model::Algorithm;
    use proptest::prelude::*;

    use super::*;

    fn intent() -> Intent {
        let executable = |path: &str| Executable {
            path: path.to_owned(),
            digest: Digest::from_bytes(Algorithm::Sha256, &[1; 32]).unwrap(),
            kind: ExecutableKind::Program,
            layer: None,
            package: None,
            origin: Origin::Derived,
        };
        let port = Port { number: 80, protocol: Transport::Tcp };
        Intent {
            executables: ["/usr/bin/curl", "/usr/bin/perl", "/usr/bin/perl5.36", "/usr/sbin/nginx"]
                .map(executable)
                .into(),
            ports: vec![Stated { value: port, origin: Origin::Derived, evidence: None }],
            ..Intent::default()
        }
    }

    const DECLARED: &str = "\
reason: The metrics are asked for by the cluster.
add:
  ports: [9090/tcp, 80]
  peers: ['db.internal:5432', cache]
  writablePaths: [/var/cache/nginx]
  user: nginx
remove:
  executables: [/usr/bin/perl*, /usr/bin/wget]
  ports: [443]
";

    #[test]
    fn what_is_declared_is_in_the_intent_and_what_is_not_meant_is_not() {
        let overlay = Overlay::parse(DECLARED, &Limits::default()).unwrap();
        let mut intent = intent();
        let absent: Vec<String> = overlay.apply(&mut intent).iter().map(ToString::to_string).collect();
        assert_eq!(
            absent,
            ["the image has no executable /usr/bin/wget to take away", "the image has no port 443/tcp to take away"]
        );
        let paths: Vec<&str> = intent.executables.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["/usr/bin/curl", "/usr/sbin/nginx"]);
        let ports: Vec<(u16, Origin)> = intent.ports.iter().map(|it| (it.value.number, it.origin)).collect();
        assert_eq!(ports, [(80, Origin::Derived), (9090, Origin::Declared)]);
        assert_eq!(intent.peers.iter().map(|it| it.value.host.as_str()).collect::<Vec<_>>(), ["cache", "db.internal"]);
        let user = intent.user.unwrap();
        assert_eq!((user.value.as_str(), user.origin), ("nginx", Origin::Declared));
        assert_eq!(user.evidence.as_deref(), Some("The metrics are asked for by the cluster."));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, line, said) in [
            ("add: {}\n", 1, "reason"),
            ("reason: a\nadd:\n  prots: []\n", 3, "prots"),
            ("reason: a\nadd:\n  ports: [web]\n", 3, "is no port"),
            ("reason: a\nadd:\n  ports: [80/icmp]\n", 3, "is carried by no port"),
            ("reason: a\nadd:\n  peers: ['a b']\n", 3, "is no peer"),
            ("reason: a\nadd:\n  executables: [{path: /a, digest: 'sha256:12', kind: program}]\n", 3, ""),
        ] {
            let fault = Overlay::parse(text, &Limits::default()).unwrap_err();
            assert_eq!(fault.at.map(|at| at.line), Some(line), "{text}: {fault:?}");
            assert!(fault.detail.contains(said), "{text}: {}", fault.detail);
        }
        assert!(Overlay::parse("# nothing\n", &Limits::default()).is_err());
        assert!(Overlay::parse("reason: a\n---\nreason: b\n", &Limits::default()).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(
            text in "\\PC{0,200}",
            keys in prop::collection::vec("(reason|add|remove|ports|peers): [-\\[\\]{}a-z0-9/:*, ]{0,20}", 0..6),
        ) {
            for text in [text, keys.join("\n")] {
                if let Ok(overlay) = Overlay::parse(&text, &Limits::default()) {
                    overlay.apply(&mut intent());
                }
            }
        }
    }
}
