//! Images and containers of a Docker daemon, and images of a containerd.

use boltseal_model::{ProblemKind, Report, SubjectKind};
use boltseal_testkit::image::{Image, Layer, oci};

use crate::parts::{boltseal, for_two_platforms, part, scan};
use crate::servers::{ContainerdDaemon, DockerEngine};

fn scan_in(engine: &DockerEngine, target: &str) -> (Report, i32) {
    let mut command = boltseal().unwrap();
    let output = command.env("DOCKER_HOST", engine.host()).args(["scan", target, "--format", "json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{target}: {error}: {errors}"));
    (report, output.status.code().unwrap())
}

pub fn names(report: &Report) -> Vec<(&str, &str)> {
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

fn scan_in_containerd(daemon: &ContainerdDaemon, namespace: &str, target: &str) -> (Option<i32>, String, String) {
    let mut command = boltseal().unwrap();
    command.env("CONTAINERD_ADDRESS", daemon.address()).env("CONTAINERD_NAMESPACE", namespace);
    let output = command.args(["scan", target, "--format", "json", "--no-cache"]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn an_image_in_containerd_has_the_packages_and_findings_of_its_archive() {
    let (Some(shop), Some(_)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_BINARY")) else { return };
    let Some(daemon) = ContainerdDaemon::start() else { return };
    daemon.ctr(&["images", "import", &shop.to_string_lossy()]).unwrap();
    let (archive, _) = scan(&shop.to_string_lossy()).unwrap();
    for target in ["containerd:shop:1.0", "containerd:docker.io/library/shop:1.0"] {
        let (code, output, errors) = scan_in_containerd(&daemon, "", target);
        let image: Report = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{target}: {error}: {errors}"));
        assert_eq!((code, image.problems.as_slice()), (Some(0), &[][..]));
        assert_eq!((image.subject.name.as_str(), image.findings.len() > 50), (target, true));
        assert_eq!((image.packages, image.findings), (archive.packages.clone(), archive.findings.clone()));
        assert!(image.subject.layers.iter().all(|layer| layer.digest.is_some()));
    }
}

#[test]
fn containerd_is_looked_into_by_namespaces_and_what_it_lacks_is_said() {
    let (Some(_), Some(daemon)) = (part("BOLTSEAL_BINARY"), ContainerdDaemon::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("app.tar").display().to_string();
    let lock = "[[package]]\nname = \"time\"\nversion = \"0.1.1\"\nsource = \"registry\"\n";
    let image = Image::new().layer(Layer::new().file("Cargo.lock", lock)).tag("registry.example/app:1");
    std::fs::write(&archive, oci(&[image]).unwrap().to_tar()).unwrap();
    for namespace in ["k8s.io", "team"] {
        daemon.ctr(&["--namespace", namespace, "images", "import", "--no-unpack", &archive]).unwrap();
    }
    daemon
        .ctr(&["--namespace", "k8s.io", "images", "tag", "registry.example/app:1", "registry.example/app:2"])
        .unwrap();
    for (namespace, tag, is_there) in
        [("", 1, true), ("", 2, true), ("team", 1, true), ("team", 2, false), ("default", 1, false)]
    {
        let target = format!("containerd:registry.example/app:{tag}");
        let (code, output, errors) = scan_in_containerd(&daemon, namespace, &target);
        assert_eq!(output.contains("\"time\""), is_there, "{namespace}, {target}: {errors}");
        if !is_there {
            assert_eq!(code, Some(3));
            let complaint = format!("no image registry.example/app:{tag} in the namespaces {namespace}");
            assert!(errors.contains(&complaint), "{errors}");
        }
    }
    let (code, _, errors) = scan_in_containerd(&daemon, "", "containerd:none:1");
    let complaint = "no image none:1 or docker.io/library/none:1 in the namespaces default, moby, k8s.io";
    assert!(code == Some(3) && errors.contains(complaint), "{errors}");
    let absent =
        boltseal().unwrap().env("CONTAINERD_ADDRESS", "/nonexistent/c").args(["scan", "containerd:x"]).output();
    let errors = String::from_utf8_lossy(&absent.unwrap().stderr).into_owned();
    assert!(errors.contains("no socket of containerd at /nonexistent/c"), "{errors}");
}

#[test]
fn of_an_image_for_several_platforms_in_containerd_the_one_asked_for_is_read() {
    let (Some(_), Some(daemon)) = (part("BOLTSEAL_BINARY"), ContainerdDaemon::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("app.tar").display().to_string();
    std::fs::write(&archive, for_two_platforms("registry.example/app:1").to_tar()).unwrap();
    daemon.ctr(&["images", "import", "--all-platforms", "--no-unpack", &archive]).unwrap();
    let scan = |platform: &str| {
        let mut command = boltseal().unwrap();
        command.env("CONTAINERD_ADDRESS", daemon.address()).args(["scan", "containerd:registry.example/app:1"]);
        command.args(["--platform", platform, "--format", "json", "--no-cache"]);
        let output = command.output().unwrap();
        (output.status.code(), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (platform, version) in [("linux/amd64", "0.1.1"), ("linux/arm64", "0.1.2")] {
        let (_, output, errors) = scan(platform);
        let report: Report = serde_json::from_slice(&output).unwrap_or_else(|error| panic!("{error}: {errors}"));
        assert_eq!((names(&report), report.subject.platform.as_deref()), (vec![("time", version)], Some(platform)));
        assert_eq!(report.problems, []);
    }
    let (code, _, errors) = scan("linux/s390x");
    assert!(code == Some(3) && errors.contains("linux/amd64") && errors.contains("linux/arm64"), "{errors}");
}

#[test]
fn a_layer_that_containerd_dropped_is_told_with_the_way_out() {
    let (Some(_), Some(daemon)) = (part("BOLTSEAL_BINARY"), ContainerdDaemon::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("app.tar").display().to_string();
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/lodash": {"version": "4.17.4"}}}"#;
    let dropped = Layer::new().file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    let image = Image::new().layer(dropped).layer(Layer::new().file("package-lock.json", lock)).tag("r.example/app:1");
    std::fs::write(&archive, oci(&[image]).unwrap().to_tar()).unwrap();
    daemon.ctr(&["images", "import", "--no-unpack", &archive]).unwrap();
    let (_, output, errors) = scan_in_containerd(&daemon, "", "containerd:r.example/app:1");
    let whole: Report = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {errors}"));
    assert_eq!(whole.problems, []);
    let digest = whole.subject.layers[0].digest.as_ref().unwrap().to_string();
    daemon.ctr(&["content", "rm", &digest]).unwrap();
    let (code, output, errors) = scan_in_containerd(&daemon, "", "containerd:r.example/app:1");
    let report: Report = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {errors}"));
    assert_eq!((code, report.summary.complete), (Some(3), false));
    assert_eq!(names(&report), [("lodash", "4.17.4")], "the other layer is read all the same");
    let problem = &report.problems[0];
    assert_eq!((problem.kind, problem.layer), (ProblemKind::Missing, Some(0)));
    assert!(problem.detail.contains("`ctr --namespace default content fetch r.example/app:1`"), "{problem:?}");
}
