//! Every dependency has a licence that `deny.toml` allows. `cargo deny check` looks at more; this needs nothing installed.
//!
//! Cargo fetches what it has not seen yet, so that this holds on a new machine too, where nothing was built before.

use std::collections::BTreeSet;

use anyhow::Context;
use serde_json::Value;

use super::Tree;
use crate::shell;

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let text = tree.files.get("deny.toml").and_then(Option::as_ref).context("deny.toml is missing")?;
    let policy: toml::Table = text.parse()?;
    let allowed = policy.get("licenses").and_then(|licenses| licenses.get("allow")).and_then(toml::Value::as_array);
    let allowed: BTreeSet<&str> = allowed.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    let arguments = ["metadata", "--format-version=1", "--locked"];
    let metadata: Value = serde_json::from_str(&shell::output(&mut shell::command("cargo", arguments))?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata names no packages")?;
    let field = |package: &Value, name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(packages
        .iter()
        .filter(|package| !is_allowed(&field(package, "license"), &allowed))
        .map(|package| format!("{}: {:?} is not in deny.toml", field(package, "id"), field(package, "license")))
        .collect())
}

/// Whether an SPDX expression can be met with allowed licences: of the alternatives, one whose parts are all allowed.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    // Old manifests separate alternatives with a slash.
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" OR ").any(|alternative| alternative.split(" AND ").all(|part| allowed.contains(part.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_alternative_is_enough_and_every_part_of_it_is_needed() {
        let allowed = BTreeSet::from(["MIT", "Apache-2.0", "Unicode-3.0"]);
        for expression in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(MIT OR GPL-2.0) AND Unicode-3.0"] {
            assert!(is_allowed(expression, &allowed), "{expression}");
        }
        for expression in ["", "GPL-3.0", "MIT AND GPL-3.0"] {
            assert!(!is_allowed(expression, &allowed), "{expression}");
        }
    }
}
