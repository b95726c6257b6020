//! The database file: round trips, determinism, and damage of every kind.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use boltseal_advisory::import::{Exploited, Imported, Likelihood};
use boltseal_advisory::lifecycle::{Cycle, End, Lifecycle, Subject};
use boltseal_advisory::range::{Bound, Range};
use boltseal_advisory::severity::Rating;
use boltseal_advisory::{Advisory, Builder, Database, Date, Evaluation, OpenError, Probability, Source, evaluate};
use boltseal_model::{Distribution, Ecosystem, FixStatus, Location, Namespace, Package, ProblemKind, Severity};
use proptest::prelude::*;

/// Bytes before the content, and bytes that one checksum covers; both are part of the format.
const HEADER_BYTES: usize = 108;
const BLOCK_BYTES: usize = 16 << 10;

fn source(name: &str) -> Source {
    Source { name: name.into(), title: format!("Publisher of {name}"), licence: "CC0-1.0".into(), revision: 1 }
}

fn build(advisories: &[(String, Advisory)]) -> Vec<u8> {
    let mut builder = Builder::new();
    for (name, advisory) in advisories {
        let source = builder.source(source(name));
        builder.add(source, advisory.clone());
    }
    builder.finish()
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]\\.[0-9]{1,2}\\.[0-9]", any::<String>()]
}

fn bound() -> impl Strategy<Value = Option<Bound>> {
    prop::option::of((version(), any::<bool>()).prop_map(|(version, inclusive)| Bound { version, inclusive }))
}

fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        version().prop_map(Range::until),
        (bound(), bound(), prop::option::of(version())).prop_map(|(lower, upper, fixed)| Range { lower, upper, fixed }),
    ]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof!["CVE-20[0-9]{2}-[0-9]{4,6}", "GHSA(-[2-9cfghjmpqrvwx]{4}){3}", "[A-Z]{1,5}-[0-9]{1,5}", any::<String>()]
}

/// Rating, status, module stream.
fn said() -> impl Strategy<Value = (Option<Rating>, Option<FixStatus>, Option<String>)> {
    let rating = prop_oneof![
        (0u8..=100).prop_map(Rating::Score),
        prop::sample::select(Severity::WORST_FIRST.to_vec()).prop_map(Rating::Word),
    ];
    let status = prop::sample::select(vec![FixStatus::Fixed, FixStatus::WillNotFix, FixStatus::UnderInvestigation]);
    (prop::option::of(rating), prop::option::of(status), prop::option::of("[a-z]{1,3}:[0-9]"))
}

fn advisory() -> impl Strategy<Value = (String, Advisory)> {
    let vector = prop::sample::select(vec![
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.0/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        "no vector",
    ]);
    let date = || prop::option::of((0u32..30_000).prop_map(|days| Date::from_days(days).unwrap()));
    (
        prop::sample::select(vec!["one", "two", "three"]),
        id(),
        prop::collection::btree_set(id(), 0..3),
        prop::sample::select(vec!["npm", "pypi", "debian:12", "alpine:3.19"]),
        "[a-d]{1,2}",
        prop::collection::vec(range(), 0..3),
        prop::collection::vec(version(), 0..3),
        prop::option::of(vector),
        (date(), date()),
        said(),
    )
        .prop_map(
            |(source, id, aliases, namespace, package, ranges, versions, vector, (published, modified), said)| {
                let mut advisory = Advisory::new(id, Namespace::new(namespace), &package);
                advisory.aliases = aliases.into_iter().filter(|alias| *alias != advisory.id).collect();
                (advisory.ranges, advisory.versions) = (ranges, versions);
                advisory.severity_vector = vector.map(str::to_owned);
                (advisory.published, advisory.modified) = (published, modified);
                (advisory.rating, advisory.status, advisory.module) = said;
                (source.to_owned(), advisory)
            },
        )
}

