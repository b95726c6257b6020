//! Facts from files: nodes, hosts that nobody could see into, exemptions, and hostile ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use boltseal_audit::{Audit, AuditError, Benchmark, Checked, Question, Reason, Verdict, audit, commands, table};
use boltseal_host::{Connection, Root, collect};
use boltseal_model::{Limits, Severity};
use boltseal_policy::{Day, Outcome, Subject as Judged};
use boltseal_posture::{Checks, File, Known, read};
use proptest::prelude::*;

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load(&[], &Limits::default()).0);

const HEAD: &str = "apiVersion: boltseal.dev/v1\nkind: Host\n";

fn ask(benchmark: &str, checks: &Checks, level: u8, document: &str) -> Result<Audit, AuditError> {
    let limits = Limits::default();
    let (subjects, _) = read(&File { path: "facts", bytes: document.as_bytes() }, &limits);
    let benchmark = Benchmark::built_in(benchmark).unwrap();
    let today = Day::parse("2027-01-31");
    audit(&Question { benchmark: &benchmark, checks, level, today, limits: &limits }, &subjects)
}

fn judged(benchmark: &str, facts: &str) -> Audit {
    ask(benchmark, &CHECKS, 2, &format!("{HEAD}{facts}")).unwrap()
}

fn check<'a>(audit: &'a Audit, number: &str) -> &'a Checked {
    audit.checks.iter().find(|check| check.number == number).unwrap()
}

fn content(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../content").join(folder)
}

#[test]
fn a_host_that_nobody_saw_passes_nothing() {
    for benchmark in Benchmark::ids() {
        let audit = judged(benchmark, "name: dark\n");
        let passed: Vec<&str> =
            audit.checks.iter().filter(|it| it.verdict == Verdict::Pass).map(|it| it.number.as_str()).collect();
        assert_eq!(passed, [] as [&str; 0], "{benchmark}");
    }
    let host = judged("container-host", "name: dark\n");
    for number in ["4.1", "4.3", "4.4", "5.1", "6.1"] {
        assert_eq!(check(&host, number).verdict, Verdict::Unknown, "{number}");
    }
    assert!(host.is_incomplete());
}

#[test]
fn the_four_verdicts_are_told_apart() {
    let audit = judged(
        "container-host",
        "sysctls:\n  kernel.randomize_va_space: '1'\n  kernel.dmesg_restrict: '1'\n  \
         kernel.kptr_restrict: {unknown: \"/proc/sys/kernel/kptr_restrict: permission denied\"}\n",
    );
    let verdict = |number| check(&audit, number).verdict;
    assert_eq!((verdict("2.4"), verdict("2.6")), (Verdict::Pass, Verdict::Fail));
    assert_eq!((verdict("2.5"), verdict("2.9")), (Verdict::Unknown, Verdict::NotApplicable));
    assert_eq!(
        check(&audit, "2.5").reasons,
        [Reason::Unseen {
            message: "/proc/sys/kernel/kptr_restrict: permission denied (name kernel.kptr_restrict)".into()
        }]
    );
    assert_eq!(check(&audit, "2.6").severity, Some(Severity::High));
    assert!(audit.fails(Some(Severity::High)) && audit.fails(None));
    let score = &audit.score[0];
    assert_eq!((score.level, score.percent), (1, Some(100 * score.passed / (score.passed + score.failed))));
    let counted = score.passed + score.failed + score.unknown + score.not_applicable;
    assert_eq!(counted, audit.checks.iter().filter(|check| check.level == 1).count());
    let text = table(&audit);
    assert!(text.contains("2.6   FAIL     Programs lie where nobody knows\n"), "{text}");
}

#[test]
fn a_level_leaves_the_other_out() {
    let audit = ask("container-host", &CHECKS, 1, &format!("{HEAD}name: x\n")).unwrap();
    assert!(audit.checks.iter().all(|check| check.level == 1) && audit.score.len() == 1);
}

#[test]
fn distributions_that_run_containers_alone_are_recognised() {
    let audit = judged("container-host", "system: {id: talos, name: Talos, container_optimised: talos}\n");
    assert_eq!(check(&audit, "1.1").verdict, Verdict::Pass);
    assert!(table(&audit).contains("made to run containers: talos"));
}

#[test]
fn a_node_is_judged_by_its_components_their_files_and_the_objects_of_the_cluster() {
    let audit = judged(
        "cis-kubernetes",
        "kubernetes:\n  api_server: {settings: {anonymous-auth: 'true', authorization-mode: 'Node,RBAC'}}\n  \
         kubelet: {unknown: '/var/lib/kubelet/config.yaml: permission denied'}\n\
         files:\n  - {name: /etc/kubernetes/admin.conf, role: admin-kubeconfig, state: {mode: '0644', owner: 0, group: 0}}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {name: shop, namespace: shop}\nspec:\n  containers:\n  \
         - {name: shop, image: 'shop:1', securityContext: {privileged: true}}\n",
    );
    let verdict = |number| check(&audit, number).verdict;
    assert_eq!((verdict("1.2.1"), verdict("1.2.6"), verdict("1.2.8")), (Verdict::Fail, Verdict::Pass, Verdict::Pass));
    assert_eq!((verdict("1.1.13"), verdict("1.1.14")), (Verdict::Fail, Verdict::Pass));
    assert_eq!(
        (verdict("4.2.1"), verdict("2.1"), verdict("3.1.1")),
        (Verdict::Unknown, Verdict::NotApplicable, Verdict::Unknown)
    );
    assert_eq!(check(&audit, "5.2.2").reasons[0].text(), "Pod/shop: container shop is privileged");
    // Without objects, a person must look.
    let without = judged("cis-kubernetes", "kubernetes: {}\n");
    assert_eq!(check(&without, "5.2.2").verdict, Verdict::Unknown);
    assert!(matches!(check(&without, "5.2.2").reasons[0], Reason::Person { .. }));
}

