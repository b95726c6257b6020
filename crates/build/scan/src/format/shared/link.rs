//! Where an advisory is published.

/// A page about an advisory.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Who publishes it.
    pub publisher: &'static str,
    /// Its address.
    pub address: String,
}

/// Publishers by the beginning of their identifiers, and the address that the identifier completes.
const PUBLISHERS: &[(&str, &str, &str)] = &[
    ("CVE-", "CVE", "https://www.cve.org/CVERecord?id="),
    ("GHSA-", "GitHub Advisory Database", "https://github.com/advisories/"),
    ("DLA-", "Debian", "https://security-tracker.debian.org/tracker/"),
    ("DSA-", "Debian", "https://security-tracker.debian.org/tracker/"),
    ("GO-", "Go Vulnerability Database", "https://pkg.go.dev/vuln/"),
    ("PYSEC-", "Python Packaging Advisory Database", "https://osv.dev/vulnerability/"),
    ("RUSTSEC-", "RustSec", "https://rustsec.org/advisories/"),
];

/// The page of an advisory, where its identifier tells the publisher. An identifier with other characters than letters,
/// digits and hyphens has none: it could lead elsewhere.
pub fn page(id: &str) -> Option<Page> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return None;
    }
    let (_, publisher, address) = PUBLISHERS.iter().find(|(prefix, ..)| id.starts_with(prefix))?;
    Some(Page { publisher, address: format!("{address}{id}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_tells_the_publisher() {
        let address = |id| page(id).map(|page| page.address);
        assert_eq!(address("CVE-2019-11324").unwrap(), "https://www.cve.org/CVERecord?id=CVE-2019-11324");
        assert_eq!(address("GHSA-mh33-7rrq-662w").unwrap(), "https://github.com/advisories/GHSA-mh33-7rrq-662w");
    }

    #[test]
    fn quiet_when_the_publisher_is_unknown_or_the_identifier_strange() {
        assert_eq!(page("NSWG-ECO-23"), None);
        assert_eq!(page("CVE-1/../../x?y"), None);
    }
}
