//! pip's requirements files.
//!
//! Sources: pip's documentation, "Requirements File Format"; PyPA's "Dependency specifiers" and "Version specifiers".

use std::borrow::Cow;

use boltseal_model::{Digest, Ecosystem, Limits, ProblemKind, Problems};

use crate::integrity;
use crate::lockfile::offer;
use crate::python_metadata::is_archive;
use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "python-requirements",
    title: "Packages pinned for pip",
    files: &[Pattern::Affixes { prefix: "requirements", suffix: ".txt" }],
    sees: "every requirement with an exact version, with the digests of its archives; one without is reported as unpinned",
    misses: "whether a requirement is installed, and what it requires in turn; files of other names that are included; \
             conditions on the Python version or platform, which are taken as met; folders beside the project; \
             constraints; files in UTF-16",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "pip's documentation, Requirements File Format",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    for (number, line) in logical_lines(&text) {
        report(&mut reading, number, &line);
        if reading.is_full() {
            break;
        }
    }
    reading.finish()
}

fn report(reading: &mut Reading<'_>, number: u32, line: &str) {
    let requirement = match Requirement::parse(line) {
        Ok(Some(requirement)) => requirement,
        Ok(None) => return,
        Err(reason) => {
            let detail = format!("{} {reason}", quoted(line));
            return reading.problem_at(ProblemKind::Malformed, Some(number), detail);
        }
    };
    match requirement {
        Requirement::Pinned { name, version } => {
            let archives = reading.archives(Some(number), digests(line).map(|digest| (None, vec![digest])));
            if let Some(package) = reading.package(Ecosystem::Pypi, name, version, Some(number)) {
                offer(package, archives);
            }
        }
        Requirement::Unpinned => {
            let detail = format!("{} has no exact version", quoted(line));
            reading.problem_at(ProblemKind::Unpinned, Some(number), detail);
        }
    }
}

/// The digests of `--hash=sha256:…`, of which each is that of one archive.
fn digests(line: &str) -> impl Iterator<Item = Digest> {
    line.split_whitespace().filter_map(|word| integrity::labelled(word.strip_prefix("--hash=")?))
}

/// Lines after comments are removed and continued lines joined, with the number of their first line; never empty.
fn logical_lines(text: &str) -> impl Iterator<Item = (u32, Cow<'_, str>)> {
    let mut lines = text.lines().enumerate();
    std::iter::from_fn(move || {
        loop {
            let (index, first) = lines.next()?;
            // A comment does not go on, even if it ends in a backslash.
            if is_comment(first) {
                continue;
            }
            let mut line = Cow::Borrowed(first);
            while let Some(begun) = line.strip_suffix('\\') {
                let begun = begun.len();
                let Some((_, next)) = lines.next() else {
                    line.to_mut().truncate(begun);
                    break;
                };
                let line = line.to_mut();
                line.truncate(begun);
                if is_comment(next) {
                    line.push(' ');
                    line.push_str(next.trim_end_matches('\\'));
                } else {
                    line.push_str(next);
                }
            }
            let line = match line {
                Cow::Borrowed(line) => Cow::Borrowed(without_comment(line).trim()),
                Cow::Owned(line) => Cow::Owned(without_comment(&line).trim().to_owned()),
            };
            if !line.is_empty() {
                return Some((line_number(index), line));
            }
        }
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line up to a `#` that begins it or follows a blank.
fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    let comment = line.char_indices().find(|&(_, character)| {
        let is_comment = character == '#' && before.is_whitespace();
        before = character;
        is_comment
    });
    comment.and_then(|(start, _)| line.get(..start)).unwrap_or(line)
}

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Requirement<'a> {
    /// `NAME==VERSION`.
    Pinned { name: &'a str, version: &'a str },
    /// Anything that several versions satisfy, or whose version only its origin knows.
    Unpinned,
}

impl<'a> Requirement<'a> {
    /// `None` for lines that require nothing from elsewhere: options, and folders beside the project.
    fn parse(line: &'a str) -> Result<Option<Self>, &'static str> {
        if line.starts_with('-') {
            return Ok(is_editable_address(line).then_some(Self::Unpinned));
        }
        let line = without_options(line);
        let end =
            line.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')).unwrap_or(line.len());
        let (name, rest) = line.split_at_checked(end).unwrap_or((line, ""));
        if is_path_or_address(name, rest) {
            let path = line.split([';', '#']).next().unwrap_or(line).trim_end();
            let is_elsewhere = path.contains("://") || is_archive(path);
            return Ok(is_elsewhere.then_some(Self::Unpinned));
        }
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric())
            || !name.ends_with(|c: char| c.is_ascii_alphanumeric())
        {
            return Err("does not begin with a name");
        }
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']').ok_or("has no end of its extras")?.1.trim_start(),
            None => rest,
        };
        if rest.starts_with('@') {
            return Ok(Some(Self::Unpinned));
        }
        let specifiers = rest.split(';').next().unwrap_or_default().trim();
        let specifiers = match specifiers.strip_prefix('(') {
            Some(inner) => inner.strip_suffix(')').ok_or("has no closing parenthesis")?,
            None => specifiers,
        };
        let version = exact_version(specifiers)?;
        Ok(Some(version.map_or(Self::Unpinned, |version| Self::Pinned { name, version })))
    }
}

