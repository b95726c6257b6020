//! What a request may ask for beside an address.

use std::time::{Duration, Instant};

use boltseal_http::{HttpError, Request};
use boltseal_testkit::server::{Answer, Manner, Server};

use crate::client;

#[test]
fn bytes_are_put_as_they_are() {
    let server = Server::start(|_| Answer::new(200, ""));
    let body: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let answer = client().send(&Request::put(format!("http://{}/a", server.host), body.clone())).unwrap();
    assert_eq!(answer.status(), 200);
    let asked = server.asked().remove(0);
    assert_eq!((asked.method.as_str(), asked.path.as_str(), asked.body == body), ("PUT", "/a", true));
}

#[test]
fn a_request_with_little_time_ends_in_that_time() {
    let server = Server::start(|_| Answer::new(200, vec![7; 1_000]).in_manner(Manner::Stalling(500)));
    let request = Request::get(format!("http://{}/", server.host)).within(Duration::from_millis(300));
    let begun = Instant::now();
    let outcome = client().send(&request).unwrap().into_bytes(1_000);
    assert!(outcome.is_err(), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_server_that_never_answers_ends_in_that_time_too() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", silent.local_addr().unwrap());
    let begun = Instant::now();
    let outcome = client().send(&Request::get(address).within(Duration::from_millis(300)));
    assert!(matches!(outcome, Err(HttpError::Timeout(_))), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_redirect_is_the_answer_where_it_is_not_to_be_followed() {
    let other = Server::start(|_| Answer::new(200, "there"));
    let target = format!("http://{}/there", other.host);
    let server = Server::start(move |_| Answer::new(307, "elsewhere").with("location", target.clone()));
    let request = Request::get(format!("http://{}/", server.host)).without_redirects();
    let answer = client().send(&request).unwrap();
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.into_bytes(100).unwrap(), b"elsewhere");
    assert_eq!(other.asked().len(), 0);
}
