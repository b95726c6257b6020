//! Images and containers of Podman's service, which speaks as Docker does but for small things.

use std::time::Duration;

use boltseal_model::{Report, SubjectKind};

use super::engines::names;
use crate::parts::{boltseal, part, scan};
use crate::servers::PodmanService;

fn output(service: &PodmanService, target: &str) -> (Option<i32>, Vec<u8>, String) {
    let mut command = boltseal().unwrap();
    // Podman's socket may also stand in for Docker's.
    command.env("CONTAINER_HOST", service.host()).env("DOCKER_HOST", service.host());
    let output = command.args(["scan", target, "--format", "json", "--no-cache"]).output().unwrap();
    (output.status.code(), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn report(service: &PodmanService, target: &str) -> Report {
    let (code, output, errors) = output(service, target);
    let report = serde_json::from_slice(&output).unwrap_or_else(|error| panic!("{target}: {error}: {errors}"));
    assert_eq!(code, Some(0), "{target}: {errors}");
    report
}

#[test]
fn images_and_containers_of_podman_are_read_through_its_socket() {
    let (Some(shop), Some(_)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_BINARY")) else { return };
    let Some(service) = PodmanService::start() else { return };
    service.podman(&["load", "--quiet", "--input", &shop.to_string_lossy()]).unwrap();
    let (archive, _) = scan(&shop.to_string_lossy()).unwrap();
    for target in ["podman:shop:1.0", "podman:localhost/shop:1.0", "docker:shop:1.0"] {
        let image = report(&service, target);
        assert_eq!((image.subject.name.as_str(), image.problems.as_slice()), (target, &[][..]));
        assert_eq!((image.packages, image.findings), (archive.packages.clone(), archive.findings.clone()));
    }
    let id = service.podman(&["image", "inspect", "--format", "{{.Id}}", "shop:1.0"]).unwrap();
    assert_eq!(report(&service, &format!("podman:{id}")).packages, archive.packages);

    let change = "rm -rf /opt/shop/web/node_modules/marked && echo changed && sleep 600";
    // Of the limits that Podman would set, some are above what a machine for tests may have.
    let limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--log-driver", "k8s-file"];
    let run = ["run", "--detach", "--name", "web", "--network", "none"];
    service.podman(&[&run[..], &limits, &["shop:1.0", "sh", "-c", change]].concat()).unwrap();
    while service.podman(&["logs", "web"]).unwrap() != "changed" {
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut expected = names(&archive);
    let installed = expected.iter().position(|(name, _)| *name == "marked").unwrap();
    expected.remove(installed);
    expected.sort_unstable();
    for target in ["podman-container:web", "container:web"] {
        let container = report(&service, target);
        assert_eq!(container.problems, []);
        assert_eq!((container.subject.kind, &*container.subject.tags[0]), (SubjectKind::Container, "web"));
        let mut found = names(&container);
        found.sort_unstable();
        assert_eq!(found, expected, "what the container removed is gone");
    }
    // One that has stopped still has its files.
    service.podman(&["stop", "--time", "0", "web"]).unwrap();
    assert_eq!(names(&report(&service, "podman-container:web")).len(), expected.len());
}

#[test]
fn what_podman_does_not_have_is_said_with_the_way_out() {
    let (Some(_), Some(service)) = (part("BOLTSEAL_BINARY"), PodmanService::start()) else { return };
    for (target, complaint) in [
        ("podman:no-such:1", "the engine has no image no-such:1"),
        ("podman-container:no-such", "the engine has no container no-such"),
        ("podman:../x", "is no name of an image"),
    ] {
        let (code, _, errors) = output(&service, target);
        assert!(code == Some(3) && errors.contains(complaint), "{target}: {errors}");
    }
}
