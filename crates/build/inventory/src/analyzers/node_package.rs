//! Installed Node packages.
//!
//! Source: npm's documentation, "package.json" and "Folder Structures Used by npm".

use std::borrow::Cow;

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use crate::json::{self, Members};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "node-package",
    title: "Installed Node packages",
    files: &[Pattern::InModule { root: "node_modules", name: "package.json" }],
    sees: "every package in a node_modules folder, at any depth, by the name and version in its own package.json",
    misses: "the application itself; packages that were bundled into one script; packages outside node_modules, such as \
             those that Debian keeps in usr/share/nodejs; packages in zip archives (Yarn Plug'n'Play)",
    ecosystems: &[Ecosystem::Npm],
    evidence: &[Evidence::Installed],
    source: "npm's documentation, package.json",
    held_to: Some(HeldTo {
        what: "npm install, for the packages that it names",
        tests: &["e2e/functional/shop_image.rs::installed_packages_are_those_that_pip_and_npm_installed"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let members = json::text(file, limits).and_then(|text| {
        let mut reader = serde_json::Deserializer::from_slice(text);
        let members = Members(&["name", "version", "license", "licenses", "dependencies"]).deserialize(&mut reader);
        members.and_then(|members| reader.end().map(|()| members)).map_err(|error| json::problem(file.path, &error))
    });
    match members {
        // Folders for private modules and for the module type have no name or no version. They are no packages.
        Ok([None, ..] | [_, None, ..]) => {}
        Ok([name, version, licence, licences, dependencies]) => match (json::string(name), json::string(version)) {
            (Some(name), Some(version)) if name.is_empty() || version.is_empty() => {}
            (Some(name), Some(version)) => {
                let licences = [licence, licences].into_iter().flat_map(stated);
                let licences = reading.relations("licence", None, licences);
                let dependencies = reading.relations("dependency", None, json::names(dependencies));
                if let Some(package) = reading.package(Ecosystem::Npm, &name, &version, None) {
                    package.licences = licences;
                    package.dependencies = dependencies;
                }
            }
            _ => reading.problem(ProblemKind::Malformed, "name or version is no string"),
        },
        Err(problem) => return (Inventory::default(), problem.into()),
    }
    reading.finish()
}

/// The licences in `license` or `licenses`: texts, or as they long ago were, objects with a type.
fn stated(value: Option<&RawValue>) -> Vec<Cow<'_, str>> {
    let Some(value) = value else { return Vec::new() };
    if let Some(kind) = kind(value) {
        return vec![kind];
    }
    // They differ in how they are read, so that a list of both is read twice.
    let objects: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
    json::strings(Some(value)).into_iter().chain(objects.into_iter().filter_map(kind)).collect()
}

/// The type of a licence that is an object.
fn kind(value: &RawValue) -> Option<Cow<'_, str>> {
    json::members(value, &["type"]).and_then(|[kind]| json::string(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, String)>, Vec<ProblemKind>) {
        let file = File { path: "node_modules/a/package.json", bytes: text.as_bytes() };
        let (inventory, problems) = parse(&file, &Limits::default());
        (
            inventory.packages.into_iter().map(|package| (package.name, package.version)).collect(),
            problems.iter().map(|problem| problem.kind).collect(),
        )
    }

    #[test]
    fn name_in_the_file_counts_and_not_the_folder() {
        let expected = vec![("lodash".to_owned(), "4.17.20".to_owned())];
        assert_eq!(read(r#"{"name": "lodash", "version": "4.17.20"}"#), (expected.clone(), vec![]));
        assert_eq!(read("\u{feff}{\"version\": \"4.17.20\", \"name\": \"lodash\"}"), (expected, vec![]));
    }

    #[test]
    fn quiet_when_it_describes_no_package() {
        for text in ["{}", r#"{"type": "module"}"#, r#"{"name": "x"}"#, r#"{"name": "x", "version": ""}"#] {
            assert_eq!(read(text), (vec![], vec![]), "{text}");
        }
    }

    #[test]
    fn absurd_depth_is_a_problem_and_no_overflow() {
        for opening in ["[", "{\"a\":"] {
            assert_eq!(read(&opening.repeat(100_000)), (vec![], vec![ProblemKind::TooDeep]));
        }
    }

    #[test]
    fn what_is_no_json_object_is_a_problem() {
        for (text, kind) in [
            ("", ProblemKind::Truncated),
            (r#"{"name": "a", "ver"#, ProblemKind::Truncated),
            ("[]", ProblemKind::Malformed),
            ("{} {}", ProblemKind::Malformed),
            (r#"{"name": 1, "version": "1"}"#, ProblemKind::Malformed),
        ] {
            assert_eq!(read(text), (vec![], vec![kind]), "{text}");
        }
    }
}
