//! What a registry answers to whoever it does not know.

/// One `WWW-Authenticate` challenge that this client can meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// Name and password with every request.
    Basic,
    /// A token from a token service.
    Bearer {
        /// Address of the service.
        realm: String,
        /// Which registry the token is for.
        service: Option<String>,
        /// What it allows.
        scope: Option<String>,
    },
}

impl Challenge {
    /// Reads the value of the header; the bearer challenge is preferred where both are offered.
    ///
    /// Source: RFC 9110, section 11.6.1; Docker registry token authentication specification.
    pub fn parse(header: &str) -> Option<Self> {
        let mut basic = None;
        let mut rest = header;
        while !rest.trim().is_empty() {
            let (scheme, after) = scheme(rest)?;
            let (parameters, after) = parameters(after);
            let value = |name: &str| {
                parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
            };
            if scheme.eq_ignore_ascii_case("bearer")
                && let Some(realm) = value("realm")
            {
                return Some(Self::Bearer { realm, service: value("service"), scope: value("scope") });
            }
            if scheme.eq_ignore_ascii_case("basic") {
                basic = Some(Self::Basic);
            }
            rest = after;
        }
        basic
    }
}

/// The name of a scheme, and what follows it.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
    let (scheme, rest) = text.split_at_checked(end)?;
    (!scheme.is_empty()).then_some((scheme, rest))
}

/// The `name=value` pairs up to the next scheme, and what follows them.
fn parameters(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        let rest = text.trim_start_matches([' ', '\t', ',']);
        let end = rest.find(['=', ' ', '\t', ',']).unwrap_or(rest.len());
        let Some((name, after)) = rest.split_at_checked(end) else { return (found, rest) };
        let Some(after) = after.strip_prefix('=').filter(|_| !name.is_empty()) else { return (found, rest) };
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = after.find([' ', '\t', ',']).unwrap_or(after.len());
                after
                    .split_at_checked(end)
                    .map_or_else(|| (String::new(), ""), |(value, rest)| (value.to_owned(), rest))
            }
        };
        found.push((name.to_owned(), value));
        text = after;
    }
}

/// A quoted string whose opening quote is gone, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, next)| next)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        Challenge::Bearer { realm: realm.into(), service: service.map(Into::into), scope: scope.map(Into::into) }
    }

    #[test]
    fn every_form_that_registries_write_is_read() {
        for (header, challenge) in [
            (r#"Basic realm="basic-realm""#, Some(Challenge::Basic)),
            ("basic", Some(Challenge::Basic)),
            (
                r#"Bearer realm="https://auth.example/token",service="r.example",scope="repository:a/b:pull,push""#,
                Some(bearer("https://auth.example/token", Some("r.example"), Some("repository:a/b:pull,push"))),
            ),
            (r#"bearer REALM=https://a.example/t , service = x"#, Some(bearer("https://a.example/t", None, None))),
            (r#"Basic realm="a, b", Bearer realm="https://a/t""#, Some(bearer("https://a/t", None, None))),
            (r#"Bearer realm="a\"b"#, Some(bearer("a\"b", None, None))),
            (r#"Bearer service="x""#, None),
            ("Negotiate abc==, Basic", Some(Challenge::Basic)),
            ("", None),
        ] {
            assert_eq!(Challenge::parse(header), challenge, "{header}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_ends(header in "[A-Za-z =,\"\\\\\t]{0,80}|.{0,80}") {
            let _ = Challenge::parse(&header);
        }
    }
}
