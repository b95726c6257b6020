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
mod collect;
mod ended;
mod explain;
mod layers;
mod matching;
mod merge;
mod progress;
mod remedy;
mod report;
mod source;
mod target;
mod text;

pub mod database;
pub mod format;

use std::fs::File;
use std::io;
use std::path::Path;

use boltseal_advisory::Database;
use boltseal_image::{Archive, Image, Overlay, Store, walk_tree};
use boltseal_model::{LayerInfo, Limits, Problems, Report, Severity, Subject, SubjectKind};

use crate::collect::Collector;
use crate::merge::{Contents, merge};
use crate::source::{FileBlob, LayoutFolder, RootTree};

pub use explain::explain;
pub use matching::Explanation;
pub use progress::{Progress, Silent};
pub use target::{Target, TargetError};
pub use text::visible;

/// What a scan is asked to do.
#[derive(Debug, Default)]
pub struct Options {
    /// Which image to take where a target holds several, as `linux/arm64`.
    pub platform: Option<String>,
    /// Severity from which findings deny the subject.
    pub fail_on: Option<Severity>,
    /// A vulnerability whose every comparison is kept.
    pub explain: Option<String>,
    /// Bounds on hostile input.
    pub limits: Limits,
}

/// What a scan gives.
#[derive(Debug)]
pub struct Scanned {
    /// The report.
    pub report: Report,
    /// Answers for [`Options::explain`].
    pub explanations: Vec<Explanation>,
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
}

/// Looks at one target.
///
/// # Errors
/// When nothing of it could be read. What is partly readable gives a report with problems instead.
pub fn scan(
    target: &Target,
    database: &Database<'_>,
    origin: &str,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Scanned, ScanError> {
    let (subject, contents) = match target {
        Target::Archive { path, .. } => {
            let open = |source| ScanError::Open { target: target.to_string(), source };
            let blob = File::open(path).and_then(FileBlob::new).map_err(open)?;
            let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
            let (archive, problems) = Archive::index(&blob, &options.limits).map_err(no_image)?;
            read_image(target, &archive, problems, options, progress)?
        }
        Target::Layout { path, .. } => {
            let open = |source| ScanError::Open { target: target.to_string(), source };
            let layout = LayoutFolder::open(path).map_err(open)?;
            read_image(target, &layout, Problems::default(), options, progress)?
        }
        Target::Directory { path } => read_directory(target, path, options)?,
    };
    let explain = options.explain.as_deref();
    let matches = matching::matches(database, &contents.packages, contents.distribution.as_ref(), explain, None);
    let explanations = matches.explanations.clone();
    let info = database::describe(database, origin);
    Ok(Scanned { report: report::compose(subject, info, contents, matches, options.fail_on), explanations })
}

fn read_image(
    target: &Target,
    store: &dyn Store,
    mut problems: Problems,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Subject, Contents), ScanError> {
    let selector = target.selector(options.platform.as_deref());
    let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
    let (image, opening) = boltseal_image::open(store, &selector, &options.limits).map_err(no_image)?;
    problems.append(opening);
    let brought = layers::read(store, &image, &options.limits, progress);
    problems.append(brought.problems);
    let layers = layer_infos(&image);
    let mut contents = merge(brought.found, &brought.overlay, &layers);
    problems.append(contents.problems);
    contents.problems = problems;
    let subject = Subject {
        kind: SubjectKind::Image,
        name: target.to_string(),
        digest: image.digest,
        tags: image.tags,
        platform: image.platform,
        distribution: contents.distribution.clone(),
        layers,
    };
    Ok((subject, contents))
}

fn layer_infos(image: &Image) -> Vec<LayerInfo> {
    let info = |layer: &boltseal_image::Layer| LayerInfo {
        digest: layer.digest.clone(),
        diff_id: layer.diff_id.clone(),
        instruction: layer.instruction.clone(),
    };
    image.layers.iter().map(info).collect()
}

fn read_directory(target: &Target, path: &Path, options: &Options) -> Result<(Subject, Contents), ScanError> {
    let tree = RootTree::open(path).map_err(|source| ScanError::Open { target: target.to_string(), source })?;
    let mut collector = Collector::new(&options.limits);
    let mut problems = walk_tree(&tree, &options.limits, &mut collector);
    problems.append(collector.problems);
    let found = collector.found.into_iter().map(|found| (0, found)).collect();
    let mut contents = merge(found, &Overlay::stack(Vec::new()), &[]);
    problems.append(contents.problems);
    contents.problems = problems;
    let subject = Subject {
        kind: SubjectKind::Directory,
        name: target.to_string(),
        digest: None,
        tags: Vec::new(),
        platform: None,
        distribution: contents.distribution.clone(),
        layers: Vec::new(),
    };
    Ok((subject, contents))
}
