//! The events of the OSV schema.

use super::{Bound, Range};
use crate::version::VersionOrder;

/// Something that happens at a version.
///
/// Source: OSV schema 1.7, `affected[].ranges[].events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Affected from here on; `0` is below every version.
    Introduced(String),
    /// No longer affected from here on.
    Fixed(String),
    /// No longer affected after this version.
    LastAffected(String),
    /// The range says nothing from here on; `*` is above every version.
    Limit(String),
}

impl Event {
    /// The version at which it happens.
    pub fn version(&self) -> &str {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) | Self::Limit(version) => {
                version
            }
        }
    }
}

/// Turns the events of one OSV range into intervals.
///
/// The schema evaluates a version by walking the sorted events: `introduced` at or below it switches to affected, `fixed`
/// at or below it and `last_affected` below it switch back; and some limit must lie above it. The same walk over the events
/// alone yields the intervals. Where events share a version, the earlier in the list counts first.
pub fn intervals(events: &[Event], order: &VersionOrder) -> Vec<Range> {
    let is_start = |event: &Event| matches!(event, Event::Introduced(version) if version == "0");
    let limit = limit(events, order);
    let mut sorted: Vec<&Event> = events.iter().filter(|event| !matches!(event, Event::Limit(_))).collect();
    sorted.sort_by(|one, two| match (is_start(one), is_start(two)) {
        (false, false) => (order.compare)(one.version(), two.version()),
        (one, two) => two.cmp(&one),
    });

    let mut ranges = Vec::new();
    let mut open: Option<Option<Bound>> = None;
    for event in sorted {
        match event {
            Event::Introduced(version) => {
                if open.is_none() {
                    open = Some((version != "0").then(|| Bound { version: version.clone(), inclusive: true }));
                }
            }
            Event::Fixed(version) => {
                if let Some(lower) = open.take() {
                    let upper = Some(Bound { version: version.clone(), inclusive: false });
                    ranges.push(Range { lower, upper, fixed: Some(version.clone()) });
                }
            }
            Event::LastAffected(version) => {
                if let Some(lower) = open.take() {
                    let upper = Some(Bound { version: version.clone(), inclusive: true });
                    ranges.push(Range { lower, upper, fixed: None });
                }
            }
            Event::Limit(_) => {}
        }
    }
    if let Some(lower) = open {
        ranges.push(Range { lower, upper: None, fixed: None });
    }
    ranges.into_iter().filter_map(|range| below(range, limit, order)).collect()
}

/// The highest limit; `None` when there is none, or one of them is `*`.
fn limit<'a>(events: &'a [Event], order: &VersionOrder) -> Option<&'a str> {
    let limits = || {
        events.iter().filter_map(|event| match event {
            Event::Limit(version) => Some(version.as_str()),
            _ => None,
        })
    };
    if limits().any(|limit| limit == "*") {
        return None;
    }
    limits().max_by(|one, two| (order.compare)(one, two))
}

/// Cuts a range at a limit, and drops ranges that hold nothing.
fn below(range: Range, limit: Option<&str>, order: &VersionOrder) -> Option<Range> {
    use super::set::Interval;

    let cut = Interval { lower: None, upper: limit.map(|limit| Bound { version: limit.to_owned(), inclusive: false }) };
    let whole = Interval { lower: range.lower, upper: range.upper };
    let Interval { lower, upper } = whole.intersect(&cut, order)?;
    Some(Range { lower, upper, fixed: range.fixed })
}

#[cfg(test)]
mod tests {
    use boltseal_model::Ecosystem;

    use super::*;
    use crate::version;

    fn affected(events: &[Event], version: &str) -> bool {
        let order = version::of(Ecosystem::Npm);
        intervals(events, order).iter().any(|range| range.contains(version, order))
    }

    #[test]
    fn events_switch_as_the_schema_says() {
        let introduced = |version: &str| Event::Introduced(version.into());
        let fixed = |version: &str| Event::Fixed(version.into());
        let events = [fixed("1.2.0"), introduced("2.0.0"), introduced("0"), Event::LastAffected("2.1.0".into())];
        for (version, expected) in
            [("0.0.1", true), ("1.1.9", true), ("1.2.0", false), ("2.0.0", true), ("2.1.0", true), ("2.1.1", false)]
        {
            assert_eq!(affected(&events, version), expected, "{version}");
        }
        assert!(!affected(&[fixed("1.0.0")], "0.5.0"), "nothing is affected that was never introduced");
        assert!(!affected(&[introduced("1.0.0"), fixed("1.0.0")], "1.0.0"), "an empty range holds nothing");
    }

    #[test]
    fn limits_cut_what_lies_above() {
        let events = [Event::Introduced("0".into()), Event::Limit("1.0.0".into()), Event::Limit("2.0.0".into())];
        assert!(affected(&events, "1.9.0"));
        assert!(!affected(&events, "2.0.0"));
        let unlimited = [Event::Introduced("0".into()), Event::Limit("*".into()), Event::Limit("2.0.0".into())];
        assert!(affected(&unlimited, "3.0.0"));
    }
}
