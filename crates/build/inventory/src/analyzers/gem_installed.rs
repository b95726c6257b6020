//! Installed gems.
//!
//! Source: RubyGems' guides, "Specification Reference", and its `Gem::Specification#to_ruby`, which writes every
//! specification of an installed gem in this one form.

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "gem-installed",
    title: "Installed gems",
    files: &[
        Pattern::InNamedFolder { folder: "specifications", suffix: ".gemspec" },
        // The gems that Ruby itself brings along.
        Pattern::InNamedFolder { folder: "specifications/default", suffix: ".gemspec" },
    ],
    sees: "every gem with a specification that RubyGems wrote, those that Ruby brings along included, with licences and the \
           gems that it needs at run time",
    misses: "gems that Bundler took from git or a folder, whose specifications are programs; gems without a specification; \
             Ruby itself",
    ecosystems: &[Ecosystem::Gem],
    evidence: &[Evidence::Installed],
    source: "RubyGems' guides, Specification Reference",
    held_to: Some(HeldTo {
        what: "RubyGems' own list of installed gems",
        tests: &["crates/build/inventory/tests/it/ruby.rs::finds_every_gem_that_ruby_says_is_installed"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let (mut name, mut version) = (None, None);
    let (mut licences, mut dependencies) = (Vec::new(), Vec::new());
    if !text.lines().any(|line| line == "end") {
        reading.problem(ProblemKind::Truncated, "the specification has no end");
    }
    for (index, line) in text.lines().enumerate() {
        // Behind it, old specifications repeat the dependencies for readers that cannot tell their kinds apart.
        if line.trim() == "else" {
            break;
        }
        let Some(statement) = line.trim_start().strip_prefix("s.") else { continue };
        if let Some(value) = statement.strip_prefix("name = ") {
            name = name.or(strings(value).next());
        } else if let Some(value) = statement.strip_prefix("version = ") {
            version = version.or(strings(value).next().map(|version| (line_number(index), version)));
        } else if let Some(value) =
            statement.strip_prefix("licenses = ").or_else(|| statement.strip_prefix("license = "))
        {
            licences.extend(strings(value));
        } else if let Some(value) = ["add_runtime_dependency(", "add_dependency("]
            .iter()
            .find_map(|call| statement.strip_prefix(*call)?.strip_prefix("%q<"))
        {
            dependencies.extend(value.split('>').next());
        }
    }
    match (name, version) {
        (Some(name), Some((line, version))) => {
            let licences = reading.relations("licence", Some(line), licences);
            let dependencies = reading.relations("dependency", Some(line), dependencies);
            if let Some(package) = reading.package(Ecosystem::Gem, name, version, Some(line)) {
                package.licences = licences;
                package.dependencies = dependencies;
            }
        }
        (None, _) => reading.problem(ProblemKind::Malformed, "the specification has no name"),
        (Some(_), None) => reading.problem(ProblemKind::Malformed, "the specification has no version"),
    }
    reading.finish()
}

/// The texts in double quotes of a line. RubyGems writes no escapes but in descriptions.
fn strings(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_of_a_line() {
        assert_eq!(strings(r#"["MIT".freeze, "BSD-2-Clause"]"#).collect::<Vec<_>>(), ["MIT", "BSD-2-Clause"]);
        assert_eq!(strings("nil").next(), None);
    }
}
