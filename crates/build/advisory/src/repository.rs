//! The way into an RPM repository: the list of its mirrors, and the index of what it is made of.
//!
//! ```xml
//! <repomd><data type="updateinfo"><checksum type="sha256">…</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>
//! ```
//!
//! Source: the mirror lists of Amazon Linux, an address a line, and `repodata/repomd.xml` as createrepo_c writes it. The index is
//! what a repository vouches for everything else with: each part has its checksum there.

use boltseal_model::{Limits, ProblemKind, Problems};

use crate::document::File;
use crate::document::xml::{self, Element};

/// Where the index lies, seen from a mirror.
pub const INDEX: &str = "repodata/repomd.xml";

/// A part of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it lies, seen from the mirror; as the index says it, so whatever that is.
    pub location: String,
    /// SHA-256 of its bytes, in 64 hexadecimal digits.
    pub sha256: String,
}

/// The addresses in a list of mirrors, in its order.
pub fn mirrors(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The part of a kind, such as `updateinfo`, that an index names.
///
/// One without a SHA-256, or that lies in another place than the repository, is none: nothing would vouch for it.
pub fn part(index: &str, kind: &str, limits: &Limits) -> (Option<Part>, Problems) {
    let mut file = File::new(INDEX, limits);
    let part = xml::parse(&mut file, index).and_then(|root| listed(&mut file, &root, kind));
    (part, file.finish().1)
}

fn listed(file: &mut File<'_>, root: &Element, kind: &str) -> Option<Part> {
    let Some(data) = root.all("data").find(|data| data.attribute("type") == Some(kind)) else {
        file.problem(ProblemKind::Missing, format!("the index names no {kind}"));
        return None;
    };
    let checksum = data.all("checksum").find(|checksum| checksum.attribute("type") == Some("sha256"));
    let digits = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some(sha256) = checksum.map(|checksum| checksum.text.as_str()).filter(digits) else {
        file.problem(ProblemKind::Missing, format!("the index gives no SHA-256 of its {kind}"));
        return None;
    };
    let location = data.child("location").filter(|location| location.attribute("base").is_none());
    let Some(location) = location.and_then(|location| location.attribute("href")) else {
        file.problem(ProblemKind::Missing, format!("the index does not say where in the repository its {kind} lies"));
        return None;
    };
    Some(Part { location: location.to_owned(), sha256: sha256.to_ascii_lowercase() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An index as createrepo_c writes it, of two parts.
    fn index(checksum: &str, location: &str) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
              <revision>1700000000</revision>
              <data type="primary"><checksum type="sha256">{}</checksum><location href="repodata/primary.xml.gz"/></data>
              <data type="updateinfo">
                {checksum}
                <open-checksum type="sha256">{}</open-checksum>
                {location}
                <timestamp>1700000000</timestamp><size>7</size>
              </data>
            </repomd>"#,
            "1".repeat(64),
            "2".repeat(64)
        )
    }

    fn read(index: &str) -> (Option<Part>, usize) {
        let (part, problems) = part(index, "updateinfo", &Limits::default());
        (part, problems.iter().count())
    }

    #[test]
    fn a_part_is_named_with_its_checksum() {
        let sum = format!("<checksum type='sha'>abc</checksum><checksum type='sha256'>{}</checksum>", "AB".repeat(32));
        let (part, problems) = read(&index(&sum, "<location href='repodata/0123-updateinfo.xml.gz'/>"));
        let expected = Part { location: "repodata/0123-updateinfo.xml.gz".into(), sha256: "ab".repeat(32) };
        assert_eq!((part, problems), (Some(expected), 0));
    }

    #[test]
    fn a_part_that_nothing_vouches_for_is_none_and_said() {
        let sum = format!("<checksum type='sha256'>{}</checksum>", "a".repeat(64));
        let place = "<location href='repodata/updateinfo.xml.gz'/>";
        for text in [
            index("", place),
            index("<checksum type='sha'>da39a3ee5e6b4b0d3255bfef95601890afd80709</checksum>", place),
            index("<checksum type='sha256'>abc</checksum>", place),
            index(&sum, ""),
            index(&sum, "<location/>"),
            index(&sum, "<location xml:base='https://a.example/' href='updateinfo.xml.gz'/>"),
            index(&sum, place).replace("updateinfo\"", "group\""),
            index(&sum, place).replace("</repomd>", ""),
            String::new(),
            "<html>Sign in to the wireless network</html>".into(),
        ] {
            assert_eq!(read(&text), (None, 1), "{text}");
        }
    }

    #[test]
    fn mirrors_are_the_lines_that_say_something() {
        let text = "# mirrors\n\nhttps://a.example/guid/x86_64/\r\n  https://b.example \n";
        assert_eq!(mirrors(text).collect::<Vec<_>>(), ["https://a.example/guid/x86_64/", "https://b.example"]);
    }

    proptest! {
        #[test]
        fn no_index_panics(text in any::<String>(), cut in 0..1_200usize) {
            let whole = index(&format!("<checksum type='sha256'>{}</checksum>", "a".repeat(64)), "<location href='a'/>");
            let torn: String = whole.chars().take(cut).collect();
            let (found, problems) = part(&format!("{torn}{text}"), "updateinfo", &Limits::default());
            prop_assert!(found.is_some() || !problems.is_empty());
            let _ = mirrors(&text).count();
        }
    }
}
