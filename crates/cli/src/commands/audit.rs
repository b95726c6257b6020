//! `boltseal audit`

use anyhow::{Context, anyhow};
use boltseal_audit::{Benchmark, Question, audit, commands, table};
use boltseal_host::{Root, collect, warning};
use boltseal_model::Limits;
use boltseal_model::text::visible;
use boltseal_posture::{Checks, File, Subject, read};

use super::policy::{files, subjects};
use super::write;
use crate::arguments::{Audit, AuditCommand, AuditFlags, AuditFormat};
use crate::exit::Exit;
use crate::{Failure, Outcome, places};

/// Collects facts or reads them, judges them, and writes what was found.
pub fn run(arguments: &Audit) -> Outcome {
    match &arguments.command {
        AuditCommand::Docker(flags) => held_to("cis-docker", flags),
        AuditCommand::Host(flags) => held_to("container-host", flags),
        AuditCommand::Kubernetes(flags) => held_to("cis-kubernetes", flags),
    }
}

fn held_to(benchmark: &str, flags: &AuditFlags) -> Outcome {
    let limits = Limits::default();
    let (mut found, mut problems) = match &flags.facts {
        Some(path) => subjects(path),
        None => {
            let root = Root::open(&flags.root)
                .with_context(|| format!("opening {}", flags.root.display()))
                .map_err(Failure::usage)?;
            if let Some(warning) = warning(&root) {
                anstream::eprintln!("boltseal: {warning}");
            }
            let document = collect(&root, &places::docker()).document();
            if flags.format == AuditFormat::Facts {
                write(flags.output.as_deref(), &document)?;
                return Ok(Exit::Clean);
            }
            // What is collected here is read as what was collected elsewhere.
            read(&File { path: "facts", bytes: document.as_bytes() }, &limits)
        }
    };
    if flags.format == AuditFormat::Facts {
        return Err(Failure::usage(anyhow!("--format facts writes the facts of this host, and --facts gives others")));
    }
    for path in &flags.objects {
        let (objects, wrong) = subjects(path);
        found.extend(objects.into_iter().filter(|object| !matches!(object, Subject::Host(_))));
        problems.append(wrong);
    }
    let (checks, mistakes) = Checks::load(&files(&flags.policy)?, &limits);
    if let Some(mistake) = mistakes.first() {
        return Err(Failure::usage(anyhow!("{}", visible(&mistake.to_string()))));
    }
    let benchmark = Benchmark::built_in(benchmark)?;
    let today = places::today().and_then(places::day);
    let question = Question { benchmark: &benchmark, checks: &checks, level: flags.level, today, limits: &limits };
    let told = problems.into_sorted().into_iter().map(|problem| {
        let path = problem.path.unwrap_or_default();
        visible(&format!("{path}: {}", problem.detail)).into_owned()
    });
    let told: Vec<String> = told.collect();
    told.iter().for_each(|problem| anstream::eprintln!("{problem}"));
    let mut report = audit(&question, &found).map_err(Failure::incomplete)?;
    report.problems = told;
    let text = match flags.format {
        _ if flags.fix => commands(&report),
        AuditFormat::Json => report.json(),
        AuditFormat::Table | AuditFormat::Facts => table(&report),
    };
    write(flags.output.as_deref(), &text)?;
    Ok(if report.fails(flags.fail_on) {
        Exit::Denied
    } else if report.is_incomplete() {
        Exit::Incomplete
    } else {
        Exit::Clean
    })
}
