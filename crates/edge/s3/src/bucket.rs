//! One bucket: read an object, write an object.

use std::time::{Duration, SystemTime};

use boltseal_http::{Request, Response};

use crate::location::encoded;
use crate::sign::{Scope, ToSign, authorization, sha256};
use crate::time::stamp;
use crate::{Location, S3Error, Settings};

/// Time for one request, body and all. Whoever needs longer than this for some MiB is not worth waiting for.
const WITHIN: Duration = Duration::from_secs(30);
/// Bytes of an error document that are looked at; they have some three hundred.
const ERROR_BYTES: u64 = 8 << 10;

/// Objects below the prefix of a location.
#[derive(Debug)]
pub struct Bucket {
    location: Location,
    settings: Settings,
    within: Duration,
}

/// What came of writing an object that must be new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is there.
    Written,
    /// Another one was there before.
    Existed,
}

impl Bucket {
    /// The bucket at a location. Nobody is asked yet.
    pub fn new(location: Location, settings: Settings) -> Self {
        Self { location, settings, within: WITHIN }
    }

    /// The same with another time for each request.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { within: time, ..self }
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// An object of at most `most` bytes; `None` when there is none, or a larger one.
    ///
    /// # Errors
    /// When the store does not answer, or says no.
    pub fn get(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, S3Error> {
        let answer = self.send("GET", name, Vec::new(), &[])?;
        match answer.status() {
            200 if answer.length().is_some_and(|length| length > most) => Ok(None),
            200 => match answer.into_bytes(most) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => Ok(None),
                Err(error) => Err(S3Error::BrokeOff(error)),
            },
            404 => match refusal(answer) {
                // A bucket that is not there is a mistake, and no empty bucket.
                S3Error::Refused { code: Some(code), status } if code == "NoSuchBucket" => {
                    Err(S3Error::Refused { status, code: Some(code) })
                }
                _ => Ok(None),
            },
            _ => Err(refusal(answer)),
        }
    }

