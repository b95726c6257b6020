//! Programs and archives in images, which are found by their first bytes and not by a telling path.

use std::fs;

use boltseal_model::ProblemKind;
use boltseal_scan::Options;
use boltseal_testkit::data::workspace;
use boltseal_testkit::image::{Image, Layer, oci};

use crate::images::{DEBIAN, scan_archive, scan_bytes, stanza};

/// An input file of an analyzer's fixtures.
fn fixture(path: &str) -> Vec<u8> {
    fs::read(workspace().join("crates/build/inventory/tests/fixtures/analyzers").join(path)).unwrap()
}

fn shop() -> Vec<u8> {
    fixture("go-binary/fires-inline/input/usr/local/bin/shop")
}

#[test]
fn programs_and_archives_of_any_name_are_read_and_a_higher_layer_replaces_them() {
    let base = Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", stanza("shop", "1.0-1"))
        .file("var/lib/dpkg/info/shop.list", "/.\n/usr/bin/owned\n")
        .file("usr/bin/owned", shop())
        .file("usr/local/bin/replaced", shop())
        .file("usr/local/bin/script", "#!/bin/sh\n")
        .file("srv/app.jar", fixture("java-archive/fires-maven/input/opt/app/lib/log4j-core-2.14.1.jar"))
        .symlink("usr/local/bin/link", "/usr/bin/owned");
    let top = Layer::new().file("usr/local/bin/replaced", "#!/bin/sh\n");
    let report = scan_archive(&oci(&[Image::new().layer(base).layer(top)]).unwrap()).report;
    let incomplete: Vec<_> = report.problems.iter().filter(|problem| problem.kind != ProblemKind::NotCovered).collect();
    assert!(incomplete.is_empty(), "{incomplete:?}");
    let of = |analyzer: &str| -> Vec<(&str, Option<&str>, &str)> {
        let found = report.packages.iter().filter(|package| package.analyzer == analyzer);
        found.map(|package| (&*package.name, package.owner.as_deref(), &*package.location.path)).collect()
    };
    let owned = |name| (name, Some("shop"), "usr/bin/owned");
    let modules = [owned("github.com/acme/text"), owned("github.com/gorilla/websocket"), owned("stdlib")];
    assert_eq!(of("go-binary"), modules);
    assert_eq!(of("java-archive"), [("org.apache.logging.log4j:log4j-core", None, "srv/app.jar")]);
}

#[test]
fn a_program_over_the_limit_is_named_and_a_large_file_that_is_none_is_not() {
    let layer = Layer::new().file("app/shop", shop()).file("app/data", vec![0; 4_096]);
    let mut options = Options::default();
    options.limits.program_bytes = 100;
    let archive = oci(&[Image::new().layer(layer)]).unwrap().to_tar();
    let report = scan_bytes(&archive, &options).unwrap().report;
    let found: Vec<_> = report.problems.iter().map(|problem| (problem.kind, problem.path.as_deref())).collect();
    assert_eq!(found, [(ProblemKind::TooLarge, Some("app/shop"))]);
}
