//! One registry host, and questions to it.

use std::io;
use std::thread;
use std::time::Duration;

use boltseal_http::{Client, HttpError, Request, Response};
use boltseal_model::Digest;
use serde::Deserialize;

use crate::RegistryError;
use crate::address::{is_less_protected, origin, resolve};
use crate::authorization::Authorization;
use crate::form::encoded;

/// Times that a question is asked when the registry is busy or the connection fails.
const ATTEMPTS: u32 = 3;
/// The longest time that a registry may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Bytes of an error that are read.
const ERROR_BYTES: u64 = 64 << 10;

/// One registry host and a repository on it.
#[derive(Debug)]
pub struct Endpoint {
    /// Host and port, as people write them.
    pub host: String,
    /// What addresses begin with: `https://host:port/v2/team/app`.
    base: String,
    client: Client,
    authorization: Authorization,
}

/// What lay at an address.
#[derive(Debug)]
pub struct Fetched {
    /// Its bytes; `None` if there are more than were wanted.
    pub bytes: Option<Vec<u8>>,
    /// The header of this name.
    pub content_type: Option<String>,
    /// The header of this name.
    pub link: Option<String>,
    /// The header of this name.
    pub etag: Option<String>,
    /// Where it lay in the end.
    pub address: String,
}

impl Endpoint {
    pub fn new(host: &str, base: String, client: Client, authorization: Authorization) -> Self {
        Self { host: host.to_owned(), base, client, authorization }
    }

    /// The address of something below the repository, such as `manifests/latest`.
    pub fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// Whether an address is one of this registry, to which credentials may go.
    pub fn is_here(&self, address: &str) -> bool {
        origin(address) == origin(&self.base)
    }

