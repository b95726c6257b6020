//! Readers of the publishers' files.
//!
//! An importer takes the bytes of one file and gives the facts in it, what it left out on purpose, and what it could not
//! read. The caller walks folders and archives, and asks [`detect`] which importer a file is for.

mod alpine_secdb;
mod amazon_updateinfo;
mod cisa_kev;
mod debian_fixed_table;
mod debian_tracker;
mod endoflife_date;
mod epss;
mod friends_of_php;
mod golang_vulndb;
mod node_security_wg;
mod osv;
mod oval;
mod photon;
mod pypa;
mod redhat_csaf;
mod redhat_cve;
mod ruby_advisory_db;
mod rustsec;

use std::collections::BTreeMap;
use std::fmt;

use boltseal_model::{Ecosystem, HeldTo, Limits, Problems};

use crate::advisory::{Advisory, Date};
use crate::database::Source;
use crate::lifecycle::Lifecycle;
use crate::probability::Probability;

/// A reader of one publisher's files.
pub struct Importer {
    /// Permanent name, by which evidence names the source.
    pub id: &'static str,
    /// Raised when it reads something else out of the same bytes than before, so that databases are built anew. A test holds every
    /// fixture to it.
    pub revision: u32,
    /// Name of the publisher, for people.
    pub title: &'static str,
    /// Licence of the data, as an SPDX expression or in words.
    pub licence: &'static str,
    /// The ecosystems of whose packages it tells; none where it tells of vulnerabilities or products alone. A test holds every
    /// fixture to it.
    pub ecosystems: &'static [Ecosystem],
    /// What it reads.
    pub sees: &'static str,
    /// What it cannot see or leaves out, so that nobody takes silence for absence.
    pub misses: &'static str,
    /// The specification of the format, or where the files come from.
    pub source: &'static str,
    /// What tests hold it to beside our own fixtures: the ecosystem's own tool, or another reading of the same files.
    pub held_to: Option<HeldTo>,
    /// Whether a file is for this importer, by its path (with forward slashes) and its first bytes.
    pub accepts: fn(path: &str, head: &[u8]) -> bool,
    /// Reads one file.
    pub import: fn(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems),
}

impl Importer {
    /// The source to which a [`crate::Builder`] credits what this importer reads.
    pub fn source(&self) -> Source {
        let (name, title) = (self.id.to_owned(), self.title.to_owned());
        Source { name, title, licence: self.licence.to_owned(), revision: self.revision }
    }
}

impl fmt::Debug for Importer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Importer").field(&self.id).finish()
    }
}

/// Every importer, by id.
pub static ALL: &[&Importer] = &[
    &alpine_secdb::IMPORTER,
    &amazon_updateinfo::IMPORTER,
    &cisa_kev::IMPORTER,
    &debian_fixed_table::IMPORTER,
    &debian_tracker::IMPORTER,
    &endoflife_date::IMPORTER,
    &epss::IMPORTER,
    &friends_of_php::IMPORTER,
    &golang_vulndb::IMPORTER,
    &node_security_wg::IMPORTER,
    &osv::IMPORTER,
    &oval::IMPORTER,
    &photon::IMPORTER,
    &pypa::IMPORTER,
    &redhat_csaf::IMPORTER,
    &redhat_cve::IMPORTER,
    &ruby_advisory_db::IMPORTER,
    &rustsec::IMPORTER,
];

/// Bytes at the beginning of a file that [`detect`] may need to see.
pub const HEAD_BYTES: usize = 4096;

/// The importer that a file is for, by its path and its first [`HEAD_BYTES`] bytes; `None` for files of no known publisher.
pub fn detect(path: &str, head: &[u8]) -> Option<&'static Importer> {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let accepting = ALL.iter().filter(|importer| (importer.accepts)(path, head));
    // Whoever publishes in a notation of their own, or in OSV under names of their own, is asked first.
    accepting.min_by_key(|importer| importer.id == osv::IMPORTER.id).copied()
}

