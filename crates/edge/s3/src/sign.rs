//! Signature version 4 of AWS, as the S3 documentation describes it under "Authenticating Requests: Using the Authorization
//! Header".

use ring::{digest, hmac};

use crate::credentials::Credentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What is signed of a request.
pub struct ToSign<'a> {
    pub method: &'a str,
    /// Encoded, from the slash on.
    pub path: &'a str,
    /// Encoded and sorted.
    pub query: &'a str,
    /// Lower-case names, sorted; the host among them. All of them are signed.
    pub headers: &'a [(&'static str, String)],
    /// SHA-256 of the body, in hexadecimal digits.
    pub body: &'a str,
}

/// Where and when a signature holds.
pub struct Scope<'a> {
    /// As `20150830T123600Z`.
    pub time: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

/// The value of the header `authorization`.
pub fn authorization(request: &ToSign<'_>, credentials: &Credentials, scope: &Scope<'_>) -> String {
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}:{}\n", trimmed(value))).collect();
    let canonical =
        format!("{}\n{}\n{}\n{headers}\n{names}\n{}", request.method, request.path, request.query, request.body);
    let day = scope.time.get(..8).unwrap_or_default();
    let place = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let text = format!("{ALGORITHM}\n{}\n{place}\n{}", scope.time, sha256(canonical.as_bytes()));
    let first = format!("AWS4{}", credentials.secret.as_str());
    let key = [day, scope.region, scope.service, "aws4_request"]
        .iter()
        .fold(first.into_bytes(), |key, part| mac(&key, part.as_bytes()));
    let signature = hexadecimal(&mac(&key, text.as_bytes()));
    format!("{ALGORITHM} Credential={}/{place}, SignedHeaders={names}, Signature={signature}", credentials.key)
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Without spaces at the ends, and with one for several within.
fn trimmed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    //! The examples that AWS publishes: those of the S3 documentation, and the suite for the signature in general.

    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn of_s3(method: &str, path: &str, query: &str, headers: &[(&'static str, &str)], body: &[u8]) -> String {
        let body = sha256(body);
        let time = "20130524T000000Z";
        let host = ("host", "examplebucket.s3.amazonaws.com");
        let mut all: Vec<(&str, String)> = [&[host, ("x-amz-content-sha256", &body), ("x-amz-date", time)], headers]
            .concat()
            .into_iter()
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        all.sort();
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None);
        let request = ToSign { method, path, query, headers: &all, body: &body };
        authorization(&request, &credentials, &Scope { time, region: "us-east-1", service: "s3" })
    }

    #[test]
    fn getting_a_part_of_an_object() {
        let expected = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
            SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
            Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(of_s3("GET", "/test.txt", "", &[("range", "bytes=0-9")], b""), expected);
    }

    #[test]
    fn putting_an_object() {
        let headers = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
        let signed = of_s3("PUT", "/test%24file.text", "", &headers, b"Welcome to Amazon S3.");
        let expected = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
        assert!(signed.ends_with(expected), "{signed}");
    }

    #[test]
    fn asking_with_a_query() {
        for (query, expected) in [
            ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ] {
            let signed = of_s3("GET", "/", query, &[], b"");
            assert!(signed.ends_with(expected), "{query}: {signed}");
        }
    }

    #[test]
    fn the_simplest_request_of_the_suite() {
        let time = "20150830T123600Z";
        let headers = [("host", "example.amazonaws.com".to_owned()), ("x-amz-date", time.to_owned())];
        let request = ToSign { method: "GET", path: "/", query: "", headers: &headers, body: EMPTY };
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None);
        let signed = authorization(&request, &credentials, &Scope { time, region: "us-east-1", service: "service" });
        let expected = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        assert!(signed.ends_with(expected), "{signed}");
    }

    #[test]
    fn spaces_in_a_header_do_not_count() {
        assert_eq!(trimmed("  a   b  "), "a b");
        assert_eq!(sha256(b""), EMPTY);
    }
}
