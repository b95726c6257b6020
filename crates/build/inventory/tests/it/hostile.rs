//! Any bytes at all give an inventory and the problems met.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use boltseal_inventory::{ALL, Analyzer, File, Inventory, wanted};
use boltseal_model::{Limits, Problem, ProblemKind};
use proptest::prelude::*;

use crate::fixtures::root;

/// Reads bytes as an analyzer would and holds the result to what every result promises.
fn read(analyzer: &Analyzer, path: &str, bytes: &[u8], limits: &Limits) -> (Inventory, Vec<Problem>) {
    let (inventory, problems) = (analyzer.parse)(&File { path, bytes }, limits);
    assert!(inventory.packages.len() <= limits.packages_per_file);
    assert!(inventory.owned.len() <= limits.packages_per_file);
    for package in &inventory.packages {
        assert_eq!((package.analyzer.as_str(), package.location.path.as_str()), (analyzer.id, path));
        assert!(package.purl.starts_with("pkg:"), "{package:?}");
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
        assert!(package.location.line.is_none_or(|line| (1..=lines).contains(&(line as usize))), "{package:?}");
        let archives = package.archives.iter().filter_map(|archive| archive.name.as_ref());
        let details = package.licences.iter().chain(&package.dependencies).chain(archives);
        for text in [&package.name, &package.version].into_iter().chain(details) {
            assert!(
                !text.is_empty() && text.len() <= limits.name_bytes && !text.contains(char::is_control),
                "{package:?}"
            );
        }
    }
    assert!(inventory.notices.len() <= 1);
    for licence in inventory.notices.iter().flat_map(|notice| &notice.licences) {
        assert!(!licence.is_empty() && licence.len() <= limits.name_bytes && !licence.contains(char::is_control));
    }
    (inventory, problems.into_sorted())
}

/// A path that an analyzer wants, for each of its patterns at least one.
const PATHS: &[&str] = &[
    "lib/apk/db/installed",
    "bun.lock",
    "app/Cargo.lock",
    "var/lib/dpkg/info/a.list",
    "var/lib/dpkg/info/a.md5sums",
    "var/lib/dpkg/diversions",
    "var/lib/dpkg/status.d/a.md5sums",
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d/a",
    "go.mod",
    "go.sum",
    "node_modules/a/package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "etc/os-release",
    "Pipfile.lock",
    "pdm.lock",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "a.egg-info/PKG-INFO",
    "a.egg/EGG-INFO/PKG-INFO",
    "a.egg-info",
    "requirements.txt",
    "a.dist-info/METADATA",
    "Podfile.lock",
    "composer.lock",
    "vendor/composer/installed.json",
    "conan.lock",
    "conda-meta/a.json",
    "a.deps.json",
    "specifications/a.gemspec",
    "specifications/default/a.gemspec",
    "Gemfile.lock",
    "gems.locked",
    "gradle.lockfile",
    "buildscript-gradle.lockfile",
    "gradle/dependency-locks/a.lockfile",
    "mix.lock",
    "packages.lock.json",
    "pubspec.lock",
    "Package.resolved",
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/rpmdb.sqlite-wal",
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "var/lib/rpmmanifest/container-manifest-2",
    "a-1.0.jar",
    "a.ear",
    "app/program",
    "pom.xml",
    "usr/bin/python3.11",
    "app/program.so",
    "usr/share/doc/a/copyright",
    "node_modules/a/LICENSE",
    "opt/jdk/release",
];

/// Every file of every fixture that its analyzer wants.
static FIXTURES: LazyLock<Vec<(&Analyzer, String, Vec<u8>)>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for analyzer in ALL.iter().copied() {
        for case in fs::read_dir(root().join(analyzer.id)).unwrap() {
            let input = case.unwrap().path().join("input");
            collect(analyzer, &input, &input, &mut found);
        }
    }
    found
});

