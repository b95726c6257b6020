//! What is said about an installed package.

use boltseal_advisory::range::{Bound, Range};
use boltseal_advisory::severity::Rating;
use boltseal_advisory::{Advisory, Builder, Database, Evaluation, Source, evaluate};
use boltseal_model::{
    Distribution, Ecosystem, FixStatus, Location, Namespace, Package, Problem, ProblemKind, Severity, SourcePackage,
};

const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const LOW: &str = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";

fn advisory(id: &str, aliases: &[&str], namespace: &str, ranges: Vec<Range>) -> Advisory {
    let mut advisory = Advisory::new(id, Namespace::new(namespace), "tiny");
    advisory.aliases = aliases.iter().map(|&alias| alias.to_owned()).collect();
    advisory.ranges = ranges;
    advisory
}

fn between(lower: &str, fixed: &str) -> Range {
    Range { lower: Some(Bound { version: lower.into(), inclusive: true }), ..Range::until(fixed) }
}

fn until_last(last: &str) -> Range {
    Range { upper: Some(Bound { version: last.into(), inclusive: true }), ..Range::all() }
}

fn build(advisories: Vec<(&str, Advisory)>) -> Vec<u8> {
    let mut builder = Builder::new();
    for (name, advisory) in advisories {
        let source =
            builder.source(Source { name: name.into(), title: name.into(), licence: "CC0-1.0".into(), revision: 1 });
        builder.add(source, advisory);
    }
    builder.finish()
}

fn debian() -> Distribution {
    Distribution { id: "debian".into(), version: Some("12".into()), name: None }
}

fn evaluate_in(bytes: &[u8], package: &Package) -> (Vec<Evaluation>, Vec<Problem>) {
    let (evaluations, problems) = evaluate(&Database::open(bytes).unwrap(), package, Some(&debian()));
    (evaluations, problems.into_sorted())
}

fn npm(bytes: &[u8], version: &str) -> Vec<Evaluation> {
    let package = Package::new("test", Ecosystem::Npm, "tiny", version, Location::default());
    let (evaluations, problems) = evaluate_in(bytes, &package);
    assert_eq!(problems, []);
    evaluations
}

#[test]
fn publishers_of_one_vulnerability_are_one_row() {
    let mut first = advisory("GHSA-5phf-pp7p-vc2r", &["CVE-2030-0001"], "npm", vec![between("1.0.0", "1.2.0")]);
    first.severity_vector = Some(LOW.into());
    let mut second = advisory("NSWG-ECO-1", &["CVE-2030-0001"], "npm", vec![Range::until("1.2.1")]);
    second.severity_vector = Some(CRITICAL.into());
    let bytes = build(vec![("osv", first), ("nodes", second)]);
    let evaluations = npm(&bytes, "1.1.0");
    assert_eq!(
        evaluations,
        [Evaluation {
            id: "CVE-2030-0001".into(),
            aliases: vec!["GHSA-5phf-pp7p-vc2r".into(), "NSWG-ECO-1".into()],
            affected: true,
            fixed: Some("1.2.1".into()),
            status: FixStatus::Fixed,
            severity: Severity::Critical,
            cvss: Some(9.8),
            cvss_vector: Some(CRITICAL.into()),
            exploited_since: None,
            likelihood: None,
            evidence: "nodes: tiny 1.1.0 < 1.2.1 (fixed)".into(),
            sources: vec!["nodes:NSWG-ECO-1".into(), "osv:GHSA-5phf-pp7p-vc2r".into()],
        }]
    );
    assert!(npm(&bytes, "1.2.0")[0].affected, "one publisher suffices");
    assert!(!npm(&bytes, "1.2.1")[0].affected);
}

#[test]
fn bulletin_over_two_cves_is_two_rows() {
    let bytes = build(vec![
        ("one", advisory("CVE-2030-0002", &["XSA-1"], "npm", vec![Range::until("2.0.0")])),
        ("one", advisory("CVE-2030-0001", &["XSA-1"], "npm", vec![Range::until("1.0.0")])),
    ]);
    let rows: Vec<(String, bool)> = npm(&bytes, "1.5.0").into_iter().map(|row| (row.id, row.affected)).collect();
    assert_eq!(rows, [("CVE-2030-0001".to_owned(), false), ("CVE-2030-0002".to_owned(), true)]);
}

