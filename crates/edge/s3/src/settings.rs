//! What the variables of the AWS tools say.

use std::path::PathBuf;

use boltseal_http::{Client, Trust};

use crate::S3Error;
use crate::credentials::Credentials;

/// A store, and how to be let in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme, host and path of a store that is not AWS; without one, AWS.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    pub(crate) client: Client,
}

/// Where a store answers that is not AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `https` or `http`.
    pub scheme: &'static str,
    /// With the port, if it is not the usual one, exactly as the request will name it.
    pub host: String,
    /// Empty, or from a slash on without one at the end.
    pub path: String,
}

impl Settings {
    /// Reads them through `variable`, which gives the value of a variable. Certificates are believed as `AWS_CA_BUNDLE` says
    /// beside what the system trusts. Credentials come from the first of: variables, the credentials file, the container's
    /// host.
    ///
    /// # Errors
    /// When there are no credentials, or a variable holds what it cannot mean.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, S3Error> {
        let variable = &|name: &str| variable(name).filter(|value| !value.is_empty());
        let mut trust = Trust::of_the_system();
        if let Some(bundle) = variable("AWS_CA_BUNDLE") {
            trust = trust.and_file(&PathBuf::from(bundle))?;
        }
        let client = Client::new(&trust);
        let named = variable("AWS_ENDPOINT_URL_S3").map(|value| ("AWS_ENDPOINT_URL_S3", value));
        let named = named.or_else(|| variable("AWS_ENDPOINT_URL").map(|value| ("AWS_ENDPOINT_URL", value)));
        let endpoint = named.map(|(variable, value)| endpoint(variable, &value)).transpose()?;
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        // It becomes a part of the host's name.
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !region.bytes().all(is_plain) || region.len() > 63 {
            return Err(S3Error::Setting { variable: "AWS_REGION", value: region, wanted: "the name of a region" });
        }
        let credentials = Credentials::find(variable, &client)?;
        Ok(Self { endpoint, region, credentials, client })
    }
}

fn endpoint(variable: &'static str, value: &str) -> Result<Endpoint, S3Error> {
    let wrong = || {
        // Whoever writes a password into it should not find it in a report.
        let value = if value.contains('@') { "an address with a password".to_owned() } else { value.to_owned() };
        S3Error::Setting { variable, value, wanted: "an address as https://host:port" }
    };
    let (scheme, rest) = value.split_once("://").ok_or_else(wrong)?;
    let (scheme, usual) = match scheme {
        "https" => ("https", ":443"),
        "http" => ("http", ":80"),
        _ => return Err(wrong()),
    };
    let (host, path) = rest.find('/').and_then(|slash| rest.split_at_checked(slash)).unwrap_or((rest, ""));
    let host = host.strip_suffix(usual).unwrap_or(host);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(is_plain) || path.contains(['?', '#', '@', '%']) {
        return Err(wrong());
    }
    Ok(Endpoint { scheme, host: host.to_ascii_lowercase(), path: path.trim_end_matches('/').to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_named_as_requests_name_it() {
        let at = |value| endpoint("AWS_ENDPOINT_URL", value).map(|found| (found.scheme, found.host, found.path));
        let expected = |scheme, host: &str, path: &str| Some((scheme, host.to_owned(), path.to_owned()));
        assert_eq!(at("https://Store.example:443/").ok(), expected("https", "store.example", ""));
        assert_eq!(at("http://127.0.0.1:9000").ok(), expected("http", "127.0.0.1:9000", ""));
        assert_eq!(at("http://[::1]:80/s3/").ok(), expected("http", "[::1]", "/s3"));
        for wrong in ["store.example", "ftp://a", "https://", "https://a/?b", "https://a b", "https://user:word@host"] {
            let error = at(wrong).unwrap_err().to_string();
            assert!(error.contains("AWS_ENDPOINT_URL") && !error.contains("word@"), "{error}");
        }
    }

    #[test]
    fn a_region_that_would_name_another_host_is_refused() {
        let read = |region: &'static str| {
            Settings::read(&|name| match name {
                "AWS_REGION" => Some(region.to_owned()),
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("k".to_owned()),
                _ => None,
            })
        };
        assert!(read("eu-central-1").is_ok());
        assert!(matches!(read("evil.example/"), Err(S3Error::Setting { .. })));
    }
}
