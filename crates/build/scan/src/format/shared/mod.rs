//! What several forms need: names by which documents refer to things, and escapes for texts of a hostile image.

mod document;
mod escape;
mod link;
mod uuid;

use boltseal_model::{Location, Package, Problem, Report};

pub use document::{json, pruned};
pub use escape::{markdown, uri};
pub use link::page;
pub use uuid::uuid;

use crate::text::visible;

/// The layer of a place and the instruction that made it, for people: `layer 1: RUN pip install flask`.
pub fn brought_by(location: &Location) -> Option<String> {
    let layer = location.layer?;
    Some(match &location.instruction {
        Some(instruction) => format!("layer {layer}: {}", visible(instruction)),
        None => format!("layer {layer}"),
    })
}

/// A problem in one line for people.
pub fn problem_line(problem: &Problem) -> String {
    let layer = problem.layer.map(|layer| format!("layer {layer}: ")).unwrap_or_default();
    let path = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    visible(&format!("{layer}{path}{} ({})", problem.detail, problem.kind.name())).into_owned()
}

/// Name of the package that a package URL stands for, as its package manager writes it.
pub fn package_name<'a>(report: &'a Report, purl: &'a str) -> &'a str {
    // Packages are sorted by package URL; a report that another program wrote may not be, and then its URL is the name.
    let found = report.packages.binary_search_by(|package: &Package| package.purl.as_str().cmp(purl)).ok();
    found.and_then(|index| report.packages.get(index)).map_or(purl, |package| package.name.as_str())
}
