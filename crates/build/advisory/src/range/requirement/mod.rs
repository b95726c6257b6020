//! Version requirements as package managers write them: `>= 1.2, < 2` and `^1.2 || ~2.0.1`.
//!
//! A requirement is read as intervals of the order of semantic versions. Both managers, when they resolve dependencies,
//! refuse prereleases that a requirement does not name; that is a rule about what to install, not about what is vulnerable.
//! So here a prerelease lies where its order puts it: `< 2.0.0` holds `2.0.0-rc.1`, and an upper end that is computed from
//! `^1.2` ends below every prerelease of 2.0.0. `npm audit` and the tools around RustSec decide likewise.

pub mod cargo;
pub mod composer;
pub mod gem;
pub mod maven;
pub mod npm;

use super::set::Interval;
use super::{Bound, Range};

/// Why a text is no requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version requirement")]
pub struct ParseRequirementError;

/// A version of which trailing components may be missing or wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Partial<'a> {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    prerelease: &'a str,
}

impl<'a> Partial<'a> {
    /// Reads `1.2.x`, `v1.2.3-rc.1+build` or `*`. An empty text is a wildcard.
    fn parse(text: &'a str) -> Result<Self, ParseRequirementError> {
        let text = text.trim_start_matches(['v', 'V', '=', ' ']);
        let text = text.split_once('+').map_or(text, |(text, _)| text);
        let (release, prerelease) = split_release(text);
        let mut components = [None; 3];
        if !release.is_empty() {
            let mut slots = components.iter_mut();
            for component in release.split('.') {
                let slot = slots.next().ok_or(ParseRequirementError)?;
                *slot = match component {
                    "*" | "x" | "X" => None,
                    digits => Some(digits.parse().map_err(|_| ParseRequirementError)?),
                };
            }
        }
        let [major, minor, patch] = components;
        let is_ordered = (major.is_some() || minor.is_none()) && (minor.is_some() || patch.is_none());
        let names_prerelease = !prerelease.is_empty() && patch.is_none();
        let is_identifier = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if !is_ordered || names_prerelease || !prerelease.bytes().all(is_identifier) {
            return Err(ParseRequirementError);
        }
        Ok(Self { major, minor, patch, prerelease })
    }

    /// The version in full, with zeros for what is missing.
    fn version(&self) -> String {
        let [major, minor, patch] = [self.major, self.minor, self.patch].map(Option::unwrap_or_default);
        match self.prerelease {
            "" => format!("{major}.{minor}.{patch}"),
            prerelease => format!("{major}.{minor}.{patch}-{prerelease}"),
        }
    }

    /// The first release that has the same components up to a wildcard, and no prerelease.
    fn floor(&self) -> Self {
        Self { prerelease: "", ..*self }
    }

    fn is_full(&self) -> bool {
        self.patch.is_some()
    }

    fn next_major(&self) -> Result<Self, ParseRequirementError> {
        let major = self.major.unwrap_or_default().checked_add(1).ok_or(ParseRequirementError)?;
        Ok(Self { major: Some(major), minor: Some(0), patch: Some(0), prerelease: "" })
    }

    fn next_minor(&self) -> Result<Self, ParseRequirementError> {
        let minor = self.minor.unwrap_or_default().checked_add(1).ok_or(ParseRequirementError)?;
        Ok(Self { minor: Some(minor), patch: Some(0), prerelease: "", ..*self })
    }

    fn next_patch(&self) -> Result<Self, ParseRequirementError> {
        let patch = self.patch.unwrap_or_default().checked_add(1).ok_or(ParseRequirementError)?;
        Ok(Self { patch: Some(patch), prerelease: "", ..*self })
    }

    /// The first version that a wildcard at the last missing component no longer covers.
    fn next_wildcard(&self) -> Result<Self, ParseRequirementError> {
        if self.minor.is_none() { self.next_major() } else { self.next_minor() }
    }

    /// The first version that a caret no longer covers: the leftmost component that is not zero goes up.
    fn next_caret(&self) -> Result<Self, ParseRequirementError> {
        match (self.major, self.minor, self.patch) {
            (Some(0), Some(0), Some(_)) => self.next_patch(),
            (Some(0), Some(_), _) => self.next_minor(),
            _ => self.next_major(),
        }
    }
}

/// Divides `1.2.3-rc.1` and the looser `1.2.3rc.1` into release and prerelease.
fn split_release(text: &str) -> (&str, &str) {
    let is_release = |c: char| c.is_ascii_digit() || matches!(c, '.' | '*' | 'x' | 'X');
    let end = text.find(|c| !is_release(c)).unwrap_or(text.len());
    let (release, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (release, rest.strip_prefix('-').unwrap_or(rest))
}

pub(crate) fn at_least(version: impl Into<String>) -> Interval {
    Interval { lower: Some(Bound { version: version.into(), inclusive: true }), upper: None }
}

pub(crate) fn above(version: impl Into<String>) -> Interval {
    Interval { lower: Some(Bound { version: version.into(), inclusive: false }), upper: None }
}

pub(crate) fn at_most(version: impl Into<String>) -> Interval {
    Interval { lower: None, upper: Some(Bound { version: version.into(), inclusive: true }) }
}

pub(crate) fn below(version: impl Into<String>) -> Interval {
    Interval { lower: None, upper: Some(Bound { version: version.into(), inclusive: false }) }
}

/// From one end to below every prerelease of another.
fn between(lower: String, end: &Partial<'_>) -> Interval {
    let upper = Some(Bound { version: format!("{}-0", end.version()), inclusive: false });
    Interval { lower: at_least(lower).lower, upper }
}

/// A range of which the publisher names no fix.
impl From<Interval> for Range {
    fn from(Interval { lower, upper }: Interval) -> Self {
        Self { lower, upper, fixed: None }
    }
}
