//! Findings that somebody has looked at and answers for, until a day.

use boltseal_advisory::Date;
use boltseal_model::{Finding, PackageUrl, Problem, ProblemKind, Problems};
use serde::Deserialize;

/// The exemptions of one or more files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exemptions(Vec<Exemption>);

/// One exemption. Without an owner to ask, a reason and an end it would be a hole that nobody remembers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The finding's identifier, or another name of the same thing.
    id: String,
    /// The package: its name, or a package URL with or without a version; without one, whatever package it is.
    package: Option<String>,
    /// Where the package is recorded: the path, or the beginning of it up to a slash.
    path: Option<String>,
    /// Why the finding is of no concern.
    reason: String,
    /// Who answers for that.
    owner: String,
    /// The last day on which it holds.
    #[serde(deserialize_with = "day")]
    expires: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    exemption: Vec<Exemption>,
}

/// Why a file of exemptions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no file of exemptions: {0}")]
pub struct ExemptionsError(String);

impl Exemptions {
    /// These and those of another file.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Reads a file: TOML, with a table `[[exemption]]` for each.
    ///
    /// # Errors
    /// When anything in it is not as it should be: an exemption that was misread would let through what it should not.
    pub fn parse(text: &str) -> Result<Self, ExemptionsError> {
        let document: Document = toml::from_str(text).map_err(|error| ExemptionsError(error.to_string()))?;
        for exemption in &document.exemption {
            for (name, value) in [("id", &exemption.id), ("reason", &exemption.reason), ("owner", &exemption.owner)] {
                if value.trim().is_empty() {
                    return Err(ExemptionsError(format!("an exemption of {:?} has an empty {name}", exemption.id)));
                }
            }
        }
        Ok(Self(document.exemption))
    }

    /// Those that hold on a day, and a problem for each that has expired. Without a day, which only a caller without a clock
    /// lacks, none has.
    pub(super) fn in_force(&self, today: Option<Date>) -> (Vec<&Exemption>, Problems) {
        let mut problems = Problems::default();
        let holds = |exemption: &&Exemption| {
            let has_expired = today.is_some_and(|today| exemption.expires < today);
            if has_expired {
                let (id, end) = (&exemption.id, exemption.expires);
                let detail =
                    format!("the exemption of {id} expired on {end}; ask {} to renew or drop it", exemption.owner);
                problems.push(Problem::new(ProblemKind::Expired, detail));
            }
            !has_expired
        };
        (self.0.iter().filter(holds).collect(), problems)
    }
}

impl Exemption {
    /// Whether a finding is meant, in all its places.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let is_id = |id: &String| id.eq_ignore_ascii_case(&self.id);
        let is_named = is_id(&finding.id) || finding.aliases.iter().any(is_id);
        let is_package = self.package.as_ref().is_none_or(|package| is_package(package, &finding.package));
        let mut places = std::iter::once(&finding.location).chain(&finding.also);
        let is_there = self.path.as_ref().is_none_or(|path| places.all(|place| is_at(path, &place.path)));
        is_named && is_package && is_there
    }

    /// As the reason for leaving a finding out.
    pub(super) fn shown(&self) -> String {
        format!("exempt until {}: {} ({})", self.expires, self.reason.trim(), self.owner.trim())
    }
}

/// Whether a package URL is of the package that an exemption names.
fn is_package(named: &str, purl: &str) -> bool {
    let Ok(found) = purl.parse::<PackageUrl>() else { return named == purl };
    match named.parse::<PackageUrl>() {
        Ok(named) => {
            let version = named.version();
            named.ecosystem() == found.ecosystem()
                && named.package_name().eq_ignore_ascii_case(&found.package_name())
                && (version.is_empty() || version == found.version())
        }
        Err(_) => found.package_name().eq_ignore_ascii_case(named),
    }
}

fn is_at(named: &str, path: &str) -> bool {
    let named = named.trim_start_matches('/').trim_end_matches('/');
    path.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    /// TOML has dates of its own, and people write them with and without quotation marks.
    struct Day;

    impl<'de> serde::de::Visitor<'de> for Day {
        type Value = Date;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a day as \"2027-01-31\"")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
            Date::parse(text)
                .filter(|_| text.len() == 10)
                .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
            let date = toml::value::Datetime::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
            self.visit_str(&date.to_string())
        }
    }

    deserializer.deserialize_any(Day)
}

