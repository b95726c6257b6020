//! Why one vulnerability does or does not affect the packages of a subject, in words.

use std::fmt::Write;

use boltseal_advisory::Database;

use crate::{Explanation, Scanned};
use boltseal_model::text::visible;

/// The answer for the vulnerability that the scan was asked to explain.
pub fn explain(id: &str, scanned: &Scanned, database: &Database<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} in {}", visible(id), visible(&scanned.report.subject.name));
    for explanation in &scanned.explanations {
        one(&mut out, explanation);
    }
    if !scanned.explanations.is_empty() {
        return out;
    }
    let packages = scanned.report.packages.len();
    let _ = match database.knows(id) {
        Ok(Some(known)) => {
            let _ = writeln!(
                out,
                "\nNot affected: none of the {packages} packages here is named by an advisory for it. They name:"
            );
            known.packages.iter().try_for_each(|(namespace, package)| writeln!(out, "  {package} ({namespace})"))
        }
        Ok(None) => writeln!(
            out,
            "\nUnknown: no advisory in the database has this identifier, so nothing can be said about the {packages} packages here."
        ),
        Err(error) => writeln!(out, "\nUnknown: the database is damaged where it may be named: {error}"),
    };
    out
}

fn one(out: &mut String, explanation: &Explanation) {
    let package = &explanation.package;
    let verdict = match (explanation.affected, explanation.suppressed) {
        (true, None) => "AFFECTED",
        (true, Some(_)) => "left out",
        (false, _) => "not affected",
    };
    let _ = writeln!(out, "\n{verdict}: {} {}", visible(&package.name), visible(&package.version));
    let mut line = |label: &str, text: &str| {
        let _ = writeln!(out, "  {label:12} {}", visible(text));
    };
    if let Some(source) = &package.source {
        line("source", &format!("{} {}", source.name, source.version));
    }
    line("comparison", &explanation.evidence);
    if let Some(reason) = explanation.suppressed.filter(|_| explanation.affected) {
        line("left out", reason);
    }
    if let Some(owner) = &package.owner {
        line("owned by", owner);
    }
    line("recorded in", &package.location.path);
    if let Some(layer) = package.location.layer {
        line("layer", &layer.to_string());
    }
    if let Some(instruction) = &package.location.instruction {
        line("instruction", instruction);
    }
}
