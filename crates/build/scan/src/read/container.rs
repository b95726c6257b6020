//! Containers, by the files that they have now.

use boltseal_image::{Blob, Image, Layer, Media, Store};
use boltseal_model::{Subject, SubjectKind};

use super::{Read, copied};
use crate::cache::NoCache;
use crate::content;
use crate::layers::{self, Reading};
use crate::merge::merge;
use crate::source::FileBlob;
use crate::target::{EngineKind, Target};
use crate::{Options, ScanError, Surroundings};

/// The files of a container, whatever its image once had: the engine gives them as one archive, which is read as one layer.
pub fn container(
    target: &Target,
    engine: EngineKind,
    name: &str,
    around: &Surroundings<'_>,
    options: &Options,
) -> Read {
    let failed = |source| ScanError::Engine { target: target.to_string(), source };
    let engine = around.reach().engine(engine).map_err(failed)?;
    let info = engine.container(name).map_err(failed)?;
    let blob = copied(engine.export(&info.id), target, around.reach(), &options.limits)?;
    let image = Image { layers: vec![files(&blob)], ..Image::default() };
    let store = OneArchive { blob };
    let reading = Reading {
        executables: None,
        store: &store,
        limits: &options.limits,
        content: around.content,
        progress: around.progress,
        cache: &NoCache,
        is_by_digest: false,
    };
    let brought = layers::read(&image, reading);
    let mut contents = merge(brought.found, &brought.overlay, &[]);
    contents.findings = content::findings(brought.spotted, &brought.overlay, &[]);
    contents.findings.extend(content::integrity(brought.programs, &contents.owned, &brought.overlay, &[]));
    let mut problems = brought.problems;
    problems.append(contents.problems);
    contents.problems = problems;
    let subject = Subject {
        digest: info.image(),
        tags: vec![info.name.trim_start_matches('/').to_owned()],
        distribution: contents.distribution.clone(),
        ..Subject::new(SubjectKind::Container, target.to_string())
    };
    Ok((subject, contents))
}

const FILES: &str = "files.tar";

fn files(blob: &FileBlob) -> Layer {
    Layer {
        index: 0,
        blob: FILES.into(),
        digest: None,
        diff_id: None,
        size: blob.size(),
        instruction: None,
        media: Media::Tar,
    }
}

/// The one archive, as a store.
struct OneArchive {
    blob: FileBlob,
}

impl Store for OneArchive {
    fn open(&self, name: &str) -> std::io::Result<Option<Box<dyn Blob + '_>>> {
        Ok((name == FILES).then(|| Box::new(&self.blob) as Box<dyn Blob + '_>))
    }
}
