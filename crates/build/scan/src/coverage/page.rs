//! The page `docs/reference/coverage.md`.

use std::fmt::Write;

use super::{Capability, Kind, capabilities, ecosystems};

const HEAD: &str = "\
# Coverage

What is seen and what is not, as each part says of itself. `cargo xtask gen` writes this page from the code; `boltseal rules
list` shows the same, and `--format json` gives it to programs.

*stable* means that tests hold a part to something that others wrote: the ecosystem's own tool, a schema, another reading of
the same files. *preview* means that they hold it to our own cases alone.
";

/// The page, the same for the same program.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    by_ecosystem(&mut page);
    let all = capabilities();
    for (kind, title, sees, misses) in [
        (Kind::Analyzer, "Analyzers: files of an image", "Sees", "Misses"),
        (Kind::Importer, "Importers: files of publishers", "Sees", "Misses"),
        (Kind::VersionOrder, "Version orders", "Says", "Does not say"),
        (Kind::ReportFormat, "Report formats", "Holds", "Leaves out"),
    ] {
        let _ = writeln!(page, "\n## {title}");
        for it in all.iter().filter(|it| it.kind == kind) {
            section(&mut page, it, sees, misses);
        }
    }
    page
}

/// For people who come from another scanner: what they have, and which parts look at it.
fn by_ecosystem(page: &mut String) {
    page.push_str(
        "\n## By ecosystem\n\n\
         | Ecosystem | Installed | Lock files and manifests | Advisories | Version order | To mend a package |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for it in ecosystems() {
        let _ = writeln!(
            page,
            "| {} (`{}`) | {} | {} | {} | {} | `{}` |",
            it.ecosystem.title(),
            it.ecosystem.name(),
            links(&it.installed),
            links(&it.requested),
            links(&it.advisories),
            links(&[it.order]),
            it.fix
        );
    }
}

fn links(ids: &[&str]) -> String {
    match ids {
        [] => "none".to_owned(),
        ids => ids.iter().map(|id| format!("[{id}](#{id})")).collect::<Vec<_>>().join(", "),
    }
}

fn section(page: &mut String, it: &Capability, sees: &str, misses: &str) {
    let held_to = it.held_to.map(|held_to| format!(", held to {}", held_to.what)).unwrap_or_default();
    let _ = write!(page, "\n### {}\n\n{}. *{}*{held_to}.\n\n", it.id, it.title, it.maturity.name());
    if !it.files.is_empty() {
        let files: Vec<String> = it.files.iter().map(|glob| format!("`{glob}`")).collect();
        let _ = writeln!(page, "- Files: {}", files.join("; "));
    }
    let _ = writeln!(page, "- {sees}: {}", escaped(&it.sees));
    let _ = writeln!(page, "- {misses}: {}", escaped(&it.misses));
    let _ = writeln!(page, "- Format: {}", escaped(it.source));
    if let Some(held_to) = it.held_to {
        let tests: Vec<String> = held_to.tests.iter().map(|test| test_in_words(test)).collect();
        let _ = writeln!(page, "- Tests: {}", tests.join("; "));
    }
}

/// A test by its sentence, which links to the file that it is in.
fn test_in_words(test: &str) -> String {
    let (file, function) = test.split_once("::").unwrap_or((test, test));
    format!("[{}](../../{file})", function.replace('_', " "))
}

/// Sentences hold file names and placeholders, which Markdown would take for emphasis and for markup.
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if matches!(character, '*' | '_' | '<' | '>' | '[' | ']' | '`' | '|' | '\\') {
            out.push('\\');
        }
        out.push(character);
        out
    })
}
