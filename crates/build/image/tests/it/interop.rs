//! What other tools write is read, and what we build for tests is what other tools read.

use std::path::Path;
use std::process::{Command, Stdio};

use boltseal_image::Selector;
use boltseal_model::Limits;
use boltseal_testkit::image::{Compression, Image, Layer, oci};

use crate::support::{Folder, Read, read_archive, read_store};

fn skopeo(arguments: &[String]) -> bool {
    Command::new("skopeo").args(arguments).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn archive(path: &Path) -> Read {
    read_archive(&std::fs::read(path).unwrap(), &Selector::default(), &Limits::default()).unwrap()
}

#[test]
fn skopeo_copies_from_ours_to_formats_that_we_read() {
    if !skopeo(&["--version".into()]) {
        return boltseal_testkit::skip("skopeo is not installed");
    }
    let long = "d/".repeat(90) + "file";
    let base =
        Layer::new().folder("etc").file("etc/os-release", "ID=debian\n").file(&long, "x").compressed(Compression::Gzip);
    let top = Layer::new().whiteout("etc/os-release").file("app", "1").compressed(Compression::Gzip);
    let image = Image::new().layer(base.made_by("ADD base")).layer(top.made_by("ADD app"));
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("ours");
    oci(&[image]).unwrap().write_folder(&ours).unwrap();
    let expected = read_store(&Folder(ours.clone()), &Selector::default(), &Limits::default()).unwrap();
    let copy = |format: &str, name: &str, tag: &str| {
        let path = folder.path().join(name);
        let target = format!("{format}:{}{tag}", path.display());
        let arguments =
            ["copy", "--insecure-policy", "--override-arch", "amd64", &format!("oci:{}", ours.display()), &target];
        assert!(skopeo(&arguments.map(str::to_owned)), "skopeo copies to {target}");
        path
    };
    let docker = archive(&copy("docker-archive", "docker.tar", ":app:1"));
    let oci_archive = archive(&copy("oci-archive", "oci.tar", ":app:1"));
    let oci_folder = Folder(copy("oci", "oci", ":app:1"));
    let oci_folder = read_store(&oci_folder, &Selector::default(), &Limits::default()).unwrap();
    for (name, read) in [("docker", docker), ("oci-archive", oci_archive), ("oci", oci_folder)] {
        assert_eq!((read.layers, read.problems), (expected.layers.clone(), Vec::new()), "{name}");
        assert_eq!(read.image.tags, ["app:1"], "{name}");
        let instructions: Vec<_> = read.image.layers.iter().map(|layer| layer.instruction.as_deref()).collect();
        assert_eq!(instructions, [Some("ADD base"), Some("ADD app")], "{name}");
        assert_eq!(read.overlay.layer_of("etc/os-release"), None);
    }
}
