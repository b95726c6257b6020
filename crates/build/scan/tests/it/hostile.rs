//! Images made to break the scan: every one leaves a problem, none a clean report.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use boltseal_model::{Limits, Problem, ProblemKind};
use boltseal_scan::{Options, Target};
use boltseal_testkit::image::{Compression, Image, Layer, docker, oci};

use crate::images::{DEBIAN, scan_archive, scan_bytes, scan_target, stanza};

/// The problems of an image of one layer, which must not be complete.
fn problems(layer: Layer, limits: Limits) -> Vec<Problem> {
    let archive = oci(&[Image::new().layer(layer)]).unwrap().to_tar();
    let report = scan_bytes(&archive, &Options { limits, ..Options::default() }).unwrap().report;
    assert!(!report.summary.complete, "{:?}", report.problems);
    report.problems
}

fn kinds(problems: &[Problem]) -> Vec<ProblemKind> {
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn a_bomb_is_noticed_before_it_is_swallowed() {
    let limits = || Limits { free_layer_bytes: 1 << 20, compression_ratio: 100, ..Limits::default() };
    for compression in [Compression::Gzip, Compression::Zstd] {
        let bomb = Layer::new().file("zeros", vec![0; 32 << 20]).compressed(compression);
        assert_eq!(kinds(&problems(bomb, limits())), [ProblemKind::CompressionBomb], "{compression:?}");
    }
}

#[test]
fn a_record_over_the_limit_is_named_and_not_held() {
    let large = Layer::new().file("opt/package-lock.json", vec![b' '; 5_000]);
    let found = problems(large, Limits { file_bytes: 4_096, ..Limits::default() });
    assert_eq!(kinds(&found), [ProblemKind::TooLarge]);
    assert_eq!(found[0].path.as_deref(), Some("opt/package-lock.json"));
}

#[test]
fn a_path_that_climbs_out_is_refused() {
    let layer = Layer::new().hostile(b"../../etc/os-release", b'0', b"", DEBIAN.as_bytes());
    assert_eq!(kinds(&problems(layer, Limits::default())), [ProblemKind::UnsafePath]);
}

#[test]
fn absurd_depth_of_a_lock_file_is_a_problem() {
    let deep = format!("{{\"packages\": {}", "[".repeat(100_000));
    let found = problems(Layer::new().file("opt/package-lock.json", deep), Limits::default());
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn links_in_a_circle_are_a_problem() {
    let layer = Layer::new().symlink("etc/os-release", "other").symlink("etc/other", "os-release");
    assert_eq!(kinds(&problems(layer, Limits::default())), [ProblemKind::BrokenLink]);
}

#[test]
fn a_record_twice_in_a_layer_is_a_problem_and_the_last_one_counts() {
    let layer = Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", stanza("openssl", "1"))
        .file("var/lib/dpkg/status", stanza("openssl", "2"));
    let report = scan_archive(&docker(&[Image::new().layer(layer)]).unwrap()).report;
    assert!(kinds(&report.problems).contains(&ProblemKind::Duplicate), "{:?}", report.problems);
    let versions: Vec<&str> = report.packages.iter().map(|package| package.version.as_str()).collect();
    assert_eq!(versions, ["2"]);
}

#[test]
fn unreadable_files_of_a_tree_are_named() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    fs::create_dir_all(path("etc")).unwrap();
    fs::create_dir_all(path("opt/loop")).unwrap();
    fs::write(path("etc/os-release"), DEBIAN).unwrap();
    fs::write(path("opt/Cargo.lock"), "version = 4\n").unwrap();
    symlink("poetry.lock", path("opt/poetry.lock")).unwrap();
    fs::set_permissions(path("opt/Cargo.lock"), fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything, so that only the circle is left to complain about.
    let is_refused = fs::read(path("opt/Cargo.lock")).is_err();
    let target = Target::Directory { path: root.path().to_owned() };
    let scanned = scan_target(&target, &Options::default()).unwrap();
    let named: Vec<&str> = scanned.report.problems.iter().filter_map(|problem| problem.path.as_deref()).collect();
    let expected: &[&str] = if is_refused { &["opt/Cargo.lock", "opt/poetry.lock"] } else { &["opt/poetry.lock"] };
    assert_eq!(named, expected, "{:?}", scanned.report.problems);
    assert!(!scanned.report.summary.complete);
}

#[test]
fn hostile_names_are_kept_and_quoted() {
    let layer = Layer::new().file("a/node_modules/x/package.json", r#"{"name": "x'; reboot;'", "version": "1.0.0"}"#);
    let report = scan_archive(&oci(&[Image::new().layer(layer)]).unwrap()).report;
    assert_eq!(report.packages.len(), 1);
    assert_eq!(report.packages[0].purl, "pkg:npm/x%27%3B%20reboot%3B%27@1.0.0");
}

#[test]
fn a_package_database_written_through_a_link_is_pointed_out() {
    let status = || stanza("openssl", "3.0.11-1~deb12u1");
    for (link, target, path) in [
        ("v", "var", "v/lib/dpkg/status"),
        ("v", "/", "v/var/lib/dpkg/status"),
        ("a/b", "../var/lib/dpkg", "a/b/status"),
        ("v", "var", "v/lib/dpkg/status.d/openssl"),
    ] {
        let found = problems(Layer::new().symlink(link, target).file(path, status()), Limits::default());
        assert_eq!(kinds(&found), [ProblemKind::Unsupported], "{path}: {found:?}");
    }
}

#[test]
fn quiet_when_a_builder_writes_something_else_through_a_link() {
    let base = Layer::new().symlink("var/run", "/run").symlink("lib", "usr/lib").file("etc/os-release", DEBIAN);
    let application =
        Layer::new().file("var/run/app/data", "1").file("lib/x.so", "2").file("app/Cargo.lock", "version = 4\n");
    let report = scan_archive(&oci(&[Image::new().layer(base).layer(application)]).unwrap()).report;
    assert_eq!(report.problems, []);
}
