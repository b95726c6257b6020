//! Small images with known content: layers, links, owners, coverage.

use std::fs;

use boltseal_model::{Package, ProblemKind, Report};
use boltseal_scan::content::Content;
use boltseal_scan::database::DatabaseFile;
use boltseal_scan::{NoCache, NoRegistry, Options, Scanned, Silent, Sockets, Surroundings, Target, explain, scan};
use boltseal_testkit::image::{Compression, Files, Image, Layer, docker, docker_oci, oci};

pub const DEBIAN: &str = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";

pub fn stanza(name: &str, version: &str) -> String {
    format!("Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n")
}

pub fn wheel(name: &str, version: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nA description.\n")
}

/// Scans an archive with the embedded snapshot.
pub fn scan_archive(files: &Files) -> Scanned {
    scan_bytes(&files.to_tar(), &Options::default()).expect("the archive holds an image")
}

pub fn scan_bytes(archive: &[u8], options: &Options) -> Result<Scanned, boltseal_scan::ScanError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    fs::write(&path, archive).unwrap();
    scan_target(&Target::Archive { path, tag: None }, options)
}

/// Makes every test of this program hash paths under one key, so that those of the layer cache may come in any order.
pub fn share_path_key() -> [u8; 16] {
    const KEY: [u8; 16] = *b"the tests' key..";
    assert!(boltseal_image::use_path_key(KEY), "a path was hashed before");
    KEY
}

/// Scans a target with the embedded snapshot, without network and engines.
pub fn scan_target(target: &Target, options: &Options) -> Result<Scanned, boltseal_scan::ScanError> {
    scan_with(target, options, None)
}

/// As [`scan_target`], and searches files.
pub fn scan_with(
    target: &Target,
    options: &Options,
    content: Option<&Content>,
) -> Result<Scanned, boltseal_scan::ScanError> {
    share_path_key();
    let file = DatabaseFile::open(None, None).unwrap();
    let (database, sockets) = (file.database().unwrap(), Sockets::default());
    let around = Surroundings {
        database: &database,
        origin: file.origin(),
        registry: &NoRegistry,
        sockets: &sockets,
        cache: &NoCache,
        content,
        posture: None,
        progress: &Silent,
    };
    scan(target, &around, options)
}

fn package<'a>(report: &'a Report, name: &str) -> &'a Package {
    report.packages.iter().find(|package| package.name == name).unwrap_or_else(|| panic!("{name} is not found"))
}

fn base() -> Layer {
    Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", stanza("openssl", "3.0.11-1~deb12u1"))
        .made_by("ADD base.tar /")
}

#[test]
fn a_package_belongs_to_the_layer_that_brought_it_not_to_the_last_that_rewrote_the_list() {
    let two = stanza("openssl", "3.0.11-1~deb12u1") + &stanza("curl", "7.88.1-10+deb12u4");
    let three =
        stanza("openssl", "3.0.11-1~deb12u1") + &stanza("curl", "7.88.1-10+deb12u5") + &stanza("git", "1:2.39.2-1.1");
    let image = Image::new()
        .layer(base())
        .step("ENV A=b")
        .layer(Layer::new().file("var/lib/dpkg/status", two).made_by("RUN apt-get install curl"))
        .layer(Layer::new().file("var/lib/dpkg/status", three).made_by("RUN apt-get upgrade"));
    let report = scan_archive(&docker(&[image]).unwrap()).report;
    assert_eq!(report.problems, []);
    let brought = |name| {
        let location = &package(&report, name).location;
        (location.layer, location.instruction.as_deref().unwrap_or_default().to_owned())
    };
    assert_eq!(brought("openssl"), (Some(0), "ADD base.tar /".into()));
    assert_eq!(brought("git"), (Some(2), "RUN apt-get upgrade".into()));
    assert_eq!(brought("curl"), (Some(2), "RUN apt-get upgrade".into()), "another version is another package");
}

