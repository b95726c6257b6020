//! `boltseal scan`

use std::io::{self, IsTerminal};

use anyhow::anyhow;
use boltseal_advisory::Database;
use boltseal_model::Report;
use boltseal_scan::format::{self, Style};
use boltseal_scan::{Options, Scanned, explain, visible};

use super::write;
use crate::arguments::Scan;
use crate::{Failure, Outcome, subjects};

/// Scans every target and writes one report of all.
pub fn run(arguments: &Scan) -> Outcome {
    let targets = subjects::targets(&arguments.subjects)?;
    let format = format::find(&arguments.format).ok_or_else(|| anyhow!("no format {}", arguments.format))?;
    if arguments.explain.is_none() {
        format.admits(targets.len()).map_err(Failure::usage)?;
    }
    let file = subjects::database(&arguments.subjects)?;
    let database = file.database().map_err(Failure::usage)?;
    let options = Options {
        platform: arguments.subjects.platform.clone(),
        fail_on: arguments.fail_on,
        explain: arguments.explain.clone(),
        ..Options::default()
    };
    let looked = subjects::look(&targets, &arguments.subjects, &database, file.origin(), &options)?;
    let text = match &arguments.explain {
        Some(id) => {
            looked.scanned.iter().map(|scanned| explained(id, scanned, &database)).collect::<Vec<_>>().join("\n")
        }
        None => {
            let reports: Vec<Report> = looked.scanned.into_iter().map(|scanned| scanned.report).collect();
            format.write(&reports, style(arguments)).map_err(Failure::usage)?
        }
    };
    write(arguments.output.as_deref(), &text)?;
    Ok(looked.exit)
}

fn explained(id: &str, scanned: &Scanned, database: &Database<'_>) -> String {
    let mut text = explain(id, scanned, database);
    for problem in &scanned.report.problems {
        text += &format!("problem: {} ({})\n", visible(&problem.detail), problem.kind.name());
    }
    text
}

/// Colours on a terminal that wants them; lines as wide as the terminal, and of any length elsewhere.
fn style(arguments: &Scan) -> Style {
    if arguments.output.is_some() || !io::stdout().is_terminal() {
        return Style::default();
    }
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Style { color, width: terminal_size::terminal_size().map(|(width, _)| width.0), ..Style::default() }
}
