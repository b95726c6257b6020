//! A file while it is read: typed values of its trees, and what is wrong with them.

use std::borrow::Cow;

use boltseal_model::{Limits, Located, Position, Problem, ProblemKind, Problems};
use boltseal_yaml::{Fault, Node, Value, documents, is_blank, tree};

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
    /// Whether the format takes `"true"` for true, `"1"` for one and `1` for a text, as most but Kubernetes do.
    pub(crate) is_lenient: bool,
    /// Elements of lists that may still be read.
    room: usize,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(path: &'r str, limits: &'r Limits) -> Self {
        Self { path, limits, problems: Problems::default(), is_lenient: false, room: limits.manifest_elements }
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

    /// Whether as many more elements may be read; a problem where there is no room for them any more.
    pub(crate) fn admits(&mut self, count: usize, at: Position, what: &str) -> bool {
        match self.room.checked_sub(count) {
            Some(room) => {
                self.room = room;
                true
            }
            None => {
                self.room = 0;
                let limit = self.limits.manifest_elements;
                let detail = format!("more than {limit} elements; the rest of the {what} is not read");
                self.problem_at(ProblemKind::TooMany, at, &detail);
                false
            }
        }
    }

    /// Hands over the documents of a text, one after the other.
    pub(crate) fn documents<'a>(&mut self, text: &'a str, mut each: impl FnMut(&mut Self, Node<'a>)) {
        let written = documents(text).filter(|(_, document)| !is_blank(document));
        for (count, (before, document)) in written.enumerate() {
            if count == self.limits.documents_per_file {
                self.problem(ProblemKind::TooMany, format!("more than {count} documents; the rest is not read"));
                break;
            }
            match tree(document, before, self.limits) {
                Ok(node) => {
                    node.repeated_keys(&mut |entry| {
                        let detail = format!("`{}` is there twice; the last counts", entry.key);
                        self.problem_at(ProblemKind::Duplicate, entry.at, &detail);
                    });
                    each(self, node);
                }
                Err(fault) => self.fault(&fault, document),
            }
        }
    }

    pub(crate) fn text_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<String>> {
        let is_lenient = self.is_lenient;
        self.value(parent, key, "a text", |node| text(node, is_lenient))
    }

    /// A text that may be worked out later: of role, name and the like it counts that they are there.
    pub(crate) fn name_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<String>> {
        match parent.child(key) {
            Some(node) if is_unresolved(node) => Some(Located::new(node.text()?.to_owned(), node.at)),
            _ => self.text_at(parent, key),
        }
    }

    pub(crate) fn flag_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<bool>> {
        let is_lenient = self.is_lenient;
        self.value(parent, key, "true or false", |node| match &node.value {
            Value::Flag(flag) => Some(*flag),
            Value::Text(text) if is_lenient && text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if is_lenient && text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    pub(crate) fn integer_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<i64>> {
        parent.child(key).and_then(|node| self.integer(node, key))
    }

    /// A whole number that stands under a key.
    pub(crate) fn integer(&mut self, node: &Node<'_>, key: &str) -> Option<Located<i64>> {
        let number = match &node.value {
            _ if is_unresolved(node) => None,
            Value::Integer(number) => Some(*number),
            Value::Text(text) if self.is_lenient => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() && node.value != Value::Null {
            self.wrong(node, key, "a whole number");
        }
        number.map(|number| Located::new(number, node.at))
    }

    /// An amount, which may be written as a number.
    pub(crate) fn amount_at(&mut self, parent: &Node<'_>, key: &str) -> Option<Located<String>> {
        parent.child(key).and_then(|node| self.amount(node, key))
    }

    /// An amount that stands under a key.
    pub(crate) fn amount(&mut self, node: &Node<'_>, key: &str) -> Option<Located<String>> {
        let amount = text(node, true).filter(|_| !is_unresolved(node) && !matches!(node.value, Value::Flag(_)));
        if amount.is_none() && node.value != Value::Null {
            self.wrong(node, key, "an amount");
        }
        amount.map(|amount| Located::new(amount, node.at))
    }

    /// A mapping; `None` where it is absent or something else.
    pub(crate) fn mapping_at<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
        let node = parent.child(key)?;
        let is_mapping = matches!(node.value, Value::Mapping(_)) && !is_unresolved(node);
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
                Value::Mapping(_) | Value::Null if !is_unresolved(node) => found.push(node),
                _ => self.wrong(node, key, "a list of mappings"),
            }
        }
        found
    }

    /// The elements of a list, which are texts.
    pub(crate) fn texts_at(&mut self, parent: &Node<'_>, key: &str) -> Vec<Located<String>> {
        let mut found = Vec::new();
        for node in self.list_at(parent, key) {
            match text(node, self.is_lenient).filter(|_| !is_unresolved(node)) {
                Some(text) => found.push(Located::new(text, node.at)),
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
        if is_unresolved(node) {
            let expression: String = node.text().unwrap_or_default().chars().take(80).collect();
            let detail = format!("`{key}` is only known when it is deployed ({expression}); it counts as absent");
            return self.problem_at(ProblemKind::Unsupported, node.at, &detail);
        }
        let detail = format!("`{key}` must be {expected}, and is {}; it counts as absent", node.kind());
        self.problem_at(ProblemKind::Malformed, node.at, &detail);
    }

    /// The elements of a list, as many as the limit admits.
    pub(crate) fn list_at<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> &'n [Node<'a>] {
        match parent.child(key) {
            Some(Node { value: Value::List(nodes), at, .. }) => {
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
        let value = if is_unresolved(node) { None } else { read(node) };
        if value.is_none() {
            self.wrong(node, key, expected);
        }
        value.map(|value| Located::new(value, node.at))
    }
}

/// The tag of a value that a template works out when it is deployed; its text is the expression. No tag of a file begins so.
const UNRESOLVED: &str = "unresolved";

/// Puts in place of a value that only its deployment tells the expression that does.
pub(crate) fn unresolved<'a>(expression: impl Into<Cow<'a, str>>, at: Position) -> Node<'a> {
    Node { value: Value::Text(expression.into()), at, tag: Some(UNRESOLVED.into()) }
}

/// Whether a value is only known when it is deployed.
pub(crate) fn is_unresolved(node: &Node<'_>) -> bool {
    node.tag.as_deref() == Some(UNRESOLVED)
}

/// The text, or one that says the same as a number or flag.
pub(crate) fn text(node: &Node<'_>, is_lenient: bool) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone().into_owned()),
        Value::Integer(number) if is_lenient => Some(number.to_string()),
        Value::Number(number) if is_lenient => Some(number.to_string()),
        Value::Flag(flag) if is_lenient => Some(flag.to_string()),
        _ => None,
    }
}

/// The text under a key as it is, without a word about what else may be there: for telling formats apart.
pub(crate) fn plain<'n>(parent: &'n Node<'_>, key: &str) -> Option<&'n str> {
    parent.child(key).and_then(Node::text)
}

/// Where a key stands; where its mapping begins if it is not there.
pub(crate) fn key_at(parent: &Node<'_>, key: &str) -> Position {
    parent.entries().iter().rfind(|entry| entry.key == key).map_or(parent.at, |entry| entry.at)
}
