//! `boltseal scan`

use std::fs;
use std::io::{self, IsTerminal, Write};

use anyhow::{Context, anyhow};
use boltseal_advisory::Database;
use boltseal_model::Verdict;
use boltseal_scan::database::DatabaseFile;
use boltseal_scan::format::{self, Style};
use boltseal_scan::{Options, Scanned, Target, explain, visible};

use crate::arguments::Scan;
use crate::exit::Exit;
use crate::progress::Bars;
use crate::{Failure, Outcome};

/// Scans one target.
pub fn run(arguments: &Scan) -> Outcome {
    let target = Target::parse(&arguments.target).map_err(Failure::usage)?;
    let file =
        DatabaseFile::open(arguments.db.as_deref(), super::default_database().as_deref()).map_err(Failure::usage)?;
    let database = file.database().map_err(Failure::usage)?;
    let options = Options {
        platform: arguments.platform.clone(),
        fail_on: arguments.fail_on,
        explain: arguments.explain.clone(),
        ..Options::default()
    };
    let scanned =
        boltseal_scan::scan(&target, &database, file.origin(), &options, &Bars::new()).map_err(Failure::incomplete)?;
    let text = match &arguments.explain {
        Some(id) => explained(id, &scanned, &database),
        None => {
            let format = format::find(&arguments.format).ok_or_else(|| anyhow!("no format {}", arguments.format))?;
            format.write(std::slice::from_ref(&scanned.report), style(arguments)).map_err(Failure::usage)?
        }
    };
    write(arguments, &text)?;
    let report = &scanned.report;
    Ok(match report.decision.verdict {
        Verdict::Deny => Exit::Denied,
        Verdict::Allow if !report.summary.complete => Exit::Incomplete,
        Verdict::Allow => Exit::Clean,
    })
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

fn write(arguments: &Scan, text: &str) -> Result<(), Failure> {
    let Some(path) = &arguments.output else {
        return match io::stdout().write_all(text.as_bytes()) {
            // The reader has seen enough: `boltseal scan … | head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result.context("writing to standard output")?),
        };
    };
    fs::write(path, text).with_context(|| format!("writing the report to {}", path.display())).map_err(Failure::usage)
}
