//! Where a redirect may lead.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use boltseal_http::{Client, HttpError, Request, Trust};
use boltseal_testkit::server::{Answer, Server};
use boltseal_testkit::skip;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server with TLS that answers every request with a redirect; gives its address and a client that trusts it.
fn redirecting_to(location: &str) -> Option<(String, Client)> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder.path())
        .output();
    if !made.is_ok_and(|output| output.status.success()) {
        skip("openssl is not installed; `cargo xtask test` installs it");
        return None;
    }
    let certificate = CertificateDer::from_pem_file(at("certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(at("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}/", listener.local_addr().unwrap());
    let answer =
        format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut lines = BufReader::new(&mut stream).lines();
            if lines.any(|line| line.is_ok_and(|line| line.is_empty())) {
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    let trust = Trust::default().and_file(&at("certificate.pem")).unwrap();
    Some((address, Client::new(&trust)))
}

#[test]
fn a_redirect_from_https_to_http_is_not_followed() {
    let plain = Server::start(|_| Answer::new(200, "anybody may have written this"));
    let Some((address, client)) = redirecting_to(&format!("http://{}/", plain.host)) else { return };
    let outcome = client.send(&Request::get(address.replace("https", "HTTPS")));
    assert!(matches!(outcome, Err(HttpError::Unencrypted)), "{outcome:?}");
    assert_eq!(plain.asked().len(), 0);
}

#[test]
fn an_answer_knows_the_address_that_gave_it() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/first" => Answer::new(302, "").with("location", "/second"),
        _ => Answer::new(200, "there"),
    });
    let answer = Client::new(&Trust::default()).send(&Request::get(format!("http://{}/first", server.host))).unwrap();
    assert_eq!(answer.address(), format!("http://{}/second", server.host));
}
