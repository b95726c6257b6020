//! Images and containers of a Docker daemon.

use boltseal_model::{Report, SubjectKind};

use crate::parts::{boltseal, part, scan};
use crate::servers::DockerEngine;

fn scan_in(engine: &DockerEngine, target: &str) -> (Report, i32) {
    let mut command = boltseal().unwrap();
    let output = command.env("DOCKER_HOST", engine.host()).args(["scan", target, "--format", "json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{target}: {error}: {errors}"));
    (report, output.status.code().unwrap())
}

fn names(report: &Report) -> Vec<(&str, &str)> {
    report.packages.iter().map(|package| (package.name.as_str(), package.version.as_str())).collect()
}

#[test]
fn images_and_containers_of_docker_are_read_through_its_socket() {
    let (Some(shop), Some(_)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_BINARY")) else { return };
    let Some(engine) = DockerEngine::start() else { return };
    engine.docker(&["load", "--input", &shop.to_string_lossy()]).unwrap();
    let (archive, _) = scan(&shop.to_string_lossy()).unwrap();
    for target in ["docker:shop:1.0", "shop:1.0"] {
        let (image, code) = scan_in(&engine, target);
        assert_eq!((code, image.subject.name.as_str()), (0, "docker:shop:1.0"));
        assert_eq!((image.packages, image.findings), (archive.packages.clone(), archive.findings.clone()));
    }
    let change = "rm -rf /opt/shop/web/node_modules/marked && mkdir /opt/new && \
                  echo '{\"lockfileVersion\": 3, \"packages\": {\"node_modules/left-pad\": {\"version\": \"1.0.0\"}}}' \
                  > /opt/new/package-lock.json && echo changed && sleep 600";
    let run = ["run", "--detach", "--name", "web", "--network", "none", "shop:1.0", "sh", "-c", change];
    engine.docker(&run).unwrap();
    while engine.docker(&["logs", "web"]).unwrap() != "changed" {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let (container, code) = scan_in(&engine, "container:web");
    assert_eq!((code, container.problems.as_slice()), (0, &[][..]));
    assert_eq!((container.subject.kind, &*container.subject.tags[0]), (SubjectKind::Container, "web"));
    let mut expected = names(&archive);
    // The lock file still names what was removed.
    let installed = expected.iter().position(|(name, _)| *name == "marked").unwrap();
    expected.remove(installed);
    expected.push(("left-pad", "1.0.0"));
    expected.sort_unstable();
    let mut found = names(&container);
    found.sort_unstable();
    assert_eq!(found, expected, "what the container removed is gone, and what it brought is there");
}

#[test]
fn what_an_engine_does_not_have_is_said_with_the_way_out() {
    let (Some(_), Some(engine)) = (part("BOLTSEAL_BINARY"), DockerEngine::start()) else { return };
    for (target, complaint) in [
        ("docker:no-such:1", "the engine has no image no-such:1"),
        ("container:no-such", "the engine has no container no-such"),
        ("docker:../x", "is no name of an image"),
    ] {
        let output = boltseal().unwrap().env("DOCKER_HOST", engine.host()).args(["scan", target]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(3) && errors.contains(complaint), "{target}: {errors}");
    }
    let output = boltseal().unwrap().env("CONTAINER_HOST", "unix:///nonexistent/p").args(["scan", "podman:x"]).output();
    let errors = String::from_utf8_lossy(&output.unwrap().stderr).into_owned();
    assert!(errors.contains("no socket of Podman at /nonexistent/p"), "{errors}");
}
