//! Whether secrets still open something is asked over TLS, of one host, and nothing of it is kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use boltseal_content::secret::case;
use boltseal_content::{Rules, Sought};
use boltseal_http::Trust;
use boltseal_scan::content::{Content, Verifier};
use boltseal_testkit::image::{Image, Layer};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::cache::{cache, registry_target, remote, searched};

/// What a server was asked: the first line, and the headers with their names in lower case.
type Asked = Arc<Mutex<Vec<(String, BTreeMap<String, String>)>>>;

/// A server that stands in for every host: with TLS, and a certificate that we trust.
struct Server {
    host: String,
    trust: Trust,
    asked: Asked,
    _folder: tempfile::TempDir,
}

impl Server {
    /// One that gives a status and a body, by the request's first line and its authorization.
    fn start(answer: fn(&str, &str) -> (u16, &'static str)) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("certificate.pem"));
        if !make_certificate(&key, &certificate) {
            boltseal_testkit::skip("openssl is not installed");
            return None;
        }
        let chain = CertificateDer::pem_file_iter(&certificate).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Asked::default();
        let log = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                // Whoever does not trust us hangs up.
                let _ = serve(StreamOwned::new(connection, stream), &log, answer);
            }
        });
        let trust = Trust::default().and_file(&certificate).unwrap();
        Some(Self { host: format!("localhost:{port}"), trust, asked, _folder: folder })
    }

    fn content(&self, most: usize) -> Content {
        let verifier = Verifier::new(&self.trust, most).instead(self.host.clone());
        Content { verifier: Some(verifier), ..plain() }
    }

    fn asked(&self) -> Vec<(String, BTreeMap<String, String>)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn plain() -> Content {
    let rules = Rules::built_in(Sought { malware: false, secrets: true }).0;
    Content { rules, digest: "ours".into(), scanner: None, verifier: None }
}

fn make_certificate(key: &Path, certificate: &Path) -> bool {
    let arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
                     -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE";
    let made = Command::new("openssl")
        .args(arguments.split_whitespace())
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .output();
    made.is_ok_and(|made| made.status.success())
}

fn serve(
    mut stream: StreamOwned<ServerConnection, TcpStream>,
    log: &Asked,
    answer: fn(&str, &str) -> (u16, &'static str),
) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let first = lines.next().unwrap().to_owned();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: BTreeMap<String, String> = lines.filter_map(header).collect();
    let (status, body) = answer(&first, headers.get("authorization").map_or("", String::as_str));
    log.lock().unwrap().push((first, headers));
    let length = body.len();
    // A redirect leads to where nobody may follow with a secret.
    let location = "Location: https://elsewhere.internal/\r\n";
    write!(stream, "HTTP/1.1 {status} X\r\n{location}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn token(seed: u64) -> String {
    case::expanded("ghp_<crc32-base62>", seed).unwrap()
}

/// An image with texts in one layer, and what is said of secrets in it, by path.
fn evidence(content: &Content, files: &[(&str, &str)]) -> Vec<(String, String)> {
    let layer = files.iter().fold(Layer::new(), |layer, (path, text)| layer.file(path, text));
    let image = Image::new().layer(layer.made_by("COPY . /"));
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let report = searched(&cache, &remote(image).0, &registry_target(), Some(content));
    let text = serde_json::to_string(&report).unwrap() + &format!("{report:?}{content:?}");
    for (_, secret) in files {
        assert!(!text.contains(secret.trim()), "the report, or what debugging shows, has the secret");
    }
    report.findings.into_iter().map(|finding| (finding.location.path, finding.evidence)).collect()
}

#[test]
fn what_the_issuer_says_is_in_the_evidence_and_each_secret_is_sent_once() {
    let server = Server::start(|_, authorization| match authorization {
        it if *it == format!("Bearer {}", token(1)) => (200, "{}"),
        it if *it == format!("Bearer {}", token(2)) => (401, "{}"),
        _ => (302, ""),
    });
    let Some(server) = server else { return };
    let [live, refused, other] = [1, 2, 3].map(token);
    // The same secret in many files, which several threads come upon at once.
    let again = ["d", "e", "f", "g", "h", "i"];
    let files = [("a", &*live), ("b", &refused), ("c", &other)].into_iter().chain(again.map(|path| (path, &*live)));
    let files: Vec<(&str, &str)> = files.collect();
    let said = evidence(&server.content(10), &files);
    let of = |path: &str| said.iter().find(|(it, _)| it == path).unwrap().1.as_str();
    assert!(of("a").ends_with("; live: api.github.com takes it"), "{said:?}");
    for path in again {
        assert_eq!(of(path), of("a"));
    }
    assert!(of("b").ends_with("; refused by api.github.com"), "{said:?}");
    assert!(of("c").ends_with("; api.github.com could not be asked: it answers with the status 302"), "{said:?}");
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "a redirect is not followed, and no secret is sent twice: {asked:?}");
    for (first, headers) in &asked {
        assert_eq!(first, "GET /user HTTP/1.1");
        assert!(headers["authorization"].starts_with("Bearer ghp_"));
    }
}

