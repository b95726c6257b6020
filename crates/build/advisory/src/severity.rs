//! Scores of CVSS vectors, and what publishers give in their place.

use boltseal_model::Severity;
use cvss::Cvss;

/// A rating without a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// A word. Vendors have words of their own; importers translate them.
    Word(Severity),
    /// A CVSS base score in tenths, 0 to 100.
    Score(u8),
}

impl Rating {
    /// A base score; `None` outside 0.0 to 10.0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range has been checked")]
    pub fn from_score(score: f64) -> Option<Self> {
        (0.0..=10.0).contains(&score).then(|| Self::Score((score * 10.0).round() as u8))
    }

    /// The word of a publisher: those of CVSS, and those of the distributions that mean the same.
    pub fn from_word(word: &str) -> Option<Self> {
        let severity = match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Severity::Critical,
            "important" | "high" => Severity::High,
            "moderate" | "medium" => Severity::Medium,
            "low" | "minor" | "negligible" | "unimportant" => Severity::Low,
            _ => return None,
        };
        Some(Self::Word(severity))
    }

    /// The base score, where it is one.
    pub fn score(self) -> Option<f64> {
        match self {
            Self::Score(tenths) => Some(f64::from(tenths) / 10.0),
            Self::Word(_) => None,
        }
    }

    /// The severity that it means.
    pub fn severity(self) -> Severity {
        match self {
            Self::Score(tenths) => Severity::from_cvss(f64::from(tenths) / 10.0),
            Self::Word(severity) => severity,
        }
    }
}

/// The metrics without which a vector has no base score, by version.
const REQUIRED: [(&str, &[&str]); 3] = [
    ("CVSS:3.", &["AV", "AC", "PR", "UI", "S", "C", "I", "A"]),
    ("CVSS:4.", &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"]),
    ("", &["AV", "AC", "Au", "C", "I", "A"]),
];

/// Base score of a CVSS vector (2.0, 3.0, 3.1 or 4.0), 0.0 to 10.0; `None` when it is none.
pub fn score(vector: &str) -> Option<f64> {
    let (_, required) = REQUIRED.iter().find(|(prefix, _)| vector.starts_with(prefix))?;
    let has =
        |metric: &&str| vector.split('/').any(|part| part.split_once(':').is_some_and(|(name, _)| name == *metric));
    if !required.iter().all(has) {
        return None;
    }
    vector.parse::<Cvss>().ok().map(|vector| vector.score())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_panics(vector in "(CVSS:[34]\\.[01]/)?([A-Z][A-Za-z]{0,2}:[A-Z]/?){0,20}|.{0,60}") {
            let _ = score(&vector);
        }
    }

    #[test]
    fn every_version_is_scored() {
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Some(7.5)),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(9.8)),
            ("CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:U/C:H/I:H/A:H", Some(7.1)),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(9.3)),
            ("CVSS:3.0/AV:N", None),
            ("CVSS:9.0/AV:N", None),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:U/A:U", None),
            ("7.5", None),
        ] {
            assert_eq!(score(vector), expected, "{vector}");
        }
    }
}
