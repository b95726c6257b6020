//! One pass over one subject: layers, packages, advisories, report.
//!
//! [`scan`] opens a [`Target`], streams every layer past the analyzers of `boltseal-inventory`, merges what they read as
//! the layers hide each other, looks every package up in a [`Database`](boltseal_advisory::Database) and composes a
//! [`Report`]. [`format`] writes the report; [`database`] finds and builds the database.
//!
//! Invariant: every byte of the subject is read at most once, but for files that only a link in another layer leads to;
//! the same subject and database give the same report.
//!
//! Deliberately absent: flags, colours, progress bars and exit codes, which belong to the command.

mod aliases;
mod cache;
mod collect;
mod ended;
mod explain;
mod identify;
mod inspection;
mod intent;
mod layers;
mod matching;
mod merge;
mod noise;
mod posture;
mod progress;
mod read;
mod registry;
mod remedy;
mod report;
mod sort;
mod source;
mod target;

pub mod content;
pub mod coverage;
pub mod database;
pub mod format;
pub mod licence;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use boltseal_advisory::vex::Statements;
use boltseal_advisory::{Database, Date};
use boltseal_model::{FindingKind, Intent, Limits, Report, Severity};

use crate::content::Content;
use crate::source::Engine;

pub use boltseal_model::text::visible;
pub use cache::{DiskCache, Key, LayerCache, NoCache, Place, SharedCache};
pub use explain::explain;
pub use identify::{Identity, identify};
pub use matching::Explanation;
pub use noise::{Exemption, Exemptions, ExemptionsError};
pub use posture::{Patch, Posture};
pub use progress::{Progress, Silent, UpdateProgress};
pub use registry::{NoRegistry, Registry};
pub use sort::Sort;
pub use source::{ContainerdPlace, EngineError, GitError, StoreError};
pub use target::{EngineKind, Keeper, Target, TargetError};

/// What a scan is asked to do.
#[derive(Debug, Default)]
pub struct Options {
    /// Which image to take where a target holds several, as `linux/arm64`.
    pub platform: Option<String>,
    /// Severity from which findings deny the subject.
    pub fail_on: Option<Severity>,
    /// Rules for declarations that deny a subject which breaks them, whatever their severity.
    pub denying: BTreeSet<String>,
    /// A vulnerability whose every comparison is kept.
    pub explain: Option<String>,
    /// Which kinds of findings are wanted; all, if none is named.
    pub only: Vec<FindingKind>,
    /// The order of findings.
    pub sort: Sort,
    /// Whether findings of the base image are left out.
    pub exclude_base: bool,
    /// Whether vulnerabilities without a known fix are left out.
    pub ignore_unfixed: bool,
    /// Severity below which findings are left out.
    pub min_severity: Option<Severity>,
    /// Findings that somebody answers for.
    pub exemptions: Exemptions,
    /// What publishers, or the user, say of findings.
    pub vex: Statements,
    /// The day on which life cycles are judged; without one, that of the newest advisory, so that a report depends on nothing
    /// else than subject and database.
    pub lifecycles_on: Option<Date>,
    /// The day on which exemptions are judged; without one, none has expired.
    pub exemptions_on: Option<Date>,
    /// Licences that the user does not want.
    pub forbidden_licences: Vec<licence::Rule>,
    /// Whether the report lists what was left out on purpose.
    pub show_suppressed: bool,
    /// Whether it is also derived what an image is meant to do.
    pub derives_intent: bool,
    /// Bounds on hostile input.
    pub limits: Limits,
}

