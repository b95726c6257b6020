//! OVAL definitions of the RPM distributions.
//!
//! Source: the OVAL language, definitions schema 5.11. A definition has criteria: tests joined by AND and OR. A test compares a
//! package's version (`evr`) with a state, or asks which release is installed: a package whose name ends in `-release`.

use std::collections::BTreeMap;

use boltseal_model::ProblemKind;

use super::File;
use super::xml::Element;
use crate::range::Range;
use crate::range::set::Interval;
use crate::range::{Bound, requirement};
use crate::version::VersionOrder;

/// Tests by their ids, with names and states.
pub struct Tests<'d> {
    /// `None` for a test of something else than a version: a signature, an architecture.
    tests: BTreeMap<&'d str, Option<Test<'d>>>,
}

/// A comparison of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test<'d> {
    pub name: &'d str,
    operation: &'d str,
    pub value: &'d str,
    is_evr: bool,
}

impl<'d> Tests<'d> {
    pub fn of(root: &'d Element) -> Self {
        let section = |name: &'d str| root.all(name).flat_map(|section| &section.children);
        let keyed = |element: &'d Element| element.attribute("id").map(|id| (id, element));
        let objects: BTreeMap<_, _> = section("objects").filter_map(keyed).collect();
        // Some of SUSE's files name the section of states in the singular.
        let states: BTreeMap<_, _> = section("states").chain(section("state")).filter_map(keyed).collect();
        // A test whose object or state is not there is not there itself.
        let test = |element: &'d Element| {
            let object = element.child("object")?.attribute("object_ref")?;
            let state = states.get(element.child("state")?.attribute("state_ref")?)?;
            let name = objects.get(object)?.text_of("name")?;
            let (compared, is_evr) = match (state.child("evr"), state.child("version")) {
                (Some(evr), _) => (evr, true),
                (None, Some(version)) => (version, false),
                (None, None) => return Some(None),
            };
            let operation = compared.attribute("operation").unwrap_or("equals");
            Some(Some(Test { name, operation, value: &compared.text, is_evr }))
        };
        let all = section("tests").filter_map(|element| Some((element.attribute("id")?, test(element)?)));
        Self { tests: all.collect() }
    }

    /// The test of a criterion; where a document does not define it, what its comment says.
    fn named(&self, criterion: &'d Element) -> Option<Test<'d>> {
        match self.tests.get(criterion.attribute("test_ref")?) {
            Some(test) => *test,
            None => Test::of_comment(criterion.attribute("comment")?),
        }
    }

    /// How many criteria, at any depth, refer to a test that is not there and whose comment says nothing either.
    fn undefined(&self, criteria: &'d Element) -> usize {
        let is_undefined = |criterion: &&Element| {
            let is_known = criterion.attribute("test_ref").is_some_and(|test| self.tests.contains_key(test))
                || module_of(criterion).is_some();
            !is_known && criterion.attribute("comment").and_then(Test::of_comment).is_none()
        };
        let direct = criteria.all("criterion").filter(is_undefined).count();
        criteria.all("criteria").fold(direct, |sum, group| sum.saturating_add(self.undefined(group)))
    }
}

impl<'d> Test<'d> {
    /// The comments of Oracle: `bind-devel is earlier than 30:9.3.3-8.el5`, `Oracle Linux 5 is installed`.
    fn of_comment(comment: &'d str) -> Option<Self> {
        if let Some((name, value)) = comment.split_once(" is earlier than ") {
            return Some(Self { name, operation: "less than", value, is_evr: true });
        }
        let release = comment.strip_prefix("Oracle Linux ")?.strip_suffix(" is installed")?;
        Some(Self { name: "oraclelinux-release", operation: "pattern match", value: release, is_evr: false })
    }

    /// Whether it asks for the release that is installed.
    pub fn is_release(&self) -> bool {
        self.name.ends_with("-release") || self.name == "openSUSE-release"
    }

    /// The versions that pass; `None` where it asks for something else than a version.
    ///
    /// SUSE writes some operations as numbers, and `0` for a package that never was affected.
    fn versions(&self) -> Option<Option<Interval>> {
        Some(match (self.operation, self.is_evr) {
            ("equals" | "1", false) if self.value == "0" => None,
            ("less than" | "6", true) => Some(requirement::below(self.value)),
            ("less than or equal" | "7", true) => Some(requirement::at_most(self.value)),
            ("greater than" | "4", true) => Some(requirement::above(self.value)),
            ("greater than or equal" | "5", true) => Some(requirement::at_least(self.value)),
            ("equals" | "1", true) => {
                let only = Bound { version: self.value.to_owned(), inclusive: true };
                Some(Interval { lower: Some(only.clone()), upper: Some(only) })
            }
            _ => return None,
        })
    }
}

