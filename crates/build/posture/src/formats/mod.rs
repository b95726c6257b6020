//! The formats that are read, and how one is told from the others: by what a file holds, and by its name only where that leaves it
//! open.

mod aci_group;
mod arm_template;
mod cloudformation;
mod compose;
mod docker_inspect;
mod dockerfile;
mod ecs_task_definition;
mod host_facts;
mod image_configuration;
mod kubernetes;
mod terraform_plan;

use boltseal_model::{Limits, ProblemKind, Problems};
use boltseal_yaml::Node;

use crate::reading::{File, Reading};
use crate::subject::Subject;

/// A format of files.
#[derive(Debug)]
pub struct Format {
    /// Its permanent id.
    pub id: &'static str,
    shape: Shape,
}

/// Reads a text of its own.
type Read = fn(&mut Reading<'_>, &str, &mut Vec<Subject>);

#[derive(Debug)]
enum Shape {
    /// A text of its own.
    Text {
        /// Whether a text is one.
        fits: fn(&str) -> bool,
        /// Whether a file is called like one.
        is_named: fn(path: &str) -> bool,
        read: Read,
    },
    /// A document of YAML or JSON.
    Tree {
        /// Whether a file that begins so may hold such a document.
        hints: fn(Head<'_>) -> bool,
        /// Whether a document is one.
        fits: fn(&Node<'_>) -> bool,
        read: fn(&mut Reading<'_>, Node<'_>, &mut Vec<Subject>),
    },
}

/// Every format, by id.
pub static ALL: &[&Format] = &[
    &aci_group::FORMAT,
    &arm_template::FORMAT,
    &cloudformation::FORMAT,
    &compose::FORMAT,
    &docker_inspect::FORMAT,
    &dockerfile::FORMAT,
    &ecs_task_definition::FORMAT,
    &host_facts::FORMAT,
    &image_configuration::FORMAT,
    &kubernetes::FORMAT,
    &terraform_plan::FORMAT,
];

/// The beginning of a file.
#[derive(Debug, Clone, Copy)]
struct Head<'h>(&'h str);

impl Head<'_> {
    /// Whether a key stands in it, as YAML or JSON writes keys, in any mapping.
    fn has_key(self, key: &str) -> bool {
        self.keys(key).next().is_some()
    }

    /// Whether a key stands in it at the beginning of a line, or anywhere if it is JSON.
    fn has_top_key(self, key: &str) -> bool {
        let is_json = self.0.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        self.keys(key).any(|before| is_json || before.is_empty() || before.ends_with(['\n', '\u{feff}']))
    }

    fn has(self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// What stands before each such key, without the quote.
    fn keys<'k>(self, key: &'k str) -> impl Iterator<Item = &'k str>
    where
        Self: 'k,
    {
        self.0.match_indices(key).filter_map(move |(index, _)| {
            let (before, rest) = self.0.split_at_checked(index)?;
            let rest = rest.get(key.len()..)?;
            let (before, rest) = match before.strip_suffix(['"', '\'']) {
                Some(before) => (before, rest.strip_prefix(['"', '\''])?),
                None => (before, rest),
            };
            let is_apart = before.is_empty()
                || before.ends_with(|letter: char| letter.is_whitespace() || "{,\u{feff}".contains(letter));
            (is_apart && rest.trim_start_matches([' ', '\t']).starts_with(':')).then_some(before)
        })
    }
}

/// The format that a file seems to have, by its beginning and its name. What it really is [`read`] tells, which looks at all of it;
/// this is for whoever has many files and wants to know which are worth reading.
pub fn recognise(path: &str, head: &[u8]) -> Option<&'static Format> {
    let head = match str::from_utf8(head) {
        Ok(head) => head,
        // A letter may be cut in two where the beginning ends.
        Err(error) => str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
    };
    by_content(head).or_else(|| by_name(path))
}

fn by_content(head: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| match format.shape {
        Shape::Text { fits, .. } => fits(head),
        Shape::Tree { hints, .. } => hints(Head(head)),
    })
}

fn by_name(path: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| match format.shape {
        Shape::Text { is_named, .. } => is_named(path),
        Shape::Tree { .. } => false,
    })
}

/// Everything that a file declares, in its order, whatever its format; each document of a file may have its own.
pub fn read(file: &File<'_>, limits: &Limits) -> (Vec<Subject>, Problems) {
    let mut reading = Reading::new(file.path, limits);
    let mut subjects = Vec::new();
    if let Some(text) = reading.text(file) {
        match own(file.path, text) {
            Some(read) => read(&mut reading, text, &mut subjects),
            None => reading.documents(text, |reading, node| read_tree(reading, node, &mut subjects)),
        }
    }
    (subjects, reading.problems)
}

/// What is said of a document that is of no format.
const UNKNOWN: &str = "not understood: no manifest of Kubernetes, Compose file, task definition of ECS, container group of ACI, plan of \
                       Terraform, configuration of an image, answer of an engine or facts of a host; nothing of it is read";

/// Whether a file is a text of its own, and no documents of YAML or JSON.
pub(crate) fn is_text(path: &str, text: &str) -> bool {
    own(path, text).is_some()
}

fn own(path: &str, text: &str) -> Option<Read> {
    ALL.iter().find_map(|format| match format.shape {
        Shape::Text { fits, is_named, read } => {
            (fits(text) || (is_named(path) && by_content(text).is_none())).then_some(read)
        }
        Shape::Tree { .. } => None,
    })
}

/// The format of a document.
pub(crate) fn of_tree(node: &Node<'_>) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| matches!(format.shape, Shape::Tree { fits, .. } if fits(node)))
}

fn read_tree(reading: &mut Reading<'_>, node: Node<'_>, subjects: &mut Vec<Subject>) {
    match of_tree(&node).map(|format| &format.shape) {
        Some(Shape::Tree { read, .. }) => {
            reading.is_lenient = false;
            read(reading, node, subjects);
        }
        Some(Shape::Text { .. }) | None => {
            reading.problem_at(ProblemKind::Unsupported, node.at, UNKNOWN);
        }
    }
}
