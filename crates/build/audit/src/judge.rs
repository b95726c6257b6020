//! A benchmark over what is known.

use boltseal_model::host::{Collected, Engine, File, Host};
use boltseal_model::workload::WorkloadPlatform;
use boltseal_model::{Limits, Severity};
use boltseal_policy::{Breach, Day, Facts, FactsError, Outcome, Policy, Rule};
use boltseal_posture::{Checks, Known, Subject};

use crate::benchmark::{Benchmark, Entry, Needs, Over};
use crate::check::{Reason, Verdict, excused, shown};
use crate::report::{Audit, Checked, Fix, Score};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The benchmark.
    pub benchmark: &'q Benchmark,
    /// The rules.
    pub checks: &'q Checks,
    /// Checks up to this level.
    pub level: u8,
    /// The day on which exemptions are judged; without one, none has ended.
    pub today: Option<Day>,
    /// Bounds of what rules may take.
    pub limits: &'q Limits,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// No facts of a host are there.
    #[error("no facts of a host are in it")]
    NoHost,
    /// Facts of several are.
    #[error("facts of more than one host are in it; an audit is about one")]
    SeveralHosts,
    /// A rule that the benchmark names is not there.
    #[error("the benchmark names the rule {0}, which does not exist")]
    NoRule(String),
    /// What is known cannot be judged.
    #[error("the facts cannot be judged")]
    Facts(#[from] FactsError),
}

/// Reasons that are kept of one check. A host may have thousands of containers.
const REASONS: usize = 100;

/// Holds what is known to a benchmark.
///
/// # Errors
/// When the facts are not those of one host, or the benchmark names a rule that is not there.
pub fn audit(question: &Question<'_>, subjects: &[Subject]) -> Result<Audit, AuditError> {
    let mut hosts = subjects.iter().filter_map(|subject| match subject {
        Subject::Host(host) => Some(&**host),
        _ => None,
    });
    let host = hosts.next().ok_or(AuditError::NoHost)?;
    if hosts.next().is_some() {
        return Err(AuditError::SeveralHosts);
    }
    let without_files = Host { files: Vec::new(), ..host.clone() };
    let (rules, groups) = (question.checks.rules(), Groups::of(subjects)?);
    let mut judging = Judging { question, host, without_files, rules, groups };
    let entries = question.benchmark.checks.iter().filter(|entry| entry.level <= question.level);
    let checks: Vec<Checked> = entries.map(|entry| judging.check(entry)).collect::<Result<_, _>>()?;
    let score = [1, 2].into_iter().filter(|level| *level <= question.level);
    Ok(Audit {
        schema: crate::SCHEMA,
        benchmark: question.benchmark.benchmark.clone(),
        title: question.benchmark.title.clone(),
        version: question.benchmark.version.clone(),
        host: shown(&host.name),
        system: shown(&host.system.name),
        container_optimised: host.system.container_optimised.as_deref().map(shown),
        score: score.map(|level| Score::of(level, &checks)).collect(),
        checks,
        problems: Vec::new(),
    })
}

/// What is known, by what checks look at.
struct Groups {
    host: Vec<Known>,
    containers: Vec<Known>,
    images: Vec<Known>,
    objects: Vec<Known>,
}

impl Groups {
    fn of(subjects: &[Subject]) -> Result<Self, FactsError> {
        let mut groups = Self { host: Vec::new(), containers: Vec::new(), images: Vec::new(), objects: Vec::new() };
        for subject in subjects {
            let group = match subject {
                Subject::Host(_) => &mut groups.host,
                Subject::Image(_) => &mut groups.images,
                Subject::Workload(workload) if workload.platform == WorkloadPlatform::Docker => &mut groups.containers,
                Subject::Workload(workload) if workload.platform == WorkloadPlatform::Kubernetes => &mut groups.objects,
                Subject::Resource(object) if object.platform == WorkloadPlatform::Kubernetes => &mut groups.objects,
                _ => continue,
            };
            group.extend(Known::of(subject)?);
        }
        Ok(groups)
    }

    fn over(&self, over: Over) -> &[Known] {
        match over {
            Over::Host => &self.host,
            Over::Containers => &self.containers,
            Over::Images => &self.images,
            Over::Objects => &self.objects,
        }
    }
}

