//! One number by which findings of unlike sources are put in order. `docs/reference/risk.md` explains it.

use boltseal_model::Severity;

use crate::probability::Probability;

/// What is known of a vulnerability.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// CVSS base score, 0.0 to 10.0.
    pub cvss: Option<f64>,
    /// The severity, which counts where there is no score.
    pub severity: Severity,
    /// The likelihood that it will be exploited within thirty days.
    pub likelihood: Option<Probability>,
    /// Whether it is exploited already.
    pub exploited: bool,
}

/// Share of the risk that remains when an exploit is as good as impossible.
const FLOOR: f64 = 0.3;
/// Share that the likelihood of an exploit adds. What is missing to one is kept for exploits that have been seen.
const SPAN: f64 = 0.6;
/// Likelihood of a vulnerability that nobody has scored: about what most new ones get.
const UNSCORED: f64 = 0.01;

/// The risk, 0.0 to 100.0, with one digit behind the point.
///
/// It never falls when a score, a likelihood or the word of an exploit rises.
pub fn risk(signals: &Signals) -> f64 {
    let Signals { cvss, severity, likelihood, exploited } = *signals;
    let score = cvss.filter(|score| score.is_finite()).unwrap_or_else(|| typical(severity));
    let impact = score.clamp(0.0, 10.0) / 10.0;
    let threat = match exploited {
        true => 1.0,
        // Likelihoods crowd near zero; the root spreads them.
        false => FLOOR + SPAN * likelihood.map_or(UNSCORED, Probability::value).sqrt(),
    };
    (impact * threat * 1000.0).round() / 10.0
}

/// The middle of the scores that a severity stands for. What nobody has rated counts as medium.
const fn typical(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 9.5,
        Severity::High => 8.0,
        Severity::Medium | Severity::Unknown => 5.5,
        Severity::Low => 2.5,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signals(cvss: Option<f64>, likelihood: Option<&str>, exploited: bool) -> Signals {
        Signals { cvss, likelihood: likelihood.and_then(Probability::parse), exploited, ..Signals::default() }
    }

    #[test]
    fn examples_of_the_reference_hold() {
        for (cvss, likelihood, exploited, expected) in [
            (Some(10.0), None, true, 100.0),
            (Some(9.8), Some("0.94"), false, 86.4),
            (Some(9.8), Some("0.0004"), false, 30.6),
            (Some(9.8), None, false, 35.3),
            (Some(5.5), Some("0.02"), true, 55.0),
            (Some(5.5), Some("0.02"), false, 21.2),
            (None, None, false, 19.8),
            (Some(0.0), Some("1"), true, 0.0),
        ] {
            let found = risk(&signals(cvss, likelihood, exploited));
            assert!((found - expected).abs() < 1e-9, "{cvss:?} {likelihood:?} {exploited}: {found}");
        }
    }

    fn probability() -> impl Strategy<Value = Probability> {
        (0u32..=100_000).prop_map(|parts| Probability::of_parts(parts).unwrap())
    }

    proptest! {
        #[test]
        fn bounded_and_never_falling(
            scores in (0.0f64..=10.0, 0.0f64..=10.0),
            likelihoods in (probability(), probability()),
            exploited: bool,
        ) {
            let of = |cvss, likelihood, exploited| {
                risk(&Signals { cvss: Some(cvss), likelihood: Some(likelihood), exploited, ..Signals::default() })
            };
            let (low, high) = (scores.0.min(scores.1), scores.0.max(scores.1));
            let (rare, likely) = (likelihoods.0.min(likelihoods.1), likelihoods.0.max(likelihoods.1));
            prop_assert!(of(low, rare, exploited) <= of(high, rare, exploited));
            prop_assert!(of(low, rare, exploited) <= of(low, likely, exploited));
            prop_assert!(of(low, likely, false) <= of(low, rare, true));
            prop_assert!((0.0..=100.0).contains(&of(high, likely, exploited)));
        }

        #[test]
        fn nonsense_stays_in_bounds(cvss: Option<f64>, likelihood in prop::option::of(probability()), exploited: bool) {
            for severity in Severity::WORST_FIRST {
                let risk = risk(&Signals { cvss, severity, likelihood, exploited });
                prop_assert!((0.0..=100.0).contains(&risk), "{}", risk);
            }
        }
    }

    #[test]
    fn worse_words_are_riskier() {
        let risks = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
            .map(|severity| risk(&Signals { severity, ..Signals::default() }));
        assert!(risks.is_sorted_by(|one, two| one < two), "{risks:?}");
    }
}
