//! What several forms need: names by which documents refer to things, and escapes for texts of a hostile image.

mod document;
mod escape;
mod groups;
mod link;
mod materials;
mod mended;
#[cfg(test)]
pub mod testing;
mod time;
mod uuid;

use boltseal_model::{Finding, FixStatus, Location, Package, Problem, Report, Verdict};

pub use document::{inert, json, pruned};
pub use escape::{address, code, markdown, uri};
pub use groups::{Group, distribution_name, groups};
pub use link::page;
pub use materials::{dependencies, packages};
pub use mended::mended;
pub use time::created;
pub use uuid::uuid;

use boltseal_model::text::visible;

/// The layer of a place and the instruction that made it, for people: `layer 1: RUN pip install flask`.
pub fn brought_by(location: &Location) -> Option<String> {
    let layer = location.layer?;
    Some(match &location.instruction {
        Some(instruction) => format!("layer {layer}: {}", visible(instruction)),
        None => format!("layer {layer}"),
    })
}

/// A problem in one line for people.
pub fn problem_line(problem: &Problem) -> String {
    let layer = problem.layer.map(|layer| format!("layer {layer}: ")).unwrap_or_default();
    let path = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    visible(&format!("{layer}{path}{} ({})", problem.detail, problem.kind.name())).into_owned()
}

/// Name of the package that a package URL stands for, as its package manager writes it.
pub fn package_name<'a>(report: &'a Report, purl: &'a str) -> &'a str {
    // Packages are sorted by package URL; a report that another program wrote may not be, and then its URL is the name.
    let found = report.packages.binary_search_by(|package: &Package| package.purl.as_str().cmp(purl)).ok();
    found.and_then(|index| report.packages.get(index)).map_or(purl, |package| package.name.as_str())
}

/// What is wrong: the package, by its name, or the file, by its path and line.
pub fn concerned(report: &Report, finding: &Finding) -> String {
    if finding.kind.is_of_file() { place(&finding.location) } else { package_name(report, &finding.package).to_owned() }
}

/// A path, and the line there.
pub fn place(location: &Location) -> String {
    let line = location.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}", location.path)
}

/// A number of things, as `1 layer` and `2 layers`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What the gate does with a subject, in one word. What was not read in full is never called allowed.
pub fn decision(report: &Report) -> &'static str {
    match report.decision.verdict {
        Verdict::Deny => "denied",
        Verdict::Allow if !report.summary.complete => "incomplete",
        Verdict::Allow => "allowed",
    }
}

/// The version that mends a finding, or what its publisher says instead. A dash where nobody says anything.
pub fn fix(finding: &Finding) -> &str {
    match (&finding.fixed, finding.status) {
        (Some(version), _) => version,
        (None, FixStatus::Affected | FixStatus::Fixed) => "-",
        (None, status) => status.name(),
    }
}

/// How a vulnerability is known or likely to be exploited: `known`, and the EPSS as a percentage.
pub fn exploited(finding: &Finding) -> Option<String> {
    let known = finding.scores.kev.as_ref().map(|_| "known".to_owned());
    let likely = finding.scores.epss.map(percent);
    match (known, likely) {
        (Some(known), Some(likely)) => Some(format!("{known}, {likely}")),
        (known, likely) => known.or(likely),
    }
}

/// A share of one, for people. What is not nothing is not called nothing.
pub fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0005 { "<0.1%".to_owned() } else { format!("{:.1}%", share * 100.0) }
}

/// The text, cut to a number of characters.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// What stays the same while the vulnerability stays in the package that is recorded at this path: not the version, so that
/// an update which does not go far enough is the same alert, and neither line nor layer, which move when something else
/// changes.
pub fn fingerprint(finding: &Finding) -> String {
    let (name, rest) = finding.package.split_once('@').unwrap_or((&finding.package, ""));
    let qualifiers = rest.split_once('?').map_or("", |(_, qualifiers)| qualifiers);
    let architecture = qualifiers.split('&').find(|qualifier| qualifier.starts_with("arch=")).unwrap_or_default();
    // Neither part before the path can hold a space that is not percent-encoded, so that different parts never read alike.
    let fingerprint = format!("{} {name} {architecture} {}", uri(&finding.id), uri(&finding.location.path));
    // Of several secrets in a file, each is itself.
    if finding.kind.is_of_file() { format!("{fingerprint} {}", uri(&finding.evidence)) } else { fingerprint }
}

#[cfg(test)]
mod tests {
    use super::testing::finding;
    use super::*;

    #[test]
    fn the_fingerprint_outlives_an_update_and_a_rebuild() {
        let old = finding("pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12");
        let mut new = finding("pkg:deb/debian/libc6@2.36-10?arch=amd64&distro=debian-12.1");
        new.location.layer = Some(4);
        new.location.line = Some(99);
        assert_eq!(fingerprint(&old), fingerprint(&new));
        let other = finding("pkg:deb/debian/libc6@2.36-9?arch=i386&distro=debian-12");
        assert_ne!(fingerprint(&old), fingerprint(&other));
    }

    #[test]
    fn a_small_share_is_not_nothing() {
        assert_eq!(percent(0.6713), "67.1%");
        assert_eq!(percent(0.0001), "<0.1%");
        assert_eq!(percent(0.0), "0.0%");
    }

    #[test]
    fn a_text_is_cut_to_its_room() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "ab…");
    }

    #[test]
    fn the_publishers_word_stands_where_no_version_mends_it() {
        let mut finding = finding("pkg:npm/a@1");
        assert_eq!(fix(&finding), "-");
        finding.status = FixStatus::WillNotFix;
        assert_eq!(fix(&finding), "will-not-fix");
        finding.fixed = Some("2".into());
        assert_eq!(fix(&finding), "2");
    }
}
