//! Samples of vendors' feeds, and what another project makes of them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use boltseal_advisory::import;
use boltseal_advisory::{Advisory, version, vex};
use boltseal_model::{Ecosystem, FixStatus, Limits};
use boltseal_testkit::data;
use serde_json::Value;
use tempfile::TempDir;

/// The samples, unpacked: a folder per provider, with inputs and the records expected of them.
fn samples() -> Option<(TempDir, PathBuf)> {
    let folder = data::unpack("advisories/vunnel-samples.tar.zst")?;
    let root = folder.path().join("vunnel-samples/tests/unit/providers");
    Some((folder, root))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn is_expected(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "snapshots")
}

/// The advisories in the inputs of a provider.
fn imported(root: &Path, provider: &str) -> Vec<Advisory> {
    let mut advisories = Vec::new();
    for path in files(&root.join(provider)).iter().filter(|path| !is_expected(path)) {
        let bytes = fs::read(path).unwrap();
        let name = path.to_string_lossy();
        let Some(importer) = import::detect(&name, &bytes) else { continue };
        let (imported, _) = (importer.import)(&name, &bytes, &Limits::default());
        advisories.extend(imported.advisories);
    }
    advisories
}

/// Every input gives facts, a counted skip or a named problem, or is of a publisher that no importer knows.
#[test]
fn every_sample_gives_facts_or_a_reason() {
    let Some((_guard, root)) = samples() else { return };
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut read = 0;
    for path in files(&root).iter().filter(|path| !is_expected(path)) {
        let bytes = fs::read(path).unwrap();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let Some(importer) = import::detect(&name, &bytes) else {
            *unknown.entry(name.split('/').next().unwrap().to_owned()).or_default() += 1;
            continue;
        };
        let (imported, problems) = (importer.import)(&name, &bytes, &Limits::default());
        let facts = imported.advisories.len() + imported.facts();
        assert!(
            facts > 0 || !imported.skipped.is_empty() || !problems.is_empty(),
            "{} says nothing of {name}",
            importer.id
        );
        read += 1;
    }
    println!("{read} inputs read; unknown: {unknown:?}");
    assert_eq!(read, 100);
}

/// A record as the samples expect it: a fix, or its absence, of one package in one release.
#[derive(Debug)]
struct Expected {
    id: String,
    namespace: String,
    package: String,
    module: Option<String>,
    /// `None` where there is no fix, `0` where the package never was affected.
    fixed: Option<String>,
    is_dismissed: bool,
}

fn expected(root: &Path, provider: &str) -> Vec<Expected> {
    let mut rows = Vec::new();
    for path in files(&root.join(provider)).iter().filter(|path| is_expected(path)) {
        let record: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let vulnerability = &record["item"]["Vulnerability"];
        for fix in vulnerability["FixedIn"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let fixed = Some(text(&fix["Version"])).filter(|version| version != "None" && !version.is_empty());
            rows.push(Expected {
                id: text(&vulnerability["Name"]),
                namespace: text(&vulnerability["NamespaceName"]),
                package: text(&fix["Name"]),
                module: fix["Module"].as_str().filter(|module| !module.is_empty()).map(str::to_owned),
                fixed,
                is_dismissed: fix["VendorAdvisory"]["NoAdvisory"].as_bool().unwrap_or_default(),
            });
        }
    }
    rows
}

/// Whether an advisory says what a record expects.
fn agrees(advisory: &Advisory, expected: &Expected, ecosystem: Ecosystem) -> bool {
    let fixed = advisory.ranges.iter().find_map(|range| range.fixed.as_deref());
    let same = |one: &str, two: &str| (version::of(ecosystem).compare)(one, two) == Ordering::Equal;
    let is_dismissed =
        matches!(advisory.status, Some(FixStatus::WillNotFix | FixStatus::Deferred | FixStatus::EndOfLife));
    match &expected.fixed {
        Some(version) if version == "0" => advisory.ranges.is_empty(),
        Some(version) => fixed.is_some_and(|fixed| same(fixed, version)),
        None => !advisory.ranges.is_empty() && fixed.is_none() && (!expected.is_dismissed || is_dismissed),
    }
}

fn held(root: &Path, provider: &str, ecosystem: Ecosystem) -> (usize, Vec<String>) {
    let advisories = imported(root, provider);
    let mut by_place: BTreeMap<(String, String), Vec<&Advisory>> = BTreeMap::new();
    for advisory in &advisories {
        by_place.entry((advisory.namespace.to_string(), advisory.package.clone())).or_default().push(advisory);
    }
    let (mut count, mut missing) = (0, Vec::new());
    for row in expected(root, provider) {
        // Streams with extended support are sold apart, and images of them are not told apart.
        if row.namespace.ends_with("+eus") {
            continue;
        }
        let namespace = row.namespace.trim_end_matches(":rolling").replace("debian:unstable", "debian");
        let found = by_place.get(&(namespace, row.package.clone()));
        let says = |advisory: &&&Advisory| {
            (advisory.id == row.id || advisory.aliases.contains(&row.id))
                && advisory.module == row.module
                && agrees(advisory, &row, ecosystem)
        };
        match found.into_iter().flatten().find(says) {
            Some(_) => count += 1,
            None => missing.push(format!("{} {} {} {:?}", row.namespace, row.id, row.package, row.fixed)),
        }
    }
    (count, missing)
}

#[test]
fn facts_are_those_of_the_expected_records() {
    let Some((_guard, root)) = samples() else { return };
    for (provider, ecosystem, expected_held, expected_missing) in [
        ("alpine", Ecosystem::Apk, 16, 0),
        // One record comes out of a database of an earlier run, not out of the tracker.
        ("debian", Ecosystem::Deb, 25, 1),
        ("mariner", Ecosystem::Rpm, 4, 0),
        ("minimos", Ecosystem::Apk, 59, 0),
        ("oracle", Ecosystem::Rpm, 14, 0),
        ("photon", Ecosystem::Rpm, 8, 0),
        ("rhel", Ecosystem::Rpm, 116, 0),
        // Versions that apk refuses, such as `2.40-136`, are problems here and records there.
        ("secureos", Ecosystem::Apk, 26, 8),
        ("sles", Ecosystem::Rpm, 11, 0),
    ] {
        let (count, missing) = held(&root, provider, ecosystem);
        assert_eq!((count, missing.len()), (expected_held, expected_missing), "{provider}: {missing:#?}");
    }
}

/// The VEX documents among the samples are read as such, and as nothing else.
#[test]
fn vex_documents_are_read() {
    let Some((_guard, root)) = samples() else { return };
    let mut statements = 0;
    for path in files(&root.join("ubuntu/test-fixtures/vex")) {
        let bytes = fs::read(&path).unwrap();
        let name = path.to_string_lossy();
        assert!(import::detect(&name, &bytes).is_none(), "{name}");
        let (read, problems) = vex::parse(&name, &bytes, &Limits::default());
        assert!(problems.is_empty() && !read.is_empty(), "{name}: {:?}", problems.into_sorted());
        assert!(read.iter().all(|said| !said.ids.is_empty() && !said.products.is_empty()), "{name}");
        statements += read.len();
    }
    for path in files(&root.join("rhel/test-fixtures/csaf/advisories")) {
        let (read, problems) = vex::parse("csaf.json", &fs::read(&path).unwrap(), &Limits::default());
        assert!(problems.is_empty() && !read.is_empty(), "{}", path.display());
        statements += read.len();
    }
    assert!(statements > 500, "{statements}");
}
