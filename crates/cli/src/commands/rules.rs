//! `boltseal rules`

use std::fmt::Write as _;

use boltseal_model::Limits;
use boltseal_scan::content::{self, Fault, Trial};
use boltseal_scan::coverage::{self, Capability, Kind, ListedRule};
use boltseal_scan::visible;
use serde_json::{Value, json};

use crate::arguments::{Rules, RulesCommand, RulesFormat, RulesListed};
use crate::exit::Exit;
use crate::{Failure, Outcome};

/// Name and version of the JSON document's format.
const SCHEMA: &str = "boltseal.rules/v1";

/// Runs one of the commands on what can be seen.
pub fn run(arguments: &Rules) -> Outcome {
    match &arguments.command {
        RulesCommand::List { only, format } => list(*only, *format),
        RulesCommand::Check { paths } => tried(&content::check(paths).map_err(Failure::usage)?, false),
        RulesCommand::Pack { lists, output } => {
            let packed = content::pack(lists, output, &Limits::default()).map_err(Failure::usage)?;
            say(&packed.faults);
            super::write(None, &format!("{} digests, {} lines wrong\n", packed.digests, packed.faults.len()))?;
            Ok(if packed.faults.is_empty() { Exit::Clean } else { Exit::Denied })
        }
        RulesCommand::Test { paths } => tried(&content::test(paths).map_err(Failure::usage)?, true),
    }
}

fn say(faults: &[Fault]) {
    for fault in faults {
        let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
        anstream::eprintln!("{}{line}: {}", visible(&fault.file), visible(&fault.reason));
    }
}

/// Says what is wrong with rules of the user; exits with 1 if anything is.
fn tried(trial: &Trial, with_cases: bool) -> Outcome {
    say(&trial.faults);
    let cases = if with_cases { format!(", {} cases", trial.cases) } else { String::new() };
    super::write(None, &format!("{} rules{cases}, {} wrong\n", trial.rules, trial.faults.len()))?;
    Ok(if trial.faults.is_empty() { Exit::Clean } else { Exit::Denied })
}

fn list(only: Option<RulesListed>, format: RulesFormat) -> Outcome {
    let wants = |listed| only.is_none_or(|only| only == listed);
    let capabilities = if wants(RulesListed::Parts) { coverage::capabilities() } else { Vec::new() };
    let mut rules = if wants(RulesListed::Content) { coverage::content_rules() } else { Vec::new() };
    rules.extend(wants(RulesListed::Checks).then(coverage::check_rules).unwrap_or_default());
    let text = match format {
        RulesFormat::Table => table(&capabilities) + &rules_table(&rules),
        RulesFormat::Json => {
            let parts = capabilities.iter().map(serde_json::to_value);
            let all: Vec<Value> = parts.chain(rules.iter().map(serde_json::to_value)).collect::<Result<_, _>>()?;
            serde_json::to_string_pretty(&json!({ "schema": SCHEMA, "rules": all }))? + "\n"
        }
        RulesFormat::Markdown => {
            let pages: [(RulesListed, fn() -> String); 3] = [
                (RulesListed::Parts, coverage::reference),
                (RulesListed::Content, coverage::content_reference),
                (RulesListed::Checks, coverage::checks_reference),
            ];
            pages
                .into_iter()
                .filter(|(listed, _)| wants(*listed))
                .map(|(_, page)| page())
                .collect::<Vec<_>>()
                .join("\n")
        }
    };
    super::write(None, &text)?;
    Ok(Exit::Clean)
}

fn rules_table(rules: &[ListedRule]) -> String {
    let mut text = String::new();
    for it in rules {
        let _ = writeln!(text, "{:14} {:42} {:8} {}", it.kind, it.id, it.severity.name(), it.title);
    }
    text
}

fn table(capabilities: &[Capability]) -> String {
    let mut text = String::new();
    for it in capabilities {
        let kind = it.kind.name();
        let _ = writeln!(text, "{kind:14} {:20} {:8} {}", it.id, it.maturity.name(), it.title);
        let [sees, misses] = match it.kind {
            Kind::Analyzer | Kind::Importer => ["sees", "misses"],
            Kind::ReportFormat => ["holds", "leaves out"],
            Kind::VersionOrder => ["says", "says not"],
        };
        let held_to = it.held_to.map_or("our own cases alone", |held_to| held_to.what);
        for (name, sentence) in [(sees, &*it.sees), (misses, &*it.misses), ("format", it.source), ("held to", held_to)]
        {
            let _ = writeln!(text, "{:15}{name:10} {sentence}", "");
        }
    }
    text
}
