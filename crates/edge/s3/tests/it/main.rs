//! A bucket against stores that answer well and badly.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::fs;
use std::time::{Duration, Instant};

use boltseal_s3::{Bucket, Put, S3Error, Settings};
use boltseal_testkit::server::{Answer, Manner, Server};

const KEYS: &[(&str, &str)] = &[("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "secret")];

fn settings(variables: &[(&str, &str)]) -> Result<Settings, S3Error> {
    Settings::read(&|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
}

fn bucket(server: &Server, more: &[(&str, &str)]) -> Bucket {
    let endpoint = format!("http://{}", server.host);
    let variables = [KEYS, &[("AWS_ENDPOINT_URL", endpoint.as_str())], more].concat();
    Bucket::new("s3://team/layers".parse().unwrap(), settings(&variables).unwrap())
}

fn error(code: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>secret</Message></Error>").into_bytes()
}

#[test]
fn requests_are_signed_with_everything_that_they_say() {
    let server = Server::start(|_| Answer::new(200, "bytes"));
    let bucket = bucket(&server, &[("AWS_SESSION_TOKEN", "token"), ("AWS_REGION", "eu-west-1")]);
    assert_eq!(bucket.get("a", 5).unwrap().unwrap(), b"bytes");
    assert_eq!(bucket.put_new("b", b"body".to_vec()).unwrap(), Put::Written);
    let asked = server.asked();
    assert_eq!(server.paths(), ["/team/layers/a", "/team/layers/b"]);
    assert_eq!((asked[1].method.as_str(), asked[1].body.as_slice()), ("PUT", &b"body"[..]));
    for (asked, names) in asked.iter().zip([
        "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        "host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-security-token",
    ]) {
        let signature = asked.header("authorization").unwrap();
        assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{signature}");
        assert!(signature.contains("/eu-west-1/s3/aws4_request, "), "{signature}");
        assert!(signature.contains(&format!("SignedHeaders={names}, ")), "{signature}");
        assert_eq!(asked.header("x-amz-security-token"), Some("token"));
        assert_eq!(asked.headers.iter().filter(|(name, _)| name == "host").count(), 1);
    }
}

#[test]
fn what_is_not_there_is_no_error_but_a_bucket_that_is_not_is_one() {
    let server = Server::start(|_| Answer::new(404, error("NoSuchKey")));
    assert!(bucket(&server, &[]).get("a", 5).unwrap().is_none());
    let server = Server::start(|_| Answer::new(404, error("NoSuchBucket")));
    let refused = bucket(&server, &[]).get("a", 5).unwrap_err();
    assert_eq!(refused.to_string(), "the store refuses with status 404 (NoSuchBucket)");
}

#[test]
fn a_refusal_is_told_by_status_and_word() {
    for (status, code, word) in
        [(403, "AccessDenied", " (AccessDenied)"), (503, "SlowDown", " (SlowDown)"), (500, "\u{1b}[0m", "")]
    {
        let server = Server::start(move |_| Answer::new(status, error(code)));
        let bucket = bucket(&server, &[]);
        for refused in [bucket.get("a", 5).unwrap_err(), bucket.put("a", vec![1]).unwrap_err()] {
            assert_eq!(refused.to_string(), format!("the store refuses with status {status}{word}"));
        }
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Server::start(|_| Answer::new(200, "there"));
    let target = format!("http://{}/", other.host);
    let server = Server::start(move |_| {
        Answer::new(307, "").with("location", target.clone()).with("x-amz-bucket-region", "eu-west-1")
    });
    let error = bucket(&server, &[("AWS_SESSION_TOKEN", "token")]).get("a", 5).unwrap_err();
    assert_eq!(error.to_string(), "the bucket is in another region (eu-west-1); set AWS_REGION");
    assert_eq!(other.asked().len(), 0);
}

#[test]
fn an_object_that_is_too_large_is_none() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1_000]));
    assert!(bucket(&server, &[]).get("a", 999).unwrap().is_none());
    let server = Server::start(|_| Answer::new(200, vec![7; 1_000]).in_manner(Manner::Endless));
    assert!(bucket(&server, &[]).get("a", 100_000).unwrap().is_none());
}

#[test]
fn an_object_that_breaks_off_is_an_error() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1_000]).cut_after(500));
    assert!(matches!(bucket(&server, &[]).get("a", 5_000), Err(S3Error::BrokeOff(_))));
}

#[test]
fn a_slow_store_costs_a_time_that_is_known() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1_000]).in_manner(Manner::Stalling(500)));
    let bucket = bucket(&server, &[]).within(Duration::from_millis(300));
    let begun = Instant::now();
    assert!(matches!(bucket.get("a", 5_000), Err(S3Error::BrokeOff(_))));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn credentials_come_from_the_first_place_that_has_them() {
    let lender = Server::start(|_| {
        Answer::new(
            200,
            r#"{"AccessKeyId": "LENT", "SecretAccessKey": "s", "Token": "t", "Expiration": "2030-01-01T00:00:00Z"}"#,
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n").unwrap();
    let server = Server::start(|_| Answer::new(200, ""));
    let (file, full) = (file.to_string_lossy(), format!("http://{}/creds", lender.host));
    let endpoint = format!("http://{}", server.host);
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", full.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "let me in"),
    ];
    let used = |variables: &[(&str, &str)]| {
        Bucket::new("s3://team".parse().unwrap(), settings(variables).unwrap()).put("a", Vec::new()).unwrap();
        server.asked().pop().unwrap().header("authorization").unwrap().to_owned()
    };
    assert!(used(&variables).contains("Credential=LENT/"));
    assert_eq!(lender.asked()[0].header("authorization"), Some("let me in"));
    variables.push(("AWS_SHARED_CREDENTIALS_FILE", &file));
    assert!(used(&variables).contains("Credential=FILE/"));
    variables.extend(KEYS);
    assert!(used(&variables).contains("Credential=AKID/"));
    assert_eq!(lender.asked().len(), 1, "nobody is asked for what is not used");
}

#[test]
fn no_credentials_is_told_and_so_is_a_profile_that_is_not_there() {
    assert!(matches!(settings(&[]), Err(S3Error::NoCredentials)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "[default]\n").unwrap();
    let file = file.to_string_lossy();
    let error = settings(&[("AWS_SHARED_CREDENTIALS_FILE", &file), ("AWS_PROFILE", "ci")]).unwrap_err();
    assert!(error.to_string().ends_with("has no access key for the profile ci"), "{error}");
    let lender = Server::start(|_| Answer::new(200, r#"{"AccessKeyId": "LENT", "SecretAccessKey": 3}"#));
    let full = format!("http://{}/creds", lender.host);
    let error = settings(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &full)]).unwrap_err();
    assert_eq!(error.to_string(), "the container's host gives no credentials: the answer holds no access key");
}
