//! Ids are sorted and unique, equal to their file names, and every id has its fixtures.

use std::collections::BTreeSet;

use super::Tree;

/// A folder of things that are added one file at a time.
pub struct Registry {
    /// The kind's name in `cargo xtask new`.
    pub kind: &'static str,
    /// The folder with `mod.rs` and one file per id.
    pub source: &'static str,
    /// The folder with one fixture folder per id.
    pub fixtures: &'static str,
}

/// Every registry of the house.
pub const REGISTRIES: &[Registry] = &[
    Registry {
        kind: "analyzer",
        source: "crates/build/inventory/src/analyzers",
        fixtures: "crates/build/inventory/tests/fixtures/analyzers",
    },
    Registry {
        kind: "importer",
        source: "crates/build/advisory/src/import",
        fixtures: "crates/build/advisory/tests/fixtures/importers",
    },
    Registry {
        kind: "version-order",
        source: "crates/build/advisory/src/version",
        fixtures: "crates/build/advisory/tests/fixtures/version-orders",
    },
    Registry {
        kind: "report-format",
        source: "crates/build/scan/src/format",
        fixtures: "crates/build/scan/tests/fixtures/formats",
    },
];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    Ok(REGISTRIES.iter().flat_map(|registry| breaches(tree, registry)).collect())
}

fn breaches(tree: &Tree, registry: &Registry) -> Vec<String> {
    let list = format!("{}/mod.rs", registry.source);
    let Some(Some(text)) = tree.files.get(&list) else { return vec![format!("{list}: missing")] };
    let modules = registered(text);
    let mut breaches = Vec::new();
    if !modules.is_sorted_by(|a, b| a < b) {
        breaches.push(format!("{list}: ALL is not sorted, or names something twice"));
    }
    let ids: BTreeSet<String> = modules.iter().map(|module| module.replace('_', "-")).collect();
    let names = |folder: &str, part: fn(&str) -> Option<&str>| -> BTreeSet<String> {
        let prefix = format!("{folder}/");
        tree.files
            .keys()
            .filter_map(|path| part(path.strip_prefix(&prefix)?).map(|name| name.replace('_', "-")))
            .collect()
    };
    let sources =
        names(registry.source, |rest| rest.strip_suffix(".rs").filter(|name| !name.contains('/') && *name != "mod"));
    let fixtures = names(registry.fixtures, |rest| rest.split_once('/').map(|(id, _)| id));
    for (what, found) in [("file", &sources), ("fixture folder", &fixtures)] {
        breaches.extend(ids.difference(found).map(|id| format!("{list}: {id} has no {what}")));
        breaches.extend(found.difference(&ids).map(|id| format!("{list}: {what} {id} is not in ALL")));
    }
    for id in &ids {
        let file = format!("{}/{}.rs", registry.source, id.replace('-', "_"));
        let declares = |text: &String| text.contains(&format!("\"{id}\""));
        if !tree.files.get(&file).and_then(Option::as_ref).is_some_and(declares) {
            breaches.push(format!("{file}: does not declare the id \"{id}\" that its name promises"));
        }
    }
    breaches
}

/// The text before, inside and after the brackets of the slice `ALL`.
pub fn slice(list: &str) -> Option<(&str, &str, &str)> {
    let start = list.find(" ALL: ")?;
    let value = start + list.get(start..)?.find('=')?;
    let items = value + list.get(value..)?.find("&[")? + 2;
    let end = items + list.get(items..)?.find(']')?;
    Some((list.get(..items)?, list.get(items..end)?, list.get(end..)?))
}

/// The modules named in `ALL`, in order.
fn registered(list: &str) -> Vec<String> {
    let items = slice(list).map_or("", |(_, items, _)| items);
    let module = |item: &str| item.trim().trim_start_matches('&').split_once("::").map(|(module, _)| module.to_owned());
    items.split(',').filter_map(module).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: Registry = Registry { kind: "thing", source: "c/src/things", fixtures: "c/tests/fixtures/things" };

    fn tree(list: &str) -> Tree {
        Tree::of(&[
            ("c/src/things/mod.rs", list),
            ("c/src/things/one_a.rs", "id: \"one-a\""),
            ("c/src/things/two.rs", "id: \"two\""),
            ("c/tests/fixtures/things/one-a/fires-x/input/f", ""),
            ("c/tests/fixtures/things/two/fires-x/input/f", ""),
        ])
    }

    #[test]
    fn quiet_when_files_ids_and_fixtures_agree() {
        for list in [
            "pub static ALL: &[&Thing] = &[&one_a::THING, &two::THING];",
            "pub static ALL: &[&Thing] =\n    &[&one_a::THING, &two::THING];",
        ] {
            assert_eq!(breaches(&tree(list), &REGISTRY), Vec::<String>::new());
        }
    }

    #[test]
    fn disorder_and_unlisted_files_are_named() {
        let disorder = "pub static ALL: &[&Thing] = &[&two::THING, &one_a::THING];";
        assert!(breaches(&tree(disorder), &REGISTRY)[0].contains("not sorted"));
        let unlisted = "pub static ALL: &[&Thing] = &[&two::THING];";
        assert_eq!(breaches(&tree(unlisted), &REGISTRY).len(), 2);
    }
}
