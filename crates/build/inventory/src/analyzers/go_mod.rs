//! `go.mod`.
//!
//! Source: the Go modules reference, "go.mod files" and "Module cache".

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::go_module::{GoModule, GoReplacement};
use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "go-mod",
    title: "Modules required by a Go module",
    // The module cache holds the source of modules, each with what its own authors require.
    files: &[Pattern::NameOutside { folder: "pkg/mod", name: "go.mod" }],
    sees: "every module that the file requires, replaced ones under the name and version of what replaces them",
    misses: "whether a module is compiled in; the Go version that a program is built with; folders beside the project; what \
             the required modules require in turn, where the file is for Go before 1.17 and go-sum finds nothing beside it, \
             which is reported as unpinned; workspaces (go.work)",
    ecosystems: &[Ecosystem::Golang],
    evidence: &[Evidence::Requested],
    source: "the Go modules reference",
    held_to: Some(HeldTo {
        what: "what go itself builds with",
        tests: &["crates/build/inventory/tests/it/go_modules.rs::names_the_modules_that_go_itself_builds_with"],
    }),
    parse,
};

/// From this version of the language on, the file lists all modules and not only those that the module itself imports.
const COMPLETE_SINCE: (u32, u32) = (1, 17);

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let module = Module::read(&mut reading, &text);
    for requirement in &module.requirements {
        if reading.is_full() {
            break;
        }
        module.report(&mut reading, requirement);
    }
    module.tell(&mut reading);
    reading.finish()
}

struct Requirement<'a> {
    line: u32,
    name: &'a str,
    version: &'a str,
}

/// Name of a module, and the one version that is meant, if not all are.
type Replaced<'a> = (&'a str, Option<&'a str>);

/// What the file says, in its own order.
struct Module<'a> {
    requirements: Vec<Requirement<'a>>,
    /// What takes a module's place: another module with its version, or a folder.
    replacements: BTreeMap<Replaced<'a>, (&'a str, Option<&'a str>)>,
    /// Version of the language. Without one, Go takes it for 1.16.
    language: (u32, u32),
}

impl<'a> Module<'a> {
    fn read(reading: &mut Reading<'_>, text: &'a str) -> Self {
        let mut module = Self { requirements: Vec::new(), replacements: BTreeMap::new(), language: (1, 16) };
        let mut block: Option<&str> = None;
        for (index, line) in text.lines().enumerate() {
            let number = line_number(index);
            let words = words(line);
            let rest = match (block, words.as_slice()) {
                (_, []) => continue,
                (Some(_), [")"]) => {
                    block = None;
                    continue;
                }
                (None, [verb, "("]) => {
                    block = Some(verb);
                    continue;
                }
                // A block without lines.
                (None, [_, "(", ")"] | [_, "()"]) => continue,
                (Some(verb), words) => (verb, words),
                (None, [verb, rest @ ..]) => (*verb, rest),
            };
            if let Err((kind, reason)) = module.directive(number, rest.0, rest.1, reading.limits()) {
                reading.problem_at(kind, Some(number), format!("{} {reason}", quoted(line.trim())));
            }
        }
        if block.is_some() {
            reading.problem(ProblemKind::Truncated, "the last block has no end");
        }
        module
    }

