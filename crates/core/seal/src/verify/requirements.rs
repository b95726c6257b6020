//! What must be true of an image beyond a verdict that it passed.

use std::time::Duration;

use boltseal_model::Algorithm;

use crate::predicates::Kind;

/// What must be true of an image beyond a verdict that it passed. An empty list asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirements {
    /// The oldest that its verdict may be. Without it, a verdict holds for ever, and whoever hides a newer one is believed.
    pub max_age: Option<Duration>,
    /// The oldest that the advisories which it was held to may be, at the time of asking.
    pub max_advisory_age: Option<Duration>,
    /// Levels that it must reach, all of them.
    pub levels: Vec<String>,
    /// Who may have judged, by the URI of the verifier. Whoever holds the key writes this; it parts what several verifiers with one key
    /// say.
    pub verifiers: Vec<String>,
    /// Who may have built it, by the URI of the builder.
    pub builders: Vec<String>,
    /// What it may have been built from: repositories.
    pub sources: Vec<String>,
    /// Branches that it may have been built from.
    pub branches: Vec<String>,
    /// Statements that must be there as well, signed by somebody who is believed.
    pub statements: Vec<Kind>,
    /// Hash functions by which an image may be named.
    pub algorithms: Vec<Algorithm>,
    /// How far the clock of whoever signed may be ahead.
    pub clock_skew: Duration,
}

impl Default for Requirements {
    fn default() -> Self {
        Self {
            max_age: None,
            max_advisory_age: None,
            levels: Vec::new(),
            verifiers: Vec::new(),
            builders: Vec::new(),
            sources: Vec::new(),
            branches: Vec::new(),
            statements: Vec::new(),
            algorithms: vec![Algorithm::Sha256],
            clock_skew: Duration::from_secs(300),
        }
    }
}
