//! rpm's databases, made by rpm itself where it still makes them.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use boltseal_inventory::{File, Inventory, Recorded, wanted};
use boltseal_model::{Limits, Package, Problem};
use boltseal_testkit::skip;

/// Two packages from one source, one with all that a package can have, and one that is larger than a page.
const SPECIFICATION: &str = "\
Name: demo\nEpoch: 2\nVersion: 1.4.2\nRelease: 3.el9\nSummary: words\nLicense: MIT and GPLv2+\n\
ModularityLabel: demo:18:8060020220707094230:ad008a3a\nBuildArch: noarch\n\
Requires: bash, /bin/sh, libz.so.1, demo-libs = 2:9\nAutoReqProv: no\n%description\nwords\n\
%package libs\nSummary: words\nVersion: 9\nLicense: ASL 2.0\nAutoReqProv: no\n%description libs\nwords\n\
%install\ncd %{buildroot} && mkdir -p usr/lib/python3.9/site-packages/demo-1.4.2.dist-info usr/share/demo\n\
echo x > usr/lib/python3.9/site-packages/demo-1.4.2.dist-info/METADATA\n\
for number in $(seq 300); do echo $number > usr/share/demo/readme-$number; done\n\
%files\n/usr/lib/python3.9/site-packages/demo-1.4.2.dist-info\n/usr/share/demo\n%files libs\n";

/// Builds the packages and installs them into a database. `None`, and a printed reason, where rpm is absent.
fn database(folder: &Path) -> Option<Vec<u8>> {
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().ok()?;
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap())
    };
    fs::write(folder.join("demo.spec"), SPECIFICATION).unwrap();
    let top = format!("_topdir {}", folder.join("top").display());
    let Some(_) = run("rpmbuild", &["-bb", "--quiet", "--define", &top, "demo.spec"]) else {
        skip("rpmbuild is absent");
        return None;
    };
    let path = folder.join("db").display().to_string();
    let packages = ["demo-1.4.2-3.el9", "demo-libs-9-3.el9"].map(|name| format!("top/RPMS/noarch/{name}.noarch.rpm"));
    run("rpm", &["--dbpath", &path, "--define", "_db_backend sqlite", "--initdb"]);
    let install = ["--dbpath", &path, "-i", "--justdb", "--nodeps", "--nosignature"];
    run("rpm", &[&install[..], &[&packages[0], &packages[1]]].concat());
    Some(fs::read(folder.join("db/rpmdb.sqlite")).unwrap())
}

fn read(path: &str, bytes: &[u8]) -> (Inventory, Vec<Problem>) {
    let analyzer = wanted(path).next().unwrap();
    let (inventory, problems) = (analyzer.parse)(&File { path, bytes }, &Limits::default());
    (inventory, problems.into_sorted())
}

/// The blobs of a database, as SQLite itself reads them.
fn blobs(database: &Path) -> Option<Vec<Vec<u8>>> {
    let program = "import sqlite3, sys\n\
        for row in sqlite3.connect(sys.argv[1]).execute('select blob from Packages order by hnum'): print(row[0].hex())";
    let Ok(output) = Command::new("python3").args(["-c", program]).arg(database).output() else {
        skip("python3 is absent");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    Some(text.lines().map(|line| line.as_bytes().chunks(2).map(byte).collect()).collect())
}

#[test]
fn finds_what_rpm_says_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    let Some(bytes) = database(folder.path()) else { return };
    let format = "%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{LICENSE}\t%{MODULARITYLABEL}\n";
    let path = folder.path().join("db").display().to_string();
    let listed = Command::new("rpm").args(["--dbpath", &path, "-qa", "--qf", format]).output().unwrap();
    let expected: BTreeSet<String> = String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect();
    let (inventory, problems) = read("var/lib/rpm/rpmdb.sqlite", &bytes);
    let describe = |package: &Package| {
        let architecture = package.architecture.as_deref().unwrap_or("(none)");
        let module = package.module.as_deref().unwrap_or("(none)");
        [&package.name, &package.version, architecture, &package.licences.join("|"), module].join("\t")
    };
    let found: BTreeSet<String> = inventory.packages.iter().map(describe).collect();
    assert_eq!((found.len(), &found, problems), (2, &expected, vec![]));
    let named = |name: &str| inventory.packages.iter().find(|package| package.name == name).unwrap();
    let (demo, libs) = (named("demo"), named("demo-libs"));
    assert_eq!((demo.dependencies.join(" "), &demo.source), ("bash demo-libs".to_owned(), &None));
    let source = libs.source.as_ref().map(|source| (&*source.name, &*source.version));
    assert_eq!(source, Some(("demo", "1.4.2-3.el9")));
    let owned: Vec<_> = inventory.owned.iter().map(|file| (&*file.path, &*file.package)).collect();
    let metadata = "usr/lib/python3.9/site-packages/demo-1.4.2.dist-info";
    assert_eq!(owned, [(metadata, "demo"), (&*format!("{metadata}/METADATA"), "demo")]);
    let digests =
        Command::new("rpm").args(["--dbpath", &path, "-qa", "--qf", "[%{FILENAMES}\t%{FILEDIGESTS}\n]"]).output();
    let digests = String::from_utf8(digests.unwrap().stdout).unwrap();
    let digest_of = |path: &str| {
        let digest = digests.lines().find_map(|line| line.strip_prefix(&format!("/{path}\t"))).unwrap().to_owned();
        if digest.is_empty() { Recorded::Nothing } else { Recorded::Digest(digest) }
    };
    for file in &inventory.owned {
        assert_eq!(file.recorded, digest_of(&file.path), "{}", file.path);
    }
    assert!(matches!(&inventory.owned[1].recorded, Recorded::Digest(digest) if digest.len() == 64));
}

