//! Probabilities as EPSS gives them: up to five digits behind the point.

/// A probability, in hundred-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probability(u32);

/// Parts of the whole.
const WHOLE: u32 = 100_000;

impl Probability {
    /// Reads `0.00383`, `1.0` or `4.3e-4`; `None` outside 0 to 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range has been checked")]
    pub fn parse(text: &str) -> Option<Self> {
        let value = text.trim().parse::<f64>().ok().filter(|value| (0.0..=1.0).contains(value))?;
        Some(Self((value * f64::from(WHOLE)).round() as u32))
    }

    /// A probability by its hundred-thousandths; `None` past the whole.
    pub fn of_parts(parts: u32) -> Option<Self> {
        (parts <= WHOLE).then_some(Self(parts))
    }

    /// The hundred-thousandths.
    pub const fn parts(self) -> u32 {
        self.0
    }

    /// The number, 0.0 to 1.0.
    pub fn value(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_read_as_they_are_written() {
        for (text, value) in
            [("0.00383", Some(0.003_83)), ("1", Some(1.0)), ("4.3e-4", Some(0.000_43)), ("0", Some(0.0))]
        {
            assert_eq!(Probability::parse(text).map(Probability::value), value, "{text}");
        }
        for text in ["", "1.1", "-0.1", "NaN", "inf", "one"] {
            assert_eq!(Probability::parse(text), None, "{text}");
        }
    }
}
