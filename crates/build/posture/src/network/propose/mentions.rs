//! Hosts that a text names.

use core::net::IpAddr;

/// A host that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its name, in small letters.
    pub(super) host: String,
    /// The port that stands behind it.
    pub(super) port: Option<u16>,
    /// Whether it stands in a URL, so that it is a host whatever it is called.
    pub(super) is_in_url: bool,
}

/// Bytes that are looked at to tell a host of a URL from the user before it.
const USER_BYTES: usize = 256;

/// Hosts that a text may name: what stands alone, in a list, behind `=`, `//` or `@`, before a port, or ends as names of services do.
///
/// A word in the midst of others is none: programs and roles are called like services.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let mut start = 0;
    while let Some(offset) = bytes.get(start..).and_then(|rest| rest.iter().position(|byte| is_part(*byte))) {
        let begin = start + offset;
        let length = bytes.get(begin..).map_or(0, |rest| rest.iter().take_while(|byte| is_part(**byte)).count());
        start = begin + length;
        let word = text.get(begin..start).unwrap_or_default().trim_end_matches('.');
        let before = text.get(..begin).unwrap_or_default();
        let after = bytes.get(start..).unwrap_or_default();
        // What stands before `://` is a protocol, of which many are called like services.
        if word.is_empty() || word.len() > 253 || after.starts_with(b"://") || is_user(after) {
            continue;
        }
        let digits = after.strip_prefix(b":").map(|rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
        let port = digits.and_then(|count| text.get(start + 1..start + 1 + count)?.parse::<u16>().ok());
        let is_in_url = before.ends_with("//") || before.ends_with('@');
        let begins = before.is_empty() || before.ends_with([',', ';', '\n', '"', '\'', '=']);
        let ends = after
            .first()
            .is_none_or(|byte| matches!(byte, b',' | b';' | b'\r' | b'\n' | b'"' | b'\'' | b':' | b'/' | b' '));
        // Behind a space there may be more words, of which the first is no host.
        let is_alone = begins && ends && (after.first() != Some(&b' ') || before.ends_with('='));
        let host = word.to_ascii_lowercase();
        let is_service = host.contains(".svc.") || host.ends_with(".svc");
        if is_in_url || is_alone || port.is_some() || is_service {
            found.push(Mention { host, port: port.filter(|port| *port > 0), is_in_url });
        }
    }
    found
}

/// Whether what comes next says that a user or password came before.
fn is_user(after: &[u8]) -> bool {
    let next = after
        .iter()
        .take(USER_BYTES)
        .find(|byte| matches!(**byte, b'/' | b'?' | b'#' | b'@' | b' ' | b'\n' | b'"' | b',' | b';'));
    next == Some(&b'@')
}

impl Mention {
    /// The services that it may mean, as name and namespace, the likeliest first. A pod of a service has a name before the service's.
    pub(super) fn services<'m>(&'m self, home: &'m str) -> Vec<(&'m str, &'m str)> {
        let (name, is_whole) = match self.host.split_once(".svc") {
            Some((name, rest)) if rest.is_empty() || rest.starts_with('.') => (name, true),
            _ => (self.host.as_str(), false),
        };
        let parts: Vec<&str> = name.splitn(4, '.').collect();
        match (parts.as_slice(), is_whole) {
            ([service], false) => vec![(*service, home)],
            ([service, second], true) => vec![(*service, *second)],
            ([service, second], false) => vec![(*service, *second), (*second, home)],
            ([_, service, namespace], _) => vec![(*service, *namespace)],
            _ => Vec::new(),
        }
    }

    /// Whether it is a host of somewhere else, if it is no service.
    pub(super) fn is_elsewhere(&self) -> bool {
        let is_own = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified());
        let is_service = self.host.ends_with(".svc") || self.host.contains(".svc.");
        let is_host = self.is_in_url || is_service || (self.port.is_some() && self.host.contains('.'));
        is_host && !is_own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_words() {
        for (text, expected) in [
            ("db", &[("db", None)][..]),
            ("db:5432", &[("db", Some(5432))]),
            ("postgres://app:5432@DB.shop/app", &[("db.shop", None)]),
            ("redis://cache:6379/0", &[("cache", Some(6379))]),
            ("redis://user@redis/0", &[("redis", None)]),
            ("http://web/api/db", &[("web", None)]),
            ("--host=db --role app", &[("db", None)]),
            ("a:1,b:2", &[("a", Some(1)), ("b", Some(2))]),
            ("a,b", &[("a", None), ("b", None)]),
            ("exec web server", &[]),
            ("wait for db.shop.svc.cluster.local now", &[("db.shop.svc.cluster.local", None)]),
            ("", &[]),
            ("é=web", &[("web", None)]),
        ] {
            let found = mentions(text);
            let found: Vec<_> = found.iter().map(|it| (it.host.as_str(), it.port)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_means_the_service_that_dns_finds() {
        let services = |host: &str| {
            let mention = Mention { host: host.to_owned(), port: None, is_in_url: false };
            mention.services("home").into_iter().map(|(a, b)| format!("{b}/{a}")).collect::<Vec<_>>()
        };
        assert_eq!(services("db"), ["home/db"]);
        assert_eq!(services("db.shop"), ["shop/db", "home/shop"]);
        assert_eq!(services("db.shop.svc"), ["shop/db"]);
        assert_eq!(services("db.shop.svc.cluster.local"), ["shop/db"]);
        assert_eq!(services("db-0.db.shop.svc.cluster.local"), ["shop/db"]);
        assert_eq!(services("a.b.c.d.e"), [""; 0]);
    }
}
