//! Programs that are not what their packages installed, and those with rights that no package gave.

use std::collections::HashMap;

use boltseal_content::{Digests, Hit};
use boltseal_image::Overlay;
use boltseal_inventory::{OwnedFile, Recorded, merged};
use boltseal_model::{Finding, LayerInfo, Location, Severity};
use serde::{Deserialize, Serialize};

use super::findings::finding;

/// A program or a library, as it lies in one layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Path in the subject.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// What its content has.
    pub digests: Digests,
}

/// Bits of a program that runs as its owner, or as its group.
const AS_OWNER: u32 = 0o4000;
const AS_GROUP: u32 = 0o2010;

/// Whether permission bits are those of a program that runs as its owner or its group. Without the bit that lets the group run
/// it, that of the group marks a lock.
pub const fn lends_rights(mode: u32) -> bool {
    mode & AS_OWNER != 0 || mode & AS_GROUP == AS_GROUP
}

/// Findings among the programs that a container sees, given as (layer, program), by what packages say of their files.
pub fn integrity(
    programs: Vec<(u32, Program)>,
    owned: &[OwnedFile],
    overlay: &Overlay,
    layers: &[LayerInfo],
) -> Vec<Finding> {
    let mut records: HashMap<&str, Vec<&OwnedFile>> = HashMap::new();
    for file in owned {
        records.entry(merged(&file.path)).or_default().push(file);
    }
    // Without records nobody can tell whose a file is.
    if records.is_empty() {
        return Vec::new();
    }
    let visible = programs.into_iter().filter(|(layer, program)| overlay.hidden_by(*layer, &program.path).is_none());
    let mut findings = Vec::new();
    for (layer, program) in visible {
        let place = || Location {
            layer: (!layers.is_empty()).then_some(layer),
            instruction: layers.get(layer as usize).and_then(|layer| layer.instruction.clone()),
            ..Location::of(program.path.as_str())
        };
        match records.get(merged(&program.path)) {
            Some(records) => {
                findings.extend(changed(&program, records).map(|evidence| CHANGED.finding(evidence, &place())));
            }
            None if lends_rights(program.mode) => {
                let evidence = format!("its mode is {:o}, and no package owns it", program.mode & 0o7777);
                findings.push(LENT.finding(evidence, &place()));
            }
            None => {}
        }
    }
    findings
}

/// What is looked for, beside the rules that look at one file alone.
#[derive(Debug)]
pub struct IntegrityRule {
    /// Its id.
    pub id: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is described.
    pub reference: &'static str,
    remedy: &'static str,
}

const CHANGED: IntegrityRule = IntegrityRule {
    id: "package-file-changed",
    title: "is not the file that its package installed",
    severity: Severity::High,
    reference: "https://attack.mitre.org/techniques/T1554/",
    remedy: "find out which instruction changed it and why; install the package anew",
};

const LENT: IntegrityRule = IntegrityRule {
    id: "rights-without-package",
    title: "runs with the rights of its owner or group, and no package gave them",
    severity: Severity::Medium,
    reference: "https://attack.mitre.org/techniques/T1548/001/",
    remedy: "take the bit away with chmod u-s,g-s, or install the program from a package",
};

/// The rules, by id.
pub const INTEGRITY_RULES: [IntegrityRule; 2] = [CHANGED, LENT];

/// What tells that a program is none of those that packages recorded for its path; nothing if one of them says nothing of it.
fn changed(program: &Program, records: &[&OwnedFile]) -> Option<String> {
    let mut different = None;
    for record in records {
        match &record.recorded {
            Recorded::Diverted => return None,
            Recorded::Nothing => {}
            Recorded::Digest(expected) => {
                let (name, digest) = program.digests.of_length(expected.len())?;
                if digest == *expected {
                    return None;
                }
                different.get_or_insert_with(|| {
                    format!("the {name} that {} recorded is {expected}, and its own is {digest}", record.package)
                });
            }
        }
    }
    different
}

impl IntegrityRule {
    fn finding(&self, evidence: String, place: &Location) -> Finding {
        finding(Hit::malware(self.id, self.title, self.severity, evidence, self.remedy), place)
    }
}
