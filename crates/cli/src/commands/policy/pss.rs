//! `boltseal policy pss`

use boltseal_model::Workload;
use boltseal_posture::pod_security::{Denial, judge};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::PodSecurity;
use crate::commands::write;
use crate::exit::Exit;

use super::subjects::workloads;

/// Writes one line of JSON for each file, in the order in which they are named.
pub fn run(arguments: &PodSecurity) -> Outcome {
    let mut exit = Exit::Clean;
    for path in &arguments.files {
        let (workloads, problems) = workloads(path);
        let problems = problems.into_sorted();
        let checks: Vec<Value> = workloads
            .iter()
            .flat_map(|workload| {
                judge(workload, arguments.level, arguments.version).into_iter().map(|denial| check(workload, &denial))
            })
            .collect();
        if !checks.is_empty() {
            exit = exit.and(Exit::Denied);
        }
        if !problems.is_empty() {
            exit = exit.and(Exit::Incomplete);
        }
        // What could not be read might have been refused.
        let is_allowed = checks.is_empty() && problems.is_empty();
        let problems: Vec<Value> =
            problems.iter().map(|problem| json!({ "kind": problem.kind, "detail": problem.detail })).collect();
        let line = json!({
            "file": path.to_string_lossy(),
            "allowed": is_allowed,
            "workloads": workloads.len(),
            "checks": checks,
            "problems": problems,
        });
        write(None, &format!("{line}\n"))?;
    }
    Ok(exit)
}

/// A check that refuses a workload, and the first place at fault.
fn check(workload: &Workload, denial: &Denial) -> Value {
    let at = denial.refusal.at.first().copied().unwrap_or(workload.at);
    json!({
        "id": denial.check.id,
        "reason": denial.refusal.reason,
        "detail": denial.refusal.detail,
        "workload": format!("{}/{}", workload.kind, workload.name),
        "line": at.line,
        "column": at.column,
    })
}
