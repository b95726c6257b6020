//! The audit daemon: its rules, as its files have them.
//!
//! Source: audit.rules(7). What the kernel has loaded is known to a command alone.

use boltseal_model::host::{Audit, Collected};

use crate::root::{Found, Root};
use crate::system::perhaps;
use crate::units;

const FOLDER: &str = "/etc/audit/rules.d";
const UNIT: &str = "auditd.service";

pub(crate) fn collect(root: &Root) -> Option<Collected<Audit>> {
    if !root.has("/etc/audit") && !units::has(root, UNIT) {
        return None;
    }
    perhaps(read(root))
}

fn read(root: &Root) -> Found<Audit> {
    let mut text = root.text("/etc/audit/audit.rules")?.unwrap_or_default();
    for name in root.names(FOLDER)?.unwrap_or_default() {
        if name.ends_with(".rules") {
            text.push('\n');
            text.push_str(&root.text(&format!("{FOLDER}/{name}"))?.unwrap_or_default());
        }
    }
    let is_enabled =
        units::collect(root).known().is_some_and(|units| units.iter().any(|unit| unit.name == UNIT && unit.is_enabled));
    Ok(Some(Audit { is_enabled, ..parse_rules(&text) }))
}

/// Reads rules of the audit daemon.
pub fn parse_rules(text: &str) -> Audit {
    let mut audit = Audit::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        audit.rules += i64::from(words.iter().any(|word| matches!(*word, "-w" | "-a" | "-A")));
        // A rule that records nothing watches nothing.
        let is_never = |pair: &[&str]| matches!(pair, ["-a" | "-A", list] if list.split(',').any(|it| it == "never"));
        if words.windows(2).any(is_never) {
            continue;
        }
        for (index, word) in words.iter().enumerate() {
            let Some(value) = words.get(index + 1) else { continue };
            match *word {
                "-w" => audit.watches.push((*value).to_owned()),
                "-F" => {
                    let path = value.strip_prefix("path=").or_else(|| value.strip_prefix("dir="));
                    audit.watches.extend(path.map(str::to_owned));
                }
                "-S" => audit.calls.extend(value.split(',').map(str::to_owned)),
                // The last word on it counts.
                "-e" => audit.is_immutable = *value == "2",
                _ => {}
            }
        }
    }
    for list in [&mut audit.watches, &mut audit.calls] {
        list.iter_mut().for_each(|path| path.truncate(path.trim_end_matches('/').len().max(1)));
        list.sort();
        list.dedup();
    }
    audit
}
