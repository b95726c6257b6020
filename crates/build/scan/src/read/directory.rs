//! Folders on disk.

use std::path::Path;

use boltseal_image::{Overlay, walk_tree};
use boltseal_model::{Subject, SubjectKind};

use super::Read;
use crate::collect::Collector;
use crate::inspection::{Inspection, InspectionPool, PooledInspection};
use crate::merge::merge;
use crate::source::RootTree;
use crate::target::Target;
use crate::{Options, ScanError, Surroundings, content};

/// A root file system or a source tree.
pub fn directory(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let tree = RootTree::open(path).map_err(|source| ScanError::open(target, source))?;
    let limits = &options.limits;
    let what = Inspection { content: around.content, posture: around.posture, executables: None, limits };
    let (mut problems, collected) = InspectionPool::during(what, 1, |pool| {
        pool.read(what, || {
            let mut collector = Collector::new(limits, Some(PooledInspection::new(pool, what)));
            (walk_tree(&tree, limits, &mut collector), collector.finish())
        })
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
