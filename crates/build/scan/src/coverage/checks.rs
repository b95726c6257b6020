//! The rules that declarations are held to, and the page `docs/reference/checks.md`.

use std::fmt::Write;

use boltseal_model::Limits;
use boltseal_posture::Checks;

use super::content::ListedRule;
use super::page::escaped;

const HEAD: &str = "\
# Rules for what is declared

What Dockerfiles, images, manifests of Kubernetes, task definitions of ECS, container groups of ACI, Compose files, containers of
Docker and hosts are held to. `cargo xtask gen` writes this page from `content/checks`; `boltseal rules list` shows the same, and
`--format json` gives it to programs. [How to write rules](../policies.md) of your own.

A rule without platforms is for every one, and for what a Dockerfile or an image makes of itself. Findings of a rule with a patch come with
[one](../fixes.md), where the platform has a place for it.
";

/// What the subjects of rules are called in the page, in its order.
const SUBJECTS: [(&str, &str); 5] = [
    ("workload", "Workloads, on every platform"),
    ("resource", "Other objects of a platform"),
    ("dockerfile", "Dockerfiles"),
    ("image", "Images"),
    ("host", "Hosts, their engines and their nodes"),
];

/// Every rule, by id.
pub fn check_rules() -> Vec<ListedRule> {
    let (checks, _) = Checks::load(&[], &Limits::default());
    let mut all: Vec<ListedRule> = checks
        .rules()
        .iter()
        .map(|rule| ListedRule {
            kind: "check",
            id: rule.policy.id.clone(),
            title: rule.policy.title.clone(),
            severity: rule.severity,
            of: rule.policy.roots.iter().chain(&rule.policy.platforms).cloned().collect(),
            has_fix: rule.policy.has_fix(),
            references: rule.policy.references.clone(),
        })
        .collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The page, the same for the same program.
pub fn checks_reference() -> String {
    let mut page = HEAD.to_owned();
    let all = check_rules();
    for (subject, title) in SUBJECTS {
        let _ = write!(
            page,
            "\n## {title}\n\n| Rule | Severity | What is wrong | Platforms | Patch | Demanded by |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for it in all.iter().filter(|it| it.of.first().is_some_and(|of| of == subject)) {
            let (platforms, references) = (it.of.get(1..).unwrap_or_default().join(", "), it.references.join("; "));
            let (title, references) = (escaped(&it.title), escaped(&references));
            let patch = if it.has_fix { "yes" } else { "" };
            let (id, severity) = (&it.id, it.severity.name());
            let _ = writeln!(page, "| `{id}` | {severity} | {title} | {platforms} | {patch} | {references} |");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_its_rules_and_the_page_each_once() {
        let all = check_rules();
        let count = |platform: &str| {
            all.iter()
                .filter(|it| it.of.first().is_some_and(|of| of == "workload" || of == "resource"))
                .filter(|it| it.of.len() == 1 || it.of.iter().any(|of| of == platform))
                .count()
        };
        let built = all.iter().filter(|it| it.of.first().is_some_and(|of| of == "dockerfile" || of == "image")).count();
        assert!(built >= 30, "{built}");
        for (platform, least) in [("kubernetes", 60), ("ecs", 25), ("aci", 20), ("compose", 20), ("docker", 20)] {
            assert!(count(platform) >= least, "{platform}: {}", count(platform));
        }
        let page = checks_reference();
        for it in &all {
            assert_eq!(page.matches(&format!("| `{}` |", it.id)).count(), 1, "{}", it.id);
            assert!(!it.references.is_empty(), "{}", it.id);
        }
    }
}
