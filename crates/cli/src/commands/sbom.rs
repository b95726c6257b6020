//! `boltseal sbom`

use anyhow::anyhow;
use boltseal_scan::Options;
use boltseal_scan::format::{self, Style};

use super::{tell, write};
use crate::arguments::Sbom;
use crate::exit::Exit;
use crate::{Failure, Outcome, subjects};

/// Writes the bill of materials of one target.
pub fn run(arguments: &Sbom) -> Outcome {
    let targets = subjects::targets(&arguments.subjects)?;
    let format = format::find(&arguments.format).ok_or_else(|| anyhow!("no format {}", arguments.format))?;
    format.admits(targets.len()).map_err(Failure::usage)?;
    let write_sbom = format.sbom.ok_or_else(|| anyhow!("{} is no format of bills of materials", format.id))?;
    let file = subjects::database(&arguments.subjects)?;
    let database = file.database().map_err(Failure::usage)?;
    let options = Options { platform: arguments.subjects.reach.platform.clone(), ..Options::default() };
    let looked =
        subjects::look(&targets, &arguments.subjects, &database, file.origin(), subjects::Sought::default(), &options)?;
    let Some(scanned) = looked.scanned.first() else { return Ok(looked.exit) };
    write(arguments.output.as_deref(), &write_sbom(&scanned.report, Style::default()))?;
    // Advisories play no part here, so packages that none covers are no gap.
    let unread = scanned.report.problems.iter().filter(|problem| problem.kind.hides_packages());
    let mut exit = Exit::Clean;
    for problem in unread {
        tell(problem);
        exit = Exit::Incomplete;
    }
    Ok(exit)
}
