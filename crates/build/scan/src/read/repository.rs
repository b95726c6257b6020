//! Commits of git repositories.

use boltseal_model::{Subject, SubjectKind};

use super::{Read, directory};
use crate::source::Checkout;
use crate::target::Target;
use crate::{Options, ScanError, Surroundings};

/// The files of one commit.
pub fn repository(
    target: &Target,
    address: &str,
    revision: Option<&str>,
    around: &Surroundings<'_>,
    options: &Options,
) -> Read {
    let checkout = Checkout::fetch(address, revision)
        .map_err(|source| ScanError::Repository { target: target.to_string(), source })?;
    let (subject, contents) = directory::directory(target, checkout.path(), around, options)?;
    let revision = Some(checkout.commit);
    Ok((Subject { kind: SubjectKind::Repository, revision, ..subject }, contents))
}
