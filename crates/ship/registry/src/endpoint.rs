//! One registry host, and questions to it.

use std::io;
use std::thread;
use std::time::Duration;

use boltseal_http::{Client, HttpError, Request, Response};
use serde::Deserialize;

use crate::RegistryError;
use crate::authorization::Authorization;

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

impl Endpoint {
    pub fn new(host: &str, base: String, client: Client, authorization: Authorization) -> Self {
        Self { host: host.to_owned(), base, client, authorization }
    }

    /// Asks for something below the repository, such as `manifests/latest`; a busy registry is asked again.
    pub fn ask(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Response, RegistryError> {
        let mut attempt = 1;
        loop {
            let outcome = self.ask_once(path, headers);
            let is_last = attempt >= ATTEMPTS;
            let wait = match &outcome {
                Ok(response) if matches!(response.status(), 429 | 500 | 502 | 503 | 504) && !is_last => {
                    let asked = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
                    asked.map_or(pause(attempt), Duration::from_secs).min(LONGEST_WAIT)
                }
                Err(RegistryError::Unreachable { source: HttpError::Connection(_), .. }) if !is_last => pause(attempt),
                _ => return self.judged(outcome?, path),
            };
            thread::sleep(wait);
            attempt += 1;
        }
    }

    fn ask_once(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Response, RegistryError> {
        let request = || {
            let address = format!("{}/{path}", self.base);
            headers.iter().fold(Request::get(address), |request, (name, value)| request.with(*name, *value))
        };
        let response = self.send(&self.authorization.add(request()))?;
        if response.status() != 401 {
            return Ok(response);
        }
        let challenge = response.header("www-authenticate").map(str::to_owned);
        drop(response);
        if self.authorization.meet(challenge.as_deref(), &self.client, &self.host)? {
            return self.send(&self.authorization.add(request()));
        }
        Err(self.denied(path, String::new()))
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

fn pause(attempt: u32) -> Duration {
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
