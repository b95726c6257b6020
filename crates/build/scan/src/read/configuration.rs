//! Files of configuration that the user names.

use std::path::Path;

use boltseal_model::{Problem, ProblemKind, Subject, SubjectKind};

use super::{Read, bounded};
use crate::merge::Contents;
use crate::target::Target;
use crate::{Options, Surroundings};

/// What a file declares, held to rules.
pub fn configuration(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let bytes = bounded(target, path, options.limits.manifest_file_bytes)?;
    let mut contents = Contents::default();
    let name = path.to_string_lossy();
    match around.posture {
        Some(posture) => contents.judged(posture.judge(&name, &bytes, &options.limits)),
        None => {
            let detail = "it only declares something, and no misconfiguration is looked for";
            contents.problems.push(Problem::at(ProblemKind::Unsupported, name, detail));
        }
    }
    Ok((Subject::new(SubjectKind::Configuration, target.to_string()), contents))
}
