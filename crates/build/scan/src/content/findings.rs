//! From hits to findings: each gets its layer, and whether a container has the file at all.

use boltseal_content::Hit;
use boltseal_image::Overlay;
use boltseal_model::{Finding, FindingKind, FixStatus, LayerInfo, Location, Scores};

use super::Spotted;

/// Findings of what was spotted, given as (layer, what was spotted there). A file that a higher layer hides is in the image all
/// the same.
pub fn findings(spotted: Vec<(u32, Spotted)>, overlay: &Overlay, layers: &[LayerInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (layer, Spotted { path, hits }) in spotted {
        let is_in_layers = !layers.is_empty();
        let hidden_by = overlay.hidden_by(layer, &path).filter(|_| is_in_layers);
        let place = Location {
            layer: is_in_layers.then_some(layer),
            instruction: layers.get(layer as usize).and_then(|layer| layer.instruction.clone()),
            hidden_by,
            ..Location::of(path)
        };
        findings.extend(hits.into_iter().map(|hit| finding(hit, &place)));
    }
    findings
}

/// One finding, in a file.
pub fn finding(hit: Hit, file: &Location) -> Finding {
    let inside: String = hit.within.iter().rev().map(|outer| format!(", in {outer}")).collect();
    let hidden = match (file.layer, file.hidden_by) {
        (Some(layer), Some(above)) => format!(
            "; layer {above} only hides the file: build anew so that layer {layer} does not have it, since everybody who has the \
             image has that layer"
        ),
        _ => String::new(),
    };
    Finding {
        kind: hit.kind,
        id: hit.rule,
        aliases: Vec::new(),
        severity: hit.severity,
        title: hit.title,
        package: String::new(),
        installed: String::new(),
        fixed: None,
        status: FixStatus::Affected,
        scores: Scores::default(),
        location: Location { line: hit.line, column: hit.column, ..file.clone() },
        also: Vec::new(),
        evidence: match hit.kind {
            FindingKind::Secret => format!("it reads {}{inside}", hit.evidence),
            _ => format!("{}{inside}", hit.evidence),
        },
        remediation: hit.remedy + &hidden,
        fix: None,
    }
}
