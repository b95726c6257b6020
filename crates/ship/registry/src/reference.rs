//! Names of images.

use std::fmt;
use std::str::FromStr;

use boltseal_model::Digest;

/// The registry that a name without a registry is in.
pub const DOCKER_HUB: &str = "docker.io";

/// The name of an image in a registry: `registry.example:5000/team/app:1.2`, `debian@sha256:…`.
///
/// Source: OCI distribution specification 1.1, "Pulling manifests"; for names without a registry, Docker's reference grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    host: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// A text that names no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseReferenceError {
    /// Host and port are none.
    #[error("the registry's host is none; write it as example.com or example.com:5000")]
    Host,
    /// The repository has characters that no repository has.
    #[error("the repository is none; it has lower-case letters and digits, with . _ - and / between them")]
    Repository,
    /// The tag has characters that no tag has.
    #[error("the tag is none; it has up to 128 letters, digits, dots, hyphens and underscores")]
    Tag,
    /// The digest is none.
    #[error("the digest is none")]
    Digest(#[source] boltseal_model::ParseDigestError),
}

impl Reference {
    /// Host and port of the registry, as the name gives them.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The repository in the registry.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The digest that the image must have.
    pub const fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// What the registry knows the manifest by: the digest, or else the tag, which is `latest` unless it is given.
    pub fn manifest(&self) -> String {
        self.digest.as_ref().map_or_else(|| self.tag.as_deref().unwrap_or("latest").to_owned(), ToString::to_string)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)?;
        match (&self.tag, &self.digest) {
            (None, None) => f.write_str(":latest")?,
            (Some(tag), _) => write!(f, ":{tag}")?,
            (None, Some(_)) => {}
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

impl FromStr for Reference {
    type Err = ParseReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.parse().map_err(ParseReferenceError::Digest)?)),
            None => (text, None),
        };
        // A colon before the last slash belongs to a port.
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        let (host, repository) = match name.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest.to_owned()),
            Some(_) => (DOCKER_HUB, name.to_owned()),
            None => (DOCKER_HUB, format!("library/{name}")),
        };
        let host = if host == "index.docker.io" { DOCKER_HUB } else { host };
        if !is_host(host) {
            return Err(ParseReferenceError::Host);
        }
        if repository.len() > 255 || !repository.split('/').all(is_component) {
            return Err(ParseReferenceError::Repository);
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(ParseReferenceError::Tag);
        }
        Ok(Self { host: host.to_owned(), repository, tag: tag.map(str::to_owned), digest })
    }
}

fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    };
    let is_address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|address| {
        address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') && !address.is_empty()
    });
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (is_address || is_name) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Runs of lower-case letters and digits, with `.`, `_`, `__` or hyphens between them.
fn is_component(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(is_plain) && text.bytes().next_back().is_some_and(is_plain);
    let separators = text.split(|character: char| character.is_ascii_lowercase() || character.is_ascii_digit());
    ends && separators
        .into_iter()
        .all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_names_are_those_of_docker() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, whole) in [
            ("debian", "docker.io/library/debian:latest".to_owned()),
            ("acme/app:1", "docker.io/acme/app:1".to_owned()),
            ("localhost/app", "localhost/app:latest".to_owned()),
            ("localhost:5000/team/app:1.2", "localhost:5000/team/app:1.2".to_owned()),
            ("[::1]:5000/app", "[::1]:5000/app:latest".to_owned()),
            ("index.docker.io/library/debian", "docker.io/library/debian:latest".to_owned()),
            (&format!("r.example/a__b/c-d.e@{digest}"), format!("r.example/a__b/c-d.e@{digest}")),
            (&format!("r.example/app:1@{digest}"), format!("r.example/app:1@{digest}")),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), whole);
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_part_that_is_wrong() {
        for (text, error) in [
            ("", ParseReferenceError::Repository),
            ("Debian", ParseReferenceError::Repository),
            ("r.example/a//b", ParseReferenceError::Repository),
            ("r.example/../b", ParseReferenceError::Repository),
            ("r.example/a?b", ParseReferenceError::Repository),
            ("r.example:99999/a", ParseReferenceError::Host),
            ("u:p@r.example/a", ParseReferenceError::Digest(boltseal_model::ParseDigestError::NoAlgorithm)),
            ("debian:-1", ParseReferenceError::Tag),
            ("debian:", ParseReferenceError::Tag),
        ] {
            assert_eq!(text.parse::<Reference>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_read_back(text in "(localhost:[0-9]{1,4}/)?[a-z][a-z0-9]{0,8}(/[a-z]{1,5})?(:[a-zA-Z0-9_.]{1,9})?") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string().parse::<Reference>().unwrap().to_string(), reference.to_string());
            }
        }

        #[test]
        fn nothing_in_a_name_leaves_its_place_in_an_address(text in ".{0,60}") {
            if let Ok(reference) = text.parse::<Reference>() {
                let path = format!("{}/{}", reference.repository(), reference.manifest());
                prop_assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:".contains(&byte)), "{}", path);
                prop_assert!(!path.split('/').any(|part| matches!(part, "" | "." | "..")), "{}", path);
            }
        }
    }
}
