//! Declarations held to rules: files of configuration in a folder, the one that the user names, the configuration of an image.

use boltseal_model::{
    Finding, FindingKind, FixStatus, Limits, Location, Problem, ProblemKind, Problems, Scores, Suppressed,
};
use boltseal_policy::{Day, Excuse};
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

/// What the rules say of files.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What somebody answers for, as policies say.
    pub exempt: Vec<Suppressed>,
    /// What could not be read or judged, and exemptions that are over.
    pub problems: Problems,
}

impl Judged {
    /// Whether there is nothing to say.
    pub fn is_nothing(&self) -> bool {
        self.findings.is_empty() && self.exempt.is_empty() && self.problems.is_empty()
    }

    /// Adds what is said of another file.
    pub fn append(&mut self, more: Self) {
        self.findings.extend(more.findings);
        self.exempt.extend(more.exempt);
        self.problems.append(more.problems);
    }
}

impl Posture {
    /// Holds a file to the rules.
    pub fn judge(&self, path: &str, bytes: &[u8], limits: &Limits) -> Judged {
        let (subjects, problems) = read(&File { path, bytes }, limits);
        let mut judged = Judged { problems, ..Judged::default() };
        for subject in &subjects {
            let (checks, unjudged) = self.checks.judge(subject, self.today, limits);
            for check in &checks {
                judged.add(check, path);
            }
            for (at, detail) in unjudged {
                judged.problems.push(Problem::at(ProblemKind::Unsupported, path, format!("{at}: {detail}")));
            }
        }
        judged
    }

    /// The same of a file that nobody named: somebody's templates and fragments among thousands of files do not make a report
    /// incomplete, and are listed all the same.
    pub fn judge_found(&self, path: &str, bytes: &[u8], limits: &Limits) -> Judged {
        let mut judged = self.judge(path, bytes, limits);
        for problem in std::mem::take(&mut judged.problems).into_sorted() {
            let kind = if problem.kind.is_incomplete() { ProblemKind::NotJudged } else { problem.kind };
            judged.problems.push(Problem { kind, ..problem });
        }
        judged
    }
}

impl Judged {
    fn add(&mut self, check: &Check<'_>, path: &str) {
        if let Some(Excuse { owner, expires, .. }) = &check.expired {
            let detail =
                format!("the exemption of {} expired on {expires}; ask {owner} to renew or drop it", check.rule);
            self.problems.push(Problem::at(ProblemKind::Expired, path, detail));
        }
        let finding = finding(check, path);
        match &check.exemption {
            None => self.findings.push(finding),
            Some(Excuse { owner, reason, expires }) => {
                self.exempt.push(Suppressed { reason: format!("exempt until {expires}: {reason} ({owner})"), finding });
            }
        }
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
        let named = posture.judge("pod.yaml", template, &Limits::default()).problems;
        let found = posture.judge_found("pod.yaml", template, &Limits::default()).problems;
        let (named, found) = (kinds(named), kinds(found));
        assert!(!named.is_empty() && named.iter().all(|kind| kind.is_incomplete()), "{named:?}");
        assert!(found.len() == named.len() && !found.iter().any(|kind| kind.is_incomplete()), "{found:?}");
    }

    #[test]
    fn what_is_exempt_is_kept_with_its_reason_until_its_last_day() {
        let exempt =
            "exempt: [container-privileged]\nowner: team-node\nreason: It is the node's own.\nexpires: 2027-01-31\n";
        let files = [("exempt.yaml".to_owned(), exempt.as_bytes().to_vec())];
        let (checks, mistakes) = Checks::load(&files, &Limits::default());
        assert_eq!(mistakes, []);
        let pod =
            b"apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  - {name: shop, image: shop, \
                    securityContext: {privileged: true}}\n";
        let mut posture = Posture { checks, today: Day::parse("2027-01-31") };
        let is_it = |finding: &Finding| finding.id == "container-privileged";
        let judged = posture.judge("pod.yaml", pod, &Limits::default());
        assert!(!judged.findings.iter().any(is_it), "{:#?}", judged.findings);
        let [kept] = judged.exempt.as_slice() else { panic!("{:#?}", judged.exempt) };
        assert!(is_it(&kept.finding) && kept.reason.contains("team-node"), "{kept:#?}");
        posture.today = Day::parse("2027-02-01");
        let judged = posture.judge("pod.yaml", pod, &Limits::default());
        assert!(judged.findings.iter().any(is_it) && judged.exempt.is_empty());
        let kinds: Vec<ProblemKind> = judged.problems.into_sorted().iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Expired]);
    }
}
