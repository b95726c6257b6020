//! The client, and what it gives.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::RedirectAuthHeaders;
use ureq::http;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::time::Duration as TransportDuration;
use ureq::{Agent, Proxy, ResponseExt};

use crate::unix::{Anywhere, SocketFile};
use crate::{HttpError, Method, Request, Trust};

/// Time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Time until an answer begins. Registries that fetch from another registry, and engines that pack an image, take a while.
const FIRST_BYTE: Duration = Duration::from_secs(120);
/// Time until the next bytes of an answer arrive.
const NEXT_BYTES: Duration = Duration::from_secs(60);
/// Redirects followed for one request; registries answer a request for a blob with one or two.
const REDIRECTS: u32 = 5;
const USER_AGENT: &str = concat!("boltseal/", env!("CARGO_PKG_VERSION"));

/// Sends requests and keeps connections open between them. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    /// What an address begins with when a request gives a path alone.
    base: &'static str,
}

impl Client {
    /// A client for the network, through the proxies that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name.
    pub fn new(trust: &Trust) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(trust.certificates()))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = config().tls_config(tls).proxy(Proxy::try_from_env()).build();
        Self { agent: config.new_agent(), base: "" }
    }

    /// A client for the server behind a socket file of this host, whatever host an address names.
    pub fn unix(socket: &Path) -> Self {
        let config = config().proxy(None).max_redirects(0).build();
        Self { agent: Agent::with_parts(config, SocketFile::new(socket), Anywhere), base: "http://localhost" }
    }

    /// Sends a request and waits for the beginning of the answer. Redirects are followed, but never from `https` to `http`:
    /// whoever asks over TLS relies on it that nobody else wrote the answer.
    ///
    /// # Errors
    /// When no answer came. An answer that says no is an answer.
    pub fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Head => http::Method::HEAD,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
        };
        let mut builder = http::Request::builder().method(method).uri(format!("{}{}", self.base, request.address));
        for (name, value) in &request.headers {
            builder = builder.header(&**name, value);
        }
        let wrong = |error: http::Error| HttpError::Address(error.to_string());
        let answer = match request.method {
            Method::Get | Method::Head => self.run(builder.body(()).map_err(wrong)?, request),
            Method::Post | Method::Put => self.run(builder.body(request.body.as_slice()).map_err(wrong)?, request),
        };
        Ok(Response { answer: answer? })
    }

    fn run(
        &self,
        asked: http::Request<impl ureq::AsSendBody>,
        request: &Request,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let is_encrypted = has_scheme(&request.address, "https");
        let mut config = self.agent.configure_request(asked).https_only(is_encrypted);
        if request.within.is_some() {
            config = config.timeout_global(request.within);
        }
        if request.stays {
            config = config.max_redirects(0);
        }
        self.agent.run(config.build())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn config() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(USER_AGENT)
        .max_redirects(REDIRECTS)
        .redirect_auth_headers(RedirectAuthHeaders::Never)
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(FIRST_BYTE))
        .timeout_per_read(Some(NEXT_BYTES))
        .timeout_per_write(Some(NEXT_BYTES))
}

/// Whether an address begins with a scheme, in letters of any case.
fn has_scheme(address: &str, scheme: &str) -> bool {
    address.split_once("://").is_some_and(|(given, _)| given.eq_ignore_ascii_case(scheme))
}

/// An answer: its head is here, its body is still to be read.
pub struct Response {
    answer: http::Response<ureq::Body>,
}

impl Response {
    /// The status code, 100 to 599.
    pub fn status(&self) -> u16 {
        self.answer.status().as_u16()
    }

    /// A header, if there is one of this name that is text. Of several, the first.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The address that gave it, which redirects may have led to.
    pub fn address(&self) -> String {
        self.answer.get_uri().to_string()
    }

    /// Bytes of the body, where the answer says so beforehand.
    pub fn length(&self) -> Option<u64> {
        self.answer.body().content_length()
    }

    /// The body as a stream, however long it may be.
    pub fn into_body(self) -> Box<dyn Read + Send> {
        Box::new(self.answer.into_body().into_with_config().limit(u64::MAX).reader())
    }

    /// The whole body, if it has at most `most` bytes.
    ///
    /// # Errors
    /// When it breaks off, or is larger.
    pub fn into_bytes(self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.into_body().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            let detail = format!("the answer has more than {most} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, detail));
        }
        Ok(bytes)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// How long a socket may be silent, as the standard library wants it.
pub(crate) fn patience(after: Option<TransportDuration>) -> Option<Duration> {
    after.map(|after| *after)
}
