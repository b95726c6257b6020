//! Images, wherever they lie.

use boltseal_image::Image;
use boltseal_model::{ImageConfiguration, LayerInfo, Limits, Location, Subject, SubjectKind};
use boltseal_posture::read;

use super::Read;
use super::stores::Found;
use crate::content;
use crate::intent::{Named, Runnables};
use crate::layers::{self, Reading};
use crate::merge::merge;
use crate::target::Target;
use crate::{Options, ScanError, Surroundings};

/// What the configuration of an image is called where a path is expected.
const CONFIGURATION: &str = "configuration of the image";

/// An image that was found.
pub fn image(target: &Target, found: Found<'_>, around: &Surroundings<'_>, options: &Options) -> Read {
    let Found { store, mut problems, is_by_digest } = found;
    let selector = target.selector(options.platform.as_deref());
    let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
    let (mut image, opening) = boltseal_image::open(store, &selector, &options.limits).map_err(no_image)?;
    problems.append(opening);
    let (limits, content) = (&options.limits, around.content);
    content::conceal_instructions(&mut image, content, limits);
    let configuration = options.derives_intent.then(|| configuration(&image, limits));
    let named = configuration.as_ref().map(Named::by);
    let (executables, progress, cache) = (named.as_ref(), around.progress, around.cache);
    let reading = Reading { store, limits, content, executables, progress, cache, is_by_digest };
    let brought = layers::read(&image, reading);
    problems.append(brought.problems);
    let layers = layer_infos(&image);
    let mut contents = merge(brought.found, &brought.overlay, &layers);
    problems.append(contents.problems);
    contents.problems = problems;
    contents.findings = content::findings(brought.spotted, &brought.overlay, &layers);
    contents.findings.extend(content::integrity(brought.programs, &contents.owned, &brought.overlay, &layers));
    contents.runnables = configuration.map(|it| Runnables::visible(it, brought.runnable, &brought.overlay));
    if let Some(content) = content {
        let (findings, problems) = content::in_configuration(&image.settings, content, limits, &layers);
        contents.findings.extend(findings);
        contents.problems.append(problems);
    }
    if let Some(posture) = around.posture.filter(|_| !image.configuration.is_empty()) {
        let mut judged = posture.judge(CONFIGURATION, &image.configuration, limits);
        // A configuration has one line.
        let exempt = judged.exempt.iter_mut().map(|exempt| &mut exempt.finding);
        judged.findings.iter_mut().chain(exempt).for_each(|finding| finding.location = Location::of(CONFIGURATION));
        contents.judged(judged);
    }
    let subject = Subject {
        digest: image.digest,
        tags: image.tags,
        platform: image.platform,
        distribution: contents.distribution.clone(),
        base_layers: image.base_layers,
        layers,
        ..Subject::new(SubjectKind::Image, target.to_string())
    };
    Ok((subject, contents))
}

/// What the image says of its containers; nothing where it is no configuration, of which opening it has told.
fn configuration(image: &Image, limits: &Limits) -> ImageConfiguration {
    let (subjects, _) = read(&boltseal_posture::File { path: CONFIGURATION, bytes: &image.configuration }, limits);
    let mut configurations = subjects.into_iter().filter_map(|subject| match subject {
        boltseal_posture::Subject::Image(configuration) => Some(*configuration),
        _ => None,
    });
    configurations.next_back().unwrap_or_default()
}

fn layer_infos(image: &Image) -> Vec<LayerInfo> {
    let info = |layer: &boltseal_image::Layer| LayerInfo {
        digest: layer.digest.clone(),
        diff_id: layer.diff_id.clone(),
        instruction: layer.instruction.clone(),
    };
    image.layers.iter().map(info).collect()
}
