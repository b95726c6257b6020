//! `cargo xtask new`: the skeleton of a thing that is added one file at a time.
//!
//! A skeleton is a file named by the id, two lines in the list beside it, and a fixture folder with a case that fires. It
//! passes every check as it stands, so that the first change to it is the first step towards the real thing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::shell;
use crate::tidy::{self, REGISTRIES, Registry, Tree};

/// What a skeleton of one kind is made of.
struct Skeleton {
    kind: &'static str,
    /// The crate whose tests walk the fixtures.
    package: &'static str,
    /// Name of the item in `ALL`.
    item: &'static str,
    code: &'static str,
    /// Name and content of the file in the case's `input/`.
    input: (&'static str, &'static str),
}

const SKELETONS: &[Skeleton] = &[
    Skeleton {
        kind: "analyzer",
        package: "boltseal-inventory",
        item: "ANALYZER",
        code: include_str!("templates/analyzer.txt"),
        input: ("{{id}}.txt", "left-pad 1.3.0\nis-odd 3.0.1\n"),
    },
    Skeleton {
        kind: "importer",
        package: "boltseal-advisory",
        item: "IMPORTER",
        code: include_str!("templates/importer.txt"),
        input: ("{{id}}.tsv", "CVE-2024-0001\tleft-pad\t1.3.0\n"),
    },
    Skeleton {
        kind: "report-format",
        package: "boltseal-scan",
        item: "FORMAT",
        code: include_str!("templates/report_format.txt"),
        input: ("report.json", include_str!("templates/report.json")),
    },
    Skeleton {
        kind: "version-order",
        package: "boltseal-advisory",
        item: "ORDER",
        code: include_str!("templates/version_order.txt"),
        input: ("vectors.txt", "1.2 < 1.10\n1.0 = 1.0\n2 > 1.9\n"),
    },
];

/// Writes a skeleton into this workspace.
pub fn run(kind: &str, id: &str) -> anyhow::Result<()> {
    for path in write(&shell::workspace(), kind, id)? {
        println!("wrote {path}");
    }
    println!("the skeleton passes as it stands; cases fires-, quiet-, broken- and limits- come next");
    Ok(())
}

/// Writes one skeleton of every kind into a copy of this workspace, and holds the copy to the rules and the tests.
pub fn check() -> anyhow::Result<()> {
    let copy = shell::target().join("skeleton");
    copy_workspace(&copy)?;
    for skeleton in SKELETONS {
        write(&copy, skeleton.kind, "sample-skeleton")?;
    }
    let breaches = tidy::breaches(&Tree::load(&copy)?)?;
    if !breaches.is_empty() {
        bail!("the skeletons break the rules of the house:\n{}", breaches.join("\n"));
    }
    Ok(())
}

fn write(root: &Path, kind: &str, id: &str) -> anyhow::Result<Vec<String>> {
    let known = || SKELETONS.iter().map(|skeleton| skeleton.kind).collect::<Vec<_>>().join(", ");
    let skeleton = SKELETONS
        .iter()
        .find(|skeleton| skeleton.kind == kind)
        .with_context(|| format!("no kind {kind}; there are: {}", known()))?;
    let registry = REGISTRIES.iter().find(|registry| registry.kind == kind).context("a kind without a registry")?;
    let is_kebab = !id.is_empty()
        && id
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')));
    if !is_kebab || !id.starts_with(|first: char| first.is_ascii_lowercase()) {
        bail!("{id}: an id is kebab-case and begins with a letter, like dpkg-status");
    }
    let module = id.replace('-', "_");
    let fill = |text: &str| text.replace("{{id}}", id).replace("{{module}}", &module);
    let code = format!("{}/{module}.rs", registry.source);
    if root.join(&code).exists() {
        bail!("{code} exists");
    }
    let case = format!("{}/{id}/fires-sample", registry.fixtures);
    let mut files = BTreeMap::from([
        (code, fill(skeleton.code)),
        (format!("{case}/input/{}", fill(skeleton.input.0)), fill(skeleton.input.1)),
    ]);
    let list = format!("{}/mod.rs", registry.source);
    let text = fs::read_to_string(root.join(&list)).with_context(|| format!("reading {list}"))?;
    files.insert(list, register(&text, registry, &module, skeleton.item)?);
    for (path, text) in &files {
        let full = root.join(path);
        fs::create_dir_all(full.parent().unwrap_or(root))?;
        fs::write(&full, text).with_context(|| format!("writing {path}"))?;
    }
    let mut format = shell::command("cargo", ["fmt", "--package", skeleton.package]);
    shell::run(format.current_dir(root))?;
    // The golden file is what the skeleton gives now; the second run shows that it passes by itself.
    let test = ["test", "--quiet", "--package", skeleton.package, "--test", "it", "fixtures"];
    shell::output(shell::command("cargo", test).current_dir(root).env("BOLTSEAL_BLESS", id))?;
    shell::output(shell::command("cargo", test).current_dir(root).env_remove("BOLTSEAL_BLESS"))?;
    let golden = format!("{case}/expected.json");
    if !root.join(&golden).exists() {
        bail!("{golden} was not written: does a test called fixtures walk {}?", registry.fixtures);
    }
    Ok(files.into_keys().chain([golden]).collect())
}

/// The list with two lines more: the module, and the item in `ALL`, each in its place.
fn register(text: &str, registry: &Registry, module: &str, item: &str) -> anyhow::Result<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let declared = |line: &str| line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')).map(str::to_owned);
    let first = lines.iter().position(|line| declared(line).is_some());
    let first = first.with_context(|| format!("{}/mod.rs declares no module", registry.source))?;
    let run =
        lines.iter().skip(first).map_while(|line| declared(line)).take_while(|name| name.as_str() < module).count();
    lines.insert(first + run, format!("mod {module};"));
    let text = lines.join("\n") + "\n";
    let (before, rest) = text.split_once(" ALL: ").context("the list has no ALL")?;
    let (kind, rest) = rest.split_once("= &[").context("ALL is no slice")?;
    let (items, after) = rest.split_once(']').context("ALL has no end")?;
    let mut items: Vec<String> =
        items.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    items.push(format!("&{module}::{item}"));
    items.sort();
    Ok(format!("{before} ALL: {kind}= &[{}]{after}", items.join(", ")))
}

fn copy_workspace(copy: &Path) -> anyhow::Result<()> {
    let workspace = shell::workspace();
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    for path in Tree::load(&workspace)?.files.keys() {
        let to = copy.join(path);
        fs::create_dir_all(to.parent().unwrap_or(copy))?;
        fs::copy(workspace.join(path), to).with_context(|| format!("copying {path}"))?;
    }
    // The rules ask git which files there are.
    shell::run(shell::command("git", ["init", "--quiet"]).current_dir(copy))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "//! Things.\n\nmod a_b;\nmod d;\n\nuse x;\n\npub static ALL: &[&Thing] = &[&a_b::THING, &d::THING];\n";

    #[test]
    fn a_new_module_takes_its_place_in_both_lists() {
        let registry = Registry { kind: "thing", source: "src", fixtures: "fixtures" };
        let text = register(LIST, &registry, "c", "THING").unwrap();
        assert!(text.contains("mod a_b;\nmod c;\nmod d;\n"), "{text}");
        assert!(text.contains("&[&a_b::THING, &c::THING, &d::THING]"), "{text}");
        let first = register(LIST, &registry, "a", "THING").unwrap();
        assert!(first.contains("mod a;\nmod a_b;\n"), "{first}");
    }
}
