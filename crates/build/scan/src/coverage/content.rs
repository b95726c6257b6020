//! The rules for malware and secrets, and the page `docs/reference/content-rules.md`.

use std::fmt::Write;

use boltseal_content::{Described, described};
use boltseal_model::{FindingKind, Severity};
use serde::Serialize;

use super::page::escaped;
use crate::content::{INTEGRITY_RULES, clamd_rule};

/// One rule, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRule {
    /// `malware-rule`, `secret-rule` or `check`.
    pub kind: &'static str,
    /// Its permanent name, as findings have it.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it is for, of a check; none of a rule for every file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    /// Whether it says how what it finds is mended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_fix: bool,
    /// Where it is documented, or the benchmarks that demand it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

const MALWARE: &str = "malware-rule";
const SECRET: &str = "secret-rule";

const HEAD: &str = "\
# Rules for malware and secrets

What is searched for in the bytes of files. `cargo xtask gen` writes this page from `content/malware` and `content/secrets`;
`boltseal rules list` shows the same, and `--format json` gives it to programs. [How malware is found](../malware.md), [how
secrets are](../secrets.md), and how to add rules of your own.
";

/// Every rule for malware, then every rule for secrets, by id.
pub fn content_rules() -> Vec<ListedRule> {
    let kind = |kind| if kind == FindingKind::Secret { SECRET } else { MALWARE };
    let ours = described().into_iter().map(|Described { kind: of, id, title, severity, references }| ListedRule {
        kind: kind(of),
        id,
        title,
        severity,
        of: Vec::new(),
        has_fix: false,
        references,
    });
    let integrity = INTEGRITY_RULES.iter().map(|rule| ListedRule {
        kind: MALWARE,
        id: rule.id.to_owned(),
        title: rule.title.to_owned(),
        severity: rule.severity,
        of: Vec::new(),
        has_fix: false,
        references: vec![rule.reference.to_owned()],
    });
    let clamd = clamd_rule("");
    let theirs = ListedRule {
        kind: MALWARE,
        id: clamd.rule,
        title: clamd.title,
        severity: clamd.severity,
        of: Vec::new(),
        has_fix: false,
        references: vec!["https://docs.clamav.net/manual/Usage/Scanning.html".to_owned()],
    };
    let mut all: Vec<ListedRule> = ours.chain(integrity).chain([theirs]).collect();
    all.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    all
}

/// The page, the same for the same program.
pub fn content_reference() -> String {
    let mut page = HEAD.to_owned();
    let all = content_rules();
    for (kind, title) in [(MALWARE, "Malware"), (SECRET, "Secrets")] {
        let _ = write!(
            page,
            "\n## {title}\n\n| Rule | Severity | What it finds | References |\n| --- | --- | --- | --- |\n"
        );
        for it in all.iter().filter(|it| it.kind == kind) {
            let links: Vec<String> = (1..).zip(&it.references).map(|(at, link)| format!("[{at}]({link})")).collect();
            let title = escaped(&it.title);
            let _ = writeln!(page, "| `{}` | {} | {title} | {} |", it.id, it.severity.name(), links.join(" "));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_both_kinds_are_listed_once_in_order() {
        let all = content_rules();
        assert!(all.is_sorted_by(|a, b| (a.kind, &a.id) < (b.kind, &b.id)));
        let count = |kind| all.iter().filter(|it| it.kind == kind).count();
        assert!(count(MALWARE) > 100 && count(SECRET) > 250, "{} {}", count(MALWARE), count(SECRET));
        let page = content_reference();
        for it in &all {
            assert_eq!(page.matches(&format!("| `{}` |", it.id)).count(), 1, "{}", it.id);
        }
    }
}
