//! Dockerfiles.
//!
//! Source: the Dockerfile reference, with what BuildKit, which reads them for Docker, takes besides.
//! <https://docs.docker.com/reference/dockerfile/>

mod copy;
mod extents;
mod instruction;
mod lines;
mod run;
mod stage;
mod words;

use std::collections::{HashMap, HashSet};

use boltseal_model::dockerfile::{BuildArgument, Dockerfile};
use boltseal_model::{Located, Position, ProblemKind};

use crate::reading::Reading;
use crate::subject::Subject;
pub(crate) use extents::{Extent, extents};
use instruction::Parsed;
use lines::Lines;
use words::{Expanded, Variables};

/// How often its own length variables may make of a file.
const COPIES: usize = 4;

/// Values that the builder itself gives.
///
/// Source: the Dockerfile reference, "Automatic platform ARGs in the global scope".
const AUTOMATIC: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// Whether the first line that says something is how a Dockerfile begins.
pub(crate) fn fits(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().unwrap_or_default();
    let keyword = first.split_once(char::is_whitespace).map(|(keyword, _)| keyword);
    keyword.is_some_and(|keyword| ["FROM", "ARG"].iter().any(|it| keyword.eq_ignore_ascii_case(it)))
}

/// Whether a file is called like a Dockerfile, as `Containerfile` and `release.Dockerfile` are.
pub(crate) fn is_named(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|kind| {
        let is_whole = name == *kind;
        let is_before = name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
        let is_behind = name.strip_suffix(kind).is_some_and(|rest| rest.ends_with(['.', '-', '_']));
        is_whole || is_before || is_behind
    }) && ![".yaml", ".yml", ".json", ".md"].iter().any(|ending| name.ends_with(ending))
}

/// Reads the text of a Dockerfile.
pub(crate) fn read(reading: &mut Reading<'_>, text: &str, subjects: &mut Vec<Subject>) {
    let mut lines = Lines::new(text);
    let mut build = Build::new(reading, text.len());
    build.directives(&mut lines);
    while let Some(line) = lines.next_line() {
        if let Some(parsed) = instruction::parse(build.reading, &line, &mut lines)
            && !build.take(&parsed)
        {
            break;
        }
    }
    let dockerfile = build.finish();
    if dockerfile.stages.is_empty() {
        reading.problem_at(ProblemKind::Missing, Position { line: 1, column: 1 }, "a Dockerfile without `FROM`");
    } else {
        subjects.push(Subject::Dockerfile(Box::new(dockerfile)));
    }
}

/// A Dockerfile while it is read.
struct Build<'b, 'r> {
    reading: &'b mut Reading<'r>,
    dockerfile: Dockerfile,
    /// Variables before the first stage.
    global: Variables,
    /// Variables of the stage that is read.
    variables: Variables,
    /// Those of them that `ENV` set, which counts before `ARG`.
    set: HashSet<String>,
    /// Both of the stages before it that have a name, by number.
    of_stages: HashMap<usize, (Variables, HashSet<String>)>,
    /// Numbers of the stages, by name.
    names: HashMap<String, usize>,
    /// Bytes that variables, and stages upon stages, may still make.
    room: usize,
    escape: char,
}

impl<'b, 'r> Build<'b, 'r> {
    fn new(reading: &'b mut Reading<'r>, length: usize) -> Self {
        let path = reading.path.to_owned();
        let automatic = AUTOMATIC.iter().map(|name| ((*name).to_owned(), None)).collect();
        Self {
            reading,
            dockerfile: Dockerfile { path, syntax: None, arguments: Vec::new(), stages: Vec::new() },
            global: Variables { values: automatic, are_all: false },
            variables: Variables::default(),
            set: HashSet::new(),
            of_stages: HashMap::new(),
            names: HashMap::new(),
            room: length.saturating_mul(COPIES).saturating_add(4_096),
            escape: '\\',
        }
    }

    fn directives(&mut self, lines: &mut Lines<'_>) {
        for (name, value, at) in lines.directives() {
            match name.as_str() {
                "escape" => match value.as_str() {
                    "\\" => {}
                    "`" => (lines.escape, self.escape) = ('`', '`'),
                    _ => self.reading.problem_at(
                        ProblemKind::Malformed,
                        at,
                        "`escape` must be a backslash or a backtick",
                    ),
                },
                "syntax" => self.dockerfile.syntax = Some(Located::new(value, at)),
                // `check`, and comments that look alike.
                _ => {}
            }
        }
    }

