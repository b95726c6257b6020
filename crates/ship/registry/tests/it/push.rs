//! Blobs and manifests on their way into a registry.

use std::sync::atomic::{AtomicUsize, Ordering};

use boltseal_http::HttpError;
use boltseal_model::Limits;
use boltseal_registry::{Credential, RegistryError, Settings};
use boltseal_testkit::server::{Answer, Asked, Server};

use crate::memory::{Manners, Memory, repository, repository_within};
use crate::support::{INDEX, MANIFEST, digest};

fn at(location: &str) -> Manners {
    Manners { location: Some(location.to_owned()), ..Manners::default() }
}

fn uploads(server: &Server) -> Vec<Asked> {
    server.asked().into_iter().filter(|asked| asked.path.contains("/uploads/")).collect()
}

#[test]
fn a_blob_goes_where_the_registry_says_in_whatever_way() {
    let digest = digest(b"blob").to_string().replace(':', "%3A");
    for (location, put) in [
        ("/v2/team/app/blobs/uploads/ID", format!("/v2/team/app/blobs/uploads/0?digest={digest}")),
        (
            "/v2/team/app/blobs/uploads/ID?_state=a%3D",
            format!("/v2/team/app/blobs/uploads/0?_state=a%3D&digest={digest}"),
        ),
        ("ID?_state=b", format!("/v2/team/app/blobs/uploads/0?_state=b&digest={digest}")),
    ] {
        let server = Memory::new(at(location)).serve();
        repository(&server.host, Settings::default()).push_blob(b"blob").unwrap();
        let asked = uploads(&server);
        assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("PUT", put.as_str()));
        assert_eq!(asked[1].header("content-type"), Some("application/octet-stream"));
        assert_eq!(asked[0].header("content-length"), Some("0"));
    }
}

#[test]
fn a_blob_that_is_there_is_not_sent() {
    let memory = Memory::new(Manners::default());
    memory.blob("", b"blob");
    let server = memory.serve();
    let repository = repository(&server.host, Settings::default());
    assert_eq!(repository.push_blob(b"blob").unwrap(), digest(b"blob"));
    assert_eq!(uploads(&server).len(), 0);
    repository.push_blob(b"another").unwrap();
    repository.push_blob(b"another").unwrap();
    assert_eq!(uploads(&server).len(), 2);
}

