//! The OSV document, whatever the notation, and the facts in it.

use boltseal_model::{Ecosystem, FixStatus, Namespace, ProblemKind};
use serde::Deserialize;

use super::File;
use crate::advisory::{Advisory, Date};
use crate::import::Skip;
use crate::range::Range;
use crate::range::events::{Event, intervals};
use crate::severity;
use crate::version::{self, VersionOrder};

/// Comparisons that pruning the list of versions may cost. Beyond it the list is kept whole, which changes no answer.
const PRUNING_COMPARISONS: usize = 10_000_000;

/// One document, or the envelope of several.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Document {
    id: Option<String>,
    aliases: Option<Vec<String>>,
    upstream: Option<Vec<String>>,
    related: Option<Vec<String>>,
    summary: Option<String>,
    published: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    severity: Option<Vec<Rating>>,
    affected: Option<Vec<Affected>>,
    /// The answers of the OSV service hold their documents here.
    pub vulns: Option<Vec<Self>>,
}

#[derive(Debug, Deserialize)]
struct Rating {
    r#type: Option<String>,
    score: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Affected {
    package: Option<PackageName>,
    ranges: Option<Vec<RangeText>>,
    versions: Option<Vec<String>>,
    severity: Option<Vec<Rating>>,
}

#[derive(Debug, Deserialize)]
struct PackageName {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct RangeText {
    r#type: String,
    events: Vec<EventText>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct EventText {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// Adds the facts of documents to a file's.
pub fn convert(file: &mut File<'_>, documents: Vec<Document>) {
    for document in documents {
        if document.withdrawn.is_some() {
            file.skip(Skip::Withdrawn);
            continue;
        }
        let Some(id) = document.id.as_deref().filter(|id| !id.is_empty()) else {
            file.problem(ProblemKind::Malformed, "advisory has no id");
            continue;
        };
        let ratings = document.severity.as_deref().unwrap_or_default();
        let vector = best_vector(file, id, ratings);
        let word = word(ratings).or_else(|| title_word(document.summary.as_deref().unwrap_or_default()));
        let aliases = alias_lists(&document);
        if is_bulletin(id) && aliases.iter().flatten().next().is_none() {
            // A bulletin of fixed bugs and new features: no vulnerability is in it.
            file.skip(Skip::Informational);
            continue;
        }
        let affected = document.affected.as_deref().unwrap_or_default();
        if affected.is_empty() {
            file.skip(Skip::NoVersions);
        }
        for affected in affected {
            let Some(mut advisory) = convert_affected(file, id, affected) else { continue };
            let own = best_vector(file, id, affected.severity.as_deref().unwrap_or_default());
            advisory.severity_vector = own.or_else(|| vector.clone());
            advisory.published = document.published.as_deref().and_then(Date::parse);
            advisory.modified = document.modified.as_deref().and_then(Date::parse);
            advisory.rating = word;
            advisory.module = stream(&advisory, document.summary.as_deref().unwrap_or_default());
            for aliases in &aliases {
                file.add(Advisory { aliases: aliases.clone(), ..advisory.clone() });
            }
        }
    }
}

/// The aliases, once for each vulnerability that the document describes.
///
/// A distribution's bulletin names the CVEs that it fixes under `upstream`; AlmaLinux and Rocky Linux name them under
/// `related`. They are different vulnerabilities, so each gets an advisory of its own.
fn alias_lists(document: &Document) -> Vec<Vec<String>> {
    let is_cve = |id: &&String| id.starts_with("CVE-");
    let aliases: Vec<String> = document.aliases.clone().unwrap_or_default();
    let names_related = document.id.as_deref().is_some_and(is_bulletin);
    let named = document.upstream.iter().chain(document.related.iter().filter(|_| names_related)).flatten();
    let mut upstream: Vec<&String> = named.filter(is_cve).collect();
    upstream.sort();
    upstream.dedup();
    if upstream.is_empty() || aliases.iter().any(|id| is_cve(&id)) {
        return vec![aliases];
    }
    upstream.into_iter().map(|cve| aliases.iter().chain([cve]).cloned().collect()).collect()
}

/// Whether an identifier is that of a bulletin of AlmaLinux or Rocky Linux: security, bugs, enhancements.
fn is_bulletin(id: &str) -> bool {
    ["ALSA-", "ALBA-", "ALEA-", "RLSA-", "RLBA-", "RLEA-", "RXSA-"].iter().any(|prefix| id.starts_with(prefix))
}

/// The word of a vendor's own scale.
fn word(ratings: &[Rating]) -> Option<severity::Rating> {
    let vendors =
        ratings.iter().filter(|rating| rating.r#type.as_deref().is_some_and(|kind| !kind.starts_with("CVSS_")));
    vendors.filter_map(|rating| severity::Rating::from_word(rating.score.as_deref()?)).max()
}

/// The word before the colon of `Moderate: mariadb:10.3 security update`.
fn title_word(title: &str) -> Option<severity::Rating> {
    title.split_once(": ").and_then(|(word, _)| severity::Rating::from_word(word))
}

/// The module stream whose packages are meant: the title names it, and the versions say that there is one.
fn stream(advisory: &Advisory, title: &str) -> Option<String> {
    let mut fixed = advisory.ranges.iter().filter_map(|range| range.fixed.as_deref());
    let is_modular = fixed.any(|fixed| fixed.contains(".module_el") || fixed.contains(".module+el"));
    let mut words = title.split_whitespace().filter(|word| !word.ends_with(':'));
    is_modular.then(|| words.find(|word| word.split(':').count() == 2).map(str::to_owned)).flatten()
}

fn convert_affected(file: &mut File<'_>, id: &str, affected: &Affected) -> Option<Advisory> {
    let Some(package) = &affected.package else {
        file.skip(Skip::NoVersions);
        return None;
    };
    let Some((namespace, ecosystem)) = namespace(&package.ecosystem) else {
        file.skip(Skip::UnknownEcosystem);
        return None;
    };
    let order = version::of(ecosystem);
    let listed = affected.versions.as_deref().unwrap_or_default();
    let texts = affected.ranges.as_deref().unwrap_or_default().iter().filter(|range| range.r#type != "GIT");
    let texts: Vec<&RangeText> = texts.collect();
    if texts.is_empty() && listed.is_empty() {
        file.skip(Skip::NoVersions);
        return None;
    }
    let ends = texts.iter().map(|range| range.events.len()).sum();
    file.within(ends, file.limits.advisory_ranges, || format!("{id} has {ends} range events"))?;
    file.within(listed.len(), file.limits.advisory_versions, || format!("{id} lists {} versions", listed.len()))?;

    let is_extended = is_extended(&package.ecosystem);
    let mut advisory = Advisory::new(id, namespace, &package.name);
    let mut is_readable = !listed.is_empty();
    for text in texts {
        if let Some(events) = read_events(file, id, &text.events, order) {
            advisory.ranges.extend(intervals(&events, order));
            is_readable = true;
        }
    }
    if !is_readable {
        // Without any of its ranges the advisory would say that the package never was affected.
        return None;
    }
    advisory.versions = unranged(listed, &advisory.ranges, order);
    if is_extended && advisory.ranges.iter().any(|range| range.fixed.is_some()) {
        advisory.status = Some(FixStatus::ExtendedSupport);
    }
    Some(advisory)
}

/// The events of a range; `None`, and a problem, when one of their versions has no place in the order.
fn read_events(file: &mut File<'_>, id: &str, texts: &[EventText], order: &VersionOrder) -> Option<Vec<Event>> {
    let mut events = Vec::with_capacity(texts.len());
    for text in texts {
        let EventText { introduced, fixed, last_affected, limit } = text.clone();
        let kinds = [
            introduced.map(Event::Introduced),
            fixed.map(Event::Fixed),
            last_affected.map(Event::LastAffected),
            limit.map(Event::Limit),
        ];
        for event in kinds.into_iter().flatten() {
            let version = event.version();
            if version != "0" && version != "*" && !(order.is_valid)(version) {
                let detail = format!("{id} names {version:?}, which is no {} version; the range is left out", order.id);
                file.problem(ProblemKind::Malformed, detail);
                return None;
            }
            events.push(event);
        }
    }
    Some(events)
}

/// The listed versions that no range contains, each once.
fn unranged(listed: &[String], ranges: &[Range], order: &VersionOrder) -> Vec<String> {
    let prune = listed.len().saturating_mul(ranges.len()) <= PRUNING_COMPARISONS;
    let is_ranged = |version: &&String| prune && ranges.iter().any(|range| range.contains(version, order));
    let mut rest: Vec<String> = listed.iter().filter(|version| !is_ranged(version)).cloned().collect();
    rest.sort();
    rest.dedup();
    rest
}

/// The vector of the newest CVSS version that is given.
fn best_vector(file: &mut File<'_>, id: &str, ratings: &[Rating]) -> Option<String> {
    let mut vectors: Vec<(&str, &str)> = ratings
        .iter()
        .filter_map(|rating| rating.r#type.as_deref().zip(rating.score.as_deref()))
        .filter(|(kind, _)| kind.starts_with("CVSS_"))
        .collect();
    vectors.sort_unstable();
    for (_, vector) in vectors.into_iter().rev() {
        if severity::score(vector).is_some() {
            return Some(vector.to_owned());
        }
        file.problem(ProblemKind::Malformed, format!("{id} has a CVSS vector that cannot be read"));
    }
    None
}

/// The namespace of an OSV ecosystem: `PyPI`, `Debian:12`, `Alpine:v3.19`, `Ubuntu:22.04:LTS`.
fn namespace(ecosystem: &str) -> Option<(Namespace, Ecosystem)> {
    let language = match ecosystem.split_once(':').map_or(ecosystem, |(family, _)| family) {
        "CocoaPods" => Some(Ecosystem::Cocoapods),
        "ConanCenter" => Some(Ecosystem::Conan),
        "Go" => Some(Ecosystem::Golang),
        "Hex" => Some(Ecosystem::Hex),
        "Maven" => Some(Ecosystem::Maven),
        "NuGet" => Some(Ecosystem::Nuget),
        "Packagist" => Some(Ecosystem::Composer),
        "Pub" => Some(Ecosystem::Pub),
        "PyPI" => Some(Ecosystem::Pypi),
        "RubyGems" => Some(Ecosystem::Gem),
        "SwiftURL" => Some(Ecosystem::Swift),
        "crates.io" => Some(Ecosystem::Cargo),
        "npm" => Some(Ecosystem::Npm),
        _ => None,
    };
    if let Some(language) = language {
        return Namespace::of(language).map(|namespace| (namespace, language));
    }
    let name = distribution(ecosystem)?;
    let namespace = Namespace::new(name);
    version::ecosystem_of(&namespace).map(|ecosystem| (namespace, ecosystem))
}

/// Whether an ecosystem is the support of an ordinary release beyond its time, or of packages beyond the ordinary ones, that is
/// sold apart. A machine's packages do not tell whether it has that.
fn is_extended(ecosystem: &str) -> bool {
    ["Ubuntu:Pro:", "Red Hat:rhel_els:"].iter().any(|prefix| ecosystem.starts_with(prefix))
}

/// The namespace of a distribution's release, by the words of OSV. Editions with versions of their own are none of ours: Ubuntu's
/// FIPS and Realtime, and Red Hat's support of one minor release.
fn distribution(ecosystem: &str) -> Option<String> {
    let (family, rest) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    let release = rest.split(':').next().unwrap_or_default();
    let numbered = |name: &str, release: &str| {
        release.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("{name}:{release}"))
    };
    match family {
        "AlmaLinux" => numbered("almalinux", release),
        "Alpine" => numbered("alpine", release.strip_prefix('v')?),
        "Azure Linux" => numbered("azurelinux", &format!("{release}.0")),
        "Chainguard" => Some("chainguard".to_owned()),
        "Debian" => numbered("debian", release),
        "MinimOS" => Some("minimos".to_owned()),
        "Photon OS" => numbered("photon", release),
        // `enterprise_linux:9::baseos`
        "Red Hat" if matches!(release, "enterprise_linux" | "rhel_els") => numbered("rhel", rest.split(':').nth(1)?),
        "Rocky Linux" => numbered("rocky", release),
        // `Linux Enterprise Server 15 SP5`
        "SUSE" => {
            let (version, pack) =
                release.strip_prefix("Linux Enterprise Server ")?.split_once(" SP").unwrap_or((release, ""));
            let version = version.strip_prefix("Linux Enterprise Server ").unwrap_or(version);
            let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let pack = if pack.is_empty() { String::new() } else { format!(".{pack}") };
            (is_number(version) && is_number(pack.trim_start_matches('.'))).then(|| format!("sles:{version}{pack}"))
        }
        // `22.04:LTS`, `Pro:18.04:LTS`
        "Ubuntu" => numbered("ubuntu", rest.strip_prefix("Pro:").unwrap_or(rest).split(':').next().unwrap_or_default()),
        "Wolfi" => Some("wolfi".to_owned()),
        // `Leap 15.5`
        "openSUSE" if release == "Tumbleweed" => Some("opensuse-tumbleweed".to_owned()),
        "openSUSE" => numbered("opensuse-leap", release.strip_prefix("Leap ")?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecosystems_become_namespaces() {
        for (ecosystem, expected) in [
            ("npm", Some("npm")),
            ("crates.io", Some("cargo")),
            ("Debian:12", Some("debian:12")),
            ("Debian", None),
            ("Alpine:v3.19", Some("alpine:3.19")),
            ("Ubuntu:22.04:LTS", Some("ubuntu:22.04")),
            ("Ubuntu:Pro:18.04:LTS", Some("ubuntu:18.04")),
            ("Ubuntu:Pro:FIPS-updates:18.04:LTS", None),
            ("Ubuntu:Nvidia-BlueField:22.04:LTS", None),
            ("Maven", Some("maven")),
            ("Maven:https://repo.example.org", Some("maven")),
            ("RubyGems", Some("gem")),
            ("Packagist", Some("composer")),
            ("AlmaLinux:8", Some("almalinux:8")),
            ("Rocky Linux:9", Some("rocky:9")),
            ("Red Hat:enterprise_linux:9::baseos", Some("rhel:9")),
            ("Red Hat:rhel_eus:9.4::baseos", None),
            ("Red Hat:rhel_els:7", Some("rhel:7")),
            ("SUSE:Linux Enterprise Server 15 SP5", Some("sles:15.5")),
            ("SUSE:Linux Enterprise Server 15", Some("sles:15")),
            ("SUSE:Linux Enterprise Module for Basesystem 15 SP5", None),
            ("openSUSE:Leap 15.5", Some("opensuse-leap:15.5")),
            ("Wolfi", Some("wolfi")),
            ("Bitnami", None),
        ] {
            let found = namespace(ecosystem).map(|(namespace, _)| namespace);
            assert_eq!(found.as_ref().map(Namespace::as_str), expected, "{ecosystem}");
        }
    }
}
