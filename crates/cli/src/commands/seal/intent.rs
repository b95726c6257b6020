//! `boltseal seal intent`

use std::path::Path;

use anyhow::{Context, anyhow};
use boltseal_intent::Overlay;
use boltseal_model::{FindingKind, Intent, Limits};
use boltseal_scan::{Options, Target, visible};

use crate::arguments::{SealIntent, Subjects};
use crate::commands::{read_text, tell, write};
use crate::exit::Exit;
use crate::{Failure, Outcome, subjects};

/// Writes what one image is meant to do.
pub fn run(arguments: &SealIntent) -> Outcome {
    let targets = subjects::targets(&arguments.subjects)?;
    let [target] = targets.as_slice() else {
        return Err(Failure::usage(anyhow!("an intent is that of one image; name one target")));
    };
    let declared = arguments.declared.as_deref().map(declared).transpose()?;
    let (mut intent, exit) = of(target, &arguments.subjects)?;
    if let Some(declared) = &declared {
        declare(declared, &mut intent);
    }
    let text = serde_json::to_string_pretty(&intent).context("writing the intent")?;
    write(arguments.output.as_deref(), &(text + "\n"))?;
    Ok(exit)
}

/// What an image is meant to do; what could not be read of it is told.
pub(super) fn of(target: &Target, subjects: &Subjects) -> Result<(Intent, Exit), Failure> {
    let file = subjects::database(subjects)?;
    let database = file.database().map_err(Failure::usage)?;
    let options = Options {
        platform: subjects.reach.platform.clone(),
        only: vec![FindingKind::Vulnerability],
        derives_intent: true,
        ..Options::default()
    };
    let targets = std::slice::from_ref(target);
    let looked = subjects::look(targets, subjects, &database, file.origin(), subjects::Sought::default(), &options)?;
    let scanned = looked.scanned.into_iter().next();
    let scanned = scanned.ok_or_else(|| Failure::incomplete(anyhow!("nothing of {target} could be read")))?;
    let problems = scanned.report.problems.iter().filter(|problem| problem.kind.is_incomplete());
    problems.for_each(tell);
    let nothing = || Failure::usage(anyhow!("{target} is no image, and only an image is meant to do something"));
    Ok((scanned.intent.ok_or_else(nothing)?, looked.exit))
}

/// What a file declares of an intent.
pub(super) fn declared(path: &Path) -> Result<Overlay, Failure> {
    let limits = Limits::default();
    let text = read_text(path, limits.intent_bytes)?;
    Overlay::parse(&text, &limits).map_err(|fault| {
        let at = fault.at.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        Failure::usage(anyhow!("{}{at}: {}", path.display(), visible(&fault.detail)))
    })
}

/// Puts what is declared into an intent, and tells what of it is older than the image.
pub(super) fn declare(declared: &Overlay, intent: &mut Intent) {
    for absent in declared.apply(intent) {
        anstream::eprintln!("boltseal: {}", visible(&absent.to_string()));
    }
}
