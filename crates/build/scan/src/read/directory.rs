//! Folders on disk.

use std::path::Path;

use boltseal_image::{Overlay, walk_tree};
use boltseal_model::{Subject, SubjectKind};

use super::Read;
use crate::collect::Collector;
use crate::content::{PooledSearch, SearchPool};
use crate::merge::merge;
use crate::source::RootTree;
use crate::target::Target;
use crate::{Options, ScanError, Surroundings, content};

/// A root file system or a source tree.
pub fn directory(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let tree = RootTree::open(path).map_err(|source| ScanError::open(target, source))?;
    let limits = &options.limits;
    let (mut problems, collected) = SearchPool::during(around.content, limits, |pool| {
        let search = around.content.map(|content| PooledSearch::new(pool, content, limits));
        let mut collector = Collector::new(limits, search).judging(around.posture);
        (walk_tree(&tree, limits, &mut collector), collector.finish())
    });
    problems.append(collected.problems);
    let found = collected.found.into_iter().map(|found| (0, found)).collect();
    let overlay = Overlay::stack(Vec::new());
    let mut contents = merge(found, &overlay, &[]);
    let spotted = collected.spotted.into_iter().map(|spotted| (0, spotted)).collect();
    contents.findings = content::findings(spotted, &overlay, &[]);
    let programs = collected.programs.into_iter().map(|program| (0, program)).collect();
    contents.findings.extend(content::integrity(programs, &contents.owned, &overlay, &[]));
    problems.append(contents.problems);
    contents.problems = problems;
    let distribution = contents.distribution.clone();
    contents.judged(collected.judged);
    let subject = Subject { distribution, ..Subject::new(SubjectKind::Directory, target.to_string()) };
    Ok((subject, contents))
}