proptest! {
    #[test]
    fn what_is_added_is_found((advisories, seed) in (prop::collection::vec(advisory(), 0..20), any::<usize>())) {
        let bytes = build(&advisories);
        let database = Database::open(&bytes).unwrap();
        database.verify().unwrap();
        for (source, advisory) in &advisories {
            prop_assert!(database.covers(&advisory.namespace));
            let record = database.package(&advisory.namespace, &advisory.package).unwrap().unwrap();
            let found = record.entries.iter().any(|entry| {
                database.source_name(entry.source) == Some(source)
                    && entry.ids[0] == advisory.id
                    && entry.ids[1..] == advisory.aliases
                    && entry.versions == advisory.versions
                    && (entry.published, entry.modified) == (advisory.published, advisory.modified)
                    && (entry.rating, entry.status) == (advisory.rating, advisory.status)
                    && entry.module == advisory.module.as_deref()
                    && (advisory.severity_vector.is_none() || entry.vector == advisory.severity_vector.as_deref())
                    && format!("{:?}", entry.ranges) == format!("{:?}", advisory.ranges)
            });
            prop_assert!(found, "{:?} in {:?}", advisory, record);
            let known = database.knows(&advisory.id).unwrap().unwrap();
            prop_assert!(known.packages.contains(&(advisory.namespace.clone(), advisory.package.clone())));
            prop_assert!(known.sources.contains(source));
        }
        prop_assert!(!database.covers(&Namespace::new("golang")));

        let mut shuffled = advisories.clone();
        if !shuffled.is_empty() {
            let length = shuffled.len();
            shuffled.rotate_left(seed % length);
            shuffled.reverse();
            shuffled.push(advisories[seed % length].clone());
        }
        prop_assert!(build(&shuffled) == bytes, "order and duplicates do not show");
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut bytes: Vec<u8>, seal: bool) {
        let _ = Database::open(&bytes).map(drop);
        bytes.splice(0..0, sample()[..HEADER_BYTES].iter().copied());
        if seal {
            reseal(&mut bytes);
        }
        look_everything_up(&bytes);
    }
}

/// A database of several blocks, with every shape of entry in it.
fn sample() -> Vec<u8> {
    let mut builder = Builder::new();
    let sources = ["one", "two"].map(|name| builder.source(source(name)));
    for number in 0..4_000u32 {
        let (namespace, version) = match number % 3 {
            0 => ("debian:12", format!("1.{}-1~deb12u{}", number % 50, number % 4)),
            1 => ("pypi", format!("{}.{}", number % 9, number % 40)),
            _ => ("npm", format!("1.{}.{}", number % 9, number % 40)),
        };
        let package = format!("package-{}", number % 600);
        let mut advisory = Advisory::new(format!("CVE-2030-{number:04}"), Namespace::new(namespace), &package);
        advisory.aliases = if number % 2 == 0 { vec![format!("PYSEC-2030-{number}")] } else { Vec::new() };
        advisory.ranges = vec![Range::until(version.clone())];
        if number % 5 == 0 {
            let lower = Some(Bound { version: "0.5".into(), inclusive: true });
            let upper = Some(Bound { version, inclusive: true });
            advisory.ranges = vec![Range { lower, upper, fixed: Some("9.9.9".into()) }, Range::until("0.1")];
            advisory.versions = vec!["0.3".into()];
        }
        if number % 4 == 0 {
            let impact = ["N", "L", "H"][number as usize % 3];
            advisory.severity_vector = Some(format!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{impact}/I:L/A:L"));
        }
        advisory.published = Date::from_days(20_000 + number);
        builder.add(sources[number as usize % 2], advisory);
    }
    builder.finish()
}

type Installed = (Package, Option<Distribution>);

fn packages() -> &'static [Installed] {
    static PACKAGES: OnceLock<Vec<Installed>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let debian = Distribution { id: "debian".into(), version: Some("12".into()), name: None };
        let package = |ecosystem, number, version| {
            Package::new("test", ecosystem, format!("package-{number}"), version, Location::default())
        };
        let three = |number| {
            [
                (package(Ecosystem::Deb, number, "1.20-1"), Some(debian.clone())),
                (package(Ecosystem::Pypi, number, "3.7"), None),
                (package(Ecosystem::Npm, number, "1.4.4"), None),
            ]
        };
        (0..600).flat_map(three).collect()
    })
}

/// What a database says about each package; `None` where it reports a problem instead.
fn answers(database: &Database<'_>, packages: &[Installed]) -> Vec<Option<Vec<Evaluation>>> {
    packages
        .iter()
        .map(|(package, distribution)| {
            let (evaluations, problems) = evaluate(database, package, distribution.as_ref());
            let problems = problems.into_sorted();
            assert!(problems.iter().all(|problem| problem.kind == ProblemKind::DatabaseDamaged), "{problems:?}");
            problems.is_empty().then_some(evaluations)
        })
        .collect()
}

