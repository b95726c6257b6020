//! `boltseal seal diff`

use std::path::Path;

use anyhow::{Context, anyhow};
use boltseal_intent::differences;
use boltseal_model::{Intent, Limits};
use boltseal_scan::{Target, visible};

use crate::arguments::{DiffFormat, SealDiff};
use crate::commands::{read_text, write};
use crate::exit::Exit;
use crate::{Failure, Outcome, subjects};

/// Says what changed between two intents.
pub fn run(arguments: &SealDiff) -> Outcome {
    let [before, after] = arguments.subjects.targets.as_slice() else {
        return Err(Failure::usage(anyhow!("differences are those of two images; name two")));
    };
    let mut exit = Exit::Clean;
    let mut intent = |name: &str| -> Result<Intent, Failure> {
        if let Some(intent) = written(name)? {
            return Ok(intent);
        }
        let target = Target::parse(name).map_err(Failure::usage)?;
        subjects::reachable(&target, &arguments.subjects.reach)?;
        let (intent, more) = super::intent::of(&target, &arguments.subjects)?;
        exit = exit.and(more);
        Ok(intent)
    };
    let found = differences(&intent(before)?, &intent(after)?);
    let text = match arguments.format {
        DiffFormat::Text => found.iter().map(|it| visible(&it.to_string()).into_owned() + "\n").collect(),
        DiffFormat::Json => serde_json::to_string_pretty(&found).context("writing the differences")? + "\n",
    };
    write(None, &text)?;
    Ok(exit)
}

/// The intent in a file that `seal intent` wrote; `None` for what is no such file.
fn written(name: &str) -> Result<Option<Intent>, Failure> {
    if !name.ends_with(".json") {
        return Ok(None);
    }
    let text = read_text(Path::new(name), Limits::default().intent_bytes)?;
    let intent = serde_json::from_str(&text).with_context(|| format!("{name} is no intent that this program knows"));
    intent.map(Some).map_err(Failure::usage)
}
