//! Maven's project files, as far as one of them says what it means by itself.
//!
//! Source: Maven's "POM Reference".

use std::collections::HashMap;

use boltseal_model::{Limits, ProblemKind};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::lines::LineCounter;

/// Most values that stand for one another. Maven has no limit, but people nest two or three.
const SUBSTITUTIONS: usize = 16;

/// Most licences of a project that are kept. Projects offer two or three to choose from.
const LICENCES: usize = 16;

/// A dependency as the file writes it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Dependency {
    pub(crate) line: Option<u32>,
    pub(crate) group: String,
    pub(crate) artifact: String,
    pub(crate) version: String,
}

/// What a project file says.
#[derive(Debug, Default)]
pub(crate) struct Pom {
    /// Values by the names that stand for them in other values.
    values: HashMap<String, String>,
    pub(crate) dependencies: Vec<Dependency>,
    /// Versions of dependencies that have none of their own.
    managed: HashMap<(String, String), String>,
    /// Names of the project's licences; addresses where there are no names.
    licences: Vec<String>,
    /// Name and address of the licence that is being read.
    licence: [String; 2],
}

/// Why the rest of a file could not be read, and where.
pub(crate) type Failure = (ProblemKind, Option<u32>, String);

impl Pom {
    /// Reads a file. What stands before a damaged spot is kept.
    pub(crate) fn read(text: &str, limits: &Limits) -> (Self, Result<(), Failure>) {
        let mut pom = Self::default();
        let mut lines = LineCounter::new(text.as_bytes());
        let mut path: Vec<String> = Vec::new();
        let mut content = String::new();
        let mut dependency = Dependency::default();
        let mut reader = Reader::from_str(text);
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let line = usize::try_from(reader.error_position()).ok().and_then(|offset| lines.at(offset));
                    let detail: String = error.to_string().chars().take(200).collect();
                    return (pom, Err((ProblemKind::Malformed, line, detail)));
                }
            };
            match event {
                Event::Start(element) => {
                    if path.len() == limits.json_depth {
                        let detail = format!("nested deeper than {} levels", limits.json_depth);
                        return (pom, Err((ProblemKind::TooDeep, None, detail)));
                    }
                    path.push(element.local_name().as_ref().to_owned());
                    content.clear();
                    if path.last().is_some_and(|name| name == "dependency") {
                        let offset = usize::try_from(reader.buffer_position()).ok();
                        let line = offset.and_then(|offset| lines.at(offset));
                        dependency = Dependency { line, ..Dependency::default() };
                    }
                }
                Event::End(_) => {
                    pom.element(&path, content.trim(), &mut dependency, limits);
                    path.pop();
                    content.clear();
                }
                Event::Text(text) => content.push_str(&text),
                Event::CData(text) => content.push_str(&text),
                Event::Eof if path.is_empty() => return (pom, Ok(())),
                Event::Eof => return (pom, Err((ProblemKind::Truncated, None, "ends within an element".into()))),
                // No name or version holds an entity, and none is expanded.
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    /// Takes an element with its content when it ends.
    fn element(&mut self, path: &[String], content: &str, dependency: &mut Dependency, limits: &Limits) {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match names[..] {
            ["project", name @ ("groupId" | "version")] => {
                for prefix in ["project.", "pom.", ""] {
                    self.values.insert(format!("{prefix}{name}"), content.to_owned());
                }
            }
            ["project", "parent", name @ ("groupId" | "version")] => {
                self.values.insert(format!("project.parent.{name}"), content.to_owned());
                // What a project does not say, it has from its parent.
                for prefix in ["project.", "pom.", ""] {
                    self.values.entry(format!("{prefix}{name}")).or_insert_with(|| content.to_owned());
                }
            }
            ["project", "properties", name] => {
                self.values.insert(name.to_owned(), content.to_owned());
            }
            ["project", "licenses", "license", "name"] => content.clone_into(&mut self.licence[0]),
            ["project", "licenses", "license", "url"] => content.clone_into(&mut self.licence[1]),
            ["project", "licenses", "license"] => {
                let named = std::mem::take(&mut self.licence).into_iter().find(|text| !text.is_empty());
                self.licences.extend(named.filter(|_| self.licences.len() < LICENCES));
            }
            [.., "dependencies", "dependency", "groupId"] => content.clone_into(&mut dependency.group),
            [.., "dependencies", "dependency", "artifactId"] => content.clone_into(&mut dependency.artifact),
            [.., "dependencies", "dependency", "version"] => content.clone_into(&mut dependency.version),
            // One more than the limit is kept, which is enough to trip it.
            ["project", "dependencies", "dependency"] if self.dependencies.len() <= limits.packages_per_file => {
                self.dependencies.push(std::mem::take(dependency));
            }
            ["project", "dependencyManagement", "dependencies", "dependency"] => {
                let Dependency { group, artifact, version, .. } = std::mem::take(dependency);
                self.managed.entry((group, artifact)).or_insert(version);
            }
            _ => {}
        }
    }

    /// A value with what stands for others in it replaced; `None` if one is not in the file, or the result is too long.
    pub(crate) fn value(&self, text: &str, limits: &Limits) -> Option<String> {
        if text.len() > limits.name_bytes {
            return None;
        }
        let mut text = text.to_owned();
        for _ in 0..SUBSTITUTIONS {
            let Some(start) = text.find("${") else { break };
            let end = start + text.get(start..)?.find('}')?;
            let value = self.values.get(text.get(start + 2..end)?)?;
            if text.len().saturating_add(value.len()) > limits.name_bytes {
                return None;
            }
            text.replace_range(start..=end, value);
        }
        (!text.contains("${")).then_some(text)
    }

    /// What the project says of its licences, if anything. Of several, whoever takes it may choose.
    ///
    /// Source: Maven's model, "licenses".
    pub(crate) fn licence(&self) -> Option<String> {
        (!self.licences.is_empty()).then(|| self.licences.join(" OR "))
    }

    /// The version of a dependency as written, its own or the managed one; empty if there is none.
    pub(crate) fn version<'a>(&'a self, dependency: &'a Dependency) -> &'a str {
        if !dependency.version.is_empty() {
            return &dependency.version;
        }
        self.managed.get(&(dependency.group.clone(), dependency.artifact.clone())).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_a_choice() {
        let read = |text: &str| Pom::read(&format!("<project>{text}</project>"), &Limits::default()).0.licence();
        let one = "<licenses><license><name> MIT </name><url>x</url></license></licenses>";
        let two = "<licenses><license><name>EPL-2.0</name></license><license><url>https://example.org/l</url></license></licenses>";
        assert_eq!(read(one).as_deref(), Some("MIT"));
        assert_eq!(read(two).as_deref(), Some("EPL-2.0 OR https://example.org/l"));
        assert_eq!(
            read("<licenses><license/></licenses><dependencies><license><name>a</name></license></dependencies>"),
            None
        );
    }

    #[test]
    fn values_stand_for_one_another_but_not_for_themselves() {
        let text = "<project><version>1</version><properties><a>${b}.${version}</a><b>2</b><c>${c}</c><d>${d}${d}</d>\
                    </properties></project>";
        let (pom, result) = Pom::read(text, &Limits::default());
        assert!(result.is_ok());
        let value = |text: &str| pom.value(text, &Limits::default());
        assert_eq!(value("x-${a}").as_deref(), Some("x-2.1"));
        assert_eq!(value("${project.version}").as_deref(), Some("1"));
        for text in ["${c}", "${d}", "${e}", "${"] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
