//! Engines that answer badly.

use boltseal_host::{Connection, Root, collect};
use boltseal_model::host::{Collected, Engine};
use boltseal_testkit::server::{Answer, Asked, Manner, Server};

fn asked(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Collected<Engine> {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let _server = Server::on_socket(&socket, script);
    let facts = collect(&Root::open(folder.path()).unwrap(), &Connection::Socket(socket));
    facts.host.docker.unwrap().engine
}

#[test]
fn an_engine_that_answers_badly_is_unknown() {
    let reason = |engine: Collected<Engine>| match engine {
        Collected::Unknown(reason) => reason.unknown,
        Collected::Known(engine) => panic!("{engine:?}"),
    };
    assert!(reason(asked(|_| Answer::new(403, "no"))).ends_with("/info: it answers 403"));
    assert!(reason(asked(|_| Answer::new(200, "{"))).contains("no JSON"));
    assert!(reason(asked(|_| Answer::new(200, "{}").cut_after(1))).contains("/info"));
    assert!(reason(asked(|_| Answer::new(200, "x".repeat(1 << 16)).in_manner(Manner::Endless))).contains("more than"));
    let named = |id: &'static str| {
        reason(asked(move |asked| match asked.path.as_str() {
            path if path.starts_with("/containers/json") => Answer::new(200, format!("[{{\"Id\": \"{id}\"}}]")),
            path if path.ends_with("/json") => Answer::new(200, "[]"),
            "/networks" => Answer::new(200, "[]"),
            _ => Answer::new(200, "{}"),
        }))
    };
    assert!(named("../../secrets").contains("no identifier"));
    assert!(named("").contains("no identifier"));
}

#[test]
fn an_address_that_is_no_socket_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::Other("tcp://127.0.0.1:2375".into());
    let facts = collect(&Root::open(folder.path()).unwrap(), &connection);
    assert!(facts.host.docker.unwrap().engine.known().is_none());
}