#[test]
fn fixed_is_the_lowest_version_above_that_nobody_calls_affected() {
    let ranges = vec![Range::until("1.0.5"), between("1.1.0", "1.1.3"), between("2.0.0", "2.0.1")];
    let bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "npm", ranges))]);
    for (installed, fixed) in
        [("1.0.0", Some("1.0.5")), ("1.1.0", Some("1.1.3")), ("2.0.0", Some("2.0.1")), ("1.0.5", None), ("3.0.0", None)]
    {
        assert_eq!(npm(&bytes, installed)[0].fixed.as_deref(), fixed, "{installed}");
    }
    let contradicted = build(vec![
        ("one", advisory("CVE-2030-0001", &[], "npm", vec![Range::until("1.0.5"), between("1.1.0", "1.2.0")])),
        ("two", advisory("CVE-2030-0001", &[], "npm", vec![until_last("1.0.9")])),
    ]);
    assert_eq!(npm(&contradicted, "1.0.0")[0].fixed.as_deref(), Some("1.2.0"));
}

#[test]
fn evidence_says_why() {
    let upper_only = Range { fixed: Some("1.1.0".into()), ..until_last("1.0.9") };
    let many: Vec<Range> = (1..=10).map(|major| between(&format!("{major}.0.0"), &format!("{major}.0.1"))).collect();
    let listed = |versions: &[&str]| {
        let mut advisory = advisory("A-1", &[], "npm", Vec::new());
        advisory.versions = versions.iter().map(|&version| version.to_owned()).collect();
        advisory
    };
    for (advisory, installed, evidence) in [
        (advisory("A-1", &[], "npm", vec![Range::until("1.2.0")]), "1.0.0", "< 1.2.0 (fixed)"),
        (advisory("A-1", &[], "npm", vec![Range::until("1.2.0")]), "1.2.0", ">= 1.2.0 (fixed)"),
        (advisory("A-1", &[], "npm", vec![between("1.0.0", "1.2.0")]), "1.1.0", ">= 1.0.0 and < 1.2.0 (fixed)"),
        (advisory("A-1", &[], "npm", vec![between("1.0.0", "1.2.0")]), "0.9.0", "< 1.0.0 (first affected)"),
        (advisory("A-1", &[], "npm", vec![until_last("1.0.9")]), "1.0.9", "<= 1.0.9 (last affected)"),
        (advisory("A-1", &[], "npm", vec![until_last("1.0.9")]), "1.0.10", "> 1.0.9 (last affected)"),
        (advisory("A-1", &[], "npm", vec![upper_only]), "1.0.0", "<= 1.0.9 (last affected), fixed in 1.1.0"),
        (advisory("A-1", &[], "npm", vec![Range::all()]), "1.0.0", "is affected like every version"),
        (advisory("A-1", &[], "npm", Vec::new()), "1.0.0", "was never affected"),
        (
            advisory("A-1", &[], "npm", vec![Range::until("1.2.0"), between("2.0.0", "2.1.0")]),
            "1.5.0",
            "is in no affected range: < 1.2.0 (fixed), or >= 2.0.0 and < 2.1.0 (fixed)",
        ),
        (listed(&["1.0.0"]), "v1.0.0", "is listed as affected"),
        (listed(&["1.0.0", "1.0.1"]), "1.0.2", "is not among the 2 versions listed as affected"),
    ] {
        let bytes = build(vec![("one", advisory)]);
        assert_eq!(npm(&bytes, installed)[0].evidence, format!("one: tiny {installed} {evidence}"));
    }
    let bytes = build(vec![("one", advisory("A-1", &[], "npm", many))]);
    assert!(npm(&bytes, "1.5.0")[0].evidence.ends_with(">= 8.0.0 and < 8.0.1 (fixed), or 2 more"));
}