    fn directive(
        &mut self,
        line: u32,
        verb: &'a str,
        words: &[&'a str],
        limits: &Limits,
    ) -> Result<(), (ProblemKind, &'static str)> {
        match (verb, words) {
            ("require", [name, version]) => {
                // One more than the limit is kept, which is enough to trip it.
                if self.requirements.len() <= limits.packages_per_file {
                    self.requirements.push(Requirement { line, name, version });
                }
            }
            ("replace", [name, "=>", folder]) => {
                self.replacements.insert((name, None), (folder, None));
            }
            ("replace", [name, "=>", other, version]) => {
                self.replacements.insert((name, None), (other, Some(version)));
            }
            ("replace", [name, replaced, "=>", folder]) => {
                self.replacements.insert((name, Some(replaced)), (folder, None));
            }
            ("replace", [name, replaced, "=>", other, version]) => {
                self.replacements.insert((name, Some(replaced)), (other, Some(version)));
            }
            ("go", [version]) => {
                self.language = language(version).ok_or((ProblemKind::Malformed, "is no Go version"))?;
            }
            ("require" | "replace" | "go", _) => {
                return Err((ProblemKind::Malformed, "has not the words that it needs"));
            }
            ("module" | "toolchain" | "exclude" | "retract" | "tool" | "godebug" | "ignore", _) => {}
            _ => return Err((ProblemKind::Unsupported, "begins with no known word")),
        }
        Ok(())
    }

    /// Adds what the modules of a `go.sum` beside the file are judged by.
    fn tell(&self, reading: &mut Reading<'_>) {
        let is_complete = self.language >= COMPLETE_SINCE;
        let mut replacements = Vec::new();
        // A complete file has applied them all.
        for (&(name, version), &(other, replaced_by)) in self.replacements.iter().filter(|_| !is_complete) {
            let texts = [Some(name), version, Some(other), replaced_by];
            if let Err((kind, reason)) = texts.into_iter().flatten().try_for_each(|text| reading.check(text)) {
                reading.problem(kind, format!("replacement of {} {reason}", quoted(name)));
                continue;
            }
            if replacements.len() == reading.limits().packages_per_file {
                reading.problem(ProblemKind::TooMany, format!("more than {} replacements", replacements.len()));
                break;
            }
            replacements.push(GoReplacement {
                name: name.to_owned(),
                version: version.map(str::to_owned),
                by: replaced_by.map(|version| (other.to_owned(), version.to_owned())),
            });
        }
        let (path, requires) = (reading.file().path.to_owned(), !self.requirements.is_empty());
        reading.go_module(GoModule { path, layer: None, is_complete, requires, replacements });
    }

    /// Adds the module that is built instead of a required one, unless it is a folder.
    fn report(&self, reading: &mut Reading<'_>, &Requirement { line, name, version }: &Requirement<'_>) {
        let replacement =
            self.replacements.get(&(name, Some(version))).or_else(|| self.replacements.get(&(name, None)));
        let (name, version) = match replacement {
            Some((_, None)) => return,
            Some(&(name, Some(version))) => (name, version),
            None => (name, version),
        };
        if version.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            reading.package(Ecosystem::Golang, name, version, Some(line));
        } else {
            // Go writes a version in the place of a branch when it next runs.
            let detail = format!("{} has no exact version: {}", quoted(name), quoted(version));
            reading.problem_at(ProblemKind::Unpinned, Some(line), detail);
        }
    }
}

/// The words of a line without its comment. Quotes only keep blanks together, which no module's name holds.
fn words(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or(line);
    let mut words = Vec::new();
    for word in code.split_whitespace() {
        // A parenthesis is a word of its own, even where no blank parts it from the one before.
        let (word, parenthesis) = match word.strip_suffix('(') {
            Some(word) => (word, Some("(")),
            None => (word, None),
        };
        let word = ['"', '`'].iter().find_map(|&quote| word.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(word);
        words.extend(Some(word).filter(|word| !word.is_empty()));
        words.extend(parenthesis);
    }
    words
}

/// The first two numbers of `1.21`, `1.21.3` and `1.22rc1`.
fn language(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.split_once('.').unwrap_or((version, "0"));
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest.get(..end)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_compared_by_two_numbers() {
        for (version, expected) in [
            ("1.16", Some((1, 16))),
            ("1.21.3", Some((1, 21))),
            ("1.22rc1", Some((1, 22))),
            ("2", Some((2, 0))),
            ("go1.21", None),
            ("1.", None),
            ("1.99999999999", None),
        ] {
            assert_eq!(language(version), expected, "{version}");
        }
    }

    #[test]
    fn lines_are_words_without_comments() {
        for (line, expected) in [
            ("\trequire example.org/a v1.0.0 // indirect", vec!["require", "example.org/a", "v1.0.0"]),
            ("require(", vec!["require", "("]),
            ("require (", vec!["require", "("]),
            ("go \"1.21\"", vec!["go", "1.21"]),
            ("replace `a` => \"../a\"", vec!["replace", "a", "=>", "../a"]),
            ("// comment", vec![]),
            ("\"", vec!["\""]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
