//! What a feed is: a publisher's files, where they lie, and what they are expected to hold. Data, one small TOML file each.

use std::net::IpAddr;

use boltseal_advisory::import;
use serde::Deserialize;

/// Characters of an id or of the name of a file; they become names of files on this machine.
const NAME_LENGTH: usize = 100;

/// One publisher's files on one subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Permanent name, kebab-case.
    pub id: String,
    /// What it is about, for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Licence of the data, as an SPDX expression or in words.
    pub licence: String,
    /// Namespaces that it tells of, as `db status` names them; words, for facts of other kinds.
    pub covers: Vec<String>,
    /// The importer that its documents are expected to be for.
    pub importer: String,
    /// Whether an update takes it unasked.
    pub default: bool,
    /// About how much is downloaded, so that people know what they ask for.
    pub megabytes: u64,
    /// Its files.
    pub files: Vec<FeedFile>,
}

/// One file of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedFile {
    /// What it is called in the download folder. Its ending decides how it is read.
    pub name: String,
    /// Where it lies, or what leads to it.
    pub address: String,
    /// What lies at the address.
    #[serde(default)]
    pub holds: Holds,
    /// The SHA-256 of its bytes, for a file that never changes.
    pub sha256: Option<String>,
    /// Where its SHA-256 lies, as `sha256sum` writes it.
    pub checksum: Option<String>,
}

/// What lies at the address of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// The file itself.
    #[default]
    File,
    /// The name of the file, which lies beside it, as publishers of dated archives have it.
    Name,
    /// The mirrors of an RPM repository, whose bulletins are the file.
    Mirrors,
}

/// Why a feed file says nothing usable.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It is no TOML, lacks a key, or has one that means nothing.
    #[error("no description of a feed")]
    Syntax(#[source] Box<toml::de::Error>),
    /// A name cannot be that of a file.
    #[error("{0:?} may have letters, digits, `.`, `-` and `_` only, and begins with a letter or a digit")]
    Name(String),
    /// Two files have one name, or two feeds have one id.
    #[error("{0:?} is there twice")]
    Twice(String),
    /// It has no file.
    #[error("the feed {0} names no file")]
    NoFile(String),
    /// No importer is called so.
    #[error("no importer is called {name:?}; there are {known}")]
    Importer {
        /// What it is called.
        name: String,
        /// The importers that there are.
        known: String,
    },
    /// An address that is not asked.
    #[error("{0} is not asked: addresses begin with https://, or with http:// on this machine alone")]
    Address(String),
    /// A SHA-256 has 64 hexadecimal digits.
    #[error("{0:?} is no SHA-256: it has 64 hexadecimal digits")]
    Sha256(String),
}

impl Feed {
    /// Reads the description of a feed.
    ///
    /// # Errors
    /// When it is none, or describes what must not be: names that leave the folder, addresses that anybody can answer for.
    pub fn parse(text: &str) -> Result<Self, FeedError> {
        let feed: Self = toml::from_str(text).map_err(|error| FeedError::Syntax(Box::new(error)))?;
        if import::ALL.iter().all(|importer| importer.id != feed.importer) {
            let known = import::ALL.iter().map(|importer| importer.id).collect::<Vec<_>>().join(", ");
            return Err(FeedError::Importer { name: feed.importer, known });
        }
        if feed.files.is_empty() {
            return Err(FeedError::NoFile(feed.id));
        }
        let names = feed.files.iter().map(|file| &file.name);
        if let Some(name) = names.chain([&feed.id]).find(|name| !is_name(name)) {
            return Err(FeedError::Name(name.clone()));
        }
        for (index, file) in feed.files.iter().enumerate() {
            if feed.files.iter().take(index).any(|earlier| earlier.name == file.name) {
                return Err(FeedError::Twice(file.name.clone()));
            }
            if let Some(address) = file.checksum.iter().chain([&file.address]).find(|address| !is_askable(address)) {
                return Err(FeedError::Address(address.clone()));
            }
            if let Some(digits) = file.sha256.as_ref().filter(|digits| !is_sha256(digits)) {
                return Err(FeedError::Sha256(digits.clone()));
            }
        }
        Ok(feed)
    }
}

/// Whether a text can be the name of a file here.
pub fn is_name(text: &str) -> bool {
    text.len() <= NAME_LENGTH
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// Whether a text is a SHA-256 in hexadecimal digits.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an address is one that answers for what it gives: by TLS, or by being this machine.
pub fn is_askable(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // Before an `@` anything may be written that looks like a host, and credentials do not belong into a feed.
    if authority.is_empty() || authority.contains('@') {
        return false;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => is_loopback(authority),
        _ => false,
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_description_panics(text in any::<String>(), cut in 0..400usize) {
            let _ = Feed::parse(&text);
            let part: String = FEED.chars().take(cut).collect();
            let _ = Feed::parse(&format!("{part}{text}"));
        }
    }

    const FEED: &str = r#"
        id = "mine"
        title = "Own advisories"
        publisher = "Us"
        licence = "CC0-1.0"
        covers = ["npm"]
        importer = "osv"
        default = false
        megabytes = 1
        files = [{ name = "all.zip", address = "https://feeds.example/all.zip" }]
    "#;

    #[test]
    fn addresses_that_anybody_can_answer_for_are_refused() {
        for address in
            ["https://a.example/x", "HTTPS://a.example", "http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost"]
        {
            assert!(is_askable(address), "{address}");
        }
        for address in [
            "http://a.example/x",
            "http://127.0.0.1@a.example/",
            "http://127.0.0.1.a.example/",
            "http://localhost.example/",
            "https://user:secret@a.example/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://",
            "all.zip",
        ] {
            assert!(!is_askable(address), "{address}");
        }
    }

    #[test]
    fn a_description_that_would_leave_the_folder_or_means_nothing_is_refused() {
        assert_eq!(Feed::parse(FEED).unwrap().files[0].name, "all.zip");
        for (from, to) in [
            ("all.zip\",", "../all.zip\","),
            ("all.zip\",", ".hidden\","),
            ("mine", "a/b"),
            ("https://", "http://"),
            ("\"osv\"", "\"oval-2\""),
            ("default = false", "default = false\nmirror = 1"),
            ("{ name", "{ sha256 = \"abc\", name"),
            ("{ name", "{ checksum = \"http://a.example/sums\", name"),
            ("[{", "[{ name = \"all.zip\", address = \"https://a.example\" }, {"),
        ] {
            let text = FEED.replace(from, to);
            assert_ne!(text, FEED);
            assert!(Feed::parse(&text).is_err(), "{to}");
        }
    }
}