#[test]
fn binary_packages_are_looked_up_by_their_source() {
    let bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "debian:12", vec![Range::until("1:2.0-1")]))]);
    let mut package = Package::new("test", Ecosystem::Deb, "libtiny0", "2.0-1+b1", Location::default());
    assert_eq!(evaluate_in(&bytes, &package), (vec![], vec![]), "nothing is known of the binary package's own name");
    package.source = Some(SourcePackage { name: "tiny".into(), version: "1:1.9-4".into() });
    let (evaluations, _) = evaluate_in(&bytes, &package);
    assert_eq!(evaluations[0].evidence, "one: tiny 1:1.9-4 < 1:2.0-1 (fixed)");
    let (elsewhere, _) = evaluate(&Database::open(&bytes).unwrap(), &package, None);
    assert_eq!(elsewhere, [], "without a distribution there is no namespace");
}

#[test]
fn python_names_are_normalised() {
    let bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "pypi", vec![Range::until("2")]))]);
    let package = Package::new("test", Ecosystem::Pypi, "TINY", "1.0rc1", Location::default());
    assert!(evaluate_in(&bytes, &package).0[0].affected);
}

#[test]
fn unknown_version_is_a_problem_and_compared_all_the_same() {
    let bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "npm", vec![Range::until("2.0.0")]))]);
    let package = Package::new("test", Ecosystem::Npm, "tiny", "git+https://host/tiny", Location::of("package.json"));
    let (evaluations, problems) = evaluate_in(&bytes, &package);
    assert!(evaluations[0].affected);
    assert_eq!(
        problems,
        [Problem::at(
            ProblemKind::Malformed,
            "package.json",
            "\"git+https://host/tiny\" of tiny is no semver version; compared as it is"
        )]
    );
}

#[test]
fn long_versions_do_not_flood_the_evidence() {
    let bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "npm", vec![Range::until("2.0.0")]))]);
    let evaluations = npm(&bytes, &format!("1.{}", "9".repeat(100_000)));
    assert!(evaluations[0].evidence.len() < 200 && evaluations[0].affected);
}

#[test]
fn damage_in_a_small_database_is_refused_at_once() {
    let mut bytes = build(vec![("one", advisory("CVE-2030-0001", &[], "npm", vec![Range::until("2.0.0")]))]);
    let database = Database::open(&bytes).unwrap();
    assert_eq!(database.info().packages, 1);
    // A database this small is one block, which is checked when it is opened.
    let place = bytes.len() - 5;
    bytes[place] ^= 1;
    assert!(Database::open(&bytes).is_err());
}

#[test]
fn rating_is_taken_from_whoever_rates_the_cve() {
    let mut rated = advisory("PYSEC-2030-1", &["CVE-2030-0001"], "pypi", vec![Range::until("1.0")]);
    rated.severity_vector = Some(CRITICAL.into());
    let mut lower = rated.clone();
    (lower.id, lower.severity_vector) = ("PYSEC-2030-2".into(), Some(LOW.into()));
    let bytes = build(vec![
        ("pypa", lower),
        ("pypa", rated),
        ("debian", advisory("CVE-2030-0001", &[], "debian:12", vec![Range::until("2.0-1")])),
        ("debian", advisory("CVE-2030-0002", &[], "debian:12", vec![Range::until("2.0-1")])),
    ]);
    let package = Package::new("test", Ecosystem::Deb, "tiny", "1.0-1", Location::default());
    let (evaluations, _) = evaluate_in(&bytes, &package);
    assert_eq!((evaluations[0].severity, evaluations[0].cvss), (Severity::Critical, Some(9.8)));
    assert_eq!((evaluations[1].severity, evaluations[1].cvss), (Severity::Unknown, None));
}