#[test]
fn what_a_higher_layer_removes_is_gone() {
    let installed = Layer::new()
        .file("app/node_modules/lodash/package.json", r#"{"name": "lodash", "version": "4.17.4"}"#)
        .file("srv/Cargo.lock", "version = 4\n");
    let image = Image::new().layer(base()).layer(installed).layer(Layer::new().whiteout("app/node_modules/lodash"));
    let report = scan_archive(&oci(&[image]).unwrap()).report;
    assert!(report.packages.iter().all(|package| package.name != "lodash"), "{:?}", report.packages);
    assert_eq!(report.problems, []);
}

#[test]
fn records_behind_links_are_read() {
    let layer = Layer::new()
        .file("usr/lib/os-release-real", DEBIAN)
        .symlink("etc/os-release", "../usr/lib/os-release-real")
        .file("data/status", stanza("openssl", "3.0.11-1~deb12u1"))
        .symlink("var/lib/dpkg", "/data")
        .file("opt/a/dist-info-file", wheel("urllib3", "1.24.1"))
        .hard_link("opt/a/urllib3-1.24.1.dist-info/METADATA", "opt/a/dist-info-file");
    let report = scan_archive(&docker_oci(&[Image::new().layer(layer)]).unwrap()).report;
    assert_eq!(report.problems, []);
    assert_eq!(report.subject.distribution.as_ref().unwrap().id, "debian");
    assert_eq!(package(&report, "openssl").location.path, "var/lib/dpkg/status");
    assert_eq!(package(&report, "urllib3").location.layer, Some(0));
}

#[test]
fn quiet_when_a_link_leads_to_nothing() {
    let layer = base_layer_with(|layer| layer.symlink("opt/package-lock.json", "/gone/package-lock.json"));
    assert_eq!(scan_archive(&oci(&[Image::new().layer(layer)]).unwrap()).report.problems, []);
}

fn base_layer_with(change: impl FnOnce(Layer) -> Layer) -> Layer {
    change(base())
}

#[test]
fn a_python_package_of_the_distribution_follows_the_distributions_verdict() {
    let metadata = "usr/lib/python3/dist-packages/urllib3-1.24.1.dist-info/METADATA";
    let owned = |os_release: &str| {
        let layer = Layer::new()
            .file("etc/os-release", os_release)
            .file("var/lib/dpkg/status", stanza("python3-urllib3", "1.24.1-1"))
            .file("var/lib/dpkg/info/python3-urllib3.list", format!("/.\n/usr\n/{metadata}\n"))
            .file(metadata, wheel("urllib3", "1.24.1"));
        scan_archive(&oci(&[Image::new().layer(layer)]).unwrap()).report
    };
    let covered = owned(DEBIAN);
    assert_eq!(package(&covered, "urllib3").owner.as_deref(), Some("python3-urllib3"));
    assert!(covered.findings.iter().all(|finding| !finding.package.contains("pypi")), "{:?}", covered.findings);
    assert!(covered.summary.suppressed[0].count >= 5, "{:?}", covered.summary);
    // Without the distribution's own advisories nobody's verdict could be followed.
    let uncovered = owned("ID=debian\nVERSION_ID=\"99\"\n");
    assert!(uncovered.findings.iter().any(|finding| finding.id == "CVE-2019-11324"), "{:?}", uncovered.findings);
    assert!(uncovered.problems.iter().any(|problem| problem.kind == ProblemKind::NotCovered));
    assert!(!uncovered.summary.complete);
}

#[test]
fn one_row_for_a_package_and_vulnerability_with_the_cve_first() {
    let layer = Layer::new().file("opt/urllib3-1.24.1.dist-info/METADATA", wheel("urllib3", "1.24.1"));
    let report = scan_archive(&oci(&[Image::new().layer(layer)]).unwrap()).report;
    let rows: Vec<_> = report.findings.iter().filter(|finding| finding.id == "CVE-2019-11324").collect();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].aliases.contains(&"PYSEC-2019-133".into()), "{:?}", rows[0].aliases);
    assert_eq!(rows[0].fixed.as_deref(), Some("1.24.2"));
    assert_eq!(rows[0].remediation, "pip install 'urllib3>=1.24.2'");
}

#[test]
fn every_compression_and_layout_gives_the_same_packages() {
    let image = |compression| Image::new().layer(base().compressed(compression)).tag("app:1");
    let mut seen = Vec::new();
    for compression in [Compression::Plain, Compression::Gzip, Compression::Zstd] {
        for layout in [docker, docker_oci, oci] {
            seen.push(scan_archive(&layout(&[image(compression)]).unwrap()).report.packages);
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn an_explanation_tells_both_verdicts_apart() {
    let options = Options { explain: Some("CVE-2019-11324".into()), ..Options::default() };
    let layer = Layer::new()
        .file("a/urllib3-1.24.1.dist-info/METADATA", wheel("urllib3", "1.24.1"))
        .file("b/urllib3-2.0.0.dist-info/METADATA", wheel("urllib3", "2.0.0"))
        .made_by("RUN pip install");
    let scanned = scan_bytes(&oci(&[Image::new().layer(layer)]).unwrap().to_tar(), &options).unwrap();
    let file = DatabaseFile::open(None, None).unwrap();
    let text = explain("CVE-2019-11324", &scanned, &file.database().unwrap());
    for part in ["\nAFFECTED: urllib3 1.24.1", "\nnot affected: urllib3 2.0.0", ">= 1.24.2 (fixed)", "RUN pip install"]
    {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}
