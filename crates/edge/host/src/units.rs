//! Units of systemd, from its folders.
//!
//! Source: systemd.unit(5). A unit is enabled where a link in the folder `….wants` or `….requires` of another leads to it, and
//! masked where its file is a link to `/dev/null`.

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::host::{Collected, Unit};

use crate::root::{Found, Root};
use crate::system::needed;

/// Folders of units, those of the administrator first.
pub(crate) const FOLDERS: &[&str] =
    &["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

pub(crate) fn collect(root: &Root) -> Collected<Vec<Unit>> {
    needed(units(root), "/usr/lib/systemd/system")
}

/// Whether a unit is there.
pub(crate) fn has(root: &Root, name: &str) -> bool {
    FOLDERS.iter().any(|folder| root.has(&format!("{folder}/{name}")))
}

fn units(root: &Root) -> Found<Vec<Unit>> {
    let is_unit = |name: &str| [".service", ".socket", ".mount"].iter().any(|ending| name.ends_with(ending));
    let (mut masked, mut enabled) = (BTreeMap::new(), BTreeSet::new());
    let mut has_any = false;
    for folder in FOLDERS {
        let Some(names) = root.names(folder)? else { continue };
        has_any = true;
        for name in names {
            let path = format!("{folder}/{name}");
            if name.ends_with(".wants") || name.ends_with(".requires") {
                enabled.extend(root.names(&path)?.unwrap_or_default().into_iter().filter(|name| is_unit(name)));
            } else if is_unit(&name) {
                // What the administrator says of a unit goes before what its package says.
                masked.entry(name).or_insert_with(|| root.link(&path).is_some_and(|target| target == "/dev/null"));
            }
        }
    }
    let unit = |(name, is_masked): (String, bool)| {
        // One of a template, as `getty@tty1.service`, is enabled by its own name.
        let is_enabled = !is_masked && enabled.contains(&name);
        Unit { name, is_enabled, is_masked }
    };
    Ok(has_any.then(|| masked.into_iter().map(unit).collect()))
}