/// Whether an option asks for a package from an address, as `-e git+https://…` does.
fn is_editable_address(line: &str) -> bool {
    ["-e", "--editable"].iter().any(|option| line.starts_with(option)) && line.contains("://")
}

/// Whether a line, cut where a name would end, begins with `./x`, `a/b`, `.` or `https://…`.
fn is_path_or_address(name: &str, rest: &str) -> bool {
    let is_address =
        rest.split_whitespace().next().is_some_and(|word| word.contains("://")) && !rest.starts_with([' ', '[', '@']);
    name.starts_with('.') || rest.starts_with('/') || is_address
}

/// The line up to the first option, such as `--hash=sha256:…`.
fn without_options(line: &str) -> &str {
    let mut before = None;
    let option = line.char_indices().find(|&(_, character)| {
        let is_option = character == '-' && before.is_some_and(char::is_whitespace);
        before = Some(character);
        is_option
    });
    option.and_then(|(start, _)| line.get(..start)).unwrap_or(line).trim_end()
}

/// The version that a list of specifiers leaves as the only one, if there is one.
fn exact_version(specifiers: &str) -> Result<Option<&str>, &'static str> {
    let mut exact = None;
    for specifier in specifiers.split(',').map(str::trim).filter(|specifier| !specifier.is_empty()) {
        let end = specifier.find(|c| !matches!(c, '=' | '!' | '<' | '>' | '~')).unwrap_or(specifier.len());
        let (operator, version) = specifier.split_at_checked(end).unwrap_or((specifier, ""));
        let version = version.trim_start();
        let is_version = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '!' | '+' | '-' | '_' | '*');
        match operator {
            "==" | "===" | "!=" | "<=" | ">=" | "<" | ">" | "~=" if version.is_empty() => {
                return Err("lacks a version");
            }
            // The environment of the build decides, which nobody knows any more.
            "==" | "===" if version.contains("${") => {}
            "==" if !version.chars().all(is_version) => return Err("has no valid version"),
            "===" if version.contains(char::is_whitespace) => return Err("has no valid version"),
            "==" if version.ends_with(".*") => {}
            "==" | "===" if exact.is_some_and(|other| other != version) => return Err("asks for two versions at once"),
            "==" | "===" => exact = Some(version),
            "!=" | "<=" | ">=" | "<" | ">" | "~=" => {}
            _ => return Err("has no valid comparison"),
        }
    }
    Ok(exact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pinned<'a>(name: &'a str, version: &'a str) -> Result<Option<Requirement<'a>>, &'static str> {
        Ok(Some(Requirement::Pinned { name, version }))
    }

    #[test]
    fn exact_versions_are_pinned() {
        for (line, name, version) in [
            ("flask==2.0.1", "flask", "2.0.1"),
            ("Flask == 2.0.1", "Flask", "2.0.1"),
            ("requests[security,socks]==2.19.1 ; python_version < '3'", "requests", "2.19.1"),
            ("zope.interface (==5.4.0)", "zope.interface", "5.4.0"),
            ("a===1.0-custom build", "a", ""),
            ("a===2004d", "a", "2004d"),
            ("a>=1,==1.2,!=1.3", "a", "1.2"),
            ("a==1!2.0+local.1 --hash=sha256:ab --hash=sha256:cd", "a", "1!2.0+local.1"),
            ("a==1;python_version>'3'", "a", "1"),
        ] {
            let expected = if version.is_empty() { Err("has no valid version") } else { pinned(name, version) };
            assert_eq!(Requirement::parse(line), expected, "{line}");
        }
    }

    #[test]
    fn unpinned_when_no_single_version_is_named() {
        for line in [
            "flask",
            "flask>=2",
            "flask==2.*",
            "flask~=2.0",
            "flask[async]",
            "flask==${FLASK_VERSION}",
            "flask @ https://example.org/flask-2.0.zip",
            "flask@https://example.org/flask-2.0.zip",
            "https://example.org/flask-2.0.zip",
            "git+https://example.org/flask.git@main#egg=flask",
            "-e git+https://example.org/flask.git#egg=flask",
            "./wheels/flask-2.0-py3-none-any.whl",
        ] {
            assert_eq!(Requirement::parse(line), Ok(Some(Requirement::Unpinned)), "{line}");
        }
    }

    #[test]
    fn quiet_when_nothing_comes_from_elsewhere() {
        for line in [
            "-r base.txt",
            "-c constraints.txt",
            "--index-url https://example.org",
            "-e .",
            ".",
            "./lib",
            "lib/x",
            "../x",
        ] {
            assert_eq!(Requirement::parse(line), Ok(None), "{line}");
        }
    }

    #[test]
    fn what_pip_refuses_is_malformed() {
        for line in [
            "flask==",
            "flask=1.0",
            "flask=>1.0",
            "_flask==1",
            "flask[async==1",
            "flask (==1",
            "a==1,==2",
            "ä==1",
            "a b",
        ] {
            assert!(Requirement::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn lines_are_joined_and_comments_removed_as_pip_does() {
        let text = "# first \\\na==1 \\\n    --hash=sha256:00  # why\n\nb==2#not-a-comment\nc==3 \\\n# comment ends it \\\nd==4\\";
        let found: Vec<_> = logical_lines(text).map(|(line, text)| (line, text.into_owned())).collect();
        let expected = [(2, "a==1     --hash=sha256:00"), (5, "b==2#not-a-comment"), (6, "c==3"), (8, "d==4")];
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }

    prop_compose! {
        fn written()(
            name in "[A-Za-z0-9]([A-Za-z0-9._-]{0,10}[A-Za-z0-9])?",
            extras in prop::sample::select(vec!["", "[a]", " [a, b]"]),
            operator in prop::sample::select(vec!["==", " == ", "==="]),
            version in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}((a|b|rc)[0-9])?(\\.post[0-9])?(\\+[a-z0-9]{1,4})?",
            marker in prop::sample::select(vec!["", "; python_version < \"3.8\"", " ;sys_platform=='win32'"]),
            hashes in prop::sample::select(vec!["", " --hash=sha256:00ff", " \\\n    --hash=sha256:00 \\\n    --hash=sha256:ff"]),
            comment in prop::sample::select(vec!["", " # a comment", "\n# a line\n", "\n-r other.txt", "\n\n"]),
        ) -> (String, String, String) {
            (format!("{name}{extras}{operator}{version}{marker}{hashes}{comment}\n"), name, version)
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(entries in prop::collection::vec(written(), 0..6)) {
            let mut text = String::new();
            let mut expected = Vec::new();
            for (lines, name, version) in entries {
                expected.push((name, version, Some(line_number(text.lines().count()))));
                text += &lines;
            }
            let file = File { path: "requirements.txt", bytes: text.as_bytes() };
            let (inventory, problems) = parse(&file, &Limits::default());
            let found: Vec<_> = inventory.packages.into_iter()
                .map(|package| (package.name, package.version, package.location.line)).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(problems.is_empty());
        }
    }
}
