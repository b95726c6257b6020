//! Folders on disk.

use std::path::Path;

use boltseal_image::{Overlay, walk_tree};
use boltseal_model::{Subject, SubjectKind};

use super::Read;
use crate::collect::Collector;
use crate::merge::merge;
use crate::source::RootTree;
use crate::target::Target;
use crate::{Options, ScanError, Surroundings, content};

/// A root file system or a source tree.
pub fn directory(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let tree = RootTree::open(path).map_err(|source| ScanError::open(target, source))?;
    let mut collector = Collector::new(&options.limits, around.content);
    let mut problems = walk_tree(&tree, &options.limits, &mut collector);
    problems.append(collector.problems);
    let found = collector.found.into_iter().map(|found| (0, found)).collect();
    let overlay = Overlay::stack(Vec::new());
    let mut contents = merge(found, &overlay, &[]);
    let spotted = collector.spotted.into_iter().map(|spotted| (0, spotted)).collect();
    contents.findings = content::findings(spotted, &overlay, &[]);
    let programs = collector.programs.into_iter().map(|program| (0, program)).collect();
    contents.findings.extend(content::integrity(programs, &contents.owned, &overlay, &[]));
    problems.append(contents.problems);
    contents.problems = problems;
    let distribution = contents.distribution.clone();
    let subject = Subject { distribution, ..Subject::new(SubjectKind::Directory, target.to_string()) };
    Ok((subject, contents))
}
