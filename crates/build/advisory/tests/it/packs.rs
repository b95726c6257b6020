//! The real data beside the project: everything in it is read, counted and looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use boltseal_advisory::database::Entry;
use boltseal_advisory::import::{self, Imported, Skip};
use boltseal_advisory::range::{Bound, Range};
use boltseal_advisory::{Advisory, Builder, Database, Evaluation, evaluate};
use boltseal_model::{Distribution, Ecosystem, Limits, Location, Package, Problem, Problems};
use boltseal_testkit::data;

/// What one pack holds, all its files together.
#[derive(Default)]
pub struct Pack {
    pub files: usize,
    pub imported: Imported,
    pub problems: Vec<Problem>,
}

/// Every pack that has an importer, by the importer's id; `None` where the packs are absent.
pub fn all() -> Option<&'static BTreeMap<&'static str, Pack>> {
    static PACKS: OnceLock<Option<BTreeMap<&'static str, Pack>>> = OnceLock::new();
    PACKS.get_or_init(read_all).as_ref()
}

/// The database of all packs.
pub fn database() -> Option<&'static [u8]> {
    static DATABASE: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    DATABASE.get_or_init(|| all().map(|packs| build(packs, false))).as_deref()
}

/// Builds a database, with everything added the other way round if `reversed`.
pub fn build(packs: &BTreeMap<&str, Pack>, reversed: bool) -> Vec<u8> {
    let mut builder = Builder::new();
    let mut importers: Vec<_> = import::ALL.iter().filter(|importer| packs.contains_key(importer.id)).collect();
    if reversed {
        importers.reverse();
    }
    for importer in importers {
        let source = builder.source(importer.source());
        let mut imported = packs[importer.id].imported.clone();
        if reversed {
            imported.advisories.reverse();
            imported.exploited.reverse();
            imported.likelihoods.reverse();
            imported.lifecycles.reverse();
        }
        builder.add_all(source, imported);
    }
    builder.finish()
}

fn read_all() -> Option<BTreeMap<&'static str, Pack>> {
    let mut packs = BTreeMap::new();
    for archive in [
        "endoflife",
        "golang-vulndb",
        "kev",
        "nodejs-security-wg",
        "php-security-advisories",
        "pypa",
        "ruby-advisory-db",
        "rustsec",
    ] {
        let folder = data::unpack(&format!("advisories/{archive}.tar.zst"))?;
        walk(folder.path(), folder.path(), &mut packs);
    }
    for name in ["alpine-secdb", "debian"] {
        let folder = data::find(&format!("advisories/{name}"))?;
        walk(&folder, &folder, &mut packs);
    }
    Some(packs)
}

fn walk(root: &Path, folder: &Path, packs: &mut BTreeMap<&'static str, Pack>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(root, &path, packs);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let Some(importer) = import::detect(&name, &bytes) else { continue };
        let (imported, problems): (_, Problems) = (importer.import)(&name, &bytes, &Limits::default());
        let pack = packs.entry(importer.id).or_default();
        pack.files += 1;
        pack.imported.advisories.extend(imported.advisories);
        pack.imported.exploited.extend(imported.exploited);
        pack.imported.lifecycles.extend(imported.lifecycles);
        pack.problems.extend(problems.into_sorted());
        for (reason, count) in imported.skipped {
            *pack.imported.skipped.entry(reason).or_default() += count;
        }
    }
}

fn problems(pack: &Pack) -> Vec<String> {
    let mut problems: Vec<String> = pack
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.path.as_deref().unwrap_or_default(), problem.detail))
        .collect();
    problems.sort();
    problems
}

