//! The Pod Security Standards of Kubernetes, as each of its versions has them.
//!
//! A check belongs to a level, holds from a version on, and may stand in for laxer ones of the level below. What a version changes
//! within a check is in the check's own file.
//!
//! Source: the page "Pod Security Standards" of the documentation of Kubernetes, and the ids, versions and overrides that its
//! admission library documents for each check.

mod checks;
mod culprits;
mod version;

pub use checks::ALL;
pub use version::{ParseVersionError, Version};

use boltseal_model::{Position, Workload};

/// How much is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing.
    Privileged,
    /// No known way to the host.
    Baseline,
    /// What hardening asks for today.
    Restricted,
}

impl Level {
    /// Every level, the laxest first.
    pub const ALL: [Self; 3] = [Self::Privileged, Self::Baseline, Self::Restricted];

    /// The name that Kubernetes gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

/// One check of the standards.
#[derive(Debug)]
pub struct Check {
    /// The id that Kubernetes gives it.
    pub id: &'static str,
    /// The lowest level that it belongs to.
    pub level: Level,
    /// The version that it holds from.
    pub since: Version,
    /// Ids of checks that it stands in for.
    pub overrides: &'static [&'static str],
    judge: fn(&Workload, Version) -> Option<Refusal>,
}

/// Why a check refuses a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In a word or two, as Kubernetes says it.
    pub reason: &'static str,
    /// Who breaks it, and with what.
    pub detail: String,
    /// Every place that breaks it; that of the container where something is missing.
    pub at: Vec<Position>,
}

impl Refusal {
    /// One refusal for two reasons of the same name.
    fn and(mut self, other: Self) -> Self {
        self.detail = format!("{}; {}", self.detail, other.detail);
        self.at.extend(other.at);
        self
    }
}

/// A check that refuses a workload.
#[derive(Debug, Clone)]
pub struct Denial {
    /// The check.
    pub check: &'static Check,
    /// Why.
    pub refusal: Refusal,
}

/// Every check of a level that refuses a workload, in the order of their ids. None, and the workload is allowed.
pub fn judge(workload: &Workload, level: Level, version: Version) -> Vec<Denial> {
    let active = || ALL.iter().copied().filter(move |check| check.level <= level && check.since <= version);
    active()
        .filter(|check| !active().any(|other| other.overrides.contains(&check.id)))
        .filter_map(|check| (check.judge)(workload, version).map(|refusal| Denial { check, refusal }))
        .collect()
}