/// Every byte region of the file, flipped: the file is refused, or damage is reported, or the answers are the same.
#[test]
fn flipped_bits_never_change_an_answer_silently() {
    let bytes = sample();
    assert!(bytes.len() > 5 * BLOCK_BYTES, "{}", bytes.len());
    let packages = packages();
    let expected = answers(&Database::open(&bytes).unwrap(), packages);
    assert!(expected.iter().flatten().flatten().count() > 3_000);
    let (mut refused, mut reported) = (0, 0);
    // The whole header, then places spread over content and block table.
    let places =
        (0..HEADER_BYTES).chain((HEADER_BYTES..bytes.len()).step_by(bytes.len() / 40)).chain([bytes.len() - 1]);
    for place in places {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        let Ok(database) = Database::open(&damaged) else {
            refused += 1;
            continue;
        };
        assert!(database.verify().is_err(), "byte {place}");
        let actual = answers(&database, packages);
        let differing =
            actual.iter().zip(&expected).filter(|(actual, _)| actual.is_some()).find(|(one, two)| one != two);
        assert_eq!(differing, None, "byte {place}");
        reported += usize::from(actual.contains(&None));
    }
    assert!(refused >= HEADER_BYTES && reported > 30, "{refused} refused, {reported} reported");
}

#[test]
fn every_truncation_is_refused() {
    let bytes = sample();
    for length in (0..HEADER_BYTES + 2).chain((HEADER_BYTES..bytes.len()).step_by(997)) {
        assert!(Database::open(&bytes[..length]).is_err(), "{length} bytes");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(Database::open(&longer), Err(OpenError::Length { .. })));
}

#[test]
fn other_formats_are_told_what_to_do() {
    let mut bytes = sample();
    assert_eq!(
        Database::open(b"").map(drop).unwrap_err().to_string(),
        "not an advisory database; make one with `boltseal db update` or `boltseal db build`"
    );
    bytes[8] = 1;
    assert_eq!(
        Database::open(&bytes).map(drop).unwrap_err().to_string(),
        "database has format 1, this program reads format 3; make it anew with `boltseal db update` or `boltseal db build`"
    );
}

/// Makes checksums fit again, as whoever forges a file would.
fn reseal(bytes: &mut Vec<u8>) {
    let content: Vec<u8> = bytes[HEADER_BYTES..].to_vec();
    let lengths: u64 = (12..68).step_by(8).map(|at| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).sum();
    if lengths != content.len() as u64 {
        // Arbitrary content: all of it is a list of sources, or packages behind a small index, by turns.
        let index = if content.len().is_multiple_of(2) { 0 } else { (content.len() / 24 * 12) as u64 };
        let meta = if index == 0 { content.len() as u64 } else { 0 };
        bytes[28..68].fill(0);
        for (at, length) in [(12, meta), (20, index), (36, content.len() as u64 - meta - index)] {
            bytes[at..at + 8].copy_from_slice(&length.to_le_bytes());
        }
    }
    let table: Vec<u8> = content.chunks(BLOCK_BYTES).flat_map(|block| crc32fast::hash(block).to_le_bytes()).collect();
    bytes[100..104].copy_from_slice(&crc32fast::hash(&table).to_le_bytes());
    let crc = crc32fast::hash(&bytes[..104]);
    bytes[104..108].copy_from_slice(&crc.to_le_bytes());
    bytes.extend_from_slice(&table);
}

fn look_everything_up(bytes: &[u8]) {
    if let Ok(database) = Database::open(bytes) {
        let _ = database.verify();
        let _ = database.knows("CVE-2030-0001");
        let _ =
            (database.exploited_since("CVE-2030-0001"), database.likelihood("CVE-2030-0001"), database.lifecycles());
        for (package, distribution) in packages().iter().step_by(7) {
            let _ = evaluate(&database, package, distribution.as_ref());
        }
    }
}

/// Content that its checksums vouch for and that makes no sense all the same.
#[test]
fn forged_content_never_panics() {
    let bytes = sample();
    let table = (bytes.len() - HEADER_BYTES).div_ceil(BLOCK_BYTES + 4) * 4;
    let content = bytes.len() - table;
    let mut sealed = bytes[..content].to_vec();
    reseal(&mut sealed);
    assert_eq!(sealed, bytes, "the seal fits");
    for place in (HEADER_BYTES..content).step_by(1009) {
        for value in [0, 0x7f, 0xff] {
            let mut forged = bytes[..content].to_vec();
            forged[place] = value;
            reseal(&mut forged);
            look_everything_up(&forged);
        }
    }
}

