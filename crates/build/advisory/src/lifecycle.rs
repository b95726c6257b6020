//! How long publishers look after their releases.

use std::collections::BTreeMap;
use std::fmt;

use boltseal_model::{Distribution, Ecosystem, Package};

use crate::advisory::Date;

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// It goes on, and no date is known.
    Open,
    /// It has ended, and no date is known.
    Past,
    /// The first day on which it no longer holds.
    On(Date),
}

impl End {
    /// Whether it has come by a day.
    pub fn has_come(self, day: Date) -> bool {
        match self {
            Self::Open => false,
            Self::Past => true,
            Self::On(end) => end <= day,
        }
    }
}

/// One series of releases: `12` of Debian, `3.9` of Python.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cycle {
    /// The beginning of the versions that belong to it.
    pub name: String,
    /// When its publisher stops publishing security fixes for everyone.
    pub end: End,
    /// When extended support ends, where there is such a thing. It may cost money.
    pub extended: Option<End>,
}

/// A product and its series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifecycle {
    /// What is looked up: see [`Subject`].
    pub subjects: Vec<Subject>,
    /// Name of the product, for people.
    pub title: String,
    /// Its series, in any order.
    pub cycles: Vec<Cycle>,
}

/// Something that has a life cycle: `os/debian`, `generic/python`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(String);

impl Subject {
    /// A distribution, by its `ID` of os-release.
    pub fn distribution(id: &str) -> Self {
        Self(format!("os/{id}"))
    }

    /// A program or run time that no package manager installed.
    pub fn program(name: &str) -> Self {
        Self(format!("generic/{}", name.to_ascii_lowercase()))
    }

    pub(crate) fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Every life cycle of a database, read once.
#[derive(Debug, Default)]
pub struct Lifecycles {
    products: Vec<Lifecycle>,
    by_subject: BTreeMap<Subject, usize>,
}

/// A release that is past its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<'l> {
    /// Name of the product, for people.
    pub title: &'l str,
    /// The series that ended.
    pub cycle: &'l Cycle,
    /// Whether extended support goes on.
    pub is_extended: bool,
}

impl Lifecycles {
    /// Puts products in reach of their subjects. Of two products with the same subject the first counts.
    pub fn new(products: Vec<Lifecycle>) -> Self {
        let mut by_subject = BTreeMap::new();
        for (index, product) in products.iter().enumerate() {
            for subject in &product.subjects {
                by_subject.entry(subject.clone()).or_insert(index);
            }
        }
        Self { products, by_subject }
    }

    /// Whether a distribution's release is past its end by a day.
    pub fn distribution(&self, distribution: &Distribution, day: Date) -> Option<Ended<'_>> {
        self.ended(&Subject::distribution(&distribution.id), distribution.version.as_deref()?, day)
    }

    /// Whether a package is a program or run time that is past its end by a day. Packages of package managers are looked after
    /// by those who publish them there, whatever the program's own publisher does.
    pub fn package(&self, package: &Package, day: Date) -> Option<Ended<'_>> {
        if package.ecosystem != Ecosystem::Generic || package.owner.is_some() {
            return None;
        }
        self.ended(&Subject::program(&package.name), &package.version, day)
    }

    fn ended(&self, subject: &Subject, version: &str, day: Date) -> Option<Ended<'_>> {
        let product = self.products.get(*self.by_subject.get(subject)?)?;
        let version = version.trim_start_matches(['v', 'V']);
        let matching = product.cycles.iter().filter(|cycle| is_of(version, &cycle.name));
        let cycle = matching.max_by_key(|cycle| cycle.name.len())?;
        cycle.end.has_come(day).then(|| Ended {
            title: &product.title,
            cycle,
            is_extended: cycle.extended.is_some_and(|extended| !extended.has_come(day)),
        })
    }
}

/// Whether a version belongs to a series: `3.9.1` to `3.9`, but `3.91` not.
fn is_of(version: &str, cycle: &str) -> bool {
    let rest = version.strip_prefix(cycle);
    !cycle.is_empty() && rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use boltseal_model::Location;

    use super::*;

    fn lifecycles() -> Lifecycles {
        let cycle = |name: &str, end, extended| Cycle { name: name.into(), end, extended };
        let day = |text: &str| End::On(Date::parse(text).unwrap());
        Lifecycles::new(vec![
            Lifecycle {
                subjects: vec![Subject::distribution("debian")],
                title: "Debian".into(),
                cycles: vec![cycle("12", day("2026-06-10"), Some(day("2028-06-30"))), cycle("1", End::Past, None)],
            },
            Lifecycle {
                subjects: vec![Subject::program("python")],
                title: "Python".into(),
                cycles: vec![cycle("3", End::Open, None), cycle("3.9", day("2025-10-31"), None)],
            },
        ])
    }

    #[test]
    fn releases_end_on_their_day() {
        let lifecycles = lifecycles();
        let debian = |version: &str, day: &str| {
            let distribution = Distribution { id: "debian".into(), version: Some(version.into()), name: None };
            lifecycles.distribution(&distribution, Date::parse(day).unwrap()).map(|ended| ended.is_extended)
        };
        assert_eq!(debian("12", "2026-06-09"), None);
        assert_eq!(debian("12.5", "2026-06-10"), Some(true));
        assert_eq!(debian("12", "2028-06-30"), Some(false));
        assert_eq!(debian("1.3", "1970-01-01"), Some(false));
        assert_eq!(debian("13", "2100-01-01"), None);
    }

    #[test]
    fn programs_belong_to_the_longest_series() {
        let lifecycles = lifecycles();
        let python = |version: &str, owner: Option<&str>| {
            let mut package = Package::new("test", Ecosystem::Generic, "Python", version, Location::default());
            package.owner = owner.map(str::to_owned);
            lifecycles.package(&package, Date::parse("2026-01-01").unwrap()).map(|ended| ended.cycle.name.clone())
        };
        assert_eq!(python("3.9.18", None).as_deref(), Some("3.9"));
        assert_eq!(python("v3.9", None).as_deref(), Some("3.9"));
        assert_eq!(python("3.91", None), None);
        assert_eq!(python("3.9.18", Some("python3.9")), None, "the distribution looks after it");
    }
}
