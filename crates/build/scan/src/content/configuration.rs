//! Secrets in the configuration of an image: its environment, its labels, and the history of its build, which everybody can
//! read who has the image.

use std::collections::BTreeMap;

use boltseal_content::{File, Searcher};
use boltseal_image::{Image, Setting};
use boltseal_model::{Finding, LayerInfo, Limits, Location, Problems};

use super::Content;
use super::findings::finding;

/// Takes secrets out of the build instructions, which reports repeat for everything that a layer brought.
pub fn conceal_instructions(image: &mut Image, content: &Content, limits: &Limits) {
    let mut searcher = Searcher::new(&content.rules, limits);
    for instruction in image.layers.iter_mut().filter_map(|layer| layer.instruction.as_mut()) {
        *instruction = searcher.conceal(instruction).into();
    }
}

/// Findings in the settings of an image. What an instruction sets stands in the history as well and is one finding, whose
/// place is the setting.
pub fn in_configuration(
    settings: &[Setting],
    content: &Content,
    limits: &Limits,
    layers: &[LayerInfo],
) -> (Vec<Finding>, Problems) {
    let mut searcher = Searcher::new(&content.rules, limits);
    let mut problems = Problems::default();
    let mut found: BTreeMap<(String, String), Finding> = BTreeMap::new();
    for setting in settings {
        let (hits, more) = searcher.search(File { path: &setting.place, bytes: setting.text.as_bytes() });
        problems.append(more);
        let layer = setting.layer.and_then(|layer| layers.get(layer as usize));
        let place = Location {
            layer: setting.layer,
            instruction: layer.and_then(|layer| layer.instruction.clone()),
            ..Location::of(setting.place.as_str())
        };
        for hit in hits {
            // A setting has one line.
            let mut one = finding(hit, &place);
            (one.location.line, one.location.column) = (None, None);
            match found.get_mut(&(one.id.clone(), one.evidence.clone())) {
                Some(known) => known.also.push(one.location),
                None => {
                    found.insert((one.id.clone(), one.evidence.clone()), one);
                }
            }
        }
    }
    (found.into_values().collect(), problems)
}
