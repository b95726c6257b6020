//! How whoever issued a secret is asked whether it still opens something: data, and what an answer means. Nobody is asked here.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What stands for the secret in headers.
const PLACE: &str = "{secret}";

/// One question that changes nothing, such as who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Whether the question is a POST without a body, which some ask for, instead of a GET.
    #[serde(default)]
    pub post: bool,
    /// The address, which begins with `https://`. The secret is no part of it: addresses are logged on their way.
    pub url: String,
    /// Headers, by name; `{secret}` stands for the secret in one of them at least.
    pub headers: BTreeMap<String, String>,
    /// Status codes of an answer that says that it opens something.
    pub live: Vec<u16>,
    /// Status codes of one that says that it does not.
    pub refused: Vec<u16>,
    /// What a live answer holds besides, where the status does not tell.
    pub live_body: Option<String>,
    /// What a refusal holds besides.
    pub refused_body: Option<String>,
}

/// What an answer says of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It opens something.
    Live,
    /// It does not.
    Refused,
}

impl Verify {
    /// The host that is asked, with its port if one is named.
    pub fn host(&self) -> &str {
        let rest = self.url.strip_prefix("https://").unwrap_or_default();
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    }

    /// The headers with a secret in them; `None` for one that no header can hold.
    pub fn headers_with(&self, secret: &[u8]) -> Option<Vec<(String, String)>> {
        let secret = std::str::from_utf8(secret).ok()?;
        let is_plain = secret.bytes().all(|byte| byte.is_ascii_graphic());
        let with = |(name, value): (&String, &String)| (name.clone(), value.replace(PLACE, secret));
        is_plain.then(|| self.headers.iter().map(with).collect())
    }

    /// What an answer says; `None` where it says neither.
    pub fn meaning(&self, status: u16, body: &[u8]) -> Option<Liveness> {
        let holds = |text: &Option<String>| {
            text.as_ref().is_none_or(|text| memchr::memmem::find(body, text.as_bytes()).is_some())
        };
        match status {
            status if self.live.contains(&status) && holds(&self.live_body) => Some(Liveness::Live),
            status if self.refused.contains(&status) && holds(&self.refused_body) => Some(Liveness::Refused),
            _ => None,
        }
    }

    /// What is wrong with it, if anything is.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        match () {
            () if !self.url.starts_with("https://") => Some("the address must begin with https://"),
            () if self.host().is_empty() || !self.host().bytes().all(is_name) => Some("the address names no host"),
            () if self.url.contains(PLACE) => Some("the secret must be no part of the address"),
            () if !self.headers.values().any(|value| value.contains(PLACE)) => Some("no header has {secret} in it"),
            () if self.live.is_empty() || self.refused.is_empty() => Some("no status says live, or none refused"),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(text: &str) -> Verify {
        toml::from_str(text).unwrap()
    }

    const GOOD: &str = "url = 'https://api.shop.internal/me'\nheaders = { authorization = 'Bearer {secret}' }\n\
                        live = [200]\nrefused = [401]\n";

    #[test]
    fn what_could_send_a_secret_astray_is_refused() {
        assert_eq!(verify(GOOD).fault(), None);
        assert_eq!(verify(GOOD).host(), "api.shop.internal");
        for (from, to) in [
            ("https://", "http://"),
            ("api.shop.internal/me", "/me"),
            ("api.shop.internal/me", "me@evil.internal/me"),
            ("api.shop.internal/me", "api.shop.internal/{secret}"),
            ("api.shop.internal/me", "{secret}.internal/me"),
            ("Bearer {secret}", "Bearer"),
            ("live = [200]", "live = []"),
        ] {
            assert!(verify(&GOOD.replace(from, to)).fault().is_some(), "{to}");
        }
    }

    #[test]
    fn an_answer_means_what_the_rule_says_and_nothing_else() {
        let plain = verify(GOOD);
        assert_eq!(plain.meaning(200, b""), Some(Liveness::Live));
        assert_eq!(plain.meaning(401, b""), Some(Liveness::Refused));
        assert!([302, 403, 429, 500].iter().all(|status| plain.meaning(*status, b"").is_none()));
        let told = GOOD.replace("[401]", "[200]") + "live_body = '\"ok\":true'\nrefused_body = '\"ok\":false'\n";
        let by_body = verify(&told);
        assert_eq!(by_body.meaning(200, b"{\"ok\":true}"), Some(Liveness::Live));
        assert_eq!(by_body.meaning(200, b"{\"ok\":false}"), Some(Liveness::Refused));
        assert_eq!(by_body.meaning(200, b"<html>"), None);
    }

    #[test]
    fn a_secret_that_could_add_a_header_is_not_sent() {
        for secret in [&b"a\r\nx-evil: 1"[..], b"a b", b"\xff", b"a\0"] {
            assert_eq!(verify(GOOD).headers_with(secret), None);
        }
        let headers = verify(GOOD).headers_with(b"abc").unwrap();
        assert_eq!(headers, [("authorization".to_owned(), "Bearer abc".to_owned())]);
    }
}
