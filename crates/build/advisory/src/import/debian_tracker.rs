//! Debian's security tracker, `https://security-tracker.debian.org/tracker/data/json`: one file for all releases.
//!
//! ```json
//! { "openssl": { "CVE-2030-0001": { "releases": { "bookworm": {
//!     "status": "resolved", "fixed_version": "3.0.11-1~deb12u2", "urgency": "not yet assigned" } } } } }
//! ```
//!
//! Source: the tracker's own documentation of its states. `resolved` names the version that holds the fix; `0` means that the
//! package was never affected. `open` has none; the security team may have said that it publishes none (`nodsa`): the reason
//! `ignored` means that there will be no fix, every other that it waits. `undetermined` is not known yet. The urgency
//! `end-of-life` means that nobody looks after the package in that release.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, FixStatus, HeldTo, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, has_extension, mentions};
use crate::advisory::Advisory;
use crate::document::{File, Shape};
use crate::range::Range;
use crate::severity::Rating;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "debian-tracker",
    revision: 1,
    title: "Debian security tracker",
    licence: "MIT",
    ecosystems: &[Ecosystem::Deb],
    sees: "every vulnerability of every source package in every release: fixed and in which version, open, put \
           off, given up, at the end of life or never affected, with the urgency",
    misses: "issues that have no CVE yet; CVSS vectors and days, which the file does not hold; releases whose \
             name is not known here",
    source: "the security tracker's documentation of its states",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts,
    import,
};

/// Names of releases, with their numbers. Unstable has none, and its os-release names no version.
const RELEASES: [(&str, Option<&str>); 13] = [
    ("etch", Some("4")),
    ("lenny", Some("5")),
    ("squeeze", Some("6")),
    ("wheezy", Some("7")),
    ("jessie", Some("8")),
    ("stretch", Some("9")),
    ("buster", Some("10")),
    ("bullseye", Some("11")),
    ("bookworm", Some("12")),
    ("trixie", Some("13")),
    ("forky", Some("14")),
    ("duke", Some("15")),
    ("sid", None),
];

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["json"]) && mentions(head, "\"releases\"") && mentions(head, "\"repositories\"")
}

/// Packages, their vulnerabilities, and what is said of each release.
type Document = BTreeMap<String, BTreeMap<String, Issue>>;

#[derive(Debug, Deserialize)]
struct Issue {
    #[serde(default)]
    releases: Releases,
}

/// What is said of each release. An issue that concerns none has an empty list in their place.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "serde_json::Value")]
struct Releases(BTreeMap<String, State>);

impl TryFrom<serde_json::Value> for Releases {
    type Error = serde_json::Error;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        match value {
            serde_json::Value::Array(list) if list.is_empty() => Ok(Self::default()),
            releases => serde_json::from_value(releases).map(Self),
        }
    }
}

#[derive(Debug, Deserialize)]
struct State {
    status: String,
    fixed_version: Option<String>,
    urgency: Option<String>,
    nodsa: Option<String>,
    nodsa_reason: Option<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    let documents = file.json::<Document>(bytes).map_or_else(Vec::new, Shape::into_vec);
    for (package, issues) in documents.iter().flatten() {
        for (id, issue) in issues {
            if issue.releases.0.is_empty() {
                file.skip(Skip::NoVersions);
            }
            for (release, state) in &issue.releases.0 {
                convert(&mut file, package, id, release, state);
            }
        }
    }
    file.finish()
}

fn convert(file: &mut File<'_>, package: &str, id: &str, release: &str, state: &State) {
    let Some((_, number)) = RELEASES.iter().find(|(name, _)| *name == release) else {
        return file.skip(Skip::UnknownEcosystem);
    };
    // A temporary name of the tracker, until the vulnerability has a CVE.
    if id.starts_with("TEMP-") {
        return file.skip(Skip::Draft);
    }
    let namespace = number.map_or_else(|| "debian".to_owned(), |number| format!("debian:{number}"));
    let mut advisory = Advisory::new(id, Namespace::new(namespace), package);
    let urgency = state.urgency.as_deref().unwrap_or_default().trim_end_matches('*');
    advisory.rating = Rating::from_word(urgency);
    match (state.status.as_str(), state.fixed_version.as_deref()) {
        ("resolved", Some("0")) => advisory.status = Some(FixStatus::NotAffected),
        ("resolved", Some(fixed)) if (version::of(Ecosystem::Deb).is_valid)(fixed) => {
            advisory.ranges.push(Range::until(fixed));
        }
        ("open", _) => {
            advisory.ranges.push(Range::all());
            advisory.status = Some(open_status(urgency, state));
        }
        ("undetermined", _) => {
            advisory.ranges.push(Range::all());
            advisory.status = Some(FixStatus::UnderInvestigation);
        }
        (status, fixed) => {
            let fixed = fixed.unwrap_or("no version");
            let detail = format!("{package} {id} in {release} is {status:?} in {fixed:?}; it is left out");
            return file.problem(ProblemKind::Malformed, detail);
        }
    }
    file.add(advisory);
}

fn open_status(urgency: &str, state: &State) -> FixStatus {
    match (urgency, &state.nodsa, state.nodsa_reason.as_deref()) {
        ("end-of-life", ..) => FixStatus::EndOfLife,
        (_, Some(_), Some("ignored")) => FixStatus::WillNotFix,
        (_, Some(_), _) => FixStatus::Deferred,
        (_, None, _) => FixStatus::Affected,
    }
}
