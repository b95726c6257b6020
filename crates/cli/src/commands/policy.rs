//! `boltseal policy`

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use boltseal_model::{Limits, Problem, ProblemKind, Problems, Workload};
use boltseal_posture::pod_security::{Denial, judge};
use boltseal_posture::{File as Manifests, kubernetes};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{PodSecurity, Policy, PolicyCommand};
use crate::exit::Exit;

/// Holds files to a policy.
pub fn run(arguments: &Policy) -> Outcome {
    match &arguments.command {
        PolicyCommand::Pss(arguments) => pod_security(arguments),
    }
}

/// Writes one line of JSON for each file, in the order in which they are named.
fn pod_security(arguments: &PodSecurity) -> Outcome {
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
        super::write(None, &format!("{line}\n"))?;
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

/// What a file declares, `-` being standard input, and what could not be read of it.
fn workloads(path: &Path) -> (Vec<Workload>, Problems) {
    let limits = Limits::default();
    let name = path.to_string_lossy();
    match bytes(path, limits.manifest_file_bytes) {
        Ok(bytes) => kubernetes::parse(&Manifests { path: &name, bytes: &bytes }, &limits),
        Err(error) => (Vec::new(), Problem::at(ProblemKind::Unreadable, name, error.to_string()).into()),
    }
}

/// Reads no more than one byte over the limit, which is enough to tell that it is exceeded.
fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
