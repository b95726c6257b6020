//! Addresses of resources.
//!
//! Source: RFC 3986; what counts as one is as Go's `url.ParseRequestURI` has it, which Kubernetes uses: absolute ones, and
//! absolute paths.

use std::rc::Rc;

use super::{Call, Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    global("url", &[P::Text], Outcome::Url, |arguments, _| match arguments {
        [Value::Text(text)] => Url::parse(text)
            .map(|url| Value::Url(Rc::new(url)))
            .ok_or_else(|| Stop::value("a text that is no URL; `isURL` tells before")),
        _ => mismatch(),
    }),
    global("isURL", &[P::Text], Outcome::Bool, |arguments, _| match arguments {
        [Value::Text(text)] => Ok(Value::Bool(Url::parse(text).is_some())),
        _ => mismatch(),
    }),
    method("getScheme", &[P::Url], Outcome::Text, |arguments, _| part(arguments, |url| url.scheme.clone())),
    method("getHost", &[P::Url], Outcome::Text, |arguments, _| part(arguments, |url| url.host.clone())),
    method("getHostname", &[P::Url], Outcome::Text, |arguments, _| {
        part(arguments, |url| url.split_host().0.to_owned())
    }),
    method("getPort", &[P::Url], Outcome::Text, |arguments, _| part(arguments, |url| url.split_host().1.to_owned())),
    method("getEscapedPath", &[P::Url], Outcome::Text, |arguments, _| part(arguments, |url| url.path.clone())),
    method("getQuery", &[P::Url], Outcome::Query, query),
];

/// The parts of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Url {
    text: String,
    scheme: String,
    /// With its port.
    host: String,
    path: String,
    query: String,
}

impl Url {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.chars().any(|character| character.is_ascii_control() || character == ' ') {
            return None;
        }
        let (scheme, rest) = match scheme(text) {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => (String::new(), text),
        };
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = match before.strip_prefix("//") {
            Some(authority) if !scheme.is_empty() => {
                let end = authority.find('/').unwrap_or(authority.len());
                let (authority, path) = authority.split_at_checked(end)?;
                (authority.rsplit_once('@').map_or(authority, |(_, host)| host), path)
            }
            // What has no scheme must be a path from the root.
            _ if scheme.is_empty() && !before.starts_with('/') => return None,
            _ => ("", before),
        };
        if !is_host(host) || !is_escaped(path) {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            scheme,
            host: host.to_owned(),
            path: path.chars().fold(String::with_capacity(path.len()), escaped),
            query: query.to_owned(),
        })
    }

    /// The host without brackets, and the port.
    fn split_host(&self) -> (&str, &str) {
        if let Some((inner, rest)) = self.host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return (inner, rest.strip_prefix(':').unwrap_or_default());
        }
        self.host.rsplit_once(':').unwrap_or((&self.host, ""))
    }
}

fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.');
    (scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(is_part))
        .then_some((scheme, rest))
}

fn is_host(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(inner, rest)| {
            let address = inner.split_once("%25").map_or(inner, |(address, _)| address);
            address.parse::<core::net::Ipv6Addr>().is_ok()
                && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
        });
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    is_port(port) && is_escaped(name) && !name.contains(['<', '>', '"', '\\', '^', '`', '{', '|', '}', '[', ']', '#'])
}

/// Whether every `%` is followed by two digits.
fn is_escaped(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Escapes what a path must not have as it is.
fn escaped(mut path: String, character: char) -> String {
    if character.is_ascii_alphanumeric() || "%/-._~!$&'()*+,;=:@".contains(character) {
        path.push(character);
        return path;
    }
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        path.push_str(&format!("%{byte:02X}"));
    }
    path
}

fn part<'a>(arguments: &[Value<'a>], part: impl FnOnce(&Url) -> String) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Url(url)] => Ok(Value::text(part(url))),
        _ => mismatch(),
    }
}

/// The parameters by name, each with its values in their order.
fn query<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Url(url)] = arguments else { return mismatch() };
    let mut found: Vec<(String, Vec<Value<'a>>)> = Vec::new();
    for pair in url.query.split('&').filter(|pair| !pair.is_empty()) {
        call.steps.take(1 + found.len())?;
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), Value::text(decoded(value)));
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => found.push((name, vec![value])),
        }
    }
    let entries = found.into_iter().map(|(name, values)| (Value::text(name), Value::list(values))).collect();
    Ok(Value::Map(Rc::new(entries)))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = ahead;
            }
            (b'+', _, _) => bytes.push(b' '),
            (byte, _, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
