//! What every analyzer does while it reads one file: collect packages within the limits, and say what is wrong.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use boltseal_model::{
    Archive, Digest, Distribution, Ecosystem, Limits, Location, Package, Problem, ProblemKind, Problems,
};

use crate::{File, GoModule, Inventory, Notice, OwnedFile, Recorded};

/// Characters of hostile text that a problem quotes.
const QUOTED_CHARACTERS: usize = 80;

/// The reading of one file by one analyzer.
pub(crate) struct Reading<'a> {
    analyzer: &'static str,
    file: &'a File<'a>,
    limits: &'a Limits,
    inventory: Inventory,
    problems: Problems,
    owned_bytes: u64,
    /// Dependencies, licences and archives so far.
    relations: usize,
    is_full: bool,
}

impl<'a> Reading<'a> {
    /// Begins a reading. `analyzer` is the id that the packages carry.
    pub(crate) fn new(analyzer: &'static str, file: &'a File<'a>, limits: &'a Limits) -> Self {
        let (inventory, problems) = Default::default();
        Self { analyzer, file, limits, inventory, problems, owned_bytes: 0, relations: 0, is_full: false }
    }

    /// The file that is read.
    pub(crate) const fn file(&self) -> &'a File<'a> {
        self.file
    }

    /// The content as text, without a byte order mark. Bytes that are no UTF-8 become U+FFFD, which no name or version
    /// may hold, so that they do harm only where they matter.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        // Nearly every file is UTF-8, and to see that is several times as fast as to look for what is none.
        self.utf8().map_or_else(|_| String::from_utf8_lossy(self.content()), Cow::Borrowed)
    }

    /// The content as text without a byte order mark, if it is UTF-8.
    pub(crate) fn utf8(&self) -> Result<&'a str, (ProblemKind, String)> {
        str::from_utf8(self.content())
            .map_err(|error| (ProblemKind::Malformed, format!("is not UTF-8 from byte {}", error.valid_up_to())))
    }

    fn content(&self) -> &'a [u8] {
        self.file.bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.file.bytes)
    }

    /// The content as TOML text, if it is text and within the limit.
    pub(crate) fn toml(&self) -> Result<&'a str, (ProblemKind, String)> {
        let limit = self.limits.toml_bytes;
        if u64::try_from(self.file.bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err((ProblemKind::TooLarge, format!("larger than {limit} bytes")));
        }
        self.utf8()
    }

    /// The bounds that this reading keeps.
    pub(crate) const fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Adds a package. A name or version that cannot be one is a problem instead.
    pub(crate) fn package(
        &mut self,
        ecosystem: Ecosystem,
        name: &str,
        version: &str,
        line: Option<u32>,
    ) -> Option<&mut Package> {
        if let Err((kind, reason)) = self.check(name).and_then(|()| self.check(version)) {
            self.problem_at(kind, line, format!("{} {} {reason}", quoted(name), quoted(version)));
            return None;
        }
        if !self.has_room(self.inventory.packages.len(), "packages") {
            return None;
        }
        let location = Location { line, ..Location::of(self.file.path) };
        self.inventory.packages.push(Package::new(self.analyzer, ecosystem, name, version, location));
        self.inventory.packages.last_mut()
    }

    /// Whether a text can be a name or a version, and if not, why.
    pub(crate) fn check(&self, text: &str) -> Result<(), (ProblemKind, &'static str)> {
        if text.is_empty() {
            Err((ProblemKind::Malformed, "lacks a name or a version"))
        } else if text.len() > self.limits.name_bytes {
            Err((ProblemKind::TooLarge, "is too long for a name or a version"))
        } else if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            // Nearly every name is plain, and this is much faster than to look at characters.
            Ok(())
        } else if text.contains(char::REPLACEMENT_CHARACTER) {
            Err((ProblemKind::Malformed, "is not UTF-8"))
        } else if text.contains(char::is_control) {
            Err((ProblemKind::Malformed, "holds a control character"))
        } else {
            Ok(())
        }
    }

    /// A text that a package may lack. One that is there and cannot be what it claims to be is a problem.
    pub(crate) fn optional(&mut self, what: &str, text: Option<&str>, line: Option<u32>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        match self.check(text) {
            Ok(()) => Some(text.to_owned()),
            Err((kind, reason)) => {
                self.problem_at(kind, line, format!("{what} {} {reason}", quoted(text)));
                None
            }
        }
    }

    /// Names of dependencies, or licences, in order and each once. One that cannot be what it claims to be is a problem.
    pub(crate) fn relations<T: AsRef<str>>(
        &mut self,
        what: &str,
        line: Option<u32>,
        texts: impl IntoIterator<Item = T>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for text in texts {
            if !self.has_room_for_relation() {
                break;
            }
            found.extend(self.optional(what, Some(text.as_ref()), line));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Archives that a package may be installed from, in order and each once; those without a digest are left out.
    pub(crate) fn archives<'t>(
        &mut self,
        line: Option<u32>,
        archives: impl IntoIterator<Item = (Option<&'t str>, Vec<Digest>)>,
    ) -> Vec<Archive> {
        let mut found = Vec::new();
        for (name, digests) in archives.into_iter().filter(|(_, digests)| !digests.is_empty()) {
            if !self.has_room_for_relation() {
                break;
            }
            // What follows a question mark may be a token.
            let name = name.and_then(|name| name.split(['?', '#']).next()).map(without_credentials);
            found.push(Archive { name: self.optional("archive", name.as_deref(), line), digests });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn has_room_for_relation(&mut self) -> bool {
        let limit = self.limits.relations_per_file;
        if self.relations == limit {
            self.problem(ProblemKind::TooMany, format!("more than {limit} dependencies, licences and archives"));
        }
        // Behind the limit, so that it is reported once.
        self.relations = self.relations.saturating_add(1);
        self.relations <= limit
    }

    /// Whether a text is short enough for a path.
    pub(crate) const fn is_path(&self, text: &str) -> bool {
        text.len() <= self.limits.path_bytes
    }

    /// Adds a file that a package owns, and what the package says of it.
    pub(crate) fn owned(&mut self, path: &str, package: &str, recorded: Recorded) {
        if !self.is_path(path) {
            self.problem(ProblemKind::TooLarge, format!("{} is too long for a path", quoted(path)));
        } else if let Err((kind, reason)) = self.check(package) {
            // Checked for each file: one long name for a hundred thousand files would fill the memory.
            self.problem(kind, format!("{}, owner of {}, {reason}", quoted(package), quoted(path)));
        } else if self.has_room(self.inventory.owned.len(), "owned files") && self.has_room_for_path(path) {
            self.inventory.owned.push(OwnedFile { path: path.to_owned(), package: package.to_owned(), recorded });
        }
    }

    /// Adds what the package says of the file that was added last.
    pub(crate) fn record_last(&mut self, recorded: Recorded) {
        if let Some(last) = self.inventory.owned.last_mut() {
            last.recorded = recorded;
        }
    }

    /// Adds licences of the package that the file belongs to. None are worth no word.
    pub(crate) fn notice<T: AsRef<str>>(&mut self, line: Option<u32>, licences: impl IntoIterator<Item = T>) {
        let licences = self.relations("licence", line, licences);
        if !licences.is_empty() {
            self.inventory.notices.push(Notice { path: self.file.path.to_owned(), licences });
        }
    }

    /// Sets what the file says of the `go.sum` beside it.
    pub(crate) fn go_module(&mut self, module: GoModule) {
        self.inventory.go_module = Some(module);
    }

    /// Sets the distribution.
    pub(crate) fn distribution(&mut self, distribution: Distribution) {
        self.inventory.distribution = Some(distribution);
    }

    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds a problem of the file as a whole.
    pub(crate) fn problem(&mut self, kind: ProblemKind, detail: impl Into<String>) {
        self.problems.push(Problem::at(kind, self.file.path, detail));
    }

    /// Adds a problem of one line, if it is known.
    pub(crate) fn problem_at(&mut self, kind: ProblemKind, line: Option<u32>, detail: impl AsRef<str>) {
        let detail = detail.as_ref();
        self.problem(kind, line.map_or_else(|| detail.to_owned(), |line| format!("line {line}: {detail}")));
    }

    /// Says so when the last line has no end: the file's writer always ends it, so the rest is missing.
    pub(crate) fn expect_final_newline(&mut self) {
        if self.file.bytes.last().is_some_and(|&last| last != b'\n') {
            self.problem(ProblemKind::Truncated, "the last line has no end");
        }
    }

    /// Whether a limit is reached, so that reading on is of no use.
    pub(crate) const fn is_full(&self) -> bool {
        self.is_full
    }

    fn has_room(&mut self, count: usize, what: &str) -> bool {
        let limit = self.limits.packages_per_file;
        if count >= limit && !self.is_full {
            self.is_full = true;
            self.problem(ProblemKind::TooMany, format!("more than {limit} {what}; the rest is not read"));
        }
        count < limit
    }

    /// Whether the paths of owned files take less memory than a file may. apk names a folder once for many files, so a file
    /// within its limit could otherwise make them many times its size.
    fn has_room_for_path(&mut self, path: &str) -> bool {
        let limit = self.limits.file_bytes;
        self.owned_bytes = self.owned_bytes.saturating_add(u64::try_from(path.len()).unwrap_or(u64::MAX));
        if self.owned_bytes > limit && !self.is_full {
            self.is_full = true;
            self.problem(
                ProblemKind::TooLarge,
                format!("paths of owned files take more than {limit} bytes; the rest is not read"),
            );
        }
        self.owned_bytes <= limit
    }

    /// Reports packages that are listed twice, and drops exact repetitions.
    ///
    /// Tools differ in which entry they believe, so entries that differ are all kept.
    pub(crate) fn report_duplicates(&mut self) {
        let mut seen: HashMap<(&str, Option<&str>), &Package> = HashMap::new();
        let mut repeated = vec![false; self.inventory.packages.len()];
        for (package, is_repeated) in self.inventory.packages.iter().zip(&mut repeated) {
            let key = (package.name.as_str(), package.architecture.as_deref());
            let Some(first) = seen.get(&key) else {
                seen.insert(key, package);
                continue;
            };
            *is_repeated = first.version == package.version && first.source == package.source;
            let line = package.location.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let detail = format!("{line}{} is listed twice", quoted(&package.name));
            self.problems.push(Problem::at(ProblemKind::Duplicate, self.file.path, detail));
        }
        let mut repeated = repeated.into_iter();
        self.inventory.packages.retain(|_| !repeated.next().unwrap_or(false));
    }

    /// Drops packages whose name and version came before: a file that lists what each of several platforms needs repeats
    /// most of it.
    pub(crate) fn drop_repetitions(&mut self) {
        let mut seen = HashSet::new();
        let is_first: Vec<bool> = self
            .inventory
            .packages
            .iter()
            .map(|package| seen.insert((package.name.as_str(), package.version.as_str())))
            .collect();
        let mut is_first = is_first.into_iter();
        self.inventory.packages.retain(|_| is_first.next().unwrap_or(true));
    }

    /// Ends the reading.
    pub(crate) fn finish(self) -> (Inventory, Problems) {
        (self.inventory, self.problems)
    }
}

/// UTF-8's byte order mark, which editors on Windows put in front.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A text in quotes, cut to a length that a person reads, with control characters escaped and without the credentials that
/// addresses may hold: a report is read by more people than the file.
pub(crate) fn quoted(text: &str) -> String {
    let text = without_credentials(text);
    match text.char_indices().nth(QUOTED_CHARACTERS).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => format!("{beginning:?}…"),
        None => format!("{text:?}"),
    }
}

/// The text with `***` for what stands between `://` and `@` in the host part of an address (RFC 3986, section 3.2.1).
fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut parts = text.split("://");
    let mut safe = Cow::Borrowed(parts.next().unwrap_or_default());
    for part in parts {
        let safe = safe.to_mut();
        safe.push_str("://");
        let end = part.find(|c: char| matches!(c, '/' | '?' | '#') || c.is_whitespace()).unwrap_or(part.len());
        match part.split_at_checked(end).and_then(|(host, _)| host.rfind('@')).and_then(|at| part.get(at..)) {
            Some(host) => safe.extend(["***", host]),
            None => safe.push_str(part),
        }
    }
    safe
}

/// A line number from an index that counts from 0.
pub(crate) fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(run: impl FnOnce(&mut Reading<'_>)) -> (Inventory, Vec<Problem>) {
        let file = File { path: "f", bytes: b"" };
        let limits = Limits { packages_per_file: 2, name_bytes: 10, ..Limits::default() };
        let mut reading = Reading::new("test", &file, &limits);
        run(&mut reading);
        let (inventory, problems) = reading.finish();
        (inventory, problems.into_sorted())
    }

    #[test]
    fn refuses_what_cannot_be_a_name_or_a_version() {
        for (name, version, detail) in [
            ("", "1", r#"line 3: "" "1" lacks a name or a version"#),
            ("a", "", r#"line 3: "a" "" lacks a name or a version"#),
            ("a\u{1b}[31m", "1", r#"line 3: "a\u{1b}[31m" "1" holds a control character"#),
            ("a\u{fffd}", "1", "line 3: \"a\u{fffd}\" \"1\" is not UTF-8"),
            ("abcdefghijk", "1", r#"line 3: "abcdefghijk" "1" is too long for a name or a version"#),
        ] {
            let (inventory, problems) = read(|reading| {
                reading.package(Ecosystem::Npm, name, version, Some(3));
            });
            assert_eq!(inventory.packages, []);
            assert_eq!(problems[0].detail, detail);
        }
    }

    #[test]
    fn a_tripped_limit_is_reported_once() {
        let (inventory, problems) = read(|reading| {
            for name in ["a", "b", "c", "d"] {
                reading.package(Ecosystem::Npm, name, "1", None);
            }
            assert!(reading.is_full());
        });
        assert_eq!(inventory.packages.len(), 2);
        assert_eq!(problems, [Problem::at(ProblemKind::TooMany, "f", "more than 2 packages; the rest is not read")]);
    }

    #[test]
    fn paths_of_owned_files_take_no_more_memory_than_a_file_may() {
        let file = File { path: "f", bytes: b"" };
        let limits = Limits { file_bytes: 10, ..Limits::default() };
        let mut reading = Reading::new("test", &file, &limits);
        for path in ["12345", "67890", "x", "y"] {
            reading.owned(path, "a", Recorded::Nothing);
        }
        let (inventory, problems) = reading.finish();
        let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
        assert_eq!((inventory.owned.len(), kinds), (2, vec![ProblemKind::TooLarge]));
    }

    #[test]
    fn entries_that_differ_are_all_kept() {
        let (inventory, problems) = read(|reading| {
            reading.package(Ecosystem::Deb, "a", "1", None);
            reading.package(Ecosystem::Deb, "a", "2", None);
            reading.report_duplicates();
        });
        assert_eq!(inventory.packages.len(), 2);
        assert_eq!(problems, [Problem::at(ProblemKind::Duplicate, "f", r#""a" is listed twice"#)]);
    }

    #[test]
    fn repetitions_are_reported_and_dropped() {
        let (inventory, problems) = read(|reading| {
            reading.package(Ecosystem::Deb, "a", "1", None);
            reading.package(Ecosystem::Deb, "a", "1", None);
            reading.report_duplicates();
        });
        assert_eq!((inventory.packages.len(), problems.len()), (1, 1));
    }

    #[test]
    fn quotes_hold_no_credentials() {
        for (text, shown) in [
            ("a @ https://user:secret@example.org/a@1", "a @ https://***@example.org/a@1"),
            ("git+https://se@cret@example.org#@", "git+https://***@example.org#@"),
            ("https://example.org/@scope/a", "https://example.org/@scope/a"),
            ("x://a@b y://c@d", "x://***@b y://***@d"),
            ("@scope/a", "@scope/a"),
        ] {
            assert_eq!(quoted(text), format!("{shown:?}"));
        }
    }

    #[test]
    fn quotes_are_short_and_on_character_boundaries() {
        assert_eq!(quoted("a\n"), r#""a\n""#);
        let long = "ä".repeat(100);
        assert_eq!(quoted(&long), format!("\"{}\"…", "ä".repeat(80)));
    }
}