/// Facts that are no advisories: an exploited CVE, a likely one, a product that ended.
fn facts() -> Imported {
    let day = |text: &str| Date::parse(text).unwrap();
    let exploited = |cve: &str, since: &str| Exploited { cve: cve.into(), since: day(since) };
    let likelihood = |cve: &str, probability: &str, scored: &str| Likelihood {
        cve: cve.into(),
        probability: Probability::parse(probability).unwrap(),
        scored: Date::parse(scored),
    };
    Imported {
        exploited: vec![exploited("CVE-2030-0001", "2030-02-01"), exploited("CVE-2030-0001", "2030-01-01")],
        likelihoods: (0..5_000)
            .map(|number| likelihood(&format!("CVE-2030-{number:04}"), &format!("0.{number:05}"), "2030-01-01"))
            .chain([likelihood("CVE-2030-0001", "0.5", "2030-01-02"), likelihood("CVE-2030-0001", "0.9", "2029-12-31")])
            .collect(),
        lifecycles: vec![Lifecycle {
            subjects: vec![Subject::program("tiny")],
            title: "Tiny".into(),
            cycles: vec![Cycle { name: "1".into(), end: End::On(day("2030-01-01")), extended: None }],
        }],
        ..Imported::default()
    }
}

#[test]
fn facts_of_other_kinds_are_found() {
    let mut builder = Builder::new();
    let one = builder.source(source("one"));
    builder.add_all(one, facts());
    let bytes = builder.finish();
    let database = Database::open(&bytes).unwrap();
    database.verify().unwrap();
    let since = |cve| database.exploited_since(cve).unwrap().map(|day| day.to_string());
    assert_eq!(since("CVE-2030-0001").as_deref(), Some("2030-01-01"), "the first day counts");
    assert_eq!((since("CVE-2030-0002"), since("GHSA-1")), (None, None));
    let likelihood = |cve| database.likelihood(cve).unwrap().map(Probability::value);
    assert_eq!(likelihood("CVE-2030-0001"), Some(0.5), "the newest score counts");
    assert_eq!((likelihood("CVE-2030-4999"), likelihood("CVE-2030-5000")), (Some(0.049_99), None));
    let package = Package::new("test", Ecosystem::Generic, "tiny", "1.2", Location::default());
    let lifecycles = database.lifecycles().unwrap();
    assert!(lifecycles.package(&package, Date::parse("2030-01-01").unwrap()).is_some());
    assert_eq!((database.info().sources[0].advisories, database.info().sources[0].facts), (0, 5_002));
    // Damage in a table is reported where it is read. The tables begin behind header and list of sources.
    let mut reported = 0;
    for place in (HEADER_BYTES..bytes.len()).step_by(5_000) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        let Ok(database) = Database::open(&damaged) else { continue };
        let asked = (0..5_000).map(|number| database.likelihood(&format!("CVE-2030-{number:04}")));
        reported += usize::from(asked.into_iter().any(|answer| answer.is_err()));
    }
    assert!(reported >= 1, "{reported}");
}

#[test]
fn info_counts_what_was_added() {
    let bytes = sample();
    let database = Database::open(&bytes).unwrap();
    let info = database.info();
    assert_eq!((info.advisories, info.packages), (4_000, 600));
    let sources: Vec<_> = info.sources.iter().map(|source| (source.name.as_str(), source.advisories)).collect();
    assert_eq!(sources, [("one", 2_000), ("two", 2_000)]);
    assert_eq!(info.newest.as_deref(), Some("2035-09-16"));
    let namespaces: BTreeSet<_> =
        info.namespaces.iter().map(|known| (known.namespace.as_str(), known.packages)).collect();
    assert_eq!(namespaces, BTreeSet::from([("debian:12", 200), ("npm", 200), ("pypi", 200)]));
    assert_eq!(info.digest.to_string().len(), "sha256:".len() + 64);
}

#[test]
fn empty_database_covers_nothing() {
    let bytes = Builder::new().finish();
    let database = Database::open(&bytes).unwrap();
    database.verify().unwrap();
    assert_eq!((database.info().advisories, database.info().newest.clone()), (0, None));
    assert!(!database.covers(&Namespace::new("npm")));
    assert_eq!(database.knows("CVE-2030-0001"), Ok(None));
}
