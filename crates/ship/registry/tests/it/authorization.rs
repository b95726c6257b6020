//! Tokens and passwords: given to whom they are meant for, and to nobody else.

use boltseal_registry::{Credential, RegistryError, Settings};
use boltseal_testkit::server::{Answer, Asked, Server};

use crate::support::{Fixture, open, read, whole};

const BASIC: &str = "Basic dXNlcjpwYXNz";

fn user() -> Settings {
    Settings { credential: Some(Credential::password("user", "pass")), ..Settings::default() }
}

/// A registry that wants tokens of a service.
fn guarded(realm: String) -> Server {
    let image = Fixture::new(b"layer");
    Server::start(move |asked: &Asked| {
        if asked.header("authorization") == Some("Bearer good") {
            return image.answer(asked);
        }
        let challenge = format!(r#"Bearer realm="{realm}",service="r.example",scope="repository:team/app:pull""#);
        Answer::new(401, "").with("www-authenticate", challenge)
    })
}

#[test]
fn a_token_is_fetched_once_and_used_for_every_request() {
    let service = Server::start(|asked| match asked.header("authorization") {
        Some(BASIC) => Answer::new(200, r#"{"token": "good", "expires_in": 60}"#),
        _ => Answer::new(200, r#"{"access_token": "anonymous"}"#),
    });
    let registry = guarded(format!("http://{}/token", service.host));
    let remote = open(&registry, user()).unwrap();
    read(&remote, &Fixture::new(b"layer").layer_name()).unwrap();
    assert_eq!(service.paths(), ["/token?scope=repository%3Ateam%2Fapp%3Apull&service=r.example"]);
    assert_eq!(registry.asked()[0].header("authorization"), None, "nothing is sent unasked");
    let error = open(&registry, Settings::default()).unwrap_err();
    assert!(matches!(error, RegistryError::Denied { .. }), "{error}");
    assert!(error.to_string().contains("docker login"), "{error}");
}

#[test]
fn a_long_lived_token_is_exchanged_and_never_sent_to_the_registry() {
    let service = Server::start(|_| Answer::new(200, r#"{"access_token": "good"}"#));
    let registry = guarded(format!("http://{}/token", service.host));
    let identity = Credential::Identity(boltseal_model::Redacted::new("long lived".to_owned()));
    open(&registry, Settings { credential: Some(identity), ..Settings::default() }).unwrap();
    let form = String::from_utf8(service.asked()[0].body.clone()).unwrap();
    assert!(form.contains("grant_type=refresh_token") && form.contains("refresh_token=long%20lived"), "{form}");
    assert!(registry.asked().iter().all(|asked| asked.header("authorization") != Some("long lived")));
}

#[test]
fn a_password_is_sent_when_the_registry_asks_for_one() {
    let image = Fixture::new(b"layer");
    let registry = Server::start(move |asked| match asked.header("authorization") {
        Some(BASIC) => image.answer(asked),
        _ => Answer::new(401, "").with("www-authenticate", r#"Basic realm="here""#),
    });
    open(&registry, user()).unwrap();
    let wrong = Settings { credential: Some(Credential::password("user", "wrong")), ..Settings::default() };
    let error = open(&registry, wrong).unwrap_err();
    assert!(matches!(error, RegistryError::Denied { .. }), "{error}");
    assert!(!whole(&error).contains("wrong"), "{error}");
}

#[test]
fn a_token_service_that_makes_no_sense_is_named() {
    for (body, complaint) in [("{}", "no token"), ("[", "no JSON"), (r#"{"token": ""}"#, "no token")] {
        let service = Server::start(move |_| Answer::new(200, body));
        let registry = guarded(format!("http://{}/token", service.host));
        let error = whole(&open(&registry, user()).unwrap_err());
        assert!(error.contains(complaint), "{error}");
    }
    let refusing = Server::start(|_| Answer::new(403, ""));
    let registry = guarded(format!("http://{}/token", refusing.host));
    let error = open(&registry, user()).unwrap_err();
    assert!(matches!(error, RegistryError::Denied { .. }), "{error}");
}

#[test]
fn a_registry_that_only_ever_asks_for_more_is_left() {
    let service = Server::start(|_| Answer::new(200, r#"{"token": "never good"}"#));
    let registry = guarded(format!("http://{}/token", service.host));
    assert!(open(&registry, user()).is_err());
    assert!(registry.paths().len() <= 3 && service.paths().len() <= 2);
}