#[test]
fn who_answers_for_a_failure_makes_it_none_until_the_last_day() {
    let exempt = |expires: &str| {
        let text = format!(
            "exempt: [docker-group-member]\nowner: team-host\nreason: They run the host.\nexpires: {expires}\nwhen: member == 'ann'\n"
        );
        let (checks, mistakes) = Checks::load(&[("exempt.yaml".into(), text.into_bytes())], &Limits::default());
        assert_eq!(mistakes, []);
        let facts = format!("{HEAD}docker: {{}}\ndocker_group: [ann]\n");
        let audit = ask("cis-docker", &checks, 2, &facts).unwrap();
        (check(&audit, "1.1.2").verdict, check(&audit, "1.1.2").reasons.first().map(Reason::text))
    };
    let (verdict, reason) = exempt("2027-01-31");
    assert_eq!(verdict, Verdict::Pass);
    assert!(reason.unwrap().contains("team-host"));
    assert_eq!(exempt("2027-01-30").0, Verdict::Fail);
}

#[test]
fn facts_are_those_of_one_host() {
    let twice = format!("{HEAD}---\n{HEAD}");
    assert!(matches!(ask("cis-docker", &CHECKS, 2, "kind: Pod\n"), Err(AuditError::NoHost)));
    assert!(matches!(ask("cis-docker", &CHECKS, 2, &twice), Err(AuditError::SeveralHosts)));
}

#[test]
fn names_of_hostile_facts_cannot_write_to_a_terminal() {
    let facts = "name: \"a\\e[2Jb\"\ndocker: {engine: {unknown: \"x\\e[2J\"}}\ndocker_group: [\"eve\\e[2J\"]\n";
    let audit = judged("cis-docker", facts);
    for text in [table(&audit), commands(&audit), audit.json()] {
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    // Nobody should paste such a name.
    assert!(!commands(&audit).contains("gpasswd"));
}

#[test]
fn every_command_that_mends_something_is_one_for_a_shell() {
    let limits = Limits::default();
    let mut tried = 0;
    for rule in CHECKS.rules() {
        let folder = content("checks").join(&rule.policy.id);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let (subjects, _) = read(&File { path: "case", bytes: &bytes }, &limits);
            for known in subjects.iter().flat_map(|subject| Known::of(subject).unwrap()) {
                let Outcome::Broken(breaches) =
                    rule.policy.judge(&Judged::new(known.root, &known.facts), None, &limits)
                else {
                    continue;
                };
                for commands in breaches.into_iter().filter_map(|breach| breach.commands) {
                    let output = Command::new("sh").args(["-n", "-c", &commands]).output().unwrap();
                    assert!(output.status.success(), "{}: {commands}\n{output:?}", rule.policy.id);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 50, "{tried}");
}

#[test]
fn the_report_keeps_to_its_published_schema() {
    let published = boltseal_testkit::data::workspace().join("docs/reference/audit.v1.schema.json");
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Audit)).unwrap() + "\n";
    assert_eq!(fs::read_to_string(published).unwrap(), schema, "`cargo xtask gen` writes it anew");
    let document = collect(&Root::open(Path::new("/")).unwrap(), &Connection::Usual).document();
    let folder = tempfile::tempdir().unwrap();
    for benchmark in Benchmark::ids() {
        let path = folder.path().join(benchmark);
        fs::write(&path, ask(benchmark, &CHECKS, 2, &document).unwrap().json()).unwrap();
        boltseal_testkit::schema::check(&path, "audit.v1.schema.json");
    }
}

#[test]
fn this_host_is_judged() {
    let document = collect(&Root::open(Path::new("/")).unwrap(), &Connection::Usual).document();
    for benchmark in Benchmark::ids() {
        let audit = ask(benchmark, &CHECKS, 2, &document).unwrap();
        assert_eq!(audit.checks.len(), Benchmark::built_in(benchmark).unwrap().checks.len());
        assert!(audit.checks.iter().all(|check| check.verdict == Verdict::Pass || !check.reasons.is_empty()));
    }
    let audit = ask("container-host", &CHECKS, 2, &document).unwrap();
    let is_random = fs::read_to_string("/proc/sys/kernel/randomize_va_space").unwrap().trim() == "2";
    let expected = if is_random { Verdict::Pass } else { Verdict::Fail };
    assert_eq!(check(&audit, "2.6").verdict, expected);
}

/// The facts of this host, as they are written.
static FACTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let document = collect(&Root::open(Path::new("/")).unwrap(), &Connection::Usual).document();
    document.into_bytes().into_iter().take(20_000).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_facts_never_panic_and_pass_nothing_that_is_not_seen(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = FACTS.clone();
        for (place, byte) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *byte;
        }
        if changes.len() > 4 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let limits = Limits::default();
        let (subjects, _) = read(&File { path: "facts", bytes: &bytes }, &limits);
        for id in Benchmark::ids() {
            let benchmark = Benchmark::built_in(id).unwrap();
            let question = Question { benchmark: &benchmark, checks: &CHECKS, level: 2, today: None, limits: &limits };
            let Ok(audit) = audit(&question, &subjects) else { continue };
            for check in audit.checks.iter().filter(|check| check.verdict == Verdict::Pass) {
                let is_quiet = check.reasons.iter().all(|reason| matches!(reason, Reason::Exempt { .. }));
                prop_assert!(is_quiet, "{check:?}");
            }
            let _ = (table(&audit), commands(&audit), audit.json());
        }
    }
}
