//! Releases that nobody looks after any more, as findings.

use boltseal_advisory::Date;
use boltseal_advisory::lifecycle::{End, Ended, Lifecycles};
use boltseal_model::{Distribution, Ecosystem, Finding, FindingKind, FixStatus, Location, Package, Scores, Severity};

/// Where the distribution says what it is.
const OS_RELEASE: &str = "etc/os-release";

/// Findings for a distribution and for packages that are past their end by a day.
pub fn ended(
    lifecycles: &Lifecycles,
    packages: &[Package],
    distribution: Option<&Distribution>,
    day: Date,
) -> Vec<Finding> {
    let system = distribution.and_then(|distribution| {
        let ended = lifecycles.distribution(distribution, day)?;
        let version = distribution.version.clone().unwrap_or_default();
        // A distribution is no package; this stands for it.
        let place = Location::of(OS_RELEASE);
        let package = Package::new("os-release", Ecosystem::Generic, distribution.id.clone(), version, place);
        Some(finding(&package, &ended, day))
    });
    let programs =
        packages.iter().filter_map(|package| Some(finding(package, &lifecycles.package(package, day)?, day)));
    system.into_iter().chain(programs).collect()
}

fn finding(package: &Package, ended: &Ended<'_>, day: Date) -> Finding {
    let Ended { title, cycle, is_extended } = ended;
    let end = match cycle.end {
        End::On(end) => format!("ended on {end}"),
        End::Past | End::Open => "has ended".into(),
    };
    let extended = match cycle.extended {
        Some(End::On(end)) if *is_extended => format!("; extended support until {end}"),
        Some(End::Open) if *is_extended => "; extended support goes on".into(),
        _ => String::new(),
    };
    Finding {
        kind: FindingKind::EndOfLife,
        id: format!("end-of-life-{}-{}", package.name.to_lowercase(), cycle.name),
        aliases: Vec::new(),
        severity: if *is_extended { Severity::Low } else { Severity::Medium },
        title: format!("{title} {} is past its end of life", cycle.name),
        package: package.purl.clone(),
        installed: package.version.clone(),
        fixed: None,
        status: FixStatus::EndOfLife,
        scores: Scores::default(),
        location: package.location.clone(),
        also: Vec::new(),
        evidence: format!("endoflife-date: {title} {} {end}, seen on {day}{extended}", cycle.name),
        remediation: format!("move to a release that {title} still looks after"),
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use boltseal_advisory::lifecycle::{Cycle, Lifecycle, Subject};

    use super::*;

    #[test]
    fn one_finding_per_release_that_ended() {
        let day = |text: &str| Date::parse(text).unwrap();
        let cycle =
            Cycle { name: "12".into(), end: End::On(day("2030-01-01")), extended: Some(End::On(day("2031-01-01"))) };
        let debian =
            Lifecycle { subjects: vec![Subject::distribution("debian")], title: "Debian".into(), cycles: vec![cycle] };
        let cycle = Cycle { name: "3.9".into(), end: End::Past, extended: None };
        let python =
            Lifecycle { subjects: vec![Subject::program("python")], title: "Python".into(), cycles: vec![cycle] };
        let lifecycles = Lifecycles::new(vec![debian, python]);
        let distribution = Distribution { id: "debian".into(), version: Some("12".into()), name: None };
        let place = Location::of("usr/local/bin/python3.9");
        let packages = [Package::new("binary", Ecosystem::Generic, "python", "3.9.1", place)];
        let findings = ended(&lifecycles, &packages, Some(&distribution), day("2030-06-01"));
        let told: Vec<_> =
            findings.iter().map(|found| (found.id.as_str(), found.severity, found.evidence.as_str())).collect();
        assert_eq!(
            told,
            [
                (
                    "end-of-life-debian-12",
                    Severity::Low,
                    "endoflife-date: Debian 12 ended on 2030-01-01, seen on 2030-06-01; extended support until 2031-01-01"
                ),
                (
                    "end-of-life-python-3.9",
                    Severity::Medium,
                    "endoflife-date: Python 3.9 has ended, seen on 2030-06-01"
                ),
            ]
        );
        assert_eq!(ended(&lifecycles, &[], Some(&distribution), day("2029-12-31")), []);
    }
}
