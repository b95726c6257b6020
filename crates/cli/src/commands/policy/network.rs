//! `boltseal policy network`

use std::path::Path;

use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use boltseal_posture::network::{Cluster, Outcome as Judged, Proposal, Simulator, flows, propose};
use boltseal_scan::visible;
use serde_json::json;

use crate::Outcome;
use crate::arguments::PolicyNetwork;
use crate::commands::write;
use crate::exit::Exit;

use super::subjects::{bytes, subjects};

/// Writes a proposal, or one line of JSON for each flow in the order in which they are listed.
pub fn run(arguments: &PolicyNetwork) -> Outcome {
    let limits = Limits::default();
    let (mut declared, mut problems) = (Vec::new(), Problems::default());
    for path in &arguments.files {
        let (found, wrong) = subjects(path);
        declared.extend(found);
        problems.append(wrong);
    }
    let (mut cluster, wrong) = Cluster::of(&declared);
    problems.append(wrong);
    let mut proposal = Proposal::default();
    if arguments.flows.is_none() || arguments.proposed {
        let (found, wrong) = propose(&declared, &limits);
        proposal = found;
        problems.append(wrong);
    }
    let mut exit = match &arguments.flows {
        None => {
            write(None, &proposal.to_yaml())?;
            Exit::Clean
        }
        Some(path) => {
            proposal.policies.into_iter().for_each(|proposed| cluster.add(proposed.policy));
            simulate(&cluster, path, &limits, &mut problems)?
        }
    };
    for problem in problems.into_sorted() {
        let path = problem.path.map(|path| format!("{path}: ")).unwrap_or_default();
        anstream::eprintln!("{}", visible(&format!("{path}{}", problem.detail)));
        exit = exit.and(Exit::Incomplete);
    }
    Ok(exit)
}

fn simulate(cluster: &Cluster, path: &Path, limits: &Limits, problems: &mut Problems) -> Outcome {
    let name = path.to_string_lossy();
    let (listed, wrong) = match bytes(path, limits.flow_file_bytes) {
        Ok(bytes) => flows(&name, &bytes, limits),
        Err(error) => (Vec::new(), Problem::at(ProblemKind::Unreadable, name, error.to_string()).into()),
    };
    problems.append(wrong);
    let mut exit = Exit::Clean;
    let mut simulator = Simulator::new(cluster, limits);
    for flow in &listed {
        let verdict = simulator.judge(flow);
        exit = exit.and(match verdict.verdict {
            Judged::Allowed => Exit::Clean,
            Judged::Denied => Exit::Denied,
            Judged::Unknown => Exit::Incomplete,
        });
        let line = json!({
            "from": flow.from,
            "to": flow.to,
            "port": flow.port,
            "protocol": flow.protocol,
            "verdict": verdict.verdict,
            "egress": verdict.egress,
            "ingress": verdict.ingress,
            "reason": verdict.reason,
        });
        write(None, &format!("{line}\n"))?;
    }
    Ok(exit)
}