#[test]
fn every_file_is_an_advisory_or_skipped_for_a_reason() {
    let Some(packs) = all() else { return };
    let expected = BTreeMap::from([
        ("alpine-secdb", (8, 7_318, vec![])),
        ("cisa-kev", (3, 1_404, vec![(Skip::Index, 2)])),
        ("debian-fixed-table", (1, 11_627, vec![])),
        ("endoflife-date", (464, 464, vec![])),
        ("friends-of-php", (1_592, 1_592, vec![])),
        ("golang-vulndb", (4_291, 6_106, vec![(Skip::Withdrawn, 17)])),
        ("node-security-wg", (640, 653, vec![(Skip::Index, 2)])),
        ("pypa", (2_661, 2_649, vec![(Skip::Withdrawn, 10)])),
        ("ruby-advisory-db", (1_381, 1_381, vec![])),
        (
            "rustsec",
            (
                1_226,
                726,
                vec![(Skip::Withdrawn, 13), (Skip::Informational, 466), (Skip::Draft, 1), (Skip::NotAPackage, 20)],
            ),
        ),
    ]);
    assert_eq!(packs.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (id, pack) in packs {
        let skipped: Vec<(Skip, u64)> = pack.imported.skipped.iter().map(|(&reason, &count)| (reason, count)).collect();
        assert_eq!((pack.files, pack.imported.advisories.len() + pack.imported.facts(), skipped), expected[id], "{id}");
    }
}

/// What the publishers got wrong, and nothing else, is a problem.
#[test]
fn only_the_publishers_slips_are_problems() {
    let Some(packs) = all() else { return };
    for id in [
        "cisa-kev",
        "debian-fixed-table",
        "endoflife-date",
        "friends-of-php",
        "golang-vulndb",
        "ruby-advisory-db",
        "rustsec",
    ] {
        assert_eq!(problems(&packs[id]), [""; 0], "{id}");
    }
    assert_eq!(
        problems(&packs["pypa"]),
        [
            "pypa/vulns/binderhub/PYSEC-2021-371.yaml PYSEC-2021-371 names \"0.2.0-n653\", which is no pep440 version; the \
             range is left out",
            "pypa/vulns/steam/PYSEC-2019-125.yaml PYSEC-2019-125 names \"2019-09-12\", which is no pep440 version; the range \
             is left out",
        ]
    );
    assert_eq!(
        problems(&packs["node-security-wg"]),
        ["nodejs-security-wg/vuln/npm/504.json NSWG-ECO-504 has a CVSS vector that cannot be read"]
    );
    let alpine = problems(&packs["alpine-secdb"]);
    let versions = alpine.iter().filter(|problem| problem.contains("which is no apk version"));
    assert_eq!((alpine.len(), versions.count()), (15, 13), "{alpine:?}");
    assert!(alpine.contains(&"v3.9/main.yaml ansible 2.7.3-r0: \"CVE 2018-16859\" names no identifier".to_owned()));
}

#[test]
fn database_is_small_whole_and_the_same_in_any_order() {
    let (Some(packs), Some(bytes)) = (all(), database()) else { return };
    println!("database of all packs: {} bytes", bytes.len());
    assert!(bytes.len() < 1_500_000, "{}", bytes.len());
    let database = Database::open(bytes).unwrap();
    database.verify().unwrap();
    let info = database.info();
    assert_eq!(info.sources.len(), 10);
    assert_eq!(info.advisories, info.sources.iter().map(|source| source.advisories).sum::<u64>());
    let names: Vec<&str> = info.namespaces.iter().map(|known| known.namespace.as_str()).collect();
    assert_eq!(
        names,
        [
            "alpine:3.10",
            "alpine:3.11",
            "alpine:3.8",
            "alpine:3.9",
            "cargo",
            "composer",
            "debian:12",
            "gem",
            "generic",
            "golang",
            "npm",
            "pypi"
        ]
    );
    assert!(build(packs, true) == bytes, "the order in which advisories are added does not show");
}

/// Every fact of every advisory comes back from the file.
#[test]
fn every_advisory_is_found_again() {
    let (Some(packs), Some(bytes)) = (all(), database()) else { return };
    let database = Database::open(bytes).unwrap();
    let mut checked = 0;
    for (id, pack) in packs {
        let mut packages: BTreeMap<_, Vec<&Advisory>> = BTreeMap::new();
        for advisory in &pack.imported.advisories {
            packages.entry((&advisory.namespace, &advisory.package)).or_default().push(advisory);
        }
        for ((namespace, name), advisories) in packages {
            let record = database.package(namespace, name).unwrap().expect("package is known");
            let entries: BTreeSet<_> = record
                .entries
                .iter()
                .filter(|entry| database.source_name(entry.source) == Some(id))
                .map(|entry| {
                    (entry.ids.clone(), owned(&entry.ranges), entry.versions.clone(), entry.published, entry.modified)
                })
                .collect();
            for advisory in advisories {
                let ids = [&advisory.id].into_iter().chain(&advisory.aliases).cloned().collect();
                let versions = advisory.versions.iter().map(String::as_str).collect();
                let facts = (ids, advisory.ranges.clone(), versions, advisory.published, advisory.modified);
                assert!(entries.contains(&facts), "{advisory:?}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 32_052);
}

fn owned(ranges: &[Range<&str>]) -> Vec<Range> {
    let bound = |bound: Bound<&str>| Bound { version: bound.version.to_owned(), inclusive: bound.inclusive };
    ranges
        .iter()
        .map(|range| Range {
            lower: range.lower.map(bound),
            upper: range.upper.map(bound),
            fixed: range.fixed.map(str::to_owned),
        })
        .collect()
}

fn evaluation(
    ecosystem: Ecosystem,
    release: Option<(&str, &str)>,
    name: &str,
    version: &str,
    id: &str,
) -> Option<Evaluation> {
    let database = Database::open(database()?).unwrap();
    let distribution =
        release.map(|(id, version)| Distribution { id: id.into(), version: Some(version.into()), name: None });
    let package = Package::new("test", ecosystem, name, version, Location::default());
    let (evaluations, problems) = evaluate(&database, &package, distribution.as_ref());
    assert_eq!(problems.into_sorted(), []);
    let found = evaluations.into_iter().find(|evaluation| evaluation.id == id);
    Some(found.unwrap_or_else(|| panic!("{name} {version}: no {id}")))
}

#[test]
fn known_answers_are_given() {
    type Case = (
        Ecosystem,
        Option<(&'static str, &'static str)>,
        &'static str,
        &'static str,
        &'static str,
        Option<&'static str>,
    );
    let debian = Some(("debian", "12"));
    let alpine = Some(("alpine", "3.11.6"));
    let cases: [Case; 17] = [
        (Ecosystem::Generic, None, "node", "4.1.1", "CVE-2015-7384", Some("4.1.2")),
        (Ecosystem::Generic, None, "node", "4.1.2", "CVE-2015-7384", None),
        (Ecosystem::Gem, None, "activerecord", "6.1.6", "CVE-2022-32224", Some("6.1.6.1")),
        (Ecosystem::Gem, None, "activerecord", "6.1.6.1", "CVE-2022-32224", None),
        (Ecosystem::Generic, None, "ruby", "3.2.3", "CVE-2024-27282", Some("3.2.4")),
        (Ecosystem::Composer, None, "Twig/Twig", "v2.15.2", "CVE-2022-39261", Some("2.15.3")),
        (Ecosystem::Composer, None, "symfony/http-kernel", "4.3.1", "CVE-2020-15094", Some("4.4.13")),
        (Ecosystem::Pypi, None, "urllib3", "1.26.3", "CVE-2021-28363", Some("1.26.4")),
        (Ecosystem::Pypi, None, "Urllib3", "1.26.4", "CVE-2021-28363", None),
        (Ecosystem::Pypi, None, "urllib3", "1.25.11", "CVE-2021-28363", None),
        (Ecosystem::Npm, None, "lodash", "4.17.10", "CVE-2018-16487", Some("4.17.11")),
        (Ecosystem::Cargo, None, "openssl", "0.10.47", "RUSTSEC-2023-0022", Some("0.10.48")),
        (Ecosystem::Cargo, None, "openssl", "0.8.3", "CVE-2016-10931", Some("0.9.0")),
        (Ecosystem::Golang, None, "tailscale.com", "v1.36.0", "CVE-2023-28436", Some("1.38.2")),
        (Ecosystem::Apk, alpine, "apache2", "2.4.39-r0", "CVE-2019-10081", Some("2.4.41-r0")),
        (Ecosystem::Apk, alpine, "apache2", "2.4.41-r0", "CVE-2019-10081", None),
        (Ecosystem::Deb, debian, "openssl", "3.0.11-1~deb12u1", "CVE-2024-5535", Some("3.0.15-1~deb12u1")),
    ];
    for (ecosystem, release, name, version, id, fixed) in cases {
        let Some(evaluation) = evaluation(ecosystem, release, name, version, id) else { return };
        println!("{}", evaluation.evidence);
        assert_eq!((evaluation.affected, evaluation.fixed.as_deref()), (fixed.is_some(), fixed), "{evaluation:?}");
    }
}

/// The table itself is the oracle: what it lists, and `dpkg` order says, is what is found.
#[test]
fn debian_rows_are_affected_exactly_below_their_version() {
    let Some(packs) = all() else { return };
    let mut packages: BTreeMap<&str, Vec<&Advisory>> = BTreeMap::new();
    for advisory in &packs["debian-fixed-table"].imported.advisories {
        packages.entry(&advisory.package).or_default().push(advisory);
    }
    assert_eq!(packages.len(), 168);
    for advisory in packages.values().filter_map(|rows| rows.get(rows.len() / 2)) {
        let fixed = advisory.ranges[0].fixed.as_deref().unwrap();
        for (version, affected) in
            [(format!("{fixed}~"), true), (fixed.to_owned(), false), (format!("{fixed}+1"), false)]
        {
            let Some(evaluation) =
                evaluation(Ecosystem::Deb, Some(("debian", "12.5")), &advisory.package, &version, &advisory.id)
            else {
                return;
            };
            assert_eq!(evaluation.affected, affected, "{} {version} {}", advisory.package, advisory.id);
        }
    }
}

#[test]
fn severity_comes_from_whoever_rates_the_cve() {
    let (Some(packs), Some(bytes)) = (all(), database()) else { return };
    let rated: Vec<&str> = packs["pypa"]
        .imported
        .advisories
        .iter()
        .filter(|advisory| advisory.severity_vector.is_some())
        .flat_map(|advisory| advisory.aliases.iter().map(String::as_str))
        .filter(|id| id.starts_with("CVE-"))
        .collect();
    let database = Database::open(bytes).unwrap();
    let mut inherited = 0;
    let rows = &packs["debian-fixed-table"].imported.advisories;
    for advisory in rows.iter().filter(|advisory| rated.contains(&advisory.id.as_str())) {
        let record = database.package(&advisory.namespace, &advisory.package).unwrap().unwrap();
        let is_rated = |entry: &Entry<'_>| entry.ids[0] == advisory.id && entry.vector.is_some();
        assert!(record.entries.iter().any(is_rated), "{}", advisory.id);
        inherited += 1;
    }
    assert_eq!(inherited, 9);
}
