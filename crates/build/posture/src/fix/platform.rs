//! Which way back an edit takes: by the format of the document, and by what the subject is.

use boltseal_model::workload::WorkloadPlatform;
use boltseal_policy::Edit;
use boltseal_yaml::Part;
use boltseal_yaml::edit::Editor;

use super::ways::{Planned, plan, plan_own};
use super::{aci, compose, ecs, kubernetes};
use crate::ecs::cloudformation;
use crate::kubernetes::way_to_pod;
use crate::subject::Subject;

/// Plans an edit of a document of YAML or JSON.
pub(super) fn planned(editor: &Editor<'_>, edit: &Edit, subject: &Subject, format: &str) -> Result<Planned, String> {
    made_elsewhere(format)?;
    match subject {
        Subject::Resource(_) => plan_own(editor, mapping(editor, edit)?, edit),
        Subject::Workload(workload) => match workload.platform {
            WorkloadPlatform::Kubernetes => {
                let before = if edit.of == "Workload" { way_to_pod(&workload.kind) } else { Vec::new() };
                let place = (mapping(editor, edit)?, before.as_slice());
                plan(editor, edit, (kubernetes::WAYS, "Kubernetes"), place, str::to_owned)
            }
            WorkloadPlatform::Ecs if format == "cloudformation" => {
                // A workload of a template stands where its name does.
                let (base, before) = match edit.of.as_str() {
                    "Workload" => (value(editor, edit)?, &["Properties"][..]),
                    _ => (mapping(editor, edit)?, &[][..]),
                };
                plan(editor, edit, (ecs::WAYS, "ECS"), (base, before), cloudformation::spelled_there)
            }
            WorkloadPlatform::Ecs => {
                plan(editor, edit, (ecs::WAYS, "ECS"), (mapping(editor, edit)?, &[]), str::to_owned)
            }
            WorkloadPlatform::Aci => {
                let place = (mapping(editor, edit)?, &["properties"][..]);
                plan(editor, edit, (aci::WAYS, "ACI"), place, str::to_owned)
            }
            WorkloadPlatform::Compose => {
                plan(editor, edit, (compose::WAYS, "Compose"), (value(editor, edit)?, &[]), str::to_owned)
            }
            WorkloadPlatform::Docker | WorkloadPlatform::Dockerfile | WorkloadPlatform::Image => {
                Err(ELSEWHERE.to_owned())
            }
        },
        Subject::Dockerfile(_) | Subject::Image(_) | Subject::Host(_) => Err(ELSEWHERE.to_owned()),
    }
}

const ELSEWHERE: &str = "what is judged is made of something else, where the edit belongs";

/// Of what tools make, the files that they make it of would have to be edited.
fn made_elsewhere(format: &str) -> Result<(), String> {
    let of = match format {
        "terraform-plan" => "a plan is made of a configuration",
        "docker-inspect" => "an engine tells what was started",
        "host-facts" => "facts are collected of a host",
        "image-configuration" => "an image is built of a Dockerfile",
        _ => return Ok(()),
    };
    Err(format!("{of}, where the edit belongs"))
}

fn mapping(editor: &Editor<'_>, edit: &Edit) -> Result<Part, String> {
    edit.at.and_then(|at| editor.mapping_at(at)).ok_or_else(|| UNFOUND.to_owned())
}

fn value(editor: &Editor<'_>, edit: &Edit) -> Result<Part, String> {
    edit.at.and_then(|at| editor.value_at(at)).ok_or_else(|| UNFOUND.to_owned())
}

/// An alias is where it stands, and not what it stands for.
const UNFOUND: &str = "it does not stand in the document itself, but an alias for it does";

#[cfg(test)]
mod tests {
    use boltseal_model::Workload;
    use boltseal_model::dockerfile::Dockerfile;
    use boltseal_policy::Schema;

    use super::super::dockerfile::FLAGS;
    use super::*;

    /// Where structures are in what is judged.
    const PLACES: [(&str, &str); 6] = [
        ("Container", "containers[]."),
        ("CopyFiles", "stages[].copies[]."),
        ("Run", "stages[].runs[]."),
        ("Stage", "stages[]."),
        ("Volume", "volumes[]."),
        ("Workload", ""),
    ];

    #[test]
    fn every_way_is_that_of_a_field_that_is_there() {
        let mut fields = Schema::of::<Workload>().fields();
        fields.extend(Schema::of::<Dockerfile>().fields());
        let ways = [kubernetes::WAYS, ecs::WAYS, aci::WAYS, compose::WAYS];
        for ways in ways {
            assert!(ways.is_sorted_by_key(|(of, field, _)| (*of, *field)));
        }
        let named = ways.into_iter().flatten().map(|(of, field, _)| (*of, *field));
        for (of, field) in named.chain(FLAGS.iter().map(|(of, field, _)| (*of, *field))) {
            let place = PLACES.iter().find(|(name, _)| *name == of).map(|(_, place)| place);
            let path = format!("{}{}", place.unwrap(), field.replace("[0]", "[]"));
            assert!(fields.iter().any(|known| known.path == path), "{path}");
        }
    }

    #[test]
    fn names_of_cloudformation_are_found_again() {
        for (name, expected) in [("readonlyRootFilesystem", "ReadonlyRootFilesystem"), ("iam", "IAM")] {
            assert_eq!(cloudformation::spelled_there(name), expected);
        }
    }
}
