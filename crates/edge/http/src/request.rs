//! What is asked.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// What to do with the resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// Give it.
    #[default]
    Get,
    /// Say what is known of it.
    Head,
    /// Take the body.
    Post,
    /// Keep the body under this address.
    Put,
}

/// One request. Header values may be secrets, so its debug form names the headers only.
#[derive(Clone, Default)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) address: String,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) within: Option<Duration>,
    pub(crate) stays: bool,
}

impl Request {
    /// Asks for what lies at an address: `https://host/path`, or a path alone for a socket file.
    pub fn get(address: impl Into<String>) -> Self {
        Self { address: address.into(), ..Self::default() }
    }

    /// Asks what is known of it.
    pub fn head(address: impl Into<String>) -> Self {
        Self { method: Method::Head, address: address.into(), ..Self::default() }
    }

    /// Sends bytes to whatever is at an address.
    pub fn post(address: impl Into<String>, body: Vec<u8>) -> Self {
        Self { method: Method::Post, address: address.into(), body, ..Self::default() }
    }

    /// Sends a form.
    pub fn post_form(address: impl Into<String>, form: String) -> Self {
        Self::post(address, form.into_bytes()).with("content-type", "application/x-www-form-urlencoded")
    }

    /// Stores bytes under an address.
    pub fn put(address: impl Into<String>, body: Vec<u8>) -> Self {
        Self { method: Method::Put, address: address.into(), body, ..Self::default() }
    }

    /// Ends after so long, whatever arrived by then: for what is only worth having soon.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Takes a redirect for the answer: for what is signed for one host, and for secrets in headers of any name.
    #[must_use]
    pub fn without_redirects(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Request").field("method", &self.method).field("headers", &headers).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_holds_no_secret() {
        let request = Request::get("https://u:p@host/?token=secret").with("authorization", "Basic c2VjcmV0");
        let text = format!("{request:?}");
        assert!(text.contains("authorization") && !text.contains("secret") && !text.contains("c2VjcmV0"), "{text}");
    }
}
