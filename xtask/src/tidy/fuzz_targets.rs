//! Every fuzz target file is declared, and every declared target has its file.

use std::collections::BTreeSet;

use super::Tree;

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let files: BTreeSet<String> = tree
        .texts()
        .filter_map(|(path, _)| Some(path.strip_prefix("fuzz/fuzz_targets/")?.strip_suffix(".rs")?.to_owned()))
        .collect();
    let manifest: toml::Table = match tree.files.get("fuzz/Cargo.toml") {
        Some(Some(text)) => text.parse()?,
        _ => return Ok(vec!["fuzz/Cargo.toml: missing".into()]),
    };
    let declared: BTreeSet<String> = manifest
        .get("bin")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned()))
        .collect();
    let undeclared = files.difference(&declared).map(|name| format!("fuzz/Cargo.toml: {name} is not declared"));
    let absent = declared.difference(&files).map(|name| format!("fuzz/Cargo.toml: {name} has no file"));
    Ok(undeclared.chain(absent).collect())
}
