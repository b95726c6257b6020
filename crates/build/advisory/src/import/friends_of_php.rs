//! FriendsOfPHP's security advisories: `<vendor>/<package>/<name>.yaml`.
//!
//! ```yaml
//! title:     …
//! link:      …
//! cve:       CVE-2020-15094
//! branches:
//!     4.4.x:
//!         time:     2020-09-02 08:00:00
//!         versions: ['>=4.4.0', '<4.4.13']
//! reference: composer://symfony/http-kernel
//! ```
//!
//! Source: the README of FriendsOfPHP/security-advisories. A version is affected that satisfies all constraints of a branch.
//! An advisory without a CVE is known by its file's name.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, file_name, has_extension, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::range::Range;
use crate::range::requirement::composer;
use crate::range::set::release_of;

pub static IMPORTER: Importer = Importer {
    id: "friends-of-php",
    revision: 1,
    title: "FriendsOfPHP security advisories",
    licence: "Unlicense",
    ecosystems: &[Ecosystem::Composer],
    sees: "which versions of a Composer package are affected, branch by branch, with the release that fixes each \
           and the day",
    misses: "severities; aliases other than the CVE; PHP itself and its extensions; branches whose constraint \
             cannot be read, which are reported as problems",
    source: "the README of FriendsOfPHP/security-advisories",
    held_to: None,
    accepts,
    import,
};

const SCHEME: &str = "composer://";

fn accepts(path: &str, head: &[u8]) -> bool {
    let is_keyed = mentions(head, "\nbranches:") || mentions(head, "\nlink:");
    has_extension(path, &["yaml"]) && (mentions(head, SCHEME) || (is_keyed && mentions(head, "title:")))
}

#[derive(Debug, Deserialize)]
struct Document {
    reference: String,
    cve: Option<String>,
    #[serde(default)]
    branches: BTreeMap<String, Branch>,
}

#[derive(Debug, Deserialize)]
struct Branch {
    time: Option<String>,
    versions: Vec<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = file.yaml::<Document>(bytes) {
        convert(&mut file, path, &document);
    }
    file.finish()
}

fn convert(file: &mut File<'_>, path: &str, document: &Document) {
    let Some(namespace) = Namespace::of(Ecosystem::Composer) else { return };
    let Some(package) = document.reference.strip_prefix(SCHEME) else {
        return file.problem(ProblemKind::Malformed, format!("{:?} is no package of Composer", document.reference));
    };
    let named = file_name(path).rsplit_once('.').map_or(path, |(name, _)| name);
    let cve = document.cve.as_deref().map(str::trim).filter(|cve| cve.starts_with("CVE-"));
    // A file is found again by its package and name; the name alone, often a date, stands for many.
    let id = cve.map_or_else(|| format!("{package}/{named}"), str::to_owned);
    if document.branches.is_empty() {
        return file.skip(Skip::NoVersions);
    }
    // Each constraint may hold several, and excluded versions divide what is left ever further.
    let constraints = document.branches.values().flat_map(|branch| &branch.versions);
    let ends = constraints.map(|constraint| constraint.split([',', '|', ' ']).count()).sum();
    let limit = file.limits.advisory_ranges;
    if file.within(ends, limit, || format!("{id} has {ends} constraints")).is_none() {
        return;
    }
    let mut advisory = Advisory::new(id, namespace, package);
    for (name, branch) in &document.branches {
        match composer::parse(&branch.versions.join(",")) {
            Ok(intervals) => advisory.ranges.extend(intervals.into_iter().map(Range::from).map(with_fix)),
            Err(error) => {
                let detail = format!("branch {name}: {error}: {:?}; the branch is left out", branch.versions.join(","));
                file.problem(ProblemKind::Malformed, detail);
            }
        }
        let published = branch.time.as_deref().and_then(Date::parse);
        advisory.published = [advisory.published, published].into_iter().flatten().min();
    }
    if !advisory.ranges.is_empty() {
        file.add(advisory);
    }
}

/// `<4.4.13` names the release that fixes.
fn with_fix(range: Range) -> Range {
    let fixed =
        range.upper.as_ref().filter(|upper| !upper.inclusive).map(|upper| release_of(&upper.version).to_owned());
    Range { fixed, ..range }
}