#[test]
fn nobody_is_asked_unless_the_user_wants_it() {
    let Some(server) = Server::start(|_, _| (200, "{}")) else { return };
    let said = evidence(&plain(), &[("a", &token(1))]);
    assert!(said[0].1.ends_with("characters)"), "{said:?}");
    assert_eq!(server.asked(), []);
}

#[test]
fn no_more_is_asked_than_the_limit() {
    let Some(server) = Server::start(|_, _| (200, "{}")) else { return };
    let tokens: Vec<String> = (1..6).map(token).collect();
    let files: Vec<(String, &str)> =
        tokens.iter().enumerate().map(|(at, it)| (format!("f{at}"), it.as_str())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let said = evidence(&server.content(2), &files);
    assert_eq!(server.asked().len(), 2);
    assert_eq!(said.iter().filter(|(_, it)| it.contains("was not asked about it")).count(), 3, "{said:?}");
}

#[test]
fn a_server_that_is_not_trusted_sees_no_secret() {
    let Some(server) = Server::start(|_, _| (200, "{}")) else { return };
    let verifier = Verifier::new(&Trust::default(), 10).instead(server.host.clone());
    let said = evidence(&Content { verifier: Some(verifier), ..plain() }, &[("a", &token(1))]);
    assert!(said[0].1.contains("api.github.com could not be asked: no trusted connection"), "{said:?}");
    assert_eq!(server.asked(), []);
}

#[test]
fn an_answer_whose_status_does_not_tell_is_read() {
    let server = Server::start(|first, _| match first {
        "POST /api/auth.test HTTP/1.1" => (200, "{\"ok\":false,\"error\":\"token_revoked\"}"),
        _ => (500, ""),
    });
    let Some(server) = server else { return };
    let slack = case::expanded("xoxb-<digit:11>-<digit:12>-<alnum:24>", 1).unwrap();
    let said = evidence(&server.content(10), &[("a", &slack)]);
    assert!(said[0].1.ends_with("; refused by slack.com"), "{said:?}");
}

#[test]
fn nothing_is_kept_of_a_layer_whose_secrets_were_asked_about() {
    let Some(server) = Server::start(|_, _| (200, "{}")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let token = token(1);
    for asks in [true, false, true] {
        let content = if asks { server.content(10) } else { plain() };
        let image = Image::new().layer(Layer::new().file("a", &token).made_by("COPY . /"));
        let report = searched(&cache, &remote(image).0, &registry_target(), Some(&content));
        assert_eq!(report.findings[0].evidence.contains("live"), asks);
        assert_eq!(server.asked().len(), usize::from(asks), "what is in the cache is asked about all the same");
    }
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}
