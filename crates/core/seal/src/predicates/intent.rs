//! What an image is meant to do, as a predicate.

use boltseal_model::Intent;

use crate::statement::Predicate;

/// The form is closed: whoever holds a container to an intent must understand all of it, so that a new member is a new version.
impl Predicate for Intent {
    const TYPE: &'static str = "urn:boltseal:intent:v1";
}

/// The JSON schema of the predicate.
pub fn intent_schema() -> schemars::Schema {
    schemars::schema_for!(Intent)
}
