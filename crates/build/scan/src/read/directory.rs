//! Folders on disk.

use std::path::Path;

use boltseal_image::{Overlay, walk_tree};
use boltseal_model::{Subject, SubjectKind};

use super::Read;
use crate::collect::Collector;
use crate::merge::merge;
use crate::source::RootTree;
use crate::target::Target;
use crate::{Options, ScanError};

/// A root file system or a source tree.
pub fn directory(target: &Target, path: &Path, options: &Options) -> Read {
    let tree = RootTree::open(path).map_err(|source| ScanError::open(target, source))?;
    let mut collector = Collector::new(&options.limits);
    let mut problems = walk_tree(&tree, &options.limits, &mut collector);
    problems.append(collector.problems);
    let found = collector.found.into_iter().map(|found| (0, found)).collect();
    let mut contents = merge(found, &Overlay::stack(Vec::new()), &[]);
    problems.append(contents.problems);
    contents.problems = problems;
    let distribution = contents.distribution.clone();
    let subject = Subject { distribution, ..Subject::new(SubjectKind::Directory, target.to_string()) };
    Ok((subject, contents))
}