struct Judging<'q> {
    question: &'q Question<'q>,
    host: &'q Host,
    /// The same without its files, of which a hostile one may have many.
    without_files: Host,
    rules: Vec<Rule<'q>>,
    groups: Groups,
}

/// What was found for one check.
#[derive(Default)]
struct Found {
    reasons: Vec<Reason>,
    fixes: Vec<Fix>,
    severity: Option<Severity>,
    /// Whether a rule applied to anything, and held.
    has_passed: bool,
}

impl Judging<'_> {
    fn check(&mut self, entry: &Entry) -> Result<Checked, AuditError> {
        let mut found = Found::default();
        match self.needs(entry) {
            Collected::Known(None) => self.judge(entry, &mut found)?,
            Collected::Known(Some(message)) => found.reasons.push(Reason::Absent { message: message.to_owned() }),
            Collected::Unknown(reason) => found.reasons.push(Reason::Unseen { message: shown(&reason.unknown) }),
        }
        let has = |verdict| found.reasons.iter().any(|reason| reason.verdict() == Some(verdict));
        let verdict = [Verdict::Fail, Verdict::Unknown].into_iter().find(|verdict| has(*verdict));
        let verdict = match (verdict, &entry.person) {
            (Some(verdict), _) => verdict,
            (None, Some(person)) if !has(Verdict::NotApplicable) => {
                found.reasons.push(Reason::Person { message: person.clone() });
                Verdict::Unknown
            }
            (None, _) if found.has_passed => Verdict::Pass,
            (None, _) => {
                if found.reasons.is_empty() {
                    found.reasons.push(Reason::Absent { message: "nothing that it is about is there".into() });
                }
                Verdict::NotApplicable
            }
        };
        Ok(Checked {
            number: entry.number.clone(),
            level: entry.level,
            title: entry.title.clone(),
            verdict,
            severity: found.severity,
            rules: entry.rules.clone(),
            reasons: found.reasons,
            fixes: found.fixes,
        })
    }

    /// What is missing of what a check needs, if anything is.
    fn needs(&self, entry: &Entry) -> Collected<Option<&'static str>> {
        let docker = self.host.docker.as_ref();
        let over = match entry.over {
            Over::Containers | Over::Images => Some(Needs::Docker),
            Over::Host | Over::Objects => None,
        };
        let missing = |is_there: bool, what| Collected::Known((!is_there).then_some(what));
        let kubernetes = self.host.kubernetes.as_ref();
        match entry.needs.or(over) {
            None => Collected::Known(None),
            Some(Needs::Docker) => missing(docker.is_some(), "there is no Docker"),
            Some(Needs::Swarm | Needs::SwarmManager | Needs::Apparmor | Needs::Selinux) if docker.is_none() => {
                missing(false, "there is no Docker")
            }
            Some(needs @ (Needs::Swarm | Needs::SwarmManager | Needs::Apparmor | Needs::Selinux)) => {
                let engine = docker.map(|docker| docker.engine.clone()).unwrap_or_default();
                let confines =
                    |engine: &Engine, with: &str| engine.security_options.iter().any(|it| it.starts_with(with));
                engine.map(|engine| match (&engine.swarm, needs) {
                    (_, Needs::Apparmor) => {
                        (!confines(&engine, "name=apparmor")).then_some("the engine finds no AppArmor on the host")
                    }
                    (_, Needs::Selinux) => {
                        (!confines(&engine, "name=selinux")).then_some("the engine uses no SELinux on the host")
                    }
                    (None, _) => Some("the engine is part of no swarm"),
                    (Some(swarm), Needs::SwarmManager) if !swarm.is_manager => {
                        Some("the host does not manage its swarm")
                    }
                    _ => None,
                })
            }
            Some(Needs::Node) => missing(kubernetes.is_some(), "the host is no node of Kubernetes"),
            Some(Needs::Kubelet) => missing(kubernetes.is_some_and(|it| it.kubelet.is_some()), "there is no kubelet"),
            Some(Needs::ControlPlane) => {
                missing(kubernetes.is_some_and(|it| it.api_server.is_some()), "no API server runs here as a static pod")
            }
            Some(Needs::Etcd) => {
                missing(kubernetes.is_some_and(|it| it.etcd.is_some()), "no etcd runs here as a static pod")
            }
        }
    }

    fn judge(&self, entry: &Entry, found: &mut Found) -> Result<(), AuditError> {
        let of_role;
        let known = match &entry.role {
            None => self.groups.over(entry.over),
            Some(role) => {
                let files: Vec<File> = self.host.files.iter().filter(|file| file.role == *role).cloned().collect();
                if files.is_empty() {
                    found.reasons.push(Reason::Absent { message: "the host has no such file".into() });
                    return Ok(());
                }
                let host = Host { files, ..self.without_files.clone() };
                let facts = Facts::of(&host)?;
                let name = self.groups.host.first().map(|known| known.name.clone()).unwrap_or_default();
                of_role = [Known { root: "host", name, at: host.at, facts }];
                &of_role[..]
            }
        };
        if known.is_empty() {
            found.reasons.push(self.nothing(entry.over));
            return Ok(());
        }
        for id in &entry.rules {
            let rule = self.rules.iter().find(|rule| rule.policy.id == *id);
            let rule = rule.ok_or_else(|| AuditError::NoRule(id.clone()))?;
            for known in known {
                let subject = boltseal_policy::Subject::new(known.root, &known.facts);
                let outcome = rule.policy.judge(&subject, self.question.today, self.question.limits);
                found.add(rule, known, outcome, entry.over);
            }
        }
        Ok(())
    }

    /// Why there is nothing to look at.
    fn nothing(&self, over: Over) -> Reason {
        let absent = |message: &str| Reason::Absent { message: message.to_owned() };
        match (over, self.host.docker.as_ref().map(|docker| &docker.engine)) {
            (Over::Containers | Over::Images, Some(Collected::Unknown(reason))) => {
                Reason::Unseen { message: shown(&reason.unknown) }
            }
            (Over::Containers, _) => absent("the engine has no container"),
            (Over::Images, _) => absent("the engine has no image"),
            (Over::Objects, _) => Reason::Person {
                message: "give the objects of the cluster as files, as `kubectl get --output yaml` writes them".into(),
            },
            (Over::Host, _) => absent("nothing is known of the host"),
        }
    }
}