    /// Takes an instruction, and says whether there is room for another.
    fn take(&mut self, parsed: &Parsed<'_>) -> bool {
        if !self.reading.admits(1 + parsed.flags.len(), parsed.at, "instructions") {
            return false;
        }
        match parsed.keyword {
            "FROM" => return self.from(parsed),
            "ARG" if self.dockerfile.stages.is_empty() => {
                for (argument, value) in self.arguments(parsed) {
                    self.global.values.insert(argument.name.value.clone(), value);
                    self.dockerfile.arguments.push(argument);
                }
            }
            _ if self.dockerfile.stages.is_empty() => {
                let detail = format!("`{}` before the first `FROM`; it is not read", parsed.keyword);
                self.reading.problem_at(ProblemKind::Malformed, parsed.at, &detail);
            }
            _ => self.of_stage(parsed),
        }
        true
    }

    /// The arguments that an `ARG` declares, with their values.
    fn arguments(&mut self, parsed: &Parsed<'_>) -> Vec<(BuildArgument, Option<String>)> {
        let mut found = Vec::new();
        for (byte, word) in words::split(parsed.text(), self.escape, true) {
            let at = parsed.at(byte);
            if !self.reading.admits(1, at, "arguments") {
                break;
            }
            let (name, default) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            let value = default.and_then(|value| self.resolve(value, at, Scope::Here));
            let name = Located::new(name.to_owned(), at);
            found.push((BuildArgument { name, has_default: default.is_some_and(|it| !it.is_empty()) }, value));
        }
        if found.is_empty() {
            self.wrong(parsed, "a name");
        }
        found
    }

    /// What a word stands for; nothing if only whoever builds it knows.
    fn resolve(&mut self, word: &str, at: Position, scope: Scope) -> Option<String> {
        match self.expand(word, at, scope) {
            Expanded::Text(text) => Some(text),
            Expanded::Unresolved { .. } | Expanded::TooMuch => None,
        }
    }

    fn expand(&mut self, word: &str, at: Position, scope: Scope) -> Expanded {
        let is_global = scope == Scope::Global || self.dockerfile.stages.is_empty();
        let variables = if is_global { &self.global } else { &self.variables };
        let expanded = words::expand(word, self.escape, variables, &mut self.room, self.reading.limits.json_depth);
        if expanded == Expanded::TooMuch {
            self.reading.problem_at(ProblemKind::TooMany, at, "its variables make it larger than it is");
        }
        expanded
    }

    /// What a word stands for, of an instruction that rules look at; a problem if only whoever builds it knows.
    fn needed(&mut self, keyword: &str, word: &str, at: Position, scope: Scope) -> Option<Located<String>> {
        let text = self.resolve(word, at, scope);
        if text.is_none() {
            self.unknown(keyword, word, at);
        }
        text.map(|text| Located::new(text, at))
    }

    fn unknown(&mut self, keyword: &str, word: &str, at: Position) {
        let word: String = word.chars().take(80).collect();
        let detail = format!("`{keyword}` is only known when it is built ({word}); it counts as absent");
        self.reading.problem_at(ProblemKind::Unsupported, at, &detail);
    }

    fn wrong(&mut self, parsed: &Parsed<'_>, expected: &str) {
        let detail = format!("`{}` must have {expected}; it is not read", parsed.keyword);
        self.reading.problem_at(ProblemKind::Malformed, parsed.at, &detail);
    }

    /// Takes from the room that is left; a problem if there is none.
    fn pay(&mut self, cost: usize, at: Position) -> bool {
        match self.room.checked_sub(cost) {
            Some(room) => {
                self.room = room;
                true
            }
            None => {
                self.reading.problem_at(ProblemKind::TooMany, at, "its stages make it larger than it is");
                false
            }
        }
    }

    fn finish(mut self) -> Dockerfile {
        if let Some(last) = self.dockerfile.stages.last_mut() {
            last.is_final = true;
        }
        self.dockerfile
    }
}

/// Whose variables count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Those before the first stage, which `FROM` uses.
    Global,
    /// Those of the stage that is read.
    Here,
}
