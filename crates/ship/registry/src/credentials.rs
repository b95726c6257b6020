//! Credentials that `docker login`, `podman login` and their helpers have stored.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boltseal_model::Redacted;
use serde::Deserialize;

use crate::reference::DOCKER_HUB;

/// The key under which Docker keeps the credentials of Docker Hub.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

/// What a registry may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Name and password.
    Password {
        /// Name.
        user: String,
        /// Password, or a token in its place.
        password: Redacted<String>,
    },
    /// A long-lived token that a token service exchanges for short-lived ones.
    Identity(Redacted<String>),
}

impl Credential {
    /// Name and password.
    pub fn password(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password { user: user.into(), password: Redacted::new(password.into()) }
    }

    /// The value of an `Authorization` header for name and password.
    pub(crate) fn basic(&self) -> Option<Redacted<String>> {
        match self {
            Self::Password { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
                Some(Redacted::new(format!("Basic {pair}")))
            }
            Self::Identity(_) => None,
        }
    }
}

/// Why credentials cannot be had. No message quotes a secret.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// A file with credentials cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A file with credentials is no such file.
    #[error("{path} is no configuration of Docker: line {line}, column {column}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line of the first error.
        line: usize,
        /// Column of the first error.
        column: usize,
    },
    /// An entry is not base64 of `name:password`.
    #[error("the entry for {key} in {path} is no name and password")]
    Entry {
        /// The registry.
        key: String,
        /// The file.
        path: PathBuf,
    },
    /// The configuration names a helper that cannot be one.
    #[error("{name:?} is no name of a credential helper")]
    HelperName {
        /// The name.
        name: String,
    },
    /// The helper cannot be run, or does not answer as helpers do.
    #[error("the credential helper {program} failed: {detail}")]
    Helper {
        /// The program.
        program: String,
        /// What went wrong.
        detail: String,
    },
}

/// Stored credentials, by registry.
#[derive(Debug, Default)]
pub struct Credentials {
    files: Vec<(PathBuf, ConfigFile)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConfigFile {
    auths: BTreeMap<String, Entry>,
    #[serde(rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
    #[serde(rename = "credsStore")]
    store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    #[serde(rename = "identitytoken")]
    identity_token: Option<String>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(redacted)")
    }
}

#[derive(Deserialize)]
struct HelperAnswer {
    #[serde(rename = "Username")]
    user: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl Credentials {
    /// Those in the files, of which the first that has an entry for a registry counts. A file that is not there has none.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn load(paths: &[PathBuf]) -> Result<Self, CredentialError> {
        let mut files = Vec::new();
        for path in paths {
            match fs::read(path) {
                Ok(bytes) => files.push((path.clone(), parse(path, &bytes)?)),
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(source) => return Err(CredentialError::Unreadable { path: path.clone(), source }),
            }
        }
        Ok(Self { files })
    }

    /// The credentials for a registry and a repository in it.
    ///
    /// # Errors
    /// When an entry is there and cannot be used: going on without it would end in a denial that nobody understands.
    pub fn find(&self, host: &str, repository: &str) -> Result<Option<Credential>, CredentialError> {
        let place = format!("{host}/{repository}");
        for (path, file) in &self.files {
            if let Some(helper) = file.helpers.get(host) {
                return ask_helper(helper, helper_key(host));
            }
            let entry = file
                .auths
                .iter()
                .filter(|(key, _)| key_covers(key, host, &place))
                .max_by_key(|(key, _)| bare(key).len());
            if let Some((key, entry)) = entry
                && let Some(credential) = entry.credential(key, path)?
            {
                return Ok(Some(credential));
            }
            if let Some(store) = &file.store
                && let Some(credential) = ask_helper(store, helper_key(host))?
            {
                return Ok(Some(credential));
            }
        }
        Ok(None)
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<ConfigFile, CredentialError> {
    // The parser's message may quote what it found, and that may be a secret.
    serde_json::from_slice(bytes).map_err(|error| CredentialError::Malformed {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

impl Entry {
    /// The credential; `None` for the empty entries that a login with a helper leaves behind.
    fn credential(&self, key: &str, path: &Path) -> Result<Option<Credential>, CredentialError> {
        if let Some(token) = self.identity_token.as_ref().filter(|token| !token.is_empty()) {
            return Ok(Some(Credential::Identity(Redacted::new(token.clone()))));
        }
        if let Some(auth) = self.auth.as_ref().filter(|auth| !auth.is_empty()) {
            let pair = STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let pair = pair.as_deref().map(|pair| pair.trim_end_matches('\0')).and_then(|pair| pair.split_once(':'));
            let no_pair = || CredentialError::Entry { key: key.to_owned(), path: path.to_owned() };
            let (user, password) = pair.ok_or_else(no_pair)?;
            return Ok(Some(Credential::password(user, password)));
        }
        Ok(self
            .username
            .as_ref()
            .zip(self.password.as_ref())
            .map(|(user, password)| Credential::password(user, password)))
    }
}

/// A key without scheme and without the path of an old API.
fn bare(key: &str) -> &str {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    let key = key.trim_end_matches('/');
    key.strip_suffix("/v1").or_else(|| key.strip_suffix("/v2")).unwrap_or(key)
}

/// Whether an entry is for a registry, or for a part of it that the repository lies in.
fn key_covers(key: &str, host: &str, place: &str) -> bool {
    let key = bare(key);
    let is_hub = host == DOCKER_HUB && matches!(key, "index.docker.io" | "registry-1.docker.io");
    is_hub || key == host || place == key || place.strip_prefix(key).is_some_and(|rest| rest.starts_with('/'))
}

fn helper_key(host: &str) -> &str {
    if host == DOCKER_HUB { DOCKER_HUB_KEY } else { host }
}

/// Asks a credential helper: the registry on its input, a JSON object on its output.
///
/// Source: docker-credential-helpers, "Development"; an unknown registry is an error with a fixed text on standard output.
fn ask_helper(name: &str, key: &str) -> Result<Option<Credential>, CredentialError> {
    // The name becomes part of a program's name, which must stay a program of the search path.
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err(CredentialError::HelperName { name: name.chars().take(60).collect() });
    }
    let program = format!("docker-credential-{name}");
    let failed = |detail: String| CredentialError::Helper { program: program.clone(), detail };
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(key.as_bytes()).map_err(|error| failed(error.to_string()))?;
    }
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout);
        return if text.contains("credentials not found") { Ok(None) } else { Err(failed(output.status.to_string())) };
    }
    let answer: HelperAnswer =
        serde_json::from_slice(&output.stdout).map_err(|_| failed("its answer is no name and secret".into()))?;
    Ok(Some(match answer.user.as_str() {
        "<token>" => Credential::Identity(Redacted::new(answer.secret)),
        _ => Credential::password(answer.user, answer.secret),
    }))
}
