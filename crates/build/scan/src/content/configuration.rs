//! Secrets in the configuration of an image: its environment, its labels, and the history of its build, which everybody can
//! read who has the image.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use boltseal_content::{Rules, Searcher, Sought};
use boltseal_image::{Image, Setting};
use boltseal_model::{Finding, LayerInfo, Limits, Location, Problems};

use super::findings::finding;
use super::{Content, Search};

/// Our own rules for secrets, for scans that search for none.
static OWN: LazyLock<Rules> = LazyLock::new(|| Rules::built_in(Sought { malware: false, secrets: true }).0);

/// Characters of an instruction that are shown. The longest real ones, with a script inside, have some thousands; a report
/// repeats them for every package of the layer.
const INSTRUCTION_LENGTH: usize = 1_000;

/// Makes build instructions fit to be shown: without their secrets, whatever the scan searches for, since reports and bills of
/// materials repeat them for everything that a layer brought; then cut, so that no cut hides from us what a secret is.
pub fn conceal_instructions(image: &mut Image, content: Option<&Content>, limits: &Limits) {
    let instructions = || image.layers.iter().filter_map(|layer| layer.instruction.as_ref());
    if instructions().next().is_none() {
        return;
    }
    let rules = content.map(|content| &content.rules).filter(|rules| !rules.secrets().is_empty());
    let mut searcher = Searcher::new(rules.unwrap_or(&OWN), limits);
    for instruction in image.layers.iter_mut().filter_map(|layer| layer.instruction.as_mut()) {
        *instruction = cut(searcher.conceal(instruction)).into();
    }
}

/// The first characters of a text; an ellipsis shows the cut.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(INSTRUCTION_LENGTH) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Findings in the settings of an image. What an instruction sets stands in the history as well and is one finding, whose
/// place is the setting.
pub fn in_configuration(
    settings: &[Setting],
    content: &Content,
    limits: &Limits,
    layers: &[LayerInfo],
) -> (Vec<Finding>, Problems) {
    let mut search = Search::of_texts(content, limits);
    let mut problems = Problems::default();
    let mut found: BTreeMap<(String, String), Finding> = BTreeMap::new();
    for setting in settings {
        let (hits, more) = search.file(&setting.place, setting.text.as_bytes());
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
