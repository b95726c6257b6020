//! What an importer produces: the facts of one advisory about one package.

use std::fmt;

use boltseal_model::{FixStatus, Namespace};

use crate::range::Range;
use crate::severity::Rating;

/// The facts of one advisory about one package. An advisory that concerns three packages is three of these.
///
/// A version is affected when any range contains it or the list names it. With neither, the advisory says that the package
/// never was affected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advisory {
    /// The publisher's identifier.
    pub id: String,
    /// Other identifiers of the same vulnerability, sorted.
    pub aliases: Vec<String>,
    /// Where packages are looked up: `debian:12`, `npm`.
    pub namespace: Namespace,
    /// Name of the package, normalised by [`normalise`].
    pub package: String,
    /// Affected ranges.
    pub ranges: Vec<Range>,
    /// Affected versions that no range contains.
    pub versions: Vec<String>,
    /// CVSS vector as the publisher gives it.
    pub severity_vector: Option<String>,
    /// What the publisher gives in place of a vector, or beside it.
    pub rating: Option<Rating>,
    /// What the publisher says about a fix, beyond the versions that it names.
    pub status: Option<FixStatus>,
    /// The only module stream whose packages are meant, as `nodejs:18`, where the distribution has such streams.
    pub module: Option<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// Day of the last change.
    pub modified: Option<Date>,
}

impl Advisory {
    /// An advisory that never affected anything, to be filled in.
    pub fn new(id: impl Into<String>, namespace: Namespace, package: &str) -> Self {
        let package = normalise(&namespace, package);
        Self {
            id: id.into(),
            aliases: Vec::new(),
            namespace,
            package,
            ranges: Vec::new(),
            versions: Vec::new(),
            severity_vector: None,
            rating: None,
            status: None,
            module: None,
            published: None,
            modified: None,
        }
    }
}

/// The name under which a package is kept and looked up.
///
/// Python names are normalised as PEP 503 says: lower case, runs of `-`, `_` and `.` become one hyphen. Names of Composer,
/// Hex, NuGet, Pub and Swift packages do not differ by case; Swift packages lose the scheme and the `.git` of their address.
/// All others stay as they are: the npm registry has packages that differ in case alone (`JSONStream` and `jsonstream`), and
/// so do Go module paths; Cargo.lock and the distributions write the canonical name.
pub fn normalise(namespace: &Namespace, name: &str) -> String {
    match namespace.as_str() {
        "pypi" => normalise_python(name),
        "composer" | "hex" | "nuget" | "pub" => name.to_lowercase(),
        "swift" => {
            let address = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or(name);
            address.strip_suffix(".git").unwrap_or(address).to_lowercase()
        }
        _ => name.to_owned(),
    }
}

fn normalise_python(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut separated = false;
    for character in name.chars() {
        if matches!(character, '-' | '_' | '.') {
            separated = true;
            continue;
        }
        if std::mem::take(&mut separated) {
            normal.push('-');
        }
        normal.extend(character.to_lowercase());
    }
    if separated {
        normal.push('-');
    }
    normal
}

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// The day on which an RFC 3339 timestamp or a plain `YYYY-MM-DD` begins; `None` for anything else and for days outside
    /// 1970 to 9999. Some publishers write the year 1 where they have no date.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.splitn(3, '-');
        let mut number = |length: usize| {
            let part =
                parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
            part.parse::<u32>().ok()
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let valid = year >= 1970 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        valid.then(|| {
            let years: u32 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
            let months: u32 = (1..month).map(|month| days_in(year, month)).sum();
            Self(years + months + day - 1)
        })
    }

    /// A day by its number; `None` past the year 9999.
    pub fn from_days(days: u32) -> Option<Self> {
        (days <= Self::LAST).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> u32 {
        self.0
    }

    /// 9999-12-31.
    const LAST: u32 = 2_932_896;
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut year, mut rest) = (1970, self.0);
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            if rest < length {
                break;
            }
            (year, rest) = (year + 1, rest - length);
        }
        let mut month = 1;
        while rest >= days_in(year, month) {
            rest -= days_in(year, month);
            month += 1;
        }
        write!(f, "{year:04}-{month:02}-{:02}", rest + 1)
    }
}

const fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_normalised_as_their_registries_do() {
        let normal = |namespace: &str, name| normalise(&Namespace::new(namespace), name);
        assert_eq!(normal("pypi", "Ruamel__.Yaml"), "ruamel-yaml");
        assert_eq!(normal("npm", "JSONStream"), "JSONStream");
        assert_eq!(normal("nuget", "Newtonsoft.Json"), "newtonsoft.json");
        assert_eq!(normal("swift", "https://github.com/Vapor/vapor.git"), "github.com/vapor/vapor");
        assert_eq!(normal("maven", "org.Example:Tiny"), "org.Example:Tiny");
    }

    #[test]
    fn dates_are_read_from_timestamps() {
        assert_eq!(Date::parse("1970-01-02T23:59:59Z").map(Date::days), Some(1));
        assert_eq!(Date::parse("9999-12-31").map(Date::days), Some(Date::LAST));
        for text in ["0001-01-01T00:00:00Z", "2023-02-29", "2023-13-01", "2023-1-01", "", "2023-01-0ä", "20230101"] {
            assert_eq!(Date::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn dates_survive_the_round_trip(days in 0..=Date::LAST) {
            let date = Date::from_days(days).unwrap();
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Date::parse(&text);
        }
    }
}
