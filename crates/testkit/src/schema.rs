//! Documents held to the JSON schemas that are published for them.

use std::path::Path;
use std::process::Command;

/// Debian's python3-jsonschema.
const PROGRAM: &str = "/usr/bin/jsonschema";

/// Fails where a document does not keep to a schema of `docs/reference`.
pub fn check(document: &Path, schema: &str) {
    let schema = crate::data::workspace().join("docs/reference").join(schema);
    match Command::new(PROGRAM).arg("--instance").arg(document).arg(&schema).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => crate::skip("python3-jsonschema is not installed"),
    }
}
