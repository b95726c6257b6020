//! Declarations held to rules: files of configuration in a folder, the one that the user names, the configuration of an image.

use boltseal_model::{Finding, FindingKind, FixStatus, Limits, Location, Problem, ProblemKind, Problems, Scores};
use boltseal_policy::Day;
use boltseal_posture::{Check, Checks, File, read, recognise};

/// Rules, and the day on which exemptions in them are judged.
#[derive(Debug)]
pub struct Posture {
    /// The rules.
    pub checks: Checks,
    /// The day; without one, no exemption has ended.
    pub today: Option<Day>,
}

/// Bytes of a file by which its format is told.
pub const TELLING: usize = 16 << 10;

/// Whether a path may be that of a declaration: other files are not even opened for it.
pub fn may_declare(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_document = [".yaml", ".yml", ".json", ".dockerfile"].iter().any(|ending| name.ends_with(ending));
    is_document || name.starts_with("dockerfile") || name.starts_with("containerfile")
}

/// Whether a file declares something, by its path and the beginning of its content.
pub fn declares(path: &str, head: &[u8]) -> bool {
    may_declare(path) && recognise(path, head.get(..TELLING).unwrap_or(head)).is_some()
}

impl Posture {
    /// What the rules say of a file, and what of it could not be judged.
    pub fn judge(&self, path: &str, bytes: &[u8], limits: &Limits) -> (Vec<Finding>, Problems) {
        let (subjects, mut problems) = read(&File { path, bytes }, limits);
        let mut findings = Vec::new();
        for subject in &subjects {
            let (checks, unjudged) = self.checks.judge(subject, self.today, limits);
            findings.extend(checks.iter().map(|check| finding(check, path)));
            for (at, detail) in unjudged {
                problems.push(Problem::at(ProblemKind::Unsupported, path, format!("{at}: {detail}")));
            }
        }
        (findings, problems)
    }

    /// The same of a file that nobody named: somebody's templates and fragments among thousands of files do not make a report
    /// incomplete, and are listed all the same.
    pub fn judge_found(&self, path: &str, bytes: &[u8], limits: &Limits) -> (Vec<Finding>, Problems) {
        let (findings, problems) = self.judge(path, bytes, limits);
        let mut lesser = Problems::default();
        for problem in problems.into_sorted() {
            lesser.push(Problem { kind: ProblemKind::NotJudged, ..problem });
        }
        (findings, lesser)
    }
}

fn finding(check: &Check<'_>, path: &str) -> Finding {
    Finding {
        kind: FindingKind::Misconfiguration,
        id: check.rule.to_owned(),
        aliases: Vec::new(),
        severity: check.severity,
        title: check.title.to_owned(),
        package: String::new(),
        installed: String::new(),
        fixed: None,
        status: FixStatus::Affected,
        scores: Scores::default(),
        location: Location {
            line: (check.at.line > 0).then_some(check.at.line),
            column: (check.at.column > 0).then_some(check.at.column),
            ..Location::of(path)
        },
        also: Vec::new(),
        evidence: format!("{}: {}", check.subject, check.message),
        remediation: check.remediation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_told_by_name_and_beginning() {
        assert!(declares("deploy/pod.yaml", b"apiVersion: v1\nkind: Pod\n"));
        assert!(declares("Dockerfile.prod", b"FROM debian:12\n"));
        assert!(!declares("deploy/values.yaml", b"replicas: 2\n"));
        assert!(!declares("notes.txt", b"apiVersion: v1\nkind: Pod\n"), "another ending");
    }

    #[test]
    fn what_is_found_does_not_make_a_report_incomplete_and_what_is_named_does() {
        let posture = Posture { checks: Checks::load(&[], &Limits::default()).0, today: None };
        let template = b"apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {{ .Values.spec }}\n";
        let kinds = |problems: Problems| problems.into_sorted().iter().map(|it| it.kind).collect::<Vec<_>>();
        let (_, named) = posture.judge("pod.yaml", template, &Limits::default());
        let (_, found) = posture.judge_found("pod.yaml", template, &Limits::default());
        let (named, found) = (kinds(named), kinds(found));
        assert!(!named.is_empty() && named.iter().all(|kind| kind.is_incomplete()), "{named:?}");
        assert!(found.len() == named.len() && !found.iter().any(|kind| kind.is_incomplete()), "{found:?}");
    }
}
