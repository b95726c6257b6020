//! The client against servers that answer well and badly.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod redirects;
mod requests;

use std::io::{self, Read};

use boltseal_http::{Client, HttpError, Request, Trust};
use boltseal_testkit::server::{Answer, Server};

fn client() -> Client {
    Client::new(&Trust::default())
}

#[test]
fn an_answer_that_says_no_is_an_answer() {
    let server = Server::start(|_| Answer::new(404, "no such thing").with("x-reason", "gone"));
    let answer = client().send(&Request::get(format!("http://{}/a?b=c", server.host))).unwrap();
    assert_eq!((answer.status(), answer.header("X-Reason"), answer.length()), (404, Some("gone"), Some(13)));
    assert_eq!(answer.into_bytes(13).unwrap(), b"no such thing");
    let asked = server.asked().remove(0);
    assert_eq!(asked.path, "/a?b=c");
    assert!(asked.header("user-agent").unwrap().starts_with("boltseal/"));
}

#[test]
fn a_body_has_the_limit_of_its_reader() {
    let server = Server::start(|_| Answer::new(200, vec![7; 100]));
    let get = || client().send(&Request::get(format!("http://{}/", server.host))).unwrap();
    assert_eq!(get().into_bytes(100).unwrap().len(), 100);
    assert_eq!(get().into_bytes(99).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
}

#[test]
fn a_body_that_breaks_off_is_an_error_and_no_short_body() {
    let server = Server::start(|_| Answer::new(200, vec![7; 100_000]).cut_after(50_000));
    let answer = client().send(&Request::get(format!("http://{}/", server.host))).unwrap();
    let mut bytes = Vec::new();
    assert!(answer.into_body().read_to_end(&mut bytes).is_err());
    assert!(bytes.len() <= 50_000);
}

#[test]
fn credentials_do_not_follow_a_redirect_to_another_host() {
    let other = Server::start(|_| Answer::new(200, "there"));
    let target = format!("http://{}/there", other.host);
    let first = Server::start(move |_| Answer::new(307, "").with("location", target.clone()));
    let request = Request::get(format!("http://{}/here", first.host)).with("authorization", "Basic c2VjcmV0");
    let answer = client().send(&request).unwrap();
    assert_eq!(answer.into_bytes(10).unwrap(), b"there");
    assert_eq!(first.asked()[0].header("authorization"), Some("Basic c2VjcmV0"));
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[test]
fn redirects_in_a_circle_end() {
    let server = Server::start(|_| Answer::new(302, "").with("location", "/again"));
    let outcome = client().send(&Request::get(format!("http://{}/", server.host)));
    assert!(outcome.is_err(), "{outcome:?}");
    assert!(server.asked().len() < 20);
}

#[test]
fn what_keeps_an_answer_from_coming_has_its_name() {
    let refused = client().send(&Request::get("http://127.0.0.1:1/"));
    assert!(matches!(refused, Err(HttpError::Connection(_))), "{refused:?}");
    let server = Server::start(|_| Answer::default());
    let hung_up = client().send(&Request::get(format!("http://{}/", server.host)));
    assert!(matches!(hung_up, Err(HttpError::Connection(_))), "{hung_up:?}");
    let wrong = client().send(&Request::get("not an address"));
    assert!(matches!(wrong, Err(HttpError::Address(_))), "{wrong:?}");
}

#[test]
fn a_socket_file_is_asked_by_paths() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("engine.sock");
    let server = Server::on_socket(&socket, |asked| Answer::new(200, asked.path.clone()));
    let client = Client::unix(&socket);
    for path in ["/images/a/json", "/containers/b/export"] {
        assert_eq!(client.send(&Request::get(path)).unwrap().into_bytes(100).unwrap(), path.as_bytes());
    }
    assert_eq!(server.paths().len(), 2);
    assert!(Client::unix(&folder.path().join("absent")).send(&Request::get("/")).is_err());
}

#[test]
fn a_form_is_sent_with_its_type() {
    let server = Server::start(|asked| Answer::new(200, asked.body.clone()));
    let request = Request::post_form(format!("http://{}/token", server.host), "a=b&c=d".into());
    assert_eq!(client().send(&request).unwrap().into_bytes(100).unwrap(), b"a=b&c=d");
    assert_eq!(server.asked()[0].header("content-type"), Some("application/x-www-form-urlencoded"));
}