fn collect(analyzer: &'static Analyzer, root: &Path, folder: &Path, found: &mut Vec<(&Analyzer, String, Vec<u8>)>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let relative = path.strip_prefix(root).unwrap().to_str().unwrap();
        if path.is_dir() {
            collect(analyzer, root, &path, found);
        } else if wanted(relative).any(|other| other.id == analyzer.id) {
            found.push((analyzer, relative.to_owned(), fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn every_analyzer_has_a_path_here() {
    for analyzer in ALL {
        assert!(PATHS.iter().any(|path| wanted(path).any(|other| other.id == analyzer.id)), "{}", analyzer.id);
    }
}

#[test]
fn absurd_depth_is_a_problem_and_no_overflow() {
    let depth = 100_000;
    let json = [
        "[".repeat(depth),
        "{\"a\":".repeat(depth),
        format!("{{\"packages\": {}", "{\"node_modules/a\":".repeat(depth)),
        "{\"dependencies\": {\"a\": ".repeat(depth),
    ];
    let toml = [
        format!("package = {}", "[".repeat(depth)),
        format!("packages = {}", "{a = ".repeat(depth)),
        format!("{}a = 1\n", "a.".repeat(depth)),
        format!("[{}a]\n", "a.".repeat(depth)),
        format!("[[{}a]]\n", "a.".repeat(depth)),
        (0..depth).map(|_| "[[package.a]]\n[[packages.a]]\n").collect(),
    ];
    let yaml = [
        format!("__metadata: {}\n", "[".repeat(depth)),
        format!("__metadata: {}\n", "{a: ".repeat(depth)),
        format!("__metadata:\n{}\n", "- ".repeat(depth)),
        format!("__metadata:\n  {}\n", "? ".repeat(depth)),
        format!("__metadata:\n{}", (0..1_000).map(|level| " ".repeat(level) + "a:\n").collect::<String>()),
    ];
    let cases = json.iter().flat_map(|text| {
        [
            "node_modules/a/package.json",
            "package-lock.json",
            "Pipfile.lock",
            "bun.lock",
            "composer.lock",
            "conan.lock",
            "conda-meta/a.json",
            "a.deps.json",
            "packages.lock.json",
            "Package.resolved",
        ]
        .map(|path| (path, text))
    });
    let cases = cases.chain(toml.iter().flat_map(|text| {
        [("Cargo.lock", text), ("poetry.lock", text), ("pdm.lock", text), ("pylock.toml", text), ("uv.lock", text)]
    }));
    let cases = cases
        .chain(yaml.iter().flat_map(|text| [("pnpm-lock.yaml", text), ("yarn.lock", text), ("pubspec.lock", text)]));
    for (path, text) in cases {
        for analyzer in wanted(path) {
            let (inventory, problems) = read(analyzer, path, text.as_bytes(), &Limits::default());
            let shown: String = text.chars().take(40).collect();
            assert_eq!(inventory, Inventory::default(), "{path}: {shown}");
            let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
            assert!(
                matches!(kinds[..], [ProblemKind::TooDeep | ProblemKind::Malformed]),
                "{path}: {shown}: {problems:?}"
            );
        }
    }
}

#[test]
fn one_long_line_is_read_in_linear_time() {
    let size = 1 << 19;
    for filler in [
        "a",
        " ",
        "\\",
        "#",
        "=",
        "[",
        "\"",
        "\\\n",
        "a,",
        "==1,",
        "/",
        "F:a/",
        "{",
        "-",
        "'",
        "? ",
        "- ",
        "---\n",
        "a:\n",
        "%{",
        ":a,",
        "  - a (1)\n",
        "GEM\n    a (1)\n",
        "/*",
        "/**/",
        "//\n",
        "&a ",
        "*a\n",
        "|\n",
        "License:a\n\n",
        "/usr/share/common-licenses/",
        "gnu general public license ",
    ] {
        let text = filler.repeat(size / filler.len());
        for &path in PATHS {
            for analyzer in wanted(path) {
                read(analyzer, path, text.as_bytes(), &Limits::default());
            }
        }
    }
}

proptest! {
    #[test]
    fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for &path in PATHS {
            for analyzer in wanted(path) {
                read(analyzer, path, &bytes, &Limits::default());
            }
        }
    }

    #[test]
    fn never_panics_on_text_of_many_formats(
        text in r#"(package|name|version|[\[\]{}:=",;()@#'.\\]|\n| |-|==|1\.0|Package|P:|V:|R:|F:|npm:|node_modules/|source|directory|default|__metadata:|require|replace|=>|v1|packages:|pins|libraries|dependencies|type|GEM\n|PODS:\n|    a \(1\)\n|%|hex|s\.|resolution|  |/|é|License: |Files: |Format: |/usr/share/common-licenses/|Permission is hereby granted){0,60}"#,
    ) {
        for &path in PATHS {
            for analyzer in wanted(path) {
                read(analyzer, path, text.as_bytes(), &Limits::default());
            }
        }
    }

    #[test]
    fn never_panics_on_damaged_fixtures(
        which in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..8usize), 0..6),
        end in prop::option::of(any::<prop::sample::Index>()),
        packages_per_file in prop::sample::select(vec![0, 1, 3, 100_000]),
        name_bytes in prop::sample::select(vec![0, 5, 1_024]),
        json_depth in prop::sample::select(vec![0, 3, 100]),
    ) {
        let (analyzer, path, bytes) = which.get(&FIXTURES);
        let mut bytes = bytes.clone();
        for (place, byte, removed) in cuts {
            let place = place.index(bytes.len() + 1);
            let until = (place + removed).min(bytes.len());
            bytes.splice(place..until, [byte]);
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len() + 1));
        }
        let limits = Limits { packages_per_file, name_bytes, json_depth, ..Limits::default() };
        read(analyzer, path, &bytes, &limits);
    }
}
