//! Package records that a layer writes through a symbolic link, so that they have another path than they seem to have.

use boltseal_image::{Overlay, WrittenThrough};
use boltseal_inventory::{ALL, Interest, Pattern, interest};
use boltseal_model::{Problem, ProblemKind, Problems};

/// One problem for each record at a fixed path that lands there through a link.
///
/// An analyzer that wants a name wherever it lies finds it under any path. One that wants a fixed path does not: where `v`
/// leads to `var`, a layer could bring `var/lib/dpkg/status` as `v/lib/dpkg/status`, and nobody would read it.
pub fn problems(overlay: &Overlay) -> Problems {
    let mut problems = Problems::default();
    for written in overlay.written_through() {
        let patterns = ALL.iter().flat_map(|analyzer| analyzer.files);
        let mut found: Vec<String> = patterns.filter_map(|pattern| disguise(overlay, &written, pattern)).collect();
        found.sort();
        found.dedup();
        for path in found {
            let detail = format!(
                "written through the link {}, so that it is a package record elsewhere; not read",
                written.link
            );
            let problem = Problem::at(ProblemKind::Unsupported, path, detail);
            problems.append(Problems::from(problem).in_layer(written.layer));
        }
    }
    problems
}

/// The path under which the layer has what the pattern wants, if that is not a path that some analyzer wants.
fn disguise(overlay: &Overlay, written: &WrittenThrough, pattern: &Pattern) -> Option<String> {
    let alias = |path: &str| match path.strip_prefix(written.leads_to.as_str())? {
        "" => Some(written.link.clone()),
        rest if written.leads_to.is_empty() => Some(format!("{}/{rest}", written.link)),
        rest => rest.starts_with('/').then(|| format!("{}{rest}", written.link)),
    };
    match pattern {
        Pattern::Path(path) => {
            // A record is no program, so that it would not be read as one either.
            alias(path).filter(|alias| overlay.has_entry(written.layer, alias) && interest(alias) != Interest::Whole)
        }
        Pattern::InFolder { folder, .. } | Pattern::InChildOf { folder, .. } => {
            alias(folder).filter(|alias| overlay.has_entries_below(written.layer, alias))
        }
        _ => None,
    }
}
