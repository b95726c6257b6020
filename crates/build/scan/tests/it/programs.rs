//! Programs and archives in images, which are found by their first bytes and not by a telling path.

use std::fs;
use std::sync::atomic::Ordering;

use boltseal_model::{ProblemKind, Report};
use boltseal_scan::{Options, Target};
use boltseal_testkit::data::workspace;
use boltseal_testkit::image::{Image, Layer, oci};

use crate::cache::{around, base, cache, registry_target, remote};
use crate::images::{DEBIAN, scan_archive, scan_bytes, scan_target, stanza};

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

#[test]
fn a_sum_of_another_layer_completes_a_go_module_until_a_layer_hides_it() {
    let module = "module m\n\ngo 1.16\n\nrequire example.org/a v1.0.0\n";
    let sum = "example.org/b v1.2.0 h1:Y/yl/+YNO8GZSjAhjMsSuLt29uWRFHdHYUb5lYOV9qE=\n";
    let both = Image::new().layer(Layer::new().file("app/go.sum", sum)).layer(Layer::new().file("app/go.mod", module));
    let hidden = both.clone().layer(Layer::new().whiteout("app/go.sum"));
    let complete = both.clone().layer(Layer::new().file("app/go.mod", module.replace("1.16", "1.17")));
    for (image, expected, is_whole) in [
        (both, &[("example.org/a", Some(1)), ("example.org/b", Some(0))][..], true),
        (hidden, &[("example.org/a", Some(1))], false),
        (complete, &[("example.org/a", Some(1))], true),
    ] {
        let report = scan_archive(&oci(&[image]).unwrap()).report;
        let found: Vec<_> = report.packages.iter().map(|package| (&*package.name, package.location.layer)).collect();
        assert_eq!(found, expected);
        let problems: Vec<_> = report.problems.iter().map(|problem| (problem.kind, problem.layer)).collect();
        assert_eq!(problems, if is_whole { vec![] } else { vec![(ProblemKind::Unpinned, Some(1))] });
    }
}

#[test]
fn a_sum_completes_a_go_module_in_a_folder_and_out_of_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let module = "module m\n\nrequire example.org/a v1.0.0\n\nreplace example.org/b => example.org/c v1.3.0\n";
    let sum = "example.org/b v1.2.0 h1:Y/yl/+YNO8GZSjAhjMsSuLt29uWRFHdHYUb5lYOV9qE=\n";
    fs::write(folder.path().join("go.mod"), module).unwrap();
    fs::write(folder.path().join("go.sum"), sum).unwrap();
    let target = Target::Directory { path: folder.path().to_owned() };
    let purls = |report: &Report| report.packages.iter().map(|package| package.purl.clone()).collect::<Vec<_>>();
    let expected = ["pkg:golang/example.org/a@v1.0.0", "pkg:golang/example.org/c@v1.3.0"];
    assert_eq!(purls(&scan_target(&target, &Options::default()).unwrap().report), expected);
    let cache = cache(&folder.path().join("cache"), 1 << 30);
    let (registry, read) =
        remote(Image::new().layer(base()).layer(Layer::new().file("go.mod", module).file("go.sum", sum)));
    let first = around(&cache, &registry, &registry_target());
    read.store(0, Ordering::SeqCst);
    let second = around(&cache, &registry, &registry_target());
    assert!(read.load(Ordering::SeqCst) < 20_000, "it comes out of the cache");
    assert!(expected.iter().all(|purl| purls(&second).iter().any(|found| found == purl)), "{:?}", purls(&second));
    assert_eq!(second, first);
}