#[test]
fn rpm_packages_are_looked_up_by_their_own_name_and_their_source() {
    let own = advisory("CVE-2030-0001", &[], "rhel:9", vec![Range::until("1:2.0-3.el9")]);
    let mut of_source = advisory("CVE-2030-0002", &[], "rhel:9", vec![Range::until("1:2.0-2.el9")]);
    of_source.package = "tiny-source".into();
    let bytes = build(vec![("rhel", own), ("rhel", of_source)]);
    let rocky = Distribution { id: "centos".into(), version: Some("9".into()), name: None };
    let mut package = Package::new("test", Ecosystem::Rpm, "tiny", "1:2.0-2.el9", Location::default());
    package.source = Some(SourcePackage { name: "tiny-source".into(), version: "2.0-2.el9".into() });
    let (evaluations, problems) = evaluate(&Database::open(&bytes).unwrap(), &package, Some(&rocky));
    assert!(problems.is_empty());
    let rows: Vec<_> = evaluations.iter().map(|row| (row.id.as_str(), row.affected)).collect();
    assert_eq!(rows, [("CVE-2030-0001", true), ("CVE-2030-0002", false)], "the source has the epoch of the package");
}

#[test]
fn module_streams_are_kept_apart() {
    let mut stream = advisory("CVE-2030-0001", &[], "rhel:8", vec![Range::until("1:18.2-1.module+el8")]);
    stream.module = Some("tiny:18".into());
    let bytes = build(vec![("rhel", stream)]);
    let rhel = Distribution { id: "rhel".into(), version: Some("8.9".into()), name: None };
    let affected = |module: Option<&str>| {
        let mut package = Package::new("test", Ecosystem::Rpm, "tiny", "1:18.1-1.module+el8", Location::default());
        package.module = module.map(str::to_owned);
        let (evaluations, _) = evaluate(&Database::open(&bytes).unwrap(), &package, Some(&rhel));
        evaluations.iter().any(|row| row.affected)
    };
    assert!(affected(Some("tiny:18:8070020230306:ffffffff")) && affected(Some("tiny:18")));
    assert!(!affected(Some("tiny:180")) && !affected(Some("tiny:20:1:2")) && !affected(None));
}

#[test]
fn publishers_words_on_a_fix_are_kept() {
    let said = |id: &str, status, ranges| {
        let mut advisory = advisory(id, &[], "debian:12", ranges);
        advisory.status = Some(status);
        advisory
    };
    let bytes = build(vec![
        ("one", said("CVE-2030-0001", FixStatus::WillNotFix, vec![Range::all()])),
        ("two", said("CVE-2030-0001", FixStatus::Deferred, vec![Range::all()])),
        ("one", said("CVE-2030-0002", FixStatus::UnderInvestigation, vec![Range::all()])),
        ("one", said("CVE-2030-0003", FixStatus::NotAffected, vec![])),
        ("one", said("CVE-2030-0004", FixStatus::Affected, vec![Range::until("2.0-1")])),
        ("one", advisory("CVE-2030-0005", &[], "debian:12", vec![Range::all()])),
    ]);
    let package = Package::new("test", Ecosystem::Deb, "tiny", "1.0-1", Location::default());
    let statuses: Vec<FixStatus> = evaluate_in(&bytes, &package).0.into_iter().map(|row| row.status).collect();
    assert_eq!(
        statuses,
        [
            FixStatus::WillNotFix,
            FixStatus::UnderInvestigation,
            FixStatus::NotAffected,
            FixStatus::Fixed,
            FixStatus::Affected
        ]
    );
}

