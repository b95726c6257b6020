//! Bills of materials that another tool wrote.

use std::io;
use std::path::Path;

use boltseal_model::{Subject, SubjectKind};

use super::{Read, bounded};
use crate::merge::Contents;
use crate::target::Target;
use crate::{Options, ScanError};

/// The packages that a bill of materials lists.
pub fn sbom(target: &Target, path: &Path, options: &Options) -> Read {
    let most = options.limits.sbom_bytes;
    let bytes = bounded(target, path, most)?;
    if bytes.len() as u64 > most {
        let source = io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes"));
        return Err(ScanError::open(target, source));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (sbom, problems) = boltseal_inventory::sbom::parse(&name, &bytes, &options.limits)
        .map_err(|source| ScanError::Sbom { target: target.to_string(), source })?;
    let subject = Subject {
        tags: sbom.subject.into_iter().collect(),
        distribution: sbom.distribution.clone(),
        ..Subject::new(SubjectKind::Sbom, target.to_string())
    };
    let contents =
        Contents { distribution: sbom.distribution, packages: sbom.packages, problems, ..Contents::default() };
    Ok((subject, contents))
}
