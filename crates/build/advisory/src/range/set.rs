//! Sets of versions as unions of intervals, for the publishers who say what is safe instead of what is affected.

use std::cmp::Ordering;

use super::{Bound, Range};
use crate::version::VersionOrder;

/// An interval without a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Lower end; `None` is unbounded.
    pub lower: Option<Bound>,
    /// Upper end; `None` is unbounded.
    pub upper: Option<Bound>,
}

impl Interval {
    /// Every version.
    pub const ALL: Self = Self { lower: None, upper: None };

    /// The versions in both; `None` when there are none.
    pub fn intersect(&self, other: &Self, order: &VersionOrder) -> Option<Self> {
        let lower = match (&self.lower, &other.lower) {
            (Some(one), Some(two)) => Some(if compare_lower(one, two, order).is_lt() { two } else { one }),
            (one, two) => one.as_ref().or(two.as_ref()),
        };
        let upper = match (&self.upper, &other.upper) {
            (Some(one), Some(two)) => Some(if compare_upper(one, two, order).is_gt() { two } else { one }),
            (one, two) => one.as_ref().or(two.as_ref()),
        };
        let inhabited = match (lower, upper) {
            (Some(lower), Some(upper)) => match (order.compare)(&lower.version, &upper.version) {
                Ordering::Less => true,
                Ordering::Equal => lower.inclusive && upper.inclusive,
                Ordering::Greater => false,
            },
            _ => true,
        };
        inhabited.then(|| Self { lower: lower.cloned(), upper: upper.cloned() })
    }
}

/// An inclusive lower end comes before an exclusive one at the same version.
fn compare_lower(one: &Bound, two: &Bound, order: &VersionOrder) -> Ordering {
    (order.compare)(&one.version, &two.version).then_with(|| two.inclusive.cmp(&one.inclusive))
}

/// An exclusive upper end comes before an inclusive one at the same version.
fn compare_upper(one: &Bound, two: &Bound, order: &VersionOrder) -> Ordering {
    (order.compare)(&one.version, &two.version).then_with(|| one.inclusive.cmp(&two.inclusive))
}

/// All versions in none of the intervals, lowest first.
pub fn complement(mut intervals: Vec<Interval>, order: &VersionOrder) -> Vec<Interval> {
    intervals.sort_by(|one, two| match (&one.lower, &two.lower) {
        (Some(one), Some(two)) => compare_lower(one, two, order),
        (one, two) => one.is_some().cmp(&two.is_some()),
    });
    let mut gaps = Vec::new();
    // What is not covered yet begins here.
    let mut open: Option<Bound> = None;
    for interval in intervals {
        if let Some(lower) = &interval.lower {
            let gap = Interval { lower: open.clone(), upper: Some(flip(lower)) };
            gaps.extend(gap.intersect(&Interval::ALL, order));
        }
        let Some(upper) = interval.upper else { return gaps };
        let next = flip(&upper);
        open = match open {
            Some(open) if compare_lower(&open, &next, order).is_ge() => Some(open),
            _ => Some(next),
        };
    }
    gaps.push(Interval { lower: open, upper: None });
    gaps
}

/// The versions of the first set that are not in the second.
pub fn subtract(set: &[Interval], minus: Vec<Interval>, order: &VersionOrder) -> Vec<Interval> {
    let rest = complement(minus, order);
    set.iter().flat_map(|one| rest.iter().filter_map(move |two| one.intersect(two, order))).collect()
}

/// Affected ranges, each with its fix: the version at its open end, where that is a release that no range affects; otherwise
/// the lowest version of `safe` above it.
///
/// An end computed from a wildcard, such as `2.2.0-0`, names no version that exists; the fix is then the release.
pub fn into_ranges(affected: Vec<Interval>, safe: &[Interval], order: &VersionOrder) -> Vec<Range> {
    let ranges: Vec<Range> = affected.into_iter().map(Range::from).collect();
    let is_affected = |version: &str| ranges.iter().any(|range| range.contains(version, order));
    let fix = |upper: &Bound| {
        let is_named = |version: &str| release_of(version) == version && !is_affected(version);
        let open_end = Some(upper).filter(|end| !end.inclusive && is_named(&end.version));
        let above = |bound: &&Bound| bound.inclusive && compare_upper(&flip(bound), upper, order).is_ge();
        let lowers = safe.iter().filter_map(|interval| interval.lower.as_ref());
        let lowest = || lowers.filter(above).min_by(|one, two| compare_lower(one, two, order));
        open_end.or_else(lowest).map(|bound| release_of(&bound.version).to_owned())
    };
    let fixes: Vec<Option<String>> = ranges.iter().map(|range| range.upper.as_ref().and_then(fix)).collect();
    ranges.into_iter().zip(fixes).map(|(range, fixed)| Range { fixed, ..range }).collect()
}