#[test]
fn a_fix_of_extended_support_is_no_fix_of_everybodys() {
    let release = |id: &str, ranges| advisory(id, &["CVE-2030-0001"], "debian:12", ranges);
    let mut extended = release("PRO-1", vec![Range::until("1.0-2+esm1")]);
    extended.status = Some(FixStatus::ExtendedSupport);
    let mut none = release("CVE-2030-0001", vec![Range::all()]);
    none.status = Some(FixStatus::WillNotFix);
    let ordinary = release("USN-1", vec![Range::until("1.0-2")]);
    let only = build(vec![("pro", extended.clone())]);
    let unfixed = build(vec![("pro", extended.clone()), ("usn", none)]);
    let both = build(vec![("pro", extended), ("usn", ordinary)]);
    let row = |bytes: &[u8], version: &str| {
        let package = Package::new("test", Ecosystem::Deb, "tiny", version, Location::default());
        evaluate_in(bytes, &package).0.remove(0)
    };
    for bytes in [&only, &unfixed] {
        let found = row(bytes, "1.0-2");
        assert_eq!((found.affected, found.status, found.fixed), (true, FixStatus::ExtendedSupport, None));
        assert_eq!(found.evidence, "pro: tiny 1.0-2 < 1.0-2+esm1 (fixed), with extended support only");
        assert!(!row(bytes, "1.0-2+esm1").affected, "whoever has it has it");
    }
    let found = row(&both, "1.0-1");
    assert_eq!((found.status, found.fixed.as_deref()), (FixStatus::Fixed, Some("1.0-2")));
    assert!(!row(&both, "1.0-2").affected, "an ordinary fix is everybody's");
}

#[test]
fn scores_and_words_rate_where_no_vector_does() {
    let rated = |id: &str, rating| {
        let mut advisory = advisory(id, &[], "npm", vec![Range::all()]);
        advisory.rating = Some(rating);
        advisory
    };
    let mut both = rated("A-3", Rating::Score(99));
    both.severity_vector = Some(CRITICAL.into());
    let bytes = build(vec![
        ("one", rated("A-1", Rating::Score(75))),
        ("one", rated("A-2", Rating::Word(Severity::Medium))),
        ("one", both),
    ]);
    let rows: Vec<_> = npm(&bytes, "1.0.0").into_iter().map(|row| (row.severity, row.cvss, row.cvss_vector)).collect();
    assert_eq!(
        rows,
        [(Severity::High, Some(7.5), None), (Severity::Medium, None, None), (Severity::Critical, Some(9.9), None)]
    );
}

/// Whether a version of the package is affected on a release of an RPM distribution, and what mends it.
fn on_rpm(bytes: &[u8], id: &str, release: &str, version: &str) -> (bool, Option<String>) {
    let distribution = Distribution { id: id.into(), version: Some(release.into()), name: None };
    let package = Package::new("test", Ecosystem::Rpm, "tiny", version, Location::default());
    let (evaluations, problems) = evaluate(&Database::open(bytes).unwrap(), &package, Some(&distribution));
    assert!(problems.is_empty(), "{problems:?}");
    evaluations.into_iter().next().map_or((false, None), |first| (first.affected, first.fixed))
}

fn fixed_in(id: &str, namespace: &str, version: &str) -> (&'static str, Advisory) {
    ("publisher", advisory(id, &["CVE-2030-0001"], namespace, vec![Range::until(version)]))
}

#[test]
fn a_later_bulletin_completes_the_fix_of_an_earlier_one() {
    let bytes =
        build(vec![fixed_in("ALSA-1", "almalinux:9", "2.0-3.el9"), fixed_in("ALSA-2", "almalinux:9", "2.0-5.el9")]);
    for (version, is_affected) in [("2.0-2.el9", true), ("2.0-3.el9", true), ("2.0-4.el9", true), ("2.0-5.el9", false)]
    {
        let fixed = is_affected.then(|| "2.0-5.el9".to_owned());
        assert_eq!(on_rpm(&bytes, "almalinux", "9", version), (is_affected, fixed), "{version}");
    }
}

#[test]
fn what_a_publisher_says_of_the_vulnerability_as_a_whole_names_the_first_fix() {
    let whole = fixed_in("CVE-2030-0001", "rhel:9", "2.0-3.el9");
    let later = fixed_in("CVE-2030-0001", "rhel:9", "2.0-5.el9");
    let bulletin = fixed_in("RHSA-2", "rhel:9", "2.0-5.el9");
    let mut other = bulletin.clone();
    other.0 = "other";
    for (advisories, is_affected) in [
        (vec![whole.clone(), later], false),
        (vec![whole.clone(), bulletin], false),
        // What another publisher says stays.
        (vec![whole, other], true),
    ] {
        assert_eq!(on_rpm(&build(advisories), "rhel", "9", "2.0-4.el9").0, is_affected);
    }
}

