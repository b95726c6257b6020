//! Addresses that a registry gives: where an upload goes on, where a list goes on.

/// The address that `given` means where `at` gave it, without a fragment; `None` if it is none over HTTP.
///
/// Source: RFC 3986, section 5.2, as far as registries use it. Dot segments are left to the registry.
pub fn resolve(at: &str, given: &str) -> Option<String> {
    let given = given.split('#').next().unwrap_or_default();
    let is_clean = given.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    if given.is_empty() || !is_clean {
        return None;
    }
    let here = at.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = here.split_once("://")?;
    let address = if given.starts_with("//") {
        format!("{scheme}:{given}")
    } else if given.starts_with('/') {
        format!("{}{given}", origin(here)?)
    } else if given.starts_with('?') {
        format!("{here}{given}")
    } else if has_scheme(given) {
        given.to_owned()
    } else {
        let folder = rest.rsplit_once('/').map_or(rest, |(folder, _)| folder);
        format!("{scheme}://{folder}/{given}")
    };
    origin(&address).map(|_| address)
}

/// Scheme, host and port of an address over HTTP, in lower case and without the port that goes without saying; `None` if it has
/// none, or names a user.
pub fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let usual = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let host = host.strip_suffix(usual).unwrap_or(&host);
    (!host.is_empty() && !host.contains('@')).then(|| format!("{scheme}://{host}"))
}

/// Whether an address is reached in the clear, and the other one is not.
pub fn is_less_protected(address: &str, than: &str) -> bool {
    let is_protected = |address: &str| origin(address).is_some_and(|origin| origin.starts_with("https://"));
    is_protected(than) && !is_protected(address)
}

/// The address of the next part of a list, as the header `Link` gives it.
///
/// Source: RFC 8288; OCI distribution specification 1.1, "Listing Referrers".
pub fn next_of(link: &str) -> Option<&str> {
    let mut rest = link;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default();
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel") && value.split(' ').any(|word| word.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(address);
        }
        rest = after;
    }
    None
}

/// Whether a text begins with a scheme of its own.
fn has_scheme(text: &str) -> bool {
    text.split(['/', '?']).next().is_some_and(|first| first.contains(':'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT: &str = "https://r.example:5000/v2/team/app/blobs/uploads/?from=x";

    #[test]
    fn every_form_of_an_address_is_understood() {
        for (given, meant) in [
            ("https://Store.example/up?state=a%3D", Some("https://Store.example/up?state=a%3D")),
            ("//store.example/up", Some("https://store.example/up")),
            (
                "/v2/team/app/blobs/uploads/1?_state=x",
                Some("https://r.example:5000/v2/team/app/blobs/uploads/1?_state=x"),
            ),
            ("1?_state=x#y", Some("https://r.example:5000/v2/team/app/blobs/uploads/1?_state=x")),
            ("?n=2", Some("https://r.example:5000/v2/team/app/blobs/uploads/?n=2")),
            ("", None),
            ("file:///etc/passwd", None),
            ("ftp://r.example/x", None),
            ("https://user@r.example/x", None),
            ("https://", None),
            ("/a b", None),
            ("/a\r\nhost: other", None),
        ] {
            assert_eq!(resolve(AT, given).as_deref(), meant, "{given}");
        }
    }

    #[test]
    fn only_the_next_part_of_a_list_is_the_next() {
        for (link, next) in [
            ("</a?n=1>; rel=\"next\"", Some("/a?n=1")),
            ("</first>; rel=first, </b,c;d>; title=\"x\"; rel=next", Some("/b,c;d")),
            ("</a>; rel=\"prev next\"", Some("/a")),
            ("</a>; rel=prev", None),
            ("</a", None),
            ("", None),
        ] {
            assert_eq!(next_of(link), next, "{link}");
        }
    }

    #[test]
    fn what_goes_to_a_protected_host_does_not_go_on_in_the_clear() {
        assert!(is_less_protected("http://r.example/up", AT));
        assert!(is_less_protected("up", AT));
        assert!(!is_less_protected("HTTPS://store.example/up", AT));
        assert!(!is_less_protected("http://r.example/up", "http://r.example/"));
    }

    #[test]
    fn a_port_that_goes_without_saying_makes_no_other_host() {
        assert_eq!(origin("https://R.example:443/x"), origin("HTTPS://r.example?x"));
        assert_ne!(origin("https://r.example:80"), origin("https://r.example"));
        assert_ne!(origin("http://r.example"), origin("https://r.example"));
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_over_http(at in "(https?://[a-z:]{1,9})?.{0,30}", given in ".{0,60}") {
            let _ = next_of(&given);
            if let Some(address) = resolve(&at, &given) {
                prop_assert!(address.to_ascii_lowercase().starts_with("http"), "{}", address);
                prop_assert!(origin(&address).is_some());
            }
        }

        #[test]
        fn a_path_never_leaves_its_host(given in "/[^/].{0,40}") {
            if let Some(address) = resolve(AT, &given) {
                prop_assert_eq!(origin(&address), Some("https://r.example:5000".to_owned()));
            }
        }
    }
}
