//! Who asks: access keys, and where they are found.

use std::fmt;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use boltseal_http::{Client, Request};
use serde::Deserialize;

use crate::S3Error;

/// The file has a few lines for each profile.
const FILE_BYTES: u64 = 1 << 20;
/// The document has three strings and a date.
const LENT_BYTES: u64 = 64 << 10;
/// It comes from the machine beneath the container.
const LENT_WITHIN: Duration = Duration::from_secs(5);
/// Where ECS answers containers.
const LENDER: &str = "169.254.170.2";
/// Where EKS answers containers.
const LENDERS: &[&str] = &[LENDER, "169.254.170.23", "fd00:ec2::23"];

/// An access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Its public half.
    pub key: String,
    /// Its secret half.
    pub secret: String,
    /// What a key of limited time comes with.
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Credentials {
    /// A key, and the token that it may come with.
    pub fn new(key: impl Into<String>, secret: impl Into<String>, token: Option<String>) -> Self {
        Self { key: key.into(), secret: secret.into(), token }
    }

    /// Those of the variables; else those of the profile in the credentials file; else what the container's host lends.
    pub fn find(variable: Variable<'_>, client: &Client) -> Result<Self, S3Error> {
        if let (Some(key), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            return Ok(Self::new(key, secret, variable("AWS_SESSION_TOKEN")));
        }
        if let Some(found) = Self::of_file(variable)? {
            return Ok(found);
        }
        Self::lent(variable, client)?.ok_or(S3Error::NoCredentials)
    }

    /// A profile that is asked for must be there; one that is merely usual need not.
    fn of_file(variable: Variable<'_>) -> Result<Option<Self>, S3Error> {
        let told = variable("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from);
        let usual = variable("HOME").map(|home| Path::new(&home).join(".aws/credentials"));
        let Some(path) = told.or(usual) else { return Ok(None) };
        let wanted = variable("AWS_PROFILE");
        let profile = wanted.clone().unwrap_or_else(|| "default".to_owned());
        let text = match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && wanted.is_none() => return Ok(None),
            text => text.map_err(|source| S3Error::Unreadable { path: path.clone(), source })?,
        };
        match of_profile(&text, &profile) {
            None if wanted.is_some() => Err(S3Error::NoProfile { path, profile }),
            found => Ok(found),
        }
    }

    fn lent(variable: Variable<'_>, client: &Client) -> Result<Option<Self>, S3Error> {
        let relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        let address = match (relative, variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            (Some(path), _) if path.starts_with('/') => format!("http://{LENDER}{path}"),
            (None, Some(full)) if is_lender(&full) => full,
            (None, None) => return Ok(None),
            _ => return Err(S3Error::NotLent("the variables name another host than a container's".to_owned())),
        };
        let not_lent = |error: &dyn fmt::Display| S3Error::NotLent(error.to_string());
        let mut request = Request::get(address).within(LENT_WITHIN).without_redirects();
        let file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        let token = match file {
            Some(file) => Some(read(Path::new(&file)).map_err(|error| not_lent(&format!("{file}: {error}")))?),
            None => variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
        };
        if let Some(token) = token {
            request = request.with("authorization", token.trim());
        }
        let answer = client.send(&request).map_err(|error| not_lent(&error))?;
        if answer.status() != 200 {
            return Err(not_lent(&format!("status {}", answer.status())));
        }
        let bytes = answer.into_bytes(LENT_BYTES).map_err(|error| not_lent(&error))?;
        // What the parser says may quote a secret.
        let lent: Lent = serde_json::from_slice(&bytes).map_err(|_| not_lent(&"the answer holds no access key"))?;
        Ok(Some(Self::new(lent.key, lent.secret, lent.token)))
    }
}

/// Whether an address is one that lends to containers: over TLS any, otherwise this machine and the two that AWS names.
fn is_lender(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    !authority.contains('@') && (scheme == "https" || (scheme == "http" && (is_here || LENDERS.contains(&host))))
}

#[derive(Deserialize)]
struct Lent {
    #[serde(rename = "AccessKeyId")]
    key: String,
    #[serde(rename = "SecretAccessKey")]
    secret: String,
    #[serde(rename = "Token")]
    token: Option<String>,
}

fn read(path: &Path) -> io::Result<String> {
    use io::Read;
    let mut text = String::new();
    fs::File::open(path)?.take(FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// The keys of a profile: lines `name = value` below `[profile]`. The last of equals counts, as the AWS tools have it.
fn of_profile(text: &str, profile: &str) -> Option<Credentials> {
    let (mut key, mut secret, mut token) = (None, None, None);
    let mut is_ours = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            is_ours = name.0.trim() == profile;
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_ours && !line.starts_with(['#', ';'])) else {
            continue;
        };
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match name.trim().to_ascii_lowercase().as_str() {
            "aws_access_key_id" => key = value,
            "aws_secret_access_key" => secret = value,
            "aws_session_token" => token = value,
            _ => {}
        }
    }
    Some(Credentials { key: key?, secret: secret?, token })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "# of the team\n[default]\naws_access_key_id = A\naws_secret_access_key=a=/+\n\n[ci]\n\
        AWS_ACCESS_KEY_ID=B\r\n aws_secret_access_key =  b \naws_session_token = t\nregion = x\n[half]\naws_access_key_id = C\n";

    #[test]
    fn a_profile_has_what_stands_below_its_name() {
        assert_eq!(of_profile(FILE, "default"), Some(Credentials::new("A", "a=/+", None)));
        assert_eq!(of_profile(FILE, "ci"), Some(Credentials::new("B", "b", Some("t".to_owned()))));
        assert_eq!(of_profile(FILE, "half"), None);
        assert_eq!(of_profile(FILE, "other"), None);
    }

    #[test]
    fn only_a_host_beneath_the_container_lends_without_encryption() {
        for lender in [
            "https://lender.example/x",
            "http://169.254.170.23/v1/credentials",
            "http://127.0.0.1:51679/x",
            "http://localhost/x",
            "http://[::1]:80/x",
            "http://[fd00:ec2::23]/v1/credentials",
        ] {
            assert!(is_lender(lender), "{lender}");
        }
        for other in ["http://lender.example/", "ftp://127.0.0.1/", "http://127.0.0.1@evil.example/", "127.0.0.1", ""] {
            assert!(!is_lender(other), "{other}");
        }
    }

    #[test]
    fn debug_output_holds_no_secret() {
        assert_eq!(format!("{:?}", Credentials::new("key", "secret", None)), "Credentials { .. }");
    }

    proptest! {
        #[test]
        fn any_file_has_the_profile_or_has_not(text in "(\\[a\\]|aws_access_key_id|aws_secret_access_key|=|x|\n|\\PC){0,40}") {
            let _ = of_profile(&text, "a");
        }
    }
}
