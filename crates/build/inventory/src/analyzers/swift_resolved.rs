//! `Package.resolved`.
//!
//! Source: Swift Package Manager's `ResolvedPackagesStore`: `object.pins` in version 1, `pins` in versions 2 and 3.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::json_entries::{ANY, Entry, read_entries};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, json};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "swift-resolved",
    title: "Swift packages locked by the Swift Package Manager",
    // Check-outs of packages below .build hold what their own authors work with.
    files: &[Pattern::NameOutside { folder: ".build", name: "Package.resolved" }],
    sees: "every package that the file locks, by the address of its repository; one locked to a branch or a commit is \
           reported as unpinned",
    misses: "whether a package is compiled in; folders beside the project; the Swift version and its libraries",
    ecosystems: &[Ecosystem::Swift],
    evidence: &[Evidence::Requested],
    source: "Swift Package Manager's ResolvedPackagesStore",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, &[&["pins", ANY], &["object", "pins", ANY]], report);
    reading.finish()
}

fn report(reading: &mut Reading<'_>, entry: &mut Entry<'_, '_>) {
    let members = entry.members(&["identity", "location", "repositoryURL", "kind", "state"]);
    let Some([identity, location, address, kind, state]) = members else {
        let line = entry.line(None);
        return reading.problem_at(ProblemKind::Malformed, line, "a pin is no object");
    };
    let line = entry.line(location.or(address));
    if json::string(kind).is_some_and(|kind| kind == "localSourceControl") {
        return;
    }
    let location = json::string(location.or(address)).filter(|location| !location.is_empty());
    // A package from a registry has a name and no address.
    let Some(name) = location.as_deref().map(repository).or(json::string(identity).as_deref().map(str::to_owned))
    else {
        return reading.problem_at(ProblemKind::Malformed, line, "a pin has no location");
    };
    let version =
        state.and_then(|state| json::members(state, &["version"])).and_then(|[version]| json::string(version));
    match version {
        Some(version) => {
            reading.package(Ecosystem::Swift, &name, &version, line);
        }
        None => reading.problem_at(ProblemKind::Unpinned, line, format!("{} has no version", quoted(&name))),
    }
}

/// The address of a repository as package URLs have it: host and path, without scheme, user and ending.
fn repository(address: &str) -> String {
    let plain = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = plain.find('/').unwrap_or(plain.len());
    let user = plain.get(..end).and_then(|host| host.rfind('@')).map_or(0, |at| at.saturating_add(1));
    let plain = plain.get(user..).unwrap_or(plain);
    let plain = plain.strip_suffix('/').unwrap_or(plain);
    let plain = plain.strip_suffix(".git").unwrap_or(plain);
    // `git@HOST:PATH` is what SSH writes instead of `ssh://git@HOST/PATH`.
    if address.contains("://") { plain.to_owned() } else { plain.replacen(':', "/", 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_all_kinds_become_host_and_path() {
        for (address, expected) in [
            ("https://github.com/Alamofire/Alamofire.git", "github.com/Alamofire/Alamofire"),
            ("https://user:secret@github.com/a/b/", "github.com/a/b"),
            ("git@github.com:a/b.git", "github.com/a/b"),
            ("ssh://git@example.org:2222/a/b.git", "example.org:2222/a/b"),
            ("github.com/a/b", "github.com/a/b"),
            ("/srv/git/a", "/srv/git/a"),
            ("", ""),
        ] {
            assert_eq!(repository(address), expected, "{address}");
        }
    }
}