#[cfg(test)]
mod tests {
    use boltseal_model::Location;

    use super::*;
    use crate::format::testing::finding;

    fn exemption(lines: &str) -> Exemption {
        let rest = "reason = \"not reachable\"\nowner = \"team-web\"\nexpires = \"2027-01-31\"\n";
        Exemptions::parse(&format!("[[exemption]]\n{lines}\n{rest}")).unwrap().0.remove(0)
    }

    #[test]
    fn an_exemption_holds_for_what_it_names_and_no_more() {
        let mut found = finding("pkg:npm/%40babel/traverse@7.20.1");
        found.id = "CVE-2030-1".into();
        found.aliases = vec!["GHSA-aaaa".into()];
        found.location = Location::of("app/node_modules/x");
        for covering in [
            "id = \"CVE-2030-1\"",
            "id = \"ghsa-AAAA\"",
            "id = \"CVE-2030-1\"\npackage = \"@babel/traverse\"",
            "id = \"CVE-2030-1\"\npackage = \"pkg:npm/%40babel/traverse\"",
            "id = \"CVE-2030-1\"\npackage = \"pkg:npm/%40babel/traverse@7.20.1\"\npath = \"/app/\"",
        ] {
            assert!(exemption(covering).covers(&found), "{covering}");
        }
        for other in [
            "id = \"CVE-2030-10\"",
            "id = \"CVE-2030-1\"\npackage = \"traverse\"",
            "id = \"CVE-2030-1\"\npackage = \"pkg:npm/%40babel/traverse@7.20.2\"",
            "id = \"CVE-2030-1\"\npackage = \"pkg:pypi/%40babel/traverse\"",
            "id = \"CVE-2030-1\"\npath = \"ap\"",
        ] {
            assert!(!exemption(other).covers(&found), "{other}");
        }
        found.also = vec![Location::of("other/node_modules/x")];
        assert!(!exemption("id = \"CVE-2030-1\"\npath = \"app\"").covers(&found), "every place must be exempt");
    }

    #[test]
    fn an_expired_exemption_is_a_problem_and_holds_no_more() {
        let exemptions = Exemptions(vec![exemption("id = \"CVE-1\"")]);
        for (today, holds) in [("2027-01-31", true), ("2027-02-01", false)] {
            let (in_force, problems) = exemptions.in_force(Date::parse(today));
            assert_eq!((in_force.len() == 1, problems.is_empty()), (holds, holds), "{today}");
        }
        let (_, problems) = exemptions.in_force(Date::parse("2028-01-01"));
        let problem = &problems.into_sorted()[0];
        assert!(problem.detail.contains("team-web") && !problem.kind.is_incomplete(), "{problem:?}");
    }

    #[test]
    fn what_is_missing_or_unknown_is_an_error_with_its_place() {
        for (text, complaint) in [
            ("[[exemption]]\nid = \"CVE-1\"\nreason = \"x\"\nowner = \"y\"\n", "missing field `expires`"),
            ("[[exemption]]\nid = \"CVE-1\"\nreason = \"x\"\nowner = \"y\"\nexpires = \"soon\"\n", "2027-01-31"),
            (
                "[[exemption]]\nid = \"CVE-1\"\nreason = \" \"\nowner = \"y\"\nexpires = \"2027-01-01\"\n",
                "empty reason",
            ),
            ("[[exemptions]]\n", "unknown field `exemptions`"),
            ("id = \n", "line 1"),
        ] {
            let error = Exemptions::parse(text).unwrap_err().to_string();
            assert!(error.contains(complaint), "{text}: {error}");
        }
        let bare = "[[exemption]]\nid = \"CVE-1\"\nreason = \"x\"\nowner = \"y\"\nexpires = 2027-01-31\n";
        assert_eq!(Exemptions::parse(bare).unwrap().0[0].expires.to_string(), "2027-01-31");
    }
}