    /// Writes an object, in the place of one that may be there.
    ///
    /// # Errors
    /// When the store does not answer, or says no.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), S3Error> {
        let answer = self.send("PUT", name, bytes, &[])?;
        if (200..300).contains(&answer.status()) { Ok(()) } else { Err(refusal(answer)) }
    }

    /// Writes an object where there is none. Stores that do not know the condition write it in any case, so whoever relies on
    /// what is there reads it afterwards.
    ///
    /// # Errors
    /// When the store does not answer, or says no.
    pub fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<Put, S3Error> {
        let answer = self.send("PUT", name, bytes, &[("if-none-match", "*")])?;
        match answer.status() {
            200..300 => Ok(Put::Written),
            // Two that write at once: one is told that it lost, or that there was a conflict.
            409 | 412 => Ok(Put::Existed),
            _ => Err(refusal(answer)),
        }
    }

    fn send(
        &self,
        method: &'static str,
        name: &str,
        body: Vec<u8>,
        more: &[(&'static str, &str)],
    ) -> Result<Response, S3Error> {
        let Settings { region, credentials, client, .. } = &self.settings;
        let (scheme, host, path) = self.address(name);
        let (digest, time) = (sha256(&body), stamp(SystemTime::now()));
        let mut headers =
            vec![("host", host.clone()), ("x-amz-content-sha256", digest.clone()), ("x-amz-date", time.clone())];
        headers.extend(credentials.token.clone().map(|token| ("x-amz-security-token", token)));
        headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        headers.sort();
        let signed = ToSign { method, path: &path, query: "", headers: &headers, body: &digest };
        let authorization = authorization(&signed, credentials, &Scope { time: &time, region, service: "s3" });
        let address = format!("{scheme}://{host}{path}");
        let request = if method == "PUT" { Request::put(address, body) } else { Request::get(address) };
        let request = request.within(self.within).without_redirects().with("authorization", authorization);
        // The client names the host itself.
        let headers = headers.into_iter().filter(|(name, _)| *name != "host");
        Ok(client.send(&headers.fold(request, |request, (name, value)| request.with(name, value)))?)
    }

    /// Scheme, host and encoded path of an object. Where an endpoint is given the bucket is in the path, since few such stores
    /// have a name for every bucket; with AWS it is in the host, unless it has dots, which its certificate does not cover.
    fn address(&self, name: &str) -> (&'static str, String, String) {
        let (bucket, object) = (self.location.bucket(), encoded(&self.location.object(name)));
        let region = &self.settings.region;
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        match &self.settings.endpoint {
            Some(endpoint) => {
                (endpoint.scheme, endpoint.host.clone(), format!("{}/{bucket}/{object}", encoded(&endpoint.path)))
            }
            None if bucket.contains('.') => ("https", format!("s3.{region}.{domain}"), format!("/{bucket}/{object}")),
            None => ("https", format!("{bucket}.s3.{region}.{domain}"), format!("/{object}")),
        }
    }
}

/// What an answer that says no says.
fn refusal(answer: Response) -> S3Error {
    let status = answer.status();
    let region = answer.header("x-amz-bucket-region").and_then(word);
    if (300..400).contains(&status) {
        return S3Error::Elsewhere { region };
    }
    let text = answer.into_bytes(ERROR_BYTES).unwrap_or_default();
    S3Error::Refused { status, code: code(&String::from_utf8_lossy(&text)) }
}

/// The store's word for an error, from its XML document. Nothing else of that document is of use, so no parser is.
fn code(document: &str) -> Option<String> {
    word(document.split_once("<Code>")?.1.split_once("</Code>")?.0)
}

/// A text that is a word: it comes from the store and is shown to the user.
fn word(text: &str) -> Option<String> {
    let is_word =
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_word.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(location: &str, variables: &[(&str, &str)]) -> String {
        let find = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
            found
                .or_else(|| name.ends_with("KEY").then(|| "k".to_owned()))
                .or_else(|| name.ends_with("ID").then(|| "k".to_owned()))
        };
        let bucket = Bucket::new(location.parse().unwrap(), Settings::read(&find).unwrap());
        let (scheme, host, path) = bucket.address("a b");
        format!("{scheme}://{host}{path}")
    }

    #[test]
    fn a_bucket_is_a_host_at_aws_and_a_path_elsewhere() {
        let eu = &[("AWS_REGION", "eu-west-1")][..];
        assert_eq!(address("s3://team/p", &[]), "https://team.s3.us-east-1.amazonaws.com/p/a%20b");
        assert_eq!(address("s3://team", eu), "https://team.s3.eu-west-1.amazonaws.com/a%20b");
        assert_eq!(address("s3://a.b", eu), "https://s3.eu-west-1.amazonaws.com/a.b/a%20b");
        let china = &[("AWS_DEFAULT_REGION", "cn-north-1")];
        assert_eq!(address("s3://team", china), "https://team.s3.cn-north-1.amazonaws.com.cn/a%20b");
        let own = &[("AWS_ENDPOINT_URL", "https://other"), ("AWS_ENDPOINT_URL_S3", "http://minio:9000/s3/")];
        assert_eq!(address("s3://team", own), "http://minio:9000/s3/team/a%20b");
    }

    #[test]
    fn of_an_error_document_a_word_is_kept() {
        assert_eq!(code("<?xml?><Error><Code>AccessDenied</Code></Error>").as_deref(), Some("AccessDenied"));
        assert_eq!(code("<Code>\u{1b}[31m</Code>"), None);
        assert_eq!(code("<Code></Code>"), None);
        assert_eq!(code("<html>"), None);
    }

    proptest! {
        #[test]
        fn any_document_has_a_plain_word_or_none(text in "(<Code>|</Code>|\\PC){0,20}") {
            prop_assert!(code(&text).is_none_or(|word| word.len() <= 64 && word.is_ascii()));
        }
    }
}
