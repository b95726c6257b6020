//! The look-up by path against a naive reading of the patterns.

use boltseal_inventory::{ALL, Pattern, wanted, well_known};
use proptest::prelude::*;

fn naive(path: &str) -> Vec<&'static str> {
    let matching = |is_program: bool| -> Vec<&'static str> {
        let wants = |pattern: &Pattern| (*pattern == Pattern::Program) == is_program && pattern.matches(path);
        ALL.iter().filter(|analyzer| analyzer.files.iter().any(wants)).map(|analyzer| analyzer.id).collect()
    };
    let records = matching(false);
    if records.is_empty() { matching(true) } else { records }
}

fn looked_up(path: &str) -> Vec<&'static str> {
    wanted(path).map(|analyzer| analyzer.id).collect()
}

#[test]
fn ids_are_sorted_and_unique() {
    assert!(ALL.is_sorted_by(|one, other| one.id < other.id));
}

#[test]
fn extensions_can_be_looked_up() {
    for pattern in ALL.iter().flat_map(|analyzer| analyzer.files) {
        if let Pattern::Affixes { suffix, .. } | Pattern::InNamedFolder { suffix, .. } = pattern {
            assert!(suffix.starts_with('.'), "{pattern} ends in no extension");
        }
    }
}

#[test]
fn well_known_paths_are_wanted() {
    let paths: Vec<_> = well_known().collect();
    for path in ["etc/os-release", "usr/lib/os-release", "var/lib/dpkg/status", "lib/apk/db/installed"] {
        assert!(paths.contains(&path), "{path}");
    }
    for path in paths {
        assert!(!looked_up(path).is_empty(), "{path}");
    }
}

#[test]
fn each_kind_of_file_goes_to_its_analyzer() {
    for (path, ids) in [
        ("var/lib/dpkg/status.d/base", vec!["dpkg-status"]),
        ("var/lib/dpkg/status.d/base.md5sums", vec!["dpkg-files"]),
        ("var/lib/dpkg/info/libc6:amd64.list", vec!["dpkg-files"]),
        ("var/lib/dpkg/info/libc6:amd64.md5sums", vec!["dpkg-sums"]),
        ("usr/lib/python3/dist-packages/six-1.16.0.egg-info", vec!["python-egg"]),
        ("app/node_modules/a/package.json", vec!["node-package"]),
        ("app/package.json", vec![]),
        ("src/app/go.mod", vec!["go-mod"]),
        ("go/pkg/mod/example.org/a@v1.0.0/go.mod", vec![]),
        ("app/node_modules/.package-lock.json", vec![]),
        ("app/pylock.toml", vec!["pylock-toml"]),
        ("app/pylock.dev.toml", vec!["pylock-toml"]),
        ("app/pylocktoml.x", vec![]),
        ("requirements-dev.txt", vec!["python-requirements"]),
        ("app/gradle/dependency-locks/compileClasspath.lockfile", vec!["gradle-lock"]),
        ("app/dependency-locks/compileClasspath.lockfile", vec![]),
        ("app/Shop.deps.json", vec!["dotnet-deps"]),
        ("app/deps.json", vec![]),
        ("conda/conda-meta/a.deps.json", vec!["conda-package", "dotnet-deps"]),
        ("specifications/default/json-2.6.1.gemspec", vec!["gem-installed"]),
        ("my-specifications/json-2.6.1.gemspec", vec![]),
        ("usr/local/bin/kubectl", vec!["go-binary", "program-version", "rust-binary"]),
        ("usr/share/doc/kubectl/copyright", vec!["dpkg-copyright"]),
        ("usr/share/doc/kubectl/more/copyright", vec![]),
        ("app/node_modules/a/LICENSE.md", vec!["licence-file"]),
        ("app/node_modules/a/license.js", vec![]),
        ("", vec![]),
        ("/", vec![]),
    ] {
        assert_eq!(looked_up(path), ids, "{path}");
    }
}

/// Components that patterns are made of, and neighbours of them.
fn component() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "etc",
            "usr",
            "lib",
            "var",
            "dpkg",
            "apk",
            "db",
            "info",
            "status.d",
            "node_modules",
            "@scope",
            ".pnpm",
            "x.dist-info",
            ".dist-info",
            "x.egg-info",
            "EGG-INFO",
            "var/lib/dpkg/info",
            "var/lib/dpkg/status.d",
            "os-release",
            "status",
            "installed",
            "METADATA",
            "PKG-INFO",
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "Cargo.lock",
            "bun.lock",
            "go.mod",
            "pkg",
            "pkg/mod",
            "mod",
            "poetry.lock",
            "Pipfile.lock",
            "pdm.lock",
            "pylock.toml",
            "pylock.dev.toml",
            "uv.lock",
            "pnpm-lock.yaml",
            "yarn.lock",
            "specifications",
            "default",
            "gems",
            "a.gemspec",
            ".gemspec",
            "conda-meta",
            "a.json",
            "a.deps.json",
            ".deps.json",
            "a.deps",
            "composer",
            "vendor",
            "installed.json",
            "composer.lock",
            "Gemfile.lock",
            "bin",
            "share",
            "usr/share/doc",
            "copyright",
            "LICENSE",
            "licence.md",
            "licenses",
            "usr/share",
            "usr/shared",
            "kubectl",
            "libssl.so.3",
            "a.so",
            "requirements.txt",
            "requirements.",
            "requirementstxt",
            ".egg-info",
            ".list",
            ".md5sums",
            "a.list",
            "a.md5sums",
            "",
        ])
        .prop_map(str::to_owned),
        "[a-z.@]{0,6}",
    ]
}

proptest! {
    #[test]
    fn agrees_with_the_patterns(components in prop::collection::vec(component(), 1..6)) {
        let path = components.join("/");
        prop_assert_eq!(looked_up(&path), naive(&path));
    }

    #[test]
    fn agrees_with_the_patterns_on_any_text(path in ".{0,60}") {
        prop_assert_eq!(looked_up(&path), naive(&path));
    }
}
