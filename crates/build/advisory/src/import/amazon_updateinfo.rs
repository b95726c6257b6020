//! Amazon Linux's bulletins, as its repositories carry them: `updateinfo.xml`.
//!
//! Source: the metadata of the repositories. A package's release tells the distribution's: `1.0-2.amzn2023`. The pages and the
//! news feed of the Amazon Linux security centre name the same bulletins without the epochs of their packages, by which alone
//! versions can be compared; they are skipped and counted.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};

use super::{Imported, Importer, Skip, file_name, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::document::xml::{self, Element};
use crate::range::Range;
use crate::severity::Rating;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "amazon-updateinfo",
    revision: 1,
    title: "Amazon Linux security bulletins",
    licence: "none stated by the publisher; facts only",
    ecosystems: &[Ecosystem::Rpm],
    sees: "every bulletin in a repository's metadata, with severity, days and the lowest version of each package \
           that holds the fix",
    misses: "what is not fixed yet, which bulletins do not list; bulletins without a CVE; the web pages and news \
             feed, whose versions lack epochs; symbols and sources for debuggers",
    source: "updateinfo.xml in the metadata of Amazon Linux's repositories",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    (file_name(path).contains("updateinfo") && mentions(head, "<updates")) || is_page(head)
}

fn is_page(head: &[u8]) -> bool {
    mentions(head, "<title>ALAS") || (mentions(head, "<rss") && mentions(head, "Amazon Linux"))
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if is_page(bytes.get(..super::HEAD_BYTES).unwrap_or(bytes)) {
        file.skip(Skip::Index);
    } else if let Some(root) = file.text(bytes).and_then(|text| xml::parse(&mut file, text)) {
        root.all("update").for_each(|update| convert(&mut file, update));
    }
    file.finish()
}

fn convert(file: &mut File<'_>, update: &Element) {
    let Some(id) = update.text_of("id") else {
        return file.problem(ProblemKind::Malformed, "a bulletin has no id");
    };
    let references = update.all("references").flat_map(|references| references.all("reference"));
    let ids = references.filter_map(|reference| reference.attribute("id")).filter(|id| id.starts_with("CVE-"));
    let cves: Vec<String> = ids.map(str::to_owned).collect();
    if cves.is_empty() {
        return file.skip(Skip::Informational);
    }
    let lists = update.all("pkglist").flat_map(|list| list.all("collection"));
    let packages: Vec<&Element> = lists.flat_map(|collection| collection.all("package")).collect();
    let facts = packages.len().saturating_mul(cves.len());
    let limit = file.limits.advisory_versions;
    if file.within(facts, limit, || format!("{id} names {facts} packages and vulnerabilities")).is_none() {
        return;
    }
    let day = |name: &str| update.child(name)?.attribute("date").and_then(Date::parse);
    for ((namespace, package), fixed) in lowest(file, id, &packages) {
        let mut advisory = Advisory::new(id, namespace, package);
        advisory.ranges.push(Range::until(fixed));
        advisory.rating = update.text_of("severity").and_then(Rating::from_word);
        (advisory.published, advisory.modified) = (day("issued"), day("updated"));
        for cve in &cves {
            file.add(Advisory { aliases: vec![cve.clone()], ..advisory.clone() });
        }
    }
}

/// Every package once for all its architectures, with the lowest version that is named.
fn lowest<'d>(file: &mut File<'_>, id: &str, packages: &[&'d Element]) -> BTreeMap<(Namespace, &'d str), String> {
    let order = version::of(Ecosystem::Rpm);
    let mut lowest: BTreeMap<(Namespace, &str), String> = BTreeMap::new();
    for package in packages {
        let part = |name: &str| package.attribute(name).filter(|part| !part.is_empty());
        let (Some(name), Some(version), Some(release)) = (part("name"), part("version"), part("release")) else {
            file.problem(ProblemKind::Malformed, format!("{id} names a package without name, version or release"));
            continue;
        };
        if name.contains("-debuginfo") || name.contains("-debugsource") {
            continue;
        }
        let Some(namespace) = namespace(release) else {
            file.skip(Skip::UnknownEcosystem);
            continue;
        };
        let evr = format!("{}:{version}-{release}", part("epoch").unwrap_or("0"));
        if !(order.is_valid)(&evr) {
            file.problem(ProblemKind::Malformed, format!("{id}: {name} is fixed in {evr:?}, which is no rpm version"));
            continue;
        }
        let known = lowest.entry((namespace, name)).or_insert_with(|| evr.clone());
        if (order.compare)(&evr, known).is_lt() {
            *known = evr;
        }
    }
    lowest
}

/// `amzn2023` in `16.amzn2023.0.1`. The first Amazon Linux calls itself 2018.
fn namespace(release: &str) -> Option<Namespace> {
    let mark = release.split('.').find_map(|part| part.strip_prefix("amzn"))?;
    let number = if mark == "1" { "2018" } else { mark };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Namespace::new(format!("amzn:{number}")))
}
