//! What changed from one intent to another, in words.

use std::collections::BTreeMap;
use std::fmt;

use boltseal_model::{Executable, Intent, Peer, Stated};
use serde::Serialize;

/// What happened to a part of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there before.
    New,
    /// It is there with other content.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A part of an intent that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What happened.
    pub change: Change,
    /// Which part, as `executable` or `port`.
    pub part: &'static str,
    /// What it is, as `/usr/sbin/nginx`.
    pub what: String,
    /// What there is to say besides: the package, the layer, what it was before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match self.change {
            Change::New => "new",
            Change::Changed => "changed",
            Change::Gone => "gone",
        };
        write!(f, "{change} {}: {}", self.part, self.what)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

/// What changed, in the order in which it matters: what is started, what may run, what may be reached.
pub fn differences(before: &Intent, after: &Intent) -> Vec<Difference> {
    let mut found = Vec::new();
    one("entry point", before.entry_point.as_ref(), after.entry_point.as_ref(), &|words| words.join(" "), &mut found);
    one("user", before.user.as_ref(), after.user.as_ref(), &String::clone, &mut found);
    executables(&before.executables, &after.executables, &mut found);
    let same = String::clone;
    all("port", &before.ports, &after.ports, &ToString::to_string, &mut found);
    all("peer", &before.peers, &after.peers, &peer, &mut found);
    all("capability", &before.capabilities, &after.capabilities, &same, &mut found);
    all("system call", &before.system_calls, &after.system_calls, &same, &mut found);
    all("volume", &before.volumes, &after.volumes, &same, &mut found);
    all("writable path", &before.writable_paths, &after.writable_paths, &same, &mut found);
    let guarded = |intent: &Intent| -> Vec<(String, String)> {
        intent.guarded.iter().map(|it| (format!("{} in {}", it.id, it.package), String::new())).collect()
    };
    compared("vulnerability", guarded(before), guarded(after), &mut found);
    found
}

/// A part of which there is one.
fn one<T: PartialEq>(
    part: &'static str,
    before: Option<&Stated<T>>,
    after: Option<&Stated<T>>,
    shown: &dyn Fn(&T) -> String,
    found: &mut Vec<Difference>,
) {
    let (before, after) = (before.map(|it| &it.value), after.map(|it| &it.value));
    let difference = match (before, after) {
        (Some(before), Some(after)) if before != after => {
            Difference { change: Change::Changed, part, what: shown(after), detail: format!("was {}", shown(before)) }
        }
        (None, Some(after)) => Difference { change: Change::New, part, what: shown(after), detail: String::new() },
        (Some(before), None) => Difference { change: Change::Gone, part, what: shown(before), detail: String::new() },
        _ => return,
    };
    found.push(difference);
}

fn executables(before: &[Executable], after: &[Executable], found: &mut Vec<Difference>) {
    let by_path = |all: &'_ [Executable]| -> BTreeMap<String, (String, String)> {
        let one = |it: &Executable| {
            let detail = it.package.as_ref().map_or_else(|| "no package".to_owned(), Clone::clone);
            (it.path.clone(), (it.digest.to_string(), detail))
        };
        all.iter().map(one).collect()
    };
    let (before, after) = (by_path(before), by_path(after));
    let mut changed = Vec::new();
    for (path, (digest, detail)) in &after {
        let change = match before.get(path) {
            None => Change::New,
            Some((other, _)) if other != digest => Change::Changed,
            Some(_) => continue,
        };
        changed.push(Difference { change, part: "executable", what: path.clone(), detail: detail.clone() });
    }
    for (path, (_, detail)) in before.iter().filter(|(path, _)| !after.contains_key(*path)) {
        let (what, detail) = (path.clone(), detail.clone());
        changed.push(Difference { change: Change::Gone, part: "executable", what, detail });
    }
    changed.sort_by(|left, right| (left.change, &left.what).cmp(&(right.change, &right.what)));
    found.extend(changed);
}

/// A part of which there are several.
fn all<T>(
    part: &'static str,
    before: &[Stated<T>],
    after: &[Stated<T>],
    shown: &dyn Fn(&T) -> String,
    found: &mut Vec<Difference>,
) {
    let list = |all: &[Stated<T>]| -> Vec<(String, String)> {
        all.iter().map(|it| (shown(&it.value), it.evidence.clone().unwrap_or_default())).collect()
    };
    compared(part, list(before), list(after), found);
}

/// Things with what there is to say of each, by their names.
fn compared(
    part: &'static str,
    before: Vec<(String, String)>,
    after: Vec<(String, String)>,
    found: &mut Vec<Difference>,
) {
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (before.into_iter().collect(), after.into_iter().collect());
    let mut note = |change, one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let missing = one.iter().filter(|(what, _)| !other.contains_key(*what));
        found.extend(missing.map(|(what, detail)| Difference {
            change,
            part,
            what: what.clone(),
            detail: detail.clone(),
        }));
    };
    note(Change::New, &after, &before);
    note(Change::Gone, &before, &after);
}

fn peer(peer: &Peer) -> String {
    peer.port.as_ref().map_or_else(|| peer.host.clone(), |at| format!("{} at {at}", peer.host))
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Algorithm, Digest, ExecutableKind, Guarded, Origin, Port, Transport};

    use super::*;

    fn executable(path: &str, byte: u8) -> Executable {
        Executable {
            path: path.into(),
            digest: Digest::from_bytes(Algorithm::Sha256, &[byte; 32]).unwrap(),
            kind: ExecutableKind::Program,
            layer: None,
            package: (byte < 9).then(|| "pkg:deb/debian/dash@0.5".into()),
            origin: Origin::Derived,
        }
    }

    fn stated<T>(value: T) -> Stated<T> {
        Stated { value, origin: Origin::Derived, evidence: Some("EXPOSE".into()) }
    }

    #[test]
    fn what_is_new_changed_and_gone_is_said_in_words() {
        let before = Intent {
            user: Some(stated("app".into())),
            executables: vec![executable("/bin/dash", 1), executable("/bin/old", 2), executable("/bin/same", 3)],
            ..Intent::default()
        };
        let port = Port { number: 8080, protocol: Transport::Tcp };
        let after = Intent {
            user: Some(stated("root".into())),
            executables: vec![executable("/bin/dash", 4), executable("/bin/new", 9), executable("/bin/same", 3)],
            ports: vec![stated(port)],
            peers: vec![stated(Peer { host: "db".into(), port: Some(port) })],
            guarded: vec![Guarded { id: "CVE-2026-1".into(), package: "pkg:npm/a@1".into(), virtual_patch: None }],
            ..Intent::default()
        };
        let words: Vec<String> = differences(&before, &after).iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "changed user: root (was app)",
                "new executable: /bin/new (no package)",
                "changed executable: /bin/dash (pkg:deb/debian/dash@0.5)",
                "gone executable: /bin/old (pkg:deb/debian/dash@0.5)",
                "new port: 8080/tcp (EXPOSE)",
                "new peer: db at 8080/tcp (EXPOSE)",
                "new vulnerability: CVE-2026-1 in pkg:npm/a@1",
            ]
        );
        assert_eq!(differences(&after, &after), []);
    }
}
