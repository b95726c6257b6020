//! Opening a large database, looking a distribution's packages up, and comparing versions.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark fails by panicking"
)]

use std::hint::black_box;

use boltseal_advisory::import::{Exploited, Imported, Likelihood};
use boltseal_advisory::range::{Bound, Range};
use boltseal_advisory::{Advisory, Builder, Database, Date, Probability, Source, evaluate, version};
use boltseal_model::{Distribution, Ecosystem, Location, Namespace, Package};
use criterion::{Criterion, criterion_group, criterion_main};

/// Advisories of the large database: as many as all public sources together have.
const ADVISORIES: u32 = 300_000;
/// Packages of a real Debian tree.
const PACKAGES: u32 = 222;

/// 300,000 advisories over 60,000 packages of six namespaces, with aliases, vectors, dates and ranges as real ones have.
fn large_database() -> Vec<u8> {
    let mut builder = Builder::new();
    let source = builder.source(Source {
        name: "synthetic".into(),
        title: "Synthetic advisories".into(),
        licence: "CC0-1.0".into(),
        revision: 1,
    });
    for number in 0..ADVISORIES {
        let namespace = ["debian:12", "alpine:3.19", "npm", "pypi", "golang", "cargo"][number as usize % 6];
        let name = format!("synthetic-package-{}", number % 60_000);
        let mut advisory =
            Advisory::new(format!("CVE-{}-{number}", 2000 + number % 30), Namespace::new(namespace), &name);
        let fixed = format!("{}.{}.{}", number % 7, number % 31, number % 13);
        advisory.ranges.push(Range::until(fixed.clone()));
        if number % 3 == 0 {
            advisory.aliases.push(format!("PYSEC-2030-{number}"));
            let lower = Some(Bound { version: format!("9.{}", number % 5), inclusive: true });
            let upper = Some(Bound { version: format!("10.{fixed}"), inclusive: true });
            advisory.ranges.push(Range { lower, upper, fixed: None });
        }
        if number % 2 == 0 {
            let [confidentiality, integrity] =
                [number / 2, number / 6].map(|digit| ["N", "L", "H"][digit as usize % 3]);
            let vector = format!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{confidentiality}/I:{integrity}/A:H");
            advisory.severity_vector = Some(vector);
        }
        advisory.published = Date::from_days(15_000 + number % 6_000);
        advisory.modified = Date::from_days(16_000 + number % 6_000);
        builder.add(source, advisory);
    }
    // Every CVE has a likelihood, and some are exploited.
    let cves = (0..ADVISORIES).map(|number| format!("CVE-{}-{:04}", 2000 + number % 30, number));
    let likelihoods = cves.clone().filter_map(|cve| {
        Some(Likelihood { cve, probability: Probability::of_parts(383)?, scored: Date::from_days(20_000) })
    });
    let exploited = cves.step_by(200).filter_map(|cve| Some(Exploited { cve, since: Date::from_days(20_000)? }));
    let facts = Imported { likelihoods: likelihoods.collect(), exploited: exploited.collect(), ..Imported::default() };
    builder.add_all(source, facts);
    builder.finish()
}

fn database(criterion: &mut Criterion) {
    let bytes = large_database();
    println!("database of {ADVISORIES} synthetic advisories: {} bytes", bytes.len());
    let distribution = Distribution { id: "debian".into(), version: Some("12".into()), name: None };
    let packages: Vec<Package> = (0..PACKAGES)
        .map(|number| {
            let name = format!("synthetic-package-{}", number * 6);
            Package::new("bench", Ecosystem::Deb, name, "3.2.1-1", Location::default())
        })
        .collect();
    let lookup = |database: &Database<'_>| {
        let rows = packages.iter().map(|package| evaluate(database, package, Some(&distribution)).0.len());
        rows.sum::<usize>()
    };
    assert_eq!(lookup(&Database::open(&bytes).expect("database opens")), 222 * 5);

    criterion.bench_function("open 300,000 advisories", |bencher| {
        bencher.iter(|| Database::open(black_box(&bytes)).map(|database| database.info().advisories));
    });
    criterion.bench_function("open and evaluate 222 Debian packages", |bencher| {
        bencher.iter(|| Database::open(black_box(&bytes)).map(|database| lookup(&database)));
    });
    let open = Database::open(&bytes).expect("database opens");
    criterion.bench_function("evaluate 222 Debian packages, blocks checked", |bencher| bencher.iter(|| lookup(&open)));
}

fn versions(criterion: &mut Criterion) {
    for (id, left, right) in [
        ("apk", "2.4.41_rc1-r12", "2.4.41_rc2-r3"),
        ("composer", "v1.26.3-beta2", "1.26.3-RC1"),
        ("conda", "1.26.3rc1", "1.26.3.post1"),
        ("gem", "1.26.3.rc1", "1.26.3.rc10"),
        ("maven", "1.26.3.RC1", "1.26.3-SNAPSHOT"),
        ("nuget", "1.26.3-preview.2", "1.26.3-preview.10"),
        ("rpm", "1:3.0.7-27.el9", "1:3.0.7-28.el9_4"),
        ("dpkg", "1:3.0.11+dfsg-1~deb12u1", "1:3.0.11+dfsg-1~deb12u2"),
        ("pep440", "1.26.3rc1.post2", "1.26.3rc1.post10"),
        ("semver", "1.26.3-alpha.2", "v1.26.3-alpha.10"),
    ] {
        let order = version::ALL.iter().find(|order| order.id == id).expect("order is known");
        criterion.bench_function(&format!("compare {id}"), |bencher| {
            bencher.iter(|| (order.compare)(black_box(left), black_box(right)));
        });
    }
}

criterion_group!(benches, database, versions);
criterion_main!(benches);
