//! Files of packages that are not what the packages installed, and rights that no package gave.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use boltseal_model::{Limits, Report};
use boltseal_scan::content::{self, Sought};
use boltseal_scan::{Options, Target};
use boltseal_testkit::image::{Image, Layer, docker, header};
use boltseal_testkit::skip;

use crate::images::{DEBIAN, scan_with, stanza};

fn scanned(target: &Target) -> Report {
    let (content, faults) =
        content::load(Sought { malware: true, secrets: false }, &[], None, &Limits::default()).unwrap();
    assert_eq!(faults, []);
    scan_with(target, &Options::default(), Some(&content)).unwrap().report
}

/// Findings as `id path layer`.
fn found(report: &Report) -> Vec<String> {
    let layer = |layer: Option<u32>| layer.map_or_else(|| "-".to_owned(), |layer| layer.to_string());
    let line = |it: &boltseal_model::Finding| format!("{} {} {}", it.id, it.location.path, layer(it.location.layer));
    report.findings.iter().filter(|it| it.package.is_empty()).map(line).collect()
}

/// A member with permission bits of its own.
fn with_mode(layer: Layer, path: &str, mode: u32, bytes: &[u8]) -> Layer {
    let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
    layer.raw(&header(path.as_bytes(), b'0', mode, b"", bytes.len() as u64)).raw(bytes).raw(&padding)
}

#[test]
fn what_a_later_layer_does_to_files_of_packages_is_found() {
    let md5 = |text: &str| {
        use md5::Digest;
        md5::Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let sums = format!("{}  usr/bin/tool\n{}  bin/kept\n{}  usr/bin/put\n", md5("tool\n"), md5("kept\n"), md5("put\n"));
    let base = Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", stanza("tool", "1"))
        .file("var/lib/dpkg/info/tool.list", "/.\n/usr/bin/tool\n/bin/kept\n/usr/bin/put\n/usr/bin/lends\n")
        .file("var/lib/dpkg/info/tool.md5sums", sums)
        .file("var/lib/dpkg/diversions", "/usr/bin/put\n/usr/bin/put.real\n:\n");
    let base = with_mode(base, "usr/bin/tool", 0o755, b"tool\n");
    let base = with_mode(base, "usr/bin/kept", 0o755, b"kept\n");
    let base = with_mode(base, "usr/bin/put", 0o755, b"put\n");
    let base = with_mode(base, "usr/bin/lends", 0o4755, b"lends\n");
    let top = with_mode(Layer::new().made_by("RUN ./install"), "usr/bin/tool", 0o755, b"another\n");
    let top = with_mode(top, "usr/bin/kept", 0o755, b"kept\n");
    let top = with_mode(top, "usr/bin/put", 0o755, b"of the administrator\n");
    let top = with_mode(top, "opt/app/helper", 0o4755, b"helper\n");
    let top = with_mode(top, "opt/app/lock", 0o2644, b"lock\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    let scan = |layers: Vec<Layer>| {
        let image = layers.into_iter().fold(Image::new(), Image::layer);
        fs::write(&path, docker(&[image]).unwrap().to_tar()).unwrap();
        scanned(&Target::Archive { path: path.clone(), tag: None })
    };
    let report = scan(vec![base, top]);
    assert_eq!(found(&report), ["package-file-changed usr/bin/tool 1", "rights-without-package opt/app/helper 1"]);
    let changed = report.findings.iter().find(|it| it.id == "package-file-changed").unwrap();
    assert!(changed.evidence.starts_with(&format!("the MD5 that tool recorded is {}", md5("tool\n"))), "{changed:?}");
    assert_eq!(changed.location.instruction.as_deref(), Some("RUN ./install"));
    // Whoever looks for secrets alone hears of nothing else.
    let (secrets, _) = content::load(Sought { malware: false, secrets: true }, &[], None, &Limits::default()).unwrap();
    let target = Target::Archive { path: path.clone(), tag: None };
    let report = scan_with(&target, &Options::default(), Some(&secrets)).unwrap().report;
    assert_eq!(found(&report), [""; 0]);
    // Without packages nobody can tell.
    let alone = with_mode(Layer::new(), "app/helper", 0o4755, b"helper\n");
    assert_eq!(found(&scan(vec![alone])), [""; 0]);
}

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A package with two programs and a library, installed into a root by dpkg itself.
fn install(root: &Path, source: &Path) -> Option<()> {
    for folder in ["DEBIAN", "usr/bin", "usr/lib"] {
        fs::create_dir_all(source.join(folder)).ok()?;
    }
    let control =
        "Package: made-up\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: none\n";
    fs::write(source.join("DEBIAN/control"), control).ok()?;
    let mut sums = String::new();
    for (path, text) in
        [("usr/bin/one", "#!/bin/sh\n"), ("usr/bin/two", "#!/bin/sh\nexit\n"), ("usr/lib/libthree.so.1", "\x7fELF")]
    {
        fs::write(source.join(path), text).ok()?;
        fs::set_permissions(source.join(path), fs::Permissions::from_mode(0o755)).ok()?;
        let line = run("md5sum", &[source.join(path).to_str()?])?;
        sums.push_str(&format!("{}  {path}\n", line.split(' ').next()?));
    }
    fs::write(source.join("DEBIAN/md5sums"), sums).ok()?;
    fs::create_dir_all(root.join("var/lib/dpkg/info")).ok()?;
    fs::create_dir_all(root.join("var/lib/dpkg/updates")).ok()?;
    fs::write(root.join("var/lib/dpkg/status"), "").ok()?;
    let package = source.with_extension("deb");
    run("dpkg-deb", &["--build", source.to_str()?, package.to_str()?])?;
    let at = format!("--root={}", root.display());
    let force = "--force-not-root,script-chrootless,bad-path";
    run("dpkg", &[&at, force, "--install", package.to_str()?])?;
    root.join("usr/bin/one").exists().then_some(())
}

#[test]
fn dpkg_agrees_on_which_files_were_changed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    if install(&root, &folder.path().join("made-up")).is_none() {
        return skip("dpkg is not there, or cannot install into a folder");
    }
    let target = Target::Directory { path: root.clone() };
    let ours = || -> BTreeSet<String> {
        let report = scanned(&target);
        let changed = report.findings.iter().filter(|it| it.id == "package-file-changed");
        changed.map(|it| format!("/{}", it.location.path)).collect()
    };
    let theirs = || -> BTreeSet<String> {
        let said = run("dpkg", &[&format!("--root={}", root.display()), "--verify", "made-up"]).unwrap();
        said.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect()
    };
    assert_eq!(ours(), BTreeSet::new());
    assert_eq!(theirs(), BTreeSet::new());
    fs::write(root.join("usr/bin/two"), "#!/bin/sh\ncurl example.net\n").unwrap();
    fs::write(root.join("usr/lib/libthree.so.1"), "\x7fELF, and more").unwrap();
    assert_eq!(ours(), theirs());
    assert_eq!(ours().len(), 2);
    // What runs with the rights of its owner is the package's if it is in its list.
    for path in ["usr/bin/one", "usr/bin/stranger"] {
        fs::write(root.join(path), "#!/bin/sh\n").unwrap();
        fs::set_permissions(root.join(path), fs::Permissions::from_mode(0o4755)).unwrap();
    }
    let report = scanned(&target);
    let lent: Vec<&str> = report
        .findings
        .iter()
        .filter(|it| it.id == "rights-without-package")
        .map(|it| it.location.path.as_str())
        .collect();
    assert_eq!(lent, ["usr/bin/stranger"]);
}
