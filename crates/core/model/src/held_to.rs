//! What a part is held to.

use serde::Serialize;

/// Something that others made, and the tests that hold a part to it.
///
/// A test of `boltseal-scan` fails when one of the tests does not exist, so that no part claims what nobody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HeldTo {
    /// What it is: the ecosystem's own tool, a schema, another reading of the same files.
    pub what: &'static str,
    /// The tests as `FILE::FUNCTION`, the file from the root of the workspace.
    pub tests: &'static [&'static str],
}