/// The release whose lowest prerelease stands at the end of a requirement. Cargo and npm write `-0` there, RubyGems `.a`, and
/// Composer `-dev`.
pub fn release_of(end: &str) -> &str {
    ["-0", ".a", "-dev"].iter().find_map(|lowest| end.strip_suffix(lowest)).unwrap_or(end)
}

/// The end of what lies on the other side of a bound.
fn flip(bound: &Bound) -> Bound {
    Bound { version: bound.version.clone(), inclusive: !bound.inclusive }
}

#[cfg(test)]
mod tests {
    use boltseal_model::Ecosystem;
    use proptest::prelude::*;

    use super::*;
    use crate::version;

    fn contains(set: &[Interval], version: &str, order: &VersionOrder) -> bool {
        set.iter().any(|interval| Range::from(interval.clone()).contains(version, order))
    }

    fn interval() -> impl Strategy<Value = Interval> {
        let bound = || {
            prop::option::of((0u32..10, any::<bool>()))
                .prop_map(|bound| bound.map(|(version, inclusive)| Bound { version: version.to_string(), inclusive }))
        };
        (bound(), bound()).prop_map(|(lower, upper)| Interval { lower, upper })
    }

    #[test]
    fn the_open_end_is_the_fix_unless_it_is_affected_itself() {
        let order = version::of(Ecosystem::Npm);
        let below = |version: &str, inclusive| Some(Bound { version: version.to_owned(), inclusive });
        let fixes = |affected: Vec<Interval>, safe: &[Interval]| -> Vec<Option<String>> {
            into_ranges(affected, safe, order).into_iter().map(|range| range.fixed).collect()
        };
        let patched = [Interval { lower: below("5.0.3", true), upper: None }];
        let old = || Interval { lower: None, upper: below("4.2.1", false) };
        let new = || Interval { lower: below("5.0.0", true), upper: below("5.0.3", false) };
        assert_eq!(fixes(vec![old(), new()], &patched), [Some("4.2.1".into()), Some("5.0.3".into())]);
        let next = Interval { lower: below("4.2.1", true), upper: below("5.0.3", false) };
        assert_eq!(fixes(vec![old(), next], &patched), [Some("5.0.3".into()), Some("5.0.3".into())]);
        let closed = Interval { lower: None, upper: below("4.2.1", true) };
        assert_eq!(fixes(vec![closed], &patched), [Some("5.0.3".into())]);
    }

    proptest! {
        #[test]
        fn a_version_is_either_in_a_set_or_in_its_complement(set in prop::collection::vec(interval(), 0..6)) {
            let order = version::of(Ecosystem::Npm);
            // Empty intervals hold nothing, and their ends must not matter.
            let set: Vec<Interval> =
                set.iter().filter_map(|interval| interval.intersect(&Interval::ALL, order)).collect();
            let rest = complement(set.clone(), order);
            for version in (0..10).flat_map(|number| [format!("{number}-rc"), number.to_string(), format!("{number}.5")]) {
                prop_assert!(contains(&set, &version, order) != contains(&rest, &version, order), "{}", version);
            }
        }

        #[test]
        fn subtraction_leaves_what_the_second_set_lacks(
            one in prop::collection::vec(interval(), 0..4),
            two in prop::collection::vec(interval(), 0..4),
        ) {
            let order = version::of(Ecosystem::Npm);
            let two: Vec<Interval> =
                two.iter().filter_map(|interval| interval.intersect(&Interval::ALL, order)).collect();
            let rest = subtract(&one, two.clone(), order);
            for version in (0..10).map(|number| number.to_string()) {
                let expected = contains(&one, &version, order) && !contains(&two, &version, order);
                prop_assert_eq!(contains(&rest, &version, order), expected, "{}", version);
            }
        }
    }
}
