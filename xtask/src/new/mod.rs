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
    let workspace = shell::workspace();
    let (skeleton, files) = write(&workspace, kind, id)?;
    prove(&workspace, &shell::target(), id, &[skeleton.package])?;
    for path in files {
        println!("wrote {path}");
    }
    println!("the skeleton passes as it stands; cases fires-, quiet-, broken- and limits- come next");
    Ok(())
}

/// Writes one skeleton of every kind into a copy of this workspace, and holds the copy to the rules and the tests.
pub fn check() -> anyhow::Result<()> {
    const ID: &str = "sample-skeleton";
    let copy = shell::target().join("skeleton");
    copy_workspace(&copy)?;
    let mut packages = Vec::new();
    for skeleton in SKELETONS {
        write(&copy, skeleton.kind, ID)?;
        packages.push(skeleton.package);
    }
    tell_apart(&copy)?;
    prove(&copy, &shell::target(), ID, &packages)?;
    let breaches = tidy::breaches(&Tree::load(&copy)?)?;
    if !breaches.is_empty() {
        bail!("the skeletons break the rules of the house:\n{}", breaches.join("\n"));
    }
    Ok(())
}

/// Writes the files of a skeleton but for the golden file; gives their paths.
fn write(root: &Path, kind: &str, id: &str) -> anyhow::Result<(&'static Skeleton, Vec<String>)> {
    let known = || SKELETONS.iter().map(|skeleton| skeleton.kind).collect::<Vec<_>>().join(", ");
    let skeleton = SKELETONS.iter().find(|skeleton| skeleton.kind == kind);
    let skeleton = skeleton.with_context(|| format!("no kind {kind}; there are: {}", known()))?;
    let registry = REGISTRIES.iter().find(|registry| registry.kind == kind).context("a kind without a registry")?;
    if !is_kebab(id) {
        bail!("{id}: an id is kebab-case and begins with a letter, like dpkg-status");
    }
    let module = id.replace('-', "_");
    let fill = |text: &str| text.replace("{{id}}", id).replace("{{module}}", &module);
    let code = format!("{}/{module}.rs", registry.source);
    if root.join(&code).exists() {
        bail!("{code} exists");
    }
    let input = format!("{}/{id}/fires-sample/input/{}", registry.fixtures, fill(skeleton.input.0));
    let list = format!("{}/mod.rs", registry.source);
    let text = fs::read_to_string(root.join(&list)).with_context(|| format!("reading {list}"))?;
    let files = BTreeMap::from([
        (code, fill(skeleton.code)),
        (input, fill(skeleton.input.1)),
        (list, register(&text, registry, &module, skeleton.item)?),
    ]);
    for (path, text) in &files {
        let full = root.join(path);
        fs::create_dir_all(full.parent().unwrap_or(root))?;
        fs::write(&full, text).with_context(|| format!("writing {path}"))?;
    }
    Ok((skeleton, files.into_keys().collect()))
}

/// Formats what was written, lets the tests write the golden files, and runs them once more without that leave.
fn prove(root: &Path, target: &Path, id: &str, packages: &[&str]) -> anyhow::Result<()> {
    let packages: Vec<&str> = packages.iter().flat_map(|package| ["--package", package]).collect();
    let cargo = |first: &[&str], last: &[&str]| {
        let words = first.iter().chain(&packages).chain(last);
        let mut command = shell::command("cargo", words);
        command.current_dir(root).env("CARGO_TARGET_DIR", target).env_remove("BOLTSEAL_BLESS");
        command
    };
    shell::run(&mut cargo(&["fmt"], &[]))?;
    shell::output(cargo(&["test", "--quiet"], &["--test", "it", "fixtures"]).env("BOLTSEAL_BLESS", id))?;
    shell::output(&mut cargo(&["test", "--quiet"], &["--test", "it", "fixtures"])).map(drop)
}

fn is_kebab(id: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    id.split('-').all(is_part) && id.starts_with(|first: char| first.is_ascii_lowercase())
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
    let (before, items, after) = tidy::slice(&text).context("the list has no slice ALL")?;
    let mut items: Vec<String> =
        items.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    items.push(format!("&{module}::{item}"));
    items.sort();
    Ok(format!("{before}{}{after}", items.join(", ")))
}

/// Gives the crates of a copy another version: Cargo takes two copies of one workspace for the same thing otherwise, and they
/// could not share the dependencies that it has built.
fn tell_apart(copy: &Path) -> anyhow::Result<()> {
    let path = copy.join("Cargo.toml");
    let text = fs::read_to_string(&path)?;
    let version = format!("version = {:?}", env!("CARGO_PKG_VERSION"));
    let other = text.replacen(&version, "version = \"0.0.0-skeleton\"", 1);
    if other == text {
        bail!("{} states no {version}", path.display());
    }
    Ok(fs::write(path, other)?)
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
