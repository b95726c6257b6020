//! `boltseal rules`

use std::fmt::Write as _;

use boltseal_scan::coverage::{self, Capability, Kind};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Rules, RulesCommand, RulesFormat};
use crate::exit::Exit;

/// Name and version of the JSON document's format.
const SCHEMA: &str = "boltseal.rules/v1";

/// Runs one of the commands on what can be seen.
pub fn run(arguments: &Rules) -> Outcome {
    match arguments.command {
        RulesCommand::List { format } => list(format),
    }
}

fn list(format: RulesFormat) -> Outcome {
    let text = match format {
        RulesFormat::Table => table(&coverage::capabilities()),
        RulesFormat::Json => {
            let document = json!({ "schema": SCHEMA, "rules": coverage::capabilities() });
            serde_json::to_string_pretty(&document)? + "\n"
        }
        RulesFormat::Markdown => coverage::reference(),
    };
    super::write(None, &text)?;
    Ok(Exit::Clean)
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
        let held_to = it.held_to.unwrap_or("our own cases alone");
        for (name, sentence) in [(sees, &*it.sees), (misses, &*it.misses), ("format", it.source), ("held to", held_to)]
        {
            let _ = writeln!(text, "{:15}{name:10} {sentence}", "");
        }
    }
    text
}
