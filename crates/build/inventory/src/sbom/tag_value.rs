//! SPDX 2.x as lines of tags and values, read into what its JSON says.
//!
//! Source: SPDX specification 2.3, the fields of clauses 6, 7 and 11 in their tag-value form, and clause 4.

use super::spdx::{Document, Package, Reference, Relationship};

/// What the document begins with, after blank lines and comments.
const FIRST: &str = "SPDXVersion";
const BEGIN: &str = "<text>";
const END: &str = "</text>";

/// What a tag is said of: that which was named last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    /// A file, a snippet, a licence, an annotation: nothing that is looked up.
    Other,
}

/// The version that the document states; `None` when it is not of this form.
pub(super) fn version(text: &str) -> Option<&str> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let (tag, value) = first.split_once(':')?;
    (tag == FIRST).then(|| value.trim())
}

/// Reads a document.
///
/// # Errors
/// When a line is no tag with a value, or a text does not end: what follows would be read as something else.
pub(super) fn document(text: &str) -> Result<Document, String> {
    let mut document = Document::default();
    let mut section = Section::Document;
    let (mut rest, mut number) = (text, 0_usize);
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        number = number.saturating_add(1);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (tag, value) = line.split_once(':').ok_or_else(|| format!("line {number} is no tag with a value"))?;
        let (tag, value) = (tag.trim_end(), value.trim());
        let Some(begun) = value.strip_prefix(BEGIN) else {
            take(&mut document, &mut section, tag, value);
            continue;
        };
        if let Some(whole) = begun.strip_suffix(END) {
            take(&mut document, &mut section, tag, whole);
            continue;
        }
        let (more, after) =
            rest.split_once(END).ok_or_else(|| format!("the text that begins in line {number} does not end"))?;
        take(&mut document, &mut section, tag, &format!("{begun}\n{more}"));
        number = number.saturating_add(more.matches('\n').count());
        rest = after;
        if let Some(after) = rest.strip_prefix('\n') {
            (rest, number) = (after, number.saturating_add(1));
        }
    }
    Ok(document)
}

fn take(document: &mut Document, section: &mut Section, tag: &str, value: &str) {
    match tag {
        "PackageName" => {
            *section = Section::Package;
            document.packages.push(Package { name: value.to_owned(), ..Package::default() });
        }
        "FileName" | "SnippetSPDXID" | "LicenseID" | "Annotator" | "Reviewer" => *section = Section::Other,
        "DocumentName" => document.name = value.to_owned(),
        "Relationship" => {
            let mut words = value.split_whitespace().map(str::to_owned);
            if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
                document.relationships.push(Relationship { from, kind, to });
            }
        }
        _ if *section == Section::Package => {
            if let Some(package) = document.packages.last_mut() {
                describe(package, tag, value);
            }
        }
        _ => {}
    }
}

fn describe(package: &mut Package, tag: &str, value: &str) {
    let text = || Some(value.to_owned());
    match tag {
        "SPDXID" => package.id = value.to_owned(),
        "PackageVersion" => package.version = text(),
        "PrimaryPackagePurpose" => package.purpose = text(),
        "PackageLicenseConcluded" => package.licence_concluded = text(),
        "PackageLicenseDeclared" => package.licence_declared = text(),
        "PackageSourceInfo" => package.source_info = text(),
        "PackageSummary" => package.summary = text(),
        // `PACKAGE-MANAGER purl pkg:npm/a@1`.
        "ExternalRef" => {
            let mut words = value.split_whitespace().skip(1).map(str::to_owned);
            if let (Some(kind), Some(locator)) = (words.next(), words.next()) {
                package.references.push(Reference { kind, locator });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_have_several_lines_and_tags_within_it_are_text() {
        let text = "\n# of the build\nSPDXVersion: SPDX-2.3\nDocumentComment: <text>one\nPackageName: not this\n</text>\n\
            PackageName: a\nSPDXID: SPDXRef-a\nPackageSummary: <text>short</text>\nFileName: ./x\nSPDXID: SPDXRef-x\n";
        assert_eq!(version(text), Some("SPDX-2.3"));
        let read = document(text).unwrap();
        assert_eq!(read.packages.len(), 1);
        assert_eq!((read.packages[0].name.as_str(), read.packages[0].id.as_str()), ("a", "SPDXRef-a"));
        assert_eq!(read.packages[0].summary.as_deref(), Some("short"));
    }

    #[test]
    fn what_would_swallow_the_rest_is_refused_by_its_line() {
        let refused = |text: &str| document(text).err().unwrap();
        assert_eq!(refused("A: 1\nB: <text>x\nC: 2\n"), "the text that begins in line 2 does not end");
        assert_eq!(refused("A: <text>x\n\n</text>\n\nno tag\n"), "line 5 is no tag with a value");
    }
}