impl Found {
    fn add(&mut self, rule: &Rule<'_>, known: &Known, outcome: Outcome, over: Over) {
        let subject = if over == Over::Host { String::new() } else { shown(&known.name) };
        match outcome {
            Outcome::Pass => self.has_passed = true,
            Outcome::NotApplicable(_) => {}
            Outcome::Broken(breaches) => self.broken(rule, &subject, breaches),
            Outcome::Unknown { reasons, breaches } => {
                for reason in reasons {
                    let of = reason.element.map(|element| format!(" ({element})")).unwrap_or_default();
                    self.reason(Reason::Unseen { message: format!("{}{of}", reason.detail) });
                }
                self.broken(rule, &subject, breaches);
            }
            Outcome::Error { errors, breaches } => {
                errors.iter().for_each(|error| self.reason(Reason::Error { message: error.to_string() }));
                self.broken(rule, &subject, breaches);
            }
        }
    }

    fn broken(&mut self, rule: &Rule<'_>, subject: &str, breaches: Vec<Breach>) {
        let policy: &Policy = rule.policy;
        for breach in breaches {
            let (rule_id, subject) = (policy.id.clone(), subject.to_owned());
            if let Some(excuse) = &breach.exemption {
                let message = excused(&breach.message, excuse);
                self.has_passed = true;
                self.reason(Reason::Exempt { rule: rule_id, subject, message });
                continue;
            }
            self.severity = self.severity.max(Some(rule.severity));
            if self.fixes.len() < REASONS {
                self.fixes.push(Fix {
                    changes: format!(
                        "{}{}",
                        if subject.is_empty() { String::new() } else { format!("{subject}: ") },
                        breach.message
                    ),
                    remediation: policy.remediation.clone(),
                    commands: breach.commands,
                });
            }
            self.reason(Reason::Broken { rule: rule_id, subject, message: breach.message });
        }
    }

    /// What makes a check fail is never left out for want of room.
    fn reason(&mut self, reason: Reason) {
        let is_new_kind = !self.reasons.iter().any(|known| known.verdict() == reason.verdict());
        if (self.reasons.len() < REASONS || is_new_kind) && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}
