//! `Gemfile.lock`.
//!
//! Source: Bundler's documentation, "gemfile(5)" and "bundle lock": sections with a heading in capitals; the gems of a source
//! stand below `specs:`, four blanks in, and what each needs six blanks in.

use std::collections::HashMap;

use boltseal_model::{Digest, Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "gem-lock",
    title: "Gems locked by Bundler",
    // A lock file in an installed gem locks what its authors work with; nobody installs from it.
    files: &[
        Pattern::NameOutside { folder: "gems", name: "Gemfile.lock" },
        Pattern::NameOutside { folder: "gems", name: "gems.locked" },
    ],
    sees: "every gem that the file locks from a server or a git repository, once for all its platforms, with the gems that \
           it needs",
    misses: "whether a gem is installed; gems in folders beside the project; Ruby itself and Bundler; projects below a \
             folder that is called gems",
    ecosystems: &[Ecosystem::Gem],
    evidence: &[Evidence::Requested],
    source: "Bundler's documentation, gemfile(5)",
    held_to: Some(HeldTo {
        what: "Bundler's own reader of lock files",
        tests: &["crates/build/inventory/tests/it/ruby.rs::finds_what_bundler_reads_in_a_lock_file"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let lock = Lock::read(&mut reading, &text);
    for gem in lock.gems {
        if reading.is_full() {
            break;
        }
        let dependencies = reading.relations("dependency", Some(gem.line), gem.dependencies);
        if let Some(package) = reading.package(Ecosystem::Gem, gem.name, gem.version, Some(gem.line)) {
            package.dependencies = dependencies;
            package.digests = gem.digests;
        }
    }
    reading.expect_final_newline();
    reading.finish()
}

/// The sections that matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Gems from a server, a repository or a plugin's source.
    Source,
    /// Gems from a folder: the project's own code.
    Folder,
    /// Digests of the gems.
    Checksums,
    /// Something else that is known.
    Other,
    /// A heading of no known section.
    Unknown,
}

fn section(heading: &str) -> Section {
    match heading {
        "GEM" | "GIT" | "PLUGIN SOURCE" => Section::Source,
        "PATH" => Section::Folder,
        "CHECKSUMS" => Section::Checksums,
        "PLATFORMS" | "DEPENDENCIES" | "RUBY VERSION" | "BUNDLED WITH" => Section::Other,
        _ => Section::Unknown,
    }
}

struct Gem<'a> {
    line: u32,
    name: &'a str,
    version: &'a str,
    dependencies: Vec<&'a str>,
    digests: Vec<Digest>,
}

/// What the file says, in its own order.
struct Lock<'a> {
    gems: Vec<Gem<'a>>,
    /// Where a name and version stand in `gems`. Each platform of a gem has a line of its own.
    places: HashMap<(&'a str, &'a str), usize>,
    /// The gem that the lines of its dependencies follow.
    current: Option<usize>,
}

impl<'a> Lock<'a> {
    fn read(reading: &mut Reading<'_>, text: &'a str) -> Self {
        let mut lock = Self { gems: Vec::new(), places: HashMap::new(), current: None };
        let mut place = Section::Other;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            let words = line.trim_start_matches(' ');
            let number = line_number(index);
            match (place, line.len() - words.len()) {
                _ if words.is_empty() => {}
                // Both sides of a conflict count.
                (_, 0) if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) => {
                    reading.problem_at(ProblemKind::Malformed, Some(number), "is the mark of a merge conflict");
                }
                (_, 0) => {
                    place = section(line);
                    if place == Section::Unknown {
                        let detail = format!("{} begins no known section", quoted(line));
                        reading.problem_at(ProblemKind::Unsupported, Some(number), detail);
                    }
                }
                (Section::Source, 4) => {
                    if let Err(reason) = lock.gem(number, words, reading.limits()) {
                        let detail = format!("{} {reason}", quoted(words));
                        reading.problem_at(ProblemKind::Malformed, Some(number), detail);
                    }
                }
                (Section::Source, 6) => lock.dependency(words),
                (Section::Checksums, 2) => lock.checksum(words),
                // Options of a source, and what folders hold.
                (Section::Source | Section::Folder | Section::Checksums | Section::Other | Section::Unknown, _) => {}
            }
        }
        lock
    }

    fn gem(&mut self, line: u32, words: &'a str, limits: &Limits) -> Result<(), &'static str> {
        self.current = None;
        let (name, version, _) = name_and_version(words).ok_or("has no version")?;
        let place = *self.places.entry((name, version)).or_insert(self.gems.len());
        // One more than the limit is kept, which is enough to trip it.
        if place == self.gems.len() && place <= limits.packages_per_file {
            self.gems.push(Gem { line, name, version, dependencies: Vec::new(), digests: Vec::new() });
        }
        self.current = Some(place);
        Ok(())
    }

    fn dependency(&mut self, words: &'a str) {
        if let Some(gem) = self.current.and_then(|place| self.gems.get_mut(place)) {
            let name = words.split([' ', '!']).next().unwrap_or(words);
            gem.dependencies.push(name);
        }
    }

    /// `NAME (VERSION) sha256=DIGEST`. Whoever has no digest yet has only name and version.
    fn checksum(&mut self, words: &'a str) {
        let Some((name, version, rest)) = name_and_version(words) else { return };
        let gem = self.places.get(&(name, version)).and_then(|&place| self.gems.get_mut(place));
        let digests = rest.split([' ', ',']).filter_map(|word| integrity::sha256(word.strip_prefix("sha256=")?));
        if let Some(gem) = gem {
            gem.digests.extend(digests);
        }
    }
}

/// Name, version without the platform, and the rest, of `NAME (VERSION-PLATFORM) REST`. A version holds no hyphen here.
fn name_and_version(words: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = words.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    Some((name, version.split('-').next().unwrap_or(version), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_no_part_of_the_version() {
        assert_eq!(name_and_version("nokogiri (1.15.4-x86_64-linux)"), Some(("nokogiri", "1.15.4", "")));
        assert_eq!(name_and_version("rails-html (1.0.pre) sha256=00"), Some(("rails-html", "1.0.pre", " sha256=00")));
        assert_eq!(name_and_version("rake"), None);
        assert_eq!(name_and_version("rake (1"), None);
    }
}
