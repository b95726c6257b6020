//! What rpm says of a package, whatever it says it in.

use boltseal_model::{Ecosystem, SourcePackage};

use crate::reading::{Reading, quoted};

/// Facts of one package.
#[derive(Debug, Default)]
pub(crate) struct Facts<'a> {
    pub(crate) line: Option<u32>,
    pub(crate) name: &'a str,
    /// `VERSION-RELEASE`.
    pub(crate) version: &'a str,
    /// 0 if there is none.
    pub(crate) epoch: usize,
    pub(crate) architecture: Option<&'a str>,
    /// Name of the source package's file.
    pub(crate) source: Option<&'a str>,
    pub(crate) module: Option<&'a str>,
    pub(crate) licence: Option<&'a str>,
    pub(crate) requires: Vec<&'a str>,
}

impl Facts<'_> {
    /// Adds the package. Public keys, which rpm keeps among the packages, are none.
    pub(crate) fn report(self, reading: &mut Reading<'_>) {
        if self.name == "gpg-pubkey" {
            return;
        }
        let line = self.line;
        let version = with_epoch(self.epoch, self.version);
        let source = self.source.and_then(|file| self.source_package(reading, file, &version));
        let architecture = reading.optional("architecture", self.architecture, line);
        let module = reading.optional("module", self.module, line);
        let licences = reading.relations("licence", line, self.licence);
        let dependencies = reading.relations("dependency", line, self.requires);
        if let Some(package) = reading.package(Ecosystem::Rpm, self.name, &version, line) {
            package.source = source;
            package.architecture = architecture;
            package.module = module;
            package.licences = licences;
            package.dependencies = dependencies;
            package.name_in(None);
        }
    }

    /// The source package, unless it is called as the package itself. Its file's name is `NAME-VERSION-RELEASE.src.rpm`,
    /// without the epoch, which is the package's own where all else is.
    fn source_package(&self, reading: &mut Reading<'_>, file: &str, version: &str) -> Option<SourcePackage> {
        let stem = [".src.rpm", ".nosrc.rpm"].iter().find_map(|ending| file.strip_suffix(ending))?;
        let place = stem.rmatch_indices('-').nth(1).map(|(place, _)| place);
        let Some((name, source_version)) = place.and_then(|place| Some((stem.get(..place)?, stem.get(place + 1..)?)))
        else {
            let detail = format!("source {} of {} has no version", quoted(file), quoted(self.name));
            reading.problem_at(boltseal_model::ProblemKind::Malformed, self.line, detail);
            return None;
        };
        let source_version = if source_version == self.version { version } else { source_version };
        if name == self.name && source_version == version {
            return None;
        }
        let name = reading.optional("source", Some(name), self.line)?;
        let version = reading.optional("version of the source", Some(source_version), self.line)?;
        Some(SourcePackage { name, version })
    }
}

/// The version as rpm writes it: the epoch only if there is one.
fn with_epoch(epoch: usize, version: &str) -> String {
    if epoch == 0 { version.to_owned() } else { format!("{epoch}:{version}") }
}