#[test]
fn berkeley_databases_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let Some(sqlite) = database(folder.path()) else { return };
    let Some(blobs) = blobs(&folder.path().join("db/rpmdb.sqlite")) else { return };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for (order, number) in [("1234", u32::to_le_bytes as fn(u32) -> [u8; 4]), ("4321", u32::to_be_bytes)] {
        let path = folder.path().join(format!("Packages-{order}"));
        // rpm keeps the number of the last package under the number 0.
        let mut text = format!(
            "VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={order}\ndb_pagesize=4096\nHEADER=END\n 00000000\n {}\n",
            hex(&number(2))
        );
        for (index, blob) in (1..).zip(&blobs) {
            text += &format!(" {}\n {}\n", hex(&number(index)), hex(blob));
        }
        text += "DATA=END\n";
        let Ok(mut load) = Command::new("db5.3_load").arg(&path).stdin(Stdio::piped()).spawn() else {
            return skip("db5.3_load is absent");
        };
        load.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(load.wait().unwrap().success());
        let (mut found, problems) = read("var/lib/rpm/Packages", &fs::read(&path).unwrap());
        let (mut expected, _) = read("var/lib/rpm/Packages", &sqlite);
        found.packages.sort();
        expected.packages.sort();
        assert_eq!((found, problems), (expected, vec![]), "{order}");
    }
}

#[test]
fn ndb_databases_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let Some(sqlite) = database(folder.path()) else { return };
    let Some(blobs) = blobs(&folder.path().join("db/rpmdb.sqlite")) else { return };
    let (found, problems) = read("var/lib/rpm/Packages.db", &ndb(&blobs));
    assert_eq!((found, problems), (read("var/lib/rpm/Packages.db", &sqlite).0, vec![]));
}

/// An ndb database of one page of slots.
fn ndb(blobs: &[Vec<u8>]) -> Vec<u8> {
    let words = |words: [u32; 3]| words.map(u32::to_le_bytes).concat();
    let mut head = [&b"RpmP"[..], &words([0, 1, 1]), &[0; 16]].concat();
    let mut bodies = Vec::new();
    for (package, blob) in (1..).zip(blobs) {
        let place = u32::try_from((4_096 + bodies.len()) / 16).unwrap();
        let length = u32::try_from(blob.len()).unwrap();
        head.extend([&b"Slot"[..], &words([package, place, (length + 12).div_ceil(16) + 1])].concat());
        bodies.extend([&b"BlbS"[..], &words([package, 1, length]), blob].concat());
        bodies.resize(bodies.len().next_multiple_of(16), 0);
        bodies.extend([&[0; 4][..], &length.to_le_bytes(), b"BlbE", &[0; 4]].concat());
    }
    while head.len() < 4_096 {
        head.extend([&b"Slot"[..], &words([0, 0, 0])].concat());
    }
    [head, bodies].concat()
}