/// Why an advisory, or one package of it, was left out on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Skip {
    /// The publisher took it back.
    Withdrawn,
    /// It tells of no vulnerability: unmaintained or unsound packages, notices.
    Informational,
    /// It names commits only, or nothing at all, and packages carry versions.
    NoVersions,
    /// Its ecosystem is none of ours.
    UnknownEcosystem,
    /// It has no identifier of its own yet.
    Draft,
    /// It concerns a compiler, a runtime or another thing that is installed in no package of the ecosystem.
    NotAPackage,
    /// The file lists what other files hold.
    Index,
}

impl Skip {
    /// The words used in `db build`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Informational => "informational",
            Self::NoVersions => "names no versions",
            Self::UnknownEcosystem => "unknown ecosystem",
            Self::Draft => "draft",
            Self::NotAPackage => "not a package",
            Self::Index => "index of other files",
        }
    }
}

/// A CVE that is exploited in the wild.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exploited {
    /// The CVE.
    pub cve: String,
    /// The day on which it was listed.
    pub since: Date,
}

/// How likely it is that a CVE will be exploited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likelihood {
    /// The CVE.
    pub cve: String,
    /// The probability that it is exploited within thirty days.
    pub probability: Probability,
    /// The day for which it was computed.
    pub scored: Option<Date>,
}

/// What one file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Facts, one per advisory and package.
    pub advisories: Vec<Advisory>,
    /// Vulnerabilities that are exploited in the wild.
    pub exploited: Vec<Exploited>,
    /// How likely others are to be.
    pub likelihoods: Vec<Likelihood>,
    /// How long publishers look after their releases.
    pub lifecycles: Vec<Lifecycle>,
    /// What was left out on purpose, and how often.
    pub skipped: BTreeMap<Skip, u64>,
}

impl Imported {
    /// Facts that are no advisories.
    pub fn facts(&self) -> usize {
        self.exploited.len() + self.likelihoods.len() + self.lifecycles.len()
    }

    pub(crate) fn skip(&mut self, reason: Skip) {
        let count = self.skipped.entry(reason).or_default();
        *count = count.saturating_add(1);
    }
}

/// Last component of a path with forward slashes.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file name ends with one of the extensions, given without dot and in lower case.
fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let extension = file_name(path).rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

/// Whether the bytes contain a text.
fn mentions(head: &[u8], text: &str) -> bool {
    head.windows(text.len().max(1)).any(|window| window == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn importers_are_sorted_by_id() {
        assert!(ALL.iter().map(|importer| importer.id).is_sorted());
    }

    #[test]
    fn files_lead_to_their_importer() {
        for (path, head, expected) in [
            ("v3.11/main.yaml", "---\ndistroversion: v3.11\n", Some("alpine-secdb")),
            ("debian-12-fixed.tsv", "source\tcve\tfixed_version\n", Some("debian-fixed-table")),
            ("osv/GO-2023-1671.json", "{\"id\": ", Some("golang-vulndb")),
            ("all/GHSA-1.json", "{\"schema_version\": ", Some("osv")),
            ("vulns/urllib3/PYSEC-2021-59.yaml", "id: PYSEC-2021-59\n", Some("pypa")),
            ("security-wg/vuln/npm/100.json", "{\"id\": 100", Some("node-security-wg")),
            ("crates/openssl/RUSTSEC-2016-0001.md", "```toml\n[advisory]\n", Some("rustsec")),
            ("kev/known_exploited_vulnerabilities.json", "{\"catalogVersion\": ", Some("cisa-kev")),
            ("epss_scores-2025-02-20.csv", "#model_version:v2025\ncve,epss,percentile\n", Some("epss")),
            ("products/debian.md", "---\ntitle: Debian\n", Some("endoflife-date")),
            ("gems/rails/CVE-2009-2422.yml", "---\ngem: rails\n", Some("ruby-advisory-db")),
            (
                "symfony/http-kernel/CVE-2020-15094.yaml",
                "title: x\nreference: composer://a/b\n",
                Some("friends-of-php"),
            ),
            ("README.md", "# Title\n", None),
            ("package.json", "{\"name\": ", None),
        ] {
            assert_eq!(detect(path, head.as_bytes()).map(|importer| importer.id), expected, "{path}");
        }
    }
}
