//! From which line to which each instruction of a Dockerfile is written.

use boltseal_model::dockerfile::Flag;
use boltseal_model::{Limits, Position};

use super::lines::Lines;
use super::{instruction, words};
use crate::reading::Reading;

/// An instruction, as it is written.
pub(crate) struct Extent {
    /// Where it begins.
    pub(crate) at: Position,
    /// The last line of it, what is embedded included.
    pub(crate) last_line: u32,
    pub(crate) flags: Vec<Flag>,
    /// Whether what follows the flags is one text, in lines that are all joined.
    pub(crate) is_shell: bool,
}

/// Every instruction of a Dockerfile, in its order. What is wrong with it is said by whoever reads it.
pub(crate) fn extents(text: &str) -> Vec<Extent> {
    let limits = Limits::default();
    let mut reading = Reading::new("", &limits);
    let mut lines = Lines::new(text);
    for (name, value, _) in lines.directives() {
        if name == "escape" && value == "`" {
            lines.escape = '`';
        }
    }
    let mut found = Vec::new();
    while let Some(line) = lines.next_line() {
        let Some(parsed) = instruction::parse(&mut reading, &line, &mut lines) else { continue };
        found.push(Extent {
            at: parsed.at,
            last_line: lines.count(),
            is_shell: parsed.heredocs.is_empty() && words::json(parsed.text()).is_none() && !parsed.text().is_empty(),
            flags: parsed.flags.clone(),
        });
    }
    found
}