#[test]
fn a_minor_release_is_measured_by_its_own_fix() {
    let bytes = build(vec![
        fixed_in("CVE-2030-0001", "rhel:8", "2.0-3.el8_4.1"),
        fixed_in("CVE-2030-0001", "rhel:8", "2.0-4.el8_5.1"),
    ]);
    for (version, fixed) in [
        ("2.0-3.el8", Some("2.0-4.el8_5.1")),
        ("2.0-3.el8_4", Some("2.0-3.el8_4.1")),
        ("2.0-3.el8_4.3", None),
        // It is newer than the fix of the earlier minor release, and lacks it.
        ("2.0-4.el8", Some("2.0-4.el8_5.1")),
        ("2.0-4.el8_5", Some("2.0-4.el8_5.1")),
        ("2.0-5.el8", None),
    ] {
        let expected = (fixed.is_some(), fixed.map(str::to_owned));
        assert_eq!(on_rpm(&bytes, "rhel", "8", version), expected, "{version}");
    }
}

#[test]
fn branches_of_one_name_are_measured_each_by_its_own_fix() {
    let bytes = build(vec![
        fixed_in("ALAS2-1", "amzn:2", "4.14.301-224.520.amzn2"),
        fixed_in("ALAS2KERNEL-5.10-1", "amzn:2", "5.10.165-143.735.amzn2"),
    ]);
    for (version, fixed) in [
        ("4.14.300-223.1.amzn2", Some("4.14.301-224.520.amzn2")),
        ("4.14.305-227.1.amzn2", None),
        ("5.10.100-1.amzn2", Some("5.10.165-143.735.amzn2")),
        ("5.10.170-1.amzn2", None),
        // Nobody speaks of its branch: what is lower than a fix counts as affected.
        ("5.4.200-1.amzn2", Some("5.10.165-143.735.amzn2")),
        ("5.15.1-1.amzn2", None),
    ] {
        let expected = (fixed.is_some(), fixed.map(str::to_owned));
        assert_eq!(on_rpm(&bytes, "amzn", "2", version), expected, "{version}");
    }
}

#[test]
fn builds_for_fips_and_ksplice_fix_only_their_like() {
    let bytes = build(vec![
        fixed_in("ELSA-2030-4451", "ol:8", "3.6.16-4.el8"),
        fixed_in("ELSA-2030-9221", "ol:8", "10:3.6.16-4.0.1.el8_fips"),
        fixed_in("ELSA-2030-9222", "ol:8", "2:3.6.16-4.ksplice1.el8"),
    ]);
    for (version, fixed) in [
        ("3.6.14-8.el8_3", Some("3.6.16-4.el8")),
        ("3.6.16-4.el8", None),
        ("10:3.6.14-1.el8_fips", Some("10:3.6.16-4.0.1.el8_fips")),
        ("10:3.6.16-4.0.1.el8_fips", None),
        ("2:3.6.14-7.ksplice1.el8_3", Some("2:3.6.16-4.ksplice1.el8")),
        ("2:3.6.16-5.ksplice2.el8", None),
    ] {
        let expected = (fixed.is_some(), fixed.map(str::to_owned));
        assert_eq!(on_rpm(&bytes, "ol", "8", version), expected, "{version}");
    }
    let ordinary = build(vec![fixed_in("ELSA-2030-4451", "ol:8", "11:3.6.16-4.el8")]);
    assert!(!on_rpm(&ordinary, "ol", "8", "10:3.6.14-1.el8_fips").0, "it is said of other builds");
    let unfixed = build(vec![("publisher", advisory("CVE-2030-0001", &[], "ol:8", vec![Range::all()]))]);
    assert!(on_rpm(&unfixed, "ol", "8", "10:3.6.14-1.el8_fips").0, "it is said of all builds");
}
