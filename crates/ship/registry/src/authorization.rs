//! How this client makes itself known to one registry.

use std::sync::{Mutex, PoisonError};

use boltseal_http::{Client, Request};
use boltseal_model::Redacted;
use serde::Deserialize;

use crate::challenge::Challenge;
use crate::form::encoded;
use crate::{Credential, RegistryError};

/// Bytes of a token service's answer.
const TOKEN_BYTES: u64 = 1 << 20;

/// What is to be done in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    Pull,
    /// Reading and writing.
    Push,
}

/// Credentials for one repository, and the header that they have become.
#[derive(Debug)]
pub struct Authorization {
    credential: Option<Credential>,
    repository: String,
    access: Access,
    /// Whether the registry itself is reached over TLS.
    is_protected: bool,
    header: Mutex<Option<Redacted<String>>>,
}

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Authorization {
    pub fn new(credential: Option<Credential>, repository: &str, access: Access, is_protected: bool) -> Self {
        Self { credential, repository: repository.to_owned(), access, is_protected, header: Mutex::new(None) }
    }

    /// The request with what the registry has asked for so far.
    pub fn add(&self, request: Request) -> Request {
        match &*self.header.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(header) => request.with("authorization", header.expose().clone()),
            None => request,
        }
    }

    /// Meets a challenge; gives whether it is worth asking again.
    pub fn meet(&self, challenge: Option<&str>, client: &Client, host: &str) -> Result<bool, RegistryError> {
        let header = match challenge.and_then(Challenge::parse) {
            Some(Challenge::Basic) => self.credential.as_ref().and_then(Credential::basic),
            Some(Challenge::Bearer { realm, service, scope }) => {
                Some(self.token(client, host, &realm, service.as_deref(), scope.as_deref())?)
            }
            None => None,
        };
        let mut known = self.header.lock().unwrap_or_else(PoisonError::into_inner);
        // The same name and password will be refused again; a token may have expired.
        let is_new = header.is_some() && *known != header;
        *known = header;
        Ok(is_new)
    }

    /// Asks the token service for a token that allows what is to be done.
    ///
    /// Source: Docker registry token and OAuth2 authentication specifications.
    fn token(
        &self,
        client: &Client,
        host: &str,
        realm: &str,
        service: Option<&str>,
        scope: Option<&str>,
    ) -> Result<Redacted<String>, RegistryError> {
        let malformed = |detail: &str| RegistryError::Malformed {
            host: host.to_owned(),
            what: "a token".into(),
            detail: detail.to_owned(),
        };
        if self.is_protected && !realm.starts_with("https://") {
            return Err(malformed("its token service is not reached over https, as the registry itself is"));
        }
        let actions = match self.access {
            Access::Pull => "pull",
            Access::Push => "pull,push",
        };
        let own = format!("repository:{}:{actions}", self.repository);
        // A question that only reads is challenged for reading; whoever is to write as well would soon need another token.
        let scope = scope.filter(|scope| self.access == Access::Pull || scope.contains("push")).unwrap_or(&own);
        let mut form = vec![("scope", scope)];
        form.extend(service.map(|service| ("service", service)));
        let request = match &self.credential {
            Some(Credential::Identity(token)) => {
                form.extend([
                    ("grant_type", "refresh_token"),
                    ("client_id", "boltseal"),
                    ("refresh_token", token.expose()),
                ]);
                Request::post_form(realm, encoded(&form))
            }
            credential => {
                let separator = if realm.contains('?') { '&' } else { '?' };
                let request = Request::get(format!("{realm}{separator}{}", encoded(&form)));
                match credential.as_ref().and_then(Credential::basic) {
                    Some(basic) => request.with("authorization", basic.expose().clone()),
                    None => request,
                }
            }
        };
        let response = client
            .send(&request)
            .map_err(|source| RegistryError::Unreachable { host: format!("{host} (its token service)"), source })?;
        match response.status() {
            200 => {}
            401 | 403 => {
                let detail = " (its token service refuses)".to_owned();
                return Err(RegistryError::Denied { host: host.to_owned(), what: self.repository.clone(), detail });
            }
            status => return Err(malformed(&format!("its token service answers {status}"))),
        }
        let bytes = response.into_bytes(TOKEN_BYTES).map_err(|error| malformed(&error.to_string()))?;
        let answer: Token = serde_json::from_slice(&bytes)
            .map_err(|_| malformed("the token service's answer is no JSON with a token"))?;
        let token = answer.token.or(answer.access_token).filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| malformed("the token service's answer holds no token"))?;
        Ok(Redacted::new(format!("Bearer {token}")))
    }
}
