//! A file while it is read: typed values of its trees, and what is wrong with them.

use boltseal_model::{Limits, Located, Position, Problem, ProblemKind, Problems};
use boltseal_yaml::{Fault, Node, Value};

/// A file of configuration.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path, as reports name it.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// A file while it is read.
pub(crate) struct Reading<'r> {
    pub(crate) path: &'r str,
    pub(crate) limits: &'r Limits,
    pub(crate) problems: Problems,
    /// Elements of lists that may still be read.
    room: usize,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(path: &'r str, limits: &'r Limits) -> Self {
        Self { path, limits, problems: Problems::default(), room: limits.manifest_elements }
    }

    /// Adds a problem of the file as a whole. What it quotes of the file may be long.
    pub(crate) fn problem(&mut self, kind: ProblemKind, detail: impl AsRef<str>) {
        let detail: String = detail.as_ref().chars().take(300).collect();
        self.problems.push(Problem::at(kind, self.path, detail));
    }

    /// Adds a problem of one place.
    pub(crate) fn problem_at(&mut self, kind: ProblemKind, at: Position, detail: &str) {
        self.problem(kind, format!("{at}: {detail}"));
    }

    /// Adds what made a document unreadable. Templates of charts are not YAML before they are rendered.
    pub(crate) fn fault(&mut self, fault: &Fault, document: &str) {
        let hint = if document.contains("{{") { "; a template must be rendered first" } else { "" };
        let detail = format!("{}{hint}", fault.detail);
        match fault.at {
            Some(at) => self.problem_at(fault.kind, at, &detail),
            None => self.problem(fault.kind, &detail),
        }
    }

    /// The text of the file, without a byte order mark; a problem if it is none, or too long.
    pub(crate) fn text<'a>(&mut self, file: &File<'a>) -> Option<&'a str> {
        if u64::try_from(file.bytes.len()).is_ok_and(|length| length > self.limits.manifest_file_bytes) {
            let detail = format!("larger than {} bytes; nothing of it is read", self.limits.manifest_file_bytes);
            self.problem(ProblemKind::TooLarge, detail);
            return None;
        }
        let text = str::from_utf8(file.bytes).map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
        if text.is_err() {
            self.problem(ProblemKind::Malformed, "not UTF-8");
        }
        text.ok()
    }

    pub(crate) fn text_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<String>> {
        self.value(parent, key, "a text", |node| node.text().map(str::to_owned))
    }

    pub(crate) fn flag_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<bool>> {
        self.value(parent, key, "true or false", |node| match node.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        })
    }

    pub(crate) fn integer_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<i64>> {
        self.value(parent, key, "a whole number", |node| match node.value {
            Value::Integer(number) => Some(number),
            _ => None,
        })
    }

    /// A mapping; `None` where it is absent or something else.
    pub(crate) fn mapping_at<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
        let node = parent.child(key)?;
        let is_mapping = matches!(node.value, Value::Mapping(_));
        if !is_mapping {
            self.wrong(node, key, "a mapping");
        }
        is_mapping.then_some(node)
    }

    /// The elements of a list, which are mappings. One that is nothing is a mapping without entries.
    pub(crate) fn mappings_at<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> Vec<&'n Node<'a>> {
        let mut found = Vec::new();
        for node in self.list_at(parent, key) {
            match node.value {
                Value::Mapping(_) | Value::Null => found.push(node),
                _ => self.wrong(node, key, "a list of mappings"),
            }
        }
        found
    }

    /// The elements of a list, which are texts.
    pub(crate) fn texts_at(&mut self, parent: &Node<'_>, key: &str) -> Vec<Located<String>> {
        let mut found = Vec::new();
        for node in self.list_at(parent, key) {
            match node.text() {
                Some(text) => found.push(Located::new(text.to_owned(), node.at)),
                None => self.wrong(node, key, "a list of texts"),
            }
        }
        found
    }

    /// The elements of a list, which are whole numbers.
    pub(crate) fn integers_at(&mut self, parent: &Node<'_>, key: &str) -> Vec<Located<i64>> {
        let mut found = Vec::new();
        for node in self.list_at(parent, key) {
            match node.value {
                Value::Integer(number) => found.push(Located::new(number, node.at)),
                _ => self.wrong(node, key, "a list of whole numbers"),
            }
        }
        found
    }

    /// Says that a value is not what it must be.
    pub(crate) fn wrong(&mut self, node: &Node<'_>, key: &str, expected: &str) {
        let detail = format!("`{key}` must be {expected}, and is {}; it counts as absent", node.kind());
        self.problem_at(ProblemKind::Malformed, node.at, &detail);
    }

    fn list_at<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> &'n [Node<'a>] {
        match parent.child(key) {
            Some(Node { value: Value::List(nodes), at }) => {
                let Some(admitted) = nodes.get(..self.room) else {
                    self.room = self.room.saturating_sub(nodes.len());
                    return nodes;
                };
                self.room = 0;
                if admitted.len() < nodes.len() {
                    let limit = self.limits.manifest_elements;
                    let detail = format!("more than {limit} elements of lists; the rest of `{key}` is not read");
                    self.problem_at(ProblemKind::TooMany, *at, &detail);
                }
                admitted
            }
            Some(node) => {
                self.wrong(node, key, "a list");
                &[]
            }
            None => &[],
        }
    }

    fn value<T>(
        &mut self,
        parent: &Node<'_>,
        key: &str,
        expected: &str,
        read: impl FnOnce(&Node<'_>) -> Option<T>,
    ) -> Option<Located<T>> {
        let node = parent.child(key)?;
        let value = read(node);
        if value.is_none() {
            self.wrong(node, key, expected);
        }
        value.map(|value| Located::new(value, node.at))
    }
}