    /// Asks for something below the repository; a busy registry is asked again.
    pub fn ask(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Response, RegistryError> {
        self.insist(path, || self.answer(&|| with(Request::get(self.below(path)), headers), path))
    }

    /// Asks whether something is there.
    pub fn has(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<bool, RegistryError> {
        match self.insist(path, || self.answer(&|| with(Request::head(self.below(path)), headers), path)) {
            Ok(_) => Ok(true),
            Err(RegistryError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads what lies at an address of this registry, called `what`; one that breaks off is asked for again.
    pub fn fetch(
        &self,
        address: &str,
        what: &str,
        headers: &[(&'static str, &str)],
        most: u64,
    ) -> Result<Fetched, RegistryError> {
        let mut attempt = 1;
        loop {
            let response = self.insist(what, || self.answer(&|| with(Request::get(address), headers), what))?;
            let header = |name: &str| response.header(name).map(str::to_owned);
            let (content_type, link, etag) = (header("content-type"), header("link"), header("etag"));
            let address = response.address();
            let bytes = match response.into_bytes(most) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => None,
                Err(error) if attempt >= ATTEMPTS => return Err(self.broken(&error)),
                Err(_) => {
                    thread::sleep(pause(attempt));
                    attempt += 1;
                    continue;
                }
            };
            return Ok(Fetched { bytes, content_type, link, etag, address });
        }
    }

    /// Stores bytes below the repository.
    pub fn put(&self, path: &str, bytes: &[u8], headers: &[(&'static str, &str)]) -> Result<Response, RegistryError> {
        let request = || with(Request::put(self.below(path), bytes.to_vec()).without_redirects(), headers);
        self.insist(path, || self.answer(&request, path))
    }

    /// Stores a blob: asks where to, and sends it there in one piece. When that breaks off, it is begun anew, since nobody knows how
    /// much arrived.
    ///
    /// Source: OCI distribution specification 1.1, "Pushing a blob monolithically".
    pub fn upload(&self, digest: &Digest, bytes: &[u8]) -> Result<(), RegistryError> {
        let what = format!("blobs/{digest}");
        let begin = || Request::post(self.below("blobs/uploads/"), Vec::new()).without_redirects();
        let response = self.insist(&what, || {
            let begun = self.answer(&begin, &what)?;
            if begun.status() != 202 {
                return match begun.status() {
                    200..=299 => Err(self.malformed("an upload", format!("it is begun with {}", begun.status()))),
                    _ => Ok(begun),
                };
            }
            let location = begun.header("location").and_then(|given| resolve(&begun.address(), given));
            let location = location.ok_or_else(|| self.malformed("an upload", "it has no address"))?;
            drop(begun);
            let separator = if location.contains('?') { '&' } else { '?' };
            let address = format!("{location}{separator}{}", encoded(&[("digest", &digest.to_string())]));
            let put = || Request::put(&address, bytes.to_vec()).without_redirects();
            let content = || put().with("content-type", "application/octet-stream");
            if self.is_here(&address) {
                return self.answer(&content, &what);
            }
            // The registry may have blobs stored elsewhere, but neither in the clear nor with what is meant for itself.
            if is_less_protected(&address, &self.base) {
                return Err(RegistryError::Unreachable { host: self.host.clone(), source: HttpError::Unencrypted });
            }
            self.send(&content())
        })?;
        match response.status() {
            201 | 204 => Ok(()),
            status => Err(self.malformed("an upload", format!("it is ended with {status}"))),
        }
    }

    /// Asks until there is an answer that lasts.
    fn insist(
        &self,
        what: &str,
        question: impl Fn() -> Result<Response, RegistryError>,
    ) -> Result<Response, RegistryError> {
        let mut attempt = 1;
        loop {
            let outcome = question();
            let is_last = attempt >= ATTEMPTS;
            let wait = match &outcome {
                Ok(response) if matches!(response.status(), 429 | 500 | 502 | 503 | 504) && !is_last => {
                    let asked = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
                    asked.map_or(pause(attempt), Duration::from_secs).min(LONGEST_WAIT)
                }
                Err(RegistryError::Unreachable { source: HttpError::Connection(_), .. }) if !is_last => pause(attempt),
                _ => return self.judged(outcome?, what),
            };
            thread::sleep(wait);
            attempt += 1;
        }
    }

    /// Asks once, and once more when the registry wants to know who asks.
    fn answer(&self, request: &dyn Fn() -> Request, what: &str) -> Result<Response, RegistryError> {
        let response = self.send(&self.authorization.add(request()))?;
        if response.status() != 401 {
            return Ok(response);
        }
        let challenge = response.header("www-authenticate").map(str::to_owned);
        drop(response);
        if self.authorization.meet(challenge.as_deref(), &self.client, &self.host)? {
            return self.send(&self.authorization.add(request()));
        }
        Err(self.denied(what, String::new()))
    }

    fn send(&self, request: &Request) -> Result<Response, RegistryError> {
        self.client.send(request).map_err(|source| RegistryError::Unreachable { host: self.host.clone(), source })
    }

    fn judged(&self, response: Response, path: &str) -> Result<Response, RegistryError> {
        let (host, what) = (self.host.clone(), path.to_owned());
        match response.status() {
            200..=299 => Ok(response),
            404 => Err(RegistryError::NotFound { host, what }),
            401 | 403 => Err(self.denied(path, said(response))),
            status => Err(RegistryError::Unexpected { host, status, what, detail: said(response) }),
        }
    }

    fn denied(&self, path: &str, detail: String) -> RegistryError {
        RegistryError::Denied { host: self.host.clone(), what: path.to_owned(), detail }
    }

    /// What is wrong with an answer.
    pub fn malformed(&self, what: &str, detail: impl Into<String>) -> RegistryError {
        RegistryError::Malformed { host: self.host.clone(), what: what.to_owned(), detail: detail.into() }
    }

    /// The connection that broke while something was read.
    pub fn broken(&self, error: &io::Error) -> RegistryError {
        let source = HttpError::Connection(error.to_string());
        RegistryError::Unreachable { host: self.host.clone(), source }
    }
}

fn with(request: Request, headers: &[(&'static str, &str)]) -> Request {
    headers.iter().fold(request, |request, (name, value)| request.with(*name, *value))
}

pub fn pause(attempt: u32) -> Duration {
    Duration::from_millis(250) * attempt * attempt
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// What the registry says, as ` (CODE: message)`, short and on one line; nothing when it says nothing.
///
/// Source: OCI distribution specification 1.1, "Error codes".
fn said(response: Response) -> String {
    let errors = response.into_bytes(ERROR_BYTES).ok().and_then(|bytes| serde_json::from_slice::<Errors>(&bytes).ok());
    let Some(first) = errors.and_then(|errors| errors.errors.into_iter().next()) else { return String::new() };
    let text: String = format!("{}: {}", first.code, first.message)
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(200)
        .collect();
    format!(" ({})", text.trim_matches([':', ' ']))
}