/// A package that a definition concerns.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit<'d> {
    /// The test of the release that the package belongs to: name and version; none where the definitions are of one release.
    pub release: Option<(&'d str, &'d str)>,
    pub package: &'d str,
    /// The only module stream whose packages are meant.
    pub module: Option<&'d str>,
    /// What is affected; `None` for a package that never was.
    pub range: Option<Range>,
}

/// The packages that the criteria of a definition name.
pub fn hits<'d>(file: &mut File<'_>, tests: &Tests<'d>, criteria: &'d Element, order: &VersionOrder) -> Vec<Hit<'d>> {
    let mut hits = Vec::new();
    let undefined = tests.undefined(criteria);
    if undefined > 0 {
        file.problem(ProblemKind::Missing, format!("a definition refers to {undefined} tests that are not there"));
    }
    // The depth is bounded by the reader of XML.
    walk(tests, criteria, &[], None, order, file.limits.advisory_versions, &mut hits);
    if hits.len() > file.limits.advisory_versions {
        let limit = file.limits.advisory_versions;
        file.problem(ProblemKind::TooMany, format!("a definition names more than {limit} packages; it is left out"));
        return Vec::new();
    }
    hits.sort();
    hits.dedup();
    hits
}

/// Follows criteria. Those that ask for releases and module streams say where their siblings hold; comparisons of one package in
/// one AND hold at once.
fn walk<'d>(
    tests: &Tests<'d>,
    criteria: &'d Element,
    releases: &[(&'d str, &'d str)],
    module: Option<&'d str>,
    order: &VersionOrder,
    limit: usize,
    hits: &mut Vec<Hit<'d>>,
) {
    let is_and = criteria.attribute("operator").unwrap_or("AND").eq_ignore_ascii_case("AND");
    let direct: Vec<Test<'d>> = criteria.all("criterion").filter_map(|criterion| tests.named(criterion)).collect();
    let mut own: Vec<(&str, &str)> =
        direct.iter().filter(|test| test.is_release()).map(|test| (test.name, test.value)).collect();
    if is_and {
        own.extend(criteria.all("criteria").filter_map(|group| only_releases(tests, group)).flatten());
    }
    let releases = if own.is_empty() { releases } else { &own };
    let module = if is_and { criteria.all("criterion").find_map(module_of).or(module) } else { module };
    let mut packages: BTreeMap<&str, Vec<Option<Interval>>> = BTreeMap::new();
    for test in direct.iter().filter(|test| !test.is_release()) {
        let Some(versions) = test.versions() else { continue };
        let known = packages.entry(test.name).or_default();
        match (known.last_mut(), versions) {
            (Some(Some(last)), Some(versions)) if is_and => {
                if let Some(both) = last.intersect(&versions, order) {
                    *last = both;
                }
            }
            (_, versions) => known.push(versions),
        }
    }
    for (package, versions) in packages.into_iter().flat_map(|(name, all)| all.into_iter().map(move |one| (name, one)))
    {
        let range = versions.map(|interval| {
            let fixed = interval.upper.as_ref().filter(|upper| !upper.inclusive).map(|upper| upper.version.clone());
            Range { fixed, ..Range::from(interval) }
        });
        let places = releases.iter().copied().map(Some).chain(releases.is_empty().then_some(None));
        // One more than is allowed shows that there are more.
        let room = limit.saturating_add(1).saturating_sub(hits.len());
        hits.extend(places.take(room).map(|release| Hit { release, package, module, range: range.clone() }));
    }
    for group in criteria.all("criteria") {
        if hits.len() > limit {
            return;
        }
        if only_releases(tests, group).is_none() {
            walk(tests, group, releases, module, order, limit, hits);
        }
    }
}

/// The stream in Oracle's comment `Module nodejs:18 is enabled`. The test itself searches a file of the machine.
fn module_of(criterion: &Element) -> Option<&str> {
    criterion
        .attribute("comment")?
        .strip_prefix("Module ")?
        .strip_suffix(" is enabled")
        .filter(|name| name.contains(':'))
}

/// The releases of criteria that ask for nothing else; `None` for others.
fn only_releases<'d>(tests: &Tests<'d>, criteria: &'d Element) -> Option<Vec<(&'d str, &'d str)>> {
    let asked = criteria.children.iter().map(|child| {
        let test = tests.named(child).filter(Test::is_release)?;
        (child.name == "criterion").then_some((test.name, test.value))
    });
    asked.collect::<Option<Vec<_>>>().filter(|releases| !releases.is_empty())
}
