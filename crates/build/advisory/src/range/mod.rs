//! Ranges of versions, and the ways in which publishers write them.
//!
//! Whatever the notation, a range is an interval of a version order. Notations that exclude prereleases by other means than
//! order (Cargo, npm) are read as intervals too; [`requirement`] says how.

pub mod events;
pub mod requirement;
pub mod set;

use std::cmp::Ordering;

use crate::version::VersionOrder;

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound<T = String> {
    /// The version at this end.
    pub version: T,
    /// Whether the version itself belongs to the range.
    pub inclusive: bool,
}

/// An interval of versions, all of which are affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range<T = String> {
    /// Lower end; `None` reaches down to the first version.
    pub lower: Option<Bound<T>>,
    /// Upper end; `None` reaches up to versions yet to come.
    pub upper: Option<Bound<T>>,
    /// The version that fixes what the range says, if the publisher names one.
    pub fixed: Option<T>,
}

/// Where a version lies, seen from a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Lower than all of it.
    Below,
    /// In it.
    Inside,
    /// Higher than all of it.
    Above,
}

impl Range {
    /// Every version.
    pub const fn all() -> Self {
        Self { lower: None, upper: None, fixed: None }
    }

    /// All versions below the one that fixes it.
    pub fn until(fixed: impl Into<String>) -> Self {
        let fixed = fixed.into();
        Self { lower: None, upper: Some(Bound { version: fixed.clone(), inclusive: false }), fixed: Some(fixed) }
    }
}

impl<T: AsRef<str>> Range<T> {
    /// Where a version lies.
    pub fn position(&self, version: &str, order: &VersionOrder) -> Position {
        let outside = |bound: &Bound<T>, beyond: Ordering| {
            let order = (order.compare)(version, bound.version.as_ref());
            order == beyond || (order.is_eq() && !bound.inclusive)
        };
        if self.lower.as_ref().is_some_and(|lower| outside(lower, Ordering::Less)) {
            Position::Below
        } else if self.upper.as_ref().is_some_and(|upper| outside(upper, Ordering::Greater)) {
            Position::Above
        } else {
            Position::Inside
        }
    }

    /// Whether a version lies in it.
    pub fn contains(&self, version: &str, order: &VersionOrder) -> bool {
        self.position(version, order) == Position::Inside
    }
}
