//! What the user forbids.

use std::fmt;
use std::str::FromStr;

use boltseal_model::{Finding, FindingKind, FixStatus, Package, Scores, Severity};
use spdx::LicenseReq;

use super::{Family, Licence, family};

/// Licences that the user does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// All of a family.
    Family(Family),
    /// One, by its SPDX identifier. `GPL-3.0` stands for `GPL-3.0-only` and `GPL-3.0-or-later`.
    Licence(String),
}

/// A rule that names neither a family nor a licence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given} is neither a family of licences ({}) nor an SPDX identifier", Family::ALL.map(Family::name).join(", "))]
pub struct ParseRuleError {
    given: String,
}

impl FromStr for Rule {
    type Err = ParseRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(family) = text.parse() {
            return Ok(Self::Family(family));
        }
        let id = spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(text));
        id.map(|id| Self::Licence(id.name.to_owned())).ok_or_else(|| ParseRuleError { given: text.to_owned() })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family(family) => f.pad(family.name()),
            Self::Licence(id) => f.pad(id),
        }
    }
}

impl Rule {
    fn forbids(&self, licence: &LicenseReq) -> bool {
        match self {
            Self::Family(forbidden) => family(licence) == *forbidden,
            Self::Licence(forbidden) => licence.license.id().is_some_and(|id| {
                let base = id.name.trim_end_matches("-only").trim_end_matches("-or-later");
                id.name == forbidden || base == forbidden
            }),
        }
    }

    /// Whether a package under this licence cannot be used without what the rule forbids.
    fn forbids_all(&self, licence: &Licence) -> bool {
        match &licence.expression {
            Some(expression) => !expression.evaluate(|each| !self.forbids(each)),
            None => *self == Self::Family(Family::Unknown),
        }
    }
}

/// A finding for each package whose licence the rules do not allow. Where a package offers a choice of licences, it is found
/// only when no choice is allowed.
pub fn findings(packages: &[Package], rules: &[Rule]) -> Vec<Finding> {
    packages.iter().filter_map(|package| finding(package, rules)).collect()
}

fn finding(package: &Package, rules: &[Rule]) -> Option<Finding> {
    let licence = Licence::of_all(&package.licences);
    let rule = rules.iter().find(|rule| rule.forbids_all(&licence)).or_else(|| {
        // A choice between two licences that two rules forbid leaves none.
        let expression = licence.expression.as_ref()?;
        let none_left = !expression.evaluate(|each| !rules.iter().any(|rule| rule.forbids(each)));
        rules.first().filter(|_| none_left)
    })?;
    let stated = if package.licences.is_empty() { "no licence".to_owned() } else { package.licences.join("; ") };
    let forbidding = match rule {
        Rule::Family(family) => format!("the family {family} is forbidden"),
        Rule::Licence(id) => format!("{id} is forbidden"),
    };
    Some(Finding {
        kind: FindingKind::Licence,
        id: licence.spdx().map_or_else(|| licence.family().name().to_owned(), str::to_owned),
        aliases: Vec::new(),
        // The user has said that it must not be here, which is no question of degree.
        severity: Severity::High,
        title: format!("{} {} states {stated}, and {forbidding}", package.name, package.version),
        package: package.purl.clone(),
        installed: package.version.clone(),
        fixed: None,
        status: FixStatus::Affected,
        scores: Scores::default(),
        location: package.location.clone(),
        also: Vec::new(),
        evidence: format!("{stated}: family {}; {forbidding}", licence.family()),
        remediation: format!(
            "replace {} by a package under a licence that is allowed, or allow this one",
            package.name
        ),
        fix: None,
    })
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Ecosystem, Location};

    use super::*;

    fn package(name: &str, licences: &[&str]) -> Package {
        let mut package = Package::new("test", Ecosystem::Npm, name, "1.0.0", Location::of("package-lock.json"));
        package.licences = licences.iter().map(|&licence| licence.to_owned()).collect();
        package
    }

    fn found(licences: &[&str], rules: &[&str]) -> Vec<String> {
        let rules: Vec<Rule> = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        findings(&[package("a", licences)], &rules).into_iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn what_is_forbidden_is_found() {
        assert_eq!(found(&["GPL-3.0-or-later"], &["strong-copyleft"]), ["GPL-3.0-or-later"]);
        assert_eq!(found(&["GPL-3.0-or-later"], &["GPL-3.0"]), ["GPL-3.0-or-later"]);
        assert_eq!(found(&["MIT", "GPL-2"], &["gpl-2.0-only"]), ["MIT AND GPL-2.0-only"]);
        assert_eq!(found(&["GPL"], &["strong-copyleft"]), ["strong-copyleft"]);
        assert_eq!(found(&[], &["unknown"]), ["unknown"]);
        assert_eq!(found(&["MIT OR GPL-2.0-only"], &["strong-copyleft", "permissive"]), ["MIT OR GPL-2.0-only"]);
    }

    #[test]
    fn quiet_where_a_choice_is_allowed_or_another_licence_is_meant() {
        assert!(found(&["MIT OR GPL-3.0-only"], &["strong-copyleft"]).is_empty());
        assert!(found(&["LGPL-3.0-only"], &["strong-copyleft", "GPL-3.0"]).is_empty());
        assert!(found(&["GPL-3.0-or-later"], &["GPL-3.0-only"]).is_empty());
        assert!(found(&[], &["strong-copyleft"]).is_empty());
    }

    #[test]
    fn a_rule_that_names_nothing_says_what_there_is() {
        let error = "copyleft".parse::<Rule>().unwrap_err().to_string();
        assert!(error.contains("weak-copyleft") && error.starts_with("copyleft is neither"), "{error}");
    }
}