#[test]
fn an_upload_elsewhere_is_followed_without_credentials() {
    let store = Server::start(|_| Answer::new(201, ""));
    let memory = Memory::new(at(&format!("http://{}/bucket/ID?signed=x", store.host)));
    let registry = Server::start(move |asked| match asked.header("authorization") {
        Some(_) => memory.answer(asked),
        None => Answer::new(401, "").with("www-authenticate", r#"Basic realm="here""#),
    });
    let settings = Settings { credential: Some(Credential::password("user", "pass")), ..Settings::default() };
    repository(&registry.host, settings).push_blob(b"blob").unwrap();
    let asked = store.asked();
    assert_eq!((asked.len(), asked[0].body.as_slice()), (1, &b"blob"[..]));
    assert!(asked[0].path.starts_with("/bucket/0?signed=x&digest=sha256%3A"), "{}", asked[0].path);
    assert_eq!(asked[0].header("authorization"), None);
}

#[test]
fn an_upload_that_breaks_off_is_begun_anew() {
    let memory = Memory::new(Manners::default());
    let (served, puts) = (memory.clone(), AtomicUsize::new(0));
    let server = Server::start(move |asked| {
        let is_first = asked.method == "PUT" && puts.fetch_add(1, Ordering::SeqCst) == 0;
        if is_first { Answer::new(503, "") } else { served.answer(asked) }
    });
    repository(&server.host, Settings::default()).push_blob(b"blob").unwrap();
    let begun: Vec<String> = uploads(&server).into_iter().map(|asked| asked.method).collect();
    assert_eq!(begun, ["POST", "PUT", "POST", "PUT"]);
    assert!(memory.held.lock().unwrap().contains_key(&format!("blobs/{}", digest(b"blob"))));
}

#[test]
fn an_upload_that_makes_no_sense_is_named() {
    for (location, complaint) in
        [("", "no address"), ("file:///etc/passwd", "no address"), ("http://u@r.example/", "no address")]
    {
        let server = Memory::new(at(location)).serve();
        let error = repository(&server.host, Settings::default()).push_blob(b"blob").unwrap_err();
        assert!(matches!(&error, RegistryError::Malformed { detail, .. } if detail.contains(complaint)), "{error}");
    }
    for (begin, end, complaint) in
        [(200, 201, "begun with 200"), (202, 202, "ended with 202"), (202, 200, "ended with 200")]
    {
        let server = Server::start(move |asked| match asked.method.as_str() {
            "POST" => Answer::new(begin, "").with("location", "/v2/team/app/blobs/uploads/1"),
            "PUT" => Answer::new(end, ""),
            _ => Answer::new(404, ""),
        });
        let error = repository(&server.host, Settings::default()).push_blob(b"blob").unwrap_err();
        assert!(error.to_string().contains(complaint), "{error}");
    }
}

#[test]
fn a_registry_that_takes_no_blob_says_why() {
    let said = r#"{"errors":[{"code":"DENIED","message":"the quota is used up"}]}"#;
    let server = Server::start(move |asked| match asked.method.as_str() {
        "POST" => Answer::new(403, said),
        _ => Answer::new(404, ""),
    });
    let error = repository(&server.host, Settings::default()).push_blob(b"blob").unwrap_err();
    assert!(matches!(&error, RegistryError::Denied { .. }), "{error}");
    assert!(error.to_string().contains("(DENIED: the quota is used up)"), "{error}");
}

#[test]
fn a_redirect_of_what_is_written_is_not_followed() {
    let elsewhere = Server::start(|_| Answer::new(201, ""));
    let host = elsewhere.host.clone();
    let server = Server::start(move |asked| match asked.method.as_str() {
        "PUT" => Answer::new(307, "").with("location", format!("http://{host}/")),
        _ => Answer::new(404, ""),
    });
    let error = repository(&server.host, Settings::default()).push_manifest(MANIFEST, b"{}", None).unwrap_err();
    assert!(matches!(&error, RegistryError::Unexpected { status: 307, .. }), "{error}");
    assert_eq!(elsewhere.paths().len(), 0);
}

#[test]
fn a_manifest_is_stored_under_its_digest_and_its_tag() {
    let memory = Memory::new(Manners::default());
    let server = memory.serve();
    let limits = Limits { manifest_bytes: 10, ..Limits::default() };
    let repository = repository_within(&server.host, Settings::default(), &limits);
    let stored = repository.push_manifest(INDEX, b"{}", Some("2")).unwrap();
    let held = memory.held.lock().unwrap();
    let paths: Vec<&String> = held.keys().collect();
    assert_eq!(paths, ["manifests/2", &format!("manifests/{stored}")]);
    assert!(held.values().all(|(media_type, bytes)| media_type == INDEX && bytes == b"{}"));
    let error = repository.push_manifest(INDEX, b"{         }", None).unwrap_err();
    assert!(error.to_string().contains("more than 10 bytes"), "{error}");
}

#[test]
fn a_token_to_write_with_is_asked_for() {
    let memory = Memory::new(Manners::default());
    let service = Server::start(|asked| match asked.path.contains("pull%2Cpush") {
        true => Answer::new(200, r#"{"token": "writes"}"#),
        false => Answer::new(200, r#"{"token": "reads"}"#),
    });
    let realm = format!("http://{}/token", service.host);
    let registry = Server::start(move |asked| match asked.header("authorization") {
        Some("Bearer writes") => memory.answer(asked),
        // The first question reads, and is challenged for no more than that.
        _ => Answer::new(401, "").with(
            "www-authenticate",
            format!(r#"Bearer realm="{realm}",service="r.example",scope="repository:team/app:pull""#),
        ),
    });
    repository(&registry.host, Settings::default()).push_blob(b"blob").unwrap();
    assert_eq!(service.paths(), ["/token?scope=repository%3Ateam%2Fapp%3Apull%2Cpush&service=r.example"]);
}

#[test]
fn a_host_that_cannot_be_reached_is_not_a_repository() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let settings = Settings { plain_http: vec![closed.clone()], ..Settings::default() };
    let reference = format!("{closed}/team/app:1").parse().unwrap();
    let registries = boltseal_registry::Registries::new(settings, boltseal_registry::Credentials::default());
    let error = registries.repository(&reference, boltseal_registry::Access::Push, &Limits::default()).unwrap_err();
    assert!(matches!(&error, RegistryError::Unreachable { source: HttpError::Connection(_), .. }), "{error}");
}