impl Options {
    /// Whether findings of a kind are wanted.
    pub fn wants(&self, kind: FindingKind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// What a scan gives.
#[derive(Debug)]
pub struct Scanned {
    /// The report.
    pub report: Report,
    /// Answers for [`Options::explain`].
    pub explanations: Vec<Explanation>,
    /// What it is meant to do, for [`Options::derives_intent`] and an image.
    pub intent: Option<Intent>,
    /// What mends the findings of the report, by file, where that was asked for. It quotes the files, and is no part of the report.
    pub patches: Vec<Patch>,
}

/// Why nothing of a target could be read.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The operating system refuses to open it.
    #[error("cannot open {target}")]
    Open {
        /// The target.
        target: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// There is no image in it.
    #[error("cannot read an image from {target}")]
    NoImage {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: boltseal_image::OpenError,
    },
    /// It is something else than an image.
    #[error("{target} is no image")]
    NotAnImage {
        /// The target.
        target: String,
    },
    /// The engine does not give it.
    #[error("cannot read {target}")]
    Engine {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: EngineError,
    },
    /// containerd does not give it.
    #[error("cannot read {target}")]
    Containerd {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: StoreError,
    },
    /// The registry does not give it.
    #[error("cannot read {target}")]
    Registry {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Neither a file nor an image is called so, as far as can be seen from here.
    #[error(
        "no file or folder is called {target}, and as an image it is neither in Docker here nor to be had elsewhere"
    )]
    Nowhere {
        /// The target.
        target: String,
        /// Why the registry does not give it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The repository cannot be fetched.
    #[error("cannot read {target}")]
    Repository {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: GitError,
    },
    /// It is no bill of materials.
    #[error("cannot read a bill of materials from {target}")]
    Sbom {
        /// The target.
        target: String,
        /// Why not.
        #[source]
        source: boltseal_inventory::sbom::SbomError,
    },
}

impl ScanError {
    fn open(target: &Target, source: io::Error) -> Self {
        Self::Open { target: target.to_string(), source }
    }
}

/// What a scan is surrounded by: where advisories come from, who knows images, who wants to hear of progress.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The advisories.
    pub database: &'a Database<'a>,
    /// Where they come from, for the report.
    pub origin: &'a str,
    /// Who opens images in registries.
    pub registry: &'a dyn Registry,
    /// Where engines have their sockets.
    pub sockets: &'a Sockets,
    /// What was read from layers before.
    pub cache: &'a dyn LayerCache,
    /// What is searched for in files; nothing, if there is nothing.
    pub content: Option<&'a Content>,
    /// What declarations are held to; nothing, if they are not looked at.
    pub posture: Option<&'a Posture>,
    /// Who hears of progress.
    pub progress: &'a dyn Progress,
}

/// Where engines have their sockets; of several, the first that is there counts.
#[derive(Debug, Clone, Default)]
pub struct Sockets {
    /// Docker's.
    pub docker: Vec<PathBuf>,
    /// Those of Podman's service.
    pub podman: Vec<PathBuf>,
    /// Those of containerd, and the namespace in it.
    pub containerd: ContainerdPlace,
}

impl<'a> Surroundings<'a> {
    /// What of it reaches images.
    const fn reach(&self) -> Reach<'a> {
        Reach { registry: self.registry, sockets: self.sockets, progress: self.progress }
    }
}

/// What images are reached through.
#[derive(Clone, Copy)]
pub struct Reach<'a> {
    /// Who opens images in registries.
    pub registry: &'a dyn Registry,
    /// Where engines have their sockets.
    pub sockets: &'a Sockets,
    /// Who hears of progress.
    pub progress: &'a dyn Progress,
}

impl Reach<'_> {
    fn engine(&self, kind: EngineKind) -> Result<Engine, EngineError> {
        let sockets = match kind {
            EngineKind::Docker => &self.sockets.docker,
            EngineKind::Podman => &self.sockets.podman,
        };
        Engine::find(kind.name(), sockets)
    }
}

/// Looks at one target.
///
/// # Errors
/// When nothing of it could be read. What is partly readable gives a report with problems instead.
pub fn scan(target: &Target, around: &Surroundings<'_>, options: &Options) -> Result<Scanned, ScanError> {
    let (subject, mut contents) = read::read(target, around, options)?;
    if let Some(trouble) = around.content.and_then(Content::trouble) {
        contents.problems.push(trouble);
    }
    let explain = options.explain.as_deref();
    let distribution = contents.distribution.as_ref();
    let mut matches =
        matching::matches(around.database, &contents.packages, distribution, explain, options.lifecycles_on);
    matches.findings.extend(licence::findings(&contents.packages, &options.forbidden_licences));
    matches.findings.append(&mut contents.findings);
    matches.suppressed.append(&mut contents.exempt);
    matches.findings.retain(|finding| options.wants(finding.kind));
    let explanations = std::mem::take(&mut matches.explanations);
    noise::reduce(&mut matches, &subject, options);
    let runnables = contents.runnables.take();
    let intent = runnables.map(|runnables| runnables.intent(&contents, &matches.findings, &subject.layers));
    let mend = |posture: &Posture| posture.patches(&contents.mendable, &matches.findings, &options.limits);
    let (patches, problems) = around.posture.map(mend).unwrap_or_default();
    contents.problems.append(problems);
    let info = database::describe(around.database, around.origin);
    let report = report::compose(subject, info, contents, matches, options);
    Ok(Scanned { report, explanations, patches, intent })
}
