//! The same image in every format is the same image.

use boltseal_image::{OpenError, Selector};
use boltseal_model::{Limits, ProblemKind};
use boltseal_testkit::image::{Compression, Files, Image, Layer, docker, docker_oci, index, oci, put_manifest};
use serde_json::json;

use crate::support::{Folder, read_archive, read_files, read_store};

fn sample(compression: Compression) -> Image {
    let base =
        Layer::new().folder("etc").file("etc/os-release", "ID=debian\n").symlink("lib", "usr/lib").folder("usr/lib");
    let app = Layer::new().file("./app/main.py", "print()\n".repeat(40_000)).hard_link("app/copy.py", "app/main.py");
    Image::new()
        .layer(base.compressed(compression).made_by("/bin/sh -c #(nop) ADD file:1 in / "))
        .step("ENV A=b")
        .layer(app.compressed(compression).made_by("COPY app /app # buildkit"))
        .step("CMD [\"python3\"]")
        .tag("app:1")
}

#[test]
fn every_format_and_compression_gives_the_same_files() {
    let expected = read_files(&oci(&[sample(Compression::Plain)]).unwrap());
    assert_eq!(expected.problems, []);
    assert_eq!(expected.layers[0].entries, ["etc/ 755", "etc/os-release 644 10", "lib -> usr/lib", "usr/lib/ 755"]);
    assert_eq!(expected.layers[1].entries, ["app/main.py 644 320000", "app/copy.py = app/main.py"]);
    assert_eq!(expected.layers[0].files, [("etc/os-release".to_owned(), b"ID=debian\n".to_vec())]);
    for compression in [Compression::Plain, Compression::Gzip, Compression::Zstd] {
        let image = [sample(compression)];
        for (name, files) in [("oci", oci(&image)), ("docker", docker(&image)), ("docker-oci", docker_oci(&image))] {
            let files = files.unwrap();
            let read = read_files(&files);
            assert_eq!(read.layers, expected.layers, "{name} {compression:?}");
            assert_eq!(read.problems, [], "{name} {compression:?}");
            assert_eq!(read.image.tags, ["app:1"], "{name}");
            assert_eq!(read.image.platform.as_deref(), Some("linux/amd64"), "{name}");
            let instructions: Vec<_> = read.image.layers.iter().map(|layer| layer.instruction.as_deref()).collect();
            assert_eq!(instructions, [Some("ADD file:1 in /"), Some("COPY app /app")], "{name}");
            let diff_ids: Vec<_> = read.image.layers.iter().map(|layer| layer.diff_id.clone()).collect();
            assert_eq!(diff_ids, expected.image.layers.iter().map(|layer| layer.diff_id.clone()).collect::<Vec<_>>());
        }
        let folder = tempfile::tempdir().unwrap();
        oci(&image).unwrap().write_folder(folder.path()).unwrap();
        let store = Folder(folder.path().to_owned());
        let read = read_store(&store, &Selector::default(), &Limits::default()).unwrap();
        assert_eq!((read.layers, read.problems), (expected.layers.clone(), Vec::new()), "folder {compression:?}");
    }
}

#[test]
fn the_digest_is_that_of_the_manifest_or_else_of_the_configuration() {
    let image = [sample(Compression::Gzip)];
    let files = oci(&image).unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&files.bytes("index.json")).unwrap();
    let digest = read_files(&files).image.digest.unwrap();
    assert_eq!(listed["manifests"][0]["digest"], digest.to_string());
    let files = docker(&image).unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&files.bytes("manifest.json")).unwrap();
    let digest = read_files(&files).image.digest.unwrap();
    assert_eq!(saved[0]["Config"], format!("{}.json", digest.hex()));
}

#[test]
fn a_layer_that_occurs_twice_is_read_twice_also_through_a_link() {
    let layer = || Layer::new().file("a", "1");
    let image = Image::new().layer(layer()).layer(Layer::new().whiteout("a")).layer(layer());
    let read = read_files(&docker(&[image]).unwrap());
    assert_eq!(read.problems, []);
    assert_eq!(read.layers[2].files, read.layers[0].files);
    assert_eq!(read.overlay.layer_of("a"), Some(2));
}

#[test]
fn names_that_begin_with_a_dot_are_found() {
    let files = oci(&[sample(Compression::Plain)]).unwrap();
    let dotted = Files(files.0.into_iter().map(|(name, content)| (format!("./{name}"), content)).collect());
    assert_eq!(read_files(&dotted).problems, []);
}

#[test]
fn several_streams_one_after_the_other_are_one_layer() {
    let tar = Layer::new().file("a", "1").file("b", "2".repeat(3_000)).to_tar();
    let (first, second) = tar.split_at(700);
    for compression in [Compression::Gzip, Compression::Zstd] {
        let stored = [first, second].map(|part| Layer::from_bytes(part).compressed(compression).to_stored()).concat();
        let (seen, _, problems) = crate::support::read_bytes(stored, &Limits::default());
        assert_eq!((seen.files.len(), problems), (2, Vec::new()), "{compression:?}");
    }
}

fn image_for(architecture: &str) -> Image {
    Image::new().platform("linux", architecture).layer(Layer::new().file("arch", architecture))
}

fn multi_platform() -> Files {
    let mut files = oci(&[]).unwrap();
    let mut manifests = Vec::new();
    for architecture in ["s390x", "amd64", "arm64"] {
        manifests.push(put_manifest(&mut files, &image_for(architecture)).unwrap());
    }
    let mut attestation = put_manifest(&mut files, &image_for("unknown").platform("unknown", "unknown")).unwrap();
    attestation["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    manifests.push(attestation);
    let nested = index(&manifests).to_string();
    let mut nested = files.put_blob("application/vnd.oci.image.index.v1+json", nested);
    nested["annotations"] = json!({
        "io.containerd.image.name": "docker.io/library/app:1",
        "org.opencontainers.image.ref.name": "1",
    });
    files.put("index.json", index(&[nested]).to_string());
    files
}

#[test]
fn a_platform_is_chosen_out_of_a_nested_index() {
    let archive = multi_platform().to_tar();
    let read = |platform: Option<&str>| {
        let selector = Selector { platform: platform.map(Into::into), tag: None };
        read_archive(&archive, &selector, &Limits::default())
    };
    for architecture in ["s390x", "amd64", "arm64"] {
        let read = read(Some(&format!("linux/{architecture}"))).unwrap();
        assert_eq!(read.layers[0].files, [("arch".to_owned(), architecture.as_bytes().to_vec())]);
        assert_eq!(read.image.tags, ["app:1"]);
        assert_eq!(read.problems, []);
    }
    if cfg!(target_arch = "x86_64") {
        assert_eq!(read(None).unwrap().image.platform.as_deref(), Some("linux/amd64"));
    }
    let error = read(Some("windows/amd64")).unwrap_err().to_string();
    assert!(error.ends_with("there is app:1 (linux/amd64), app:1 (linux/arm64), app:1 (linux/s390x)"), "{error}");
}

#[test]
fn platforms_that_were_not_saved_are_no_choice() {
    let mut files = multi_platform();
    let only = oci(&[image_for("s390x")]).unwrap();
    let is_index = |bytes: &[u8]| bytes.windows(11).any(|window| window == b"\"manifests\"");
    let keep = |name: &String| !name.starts_with("blobs/") || only.0.contains_key(name);
    let indexes: Vec<String> = files.0.keys().filter(|name| is_index(&files.bytes(name))).cloned().collect();
    files.0.retain(|name, _| keep(name) || indexes.contains(name));
    let read = read_files(&files);
    assert_eq!(read.image.platform.as_deref(), Some("linux/s390x"));
    assert_eq!(read.problems, []);
}

#[test]
fn images_of_one_archive_are_told_apart_by_tag() {
    let image = |tag: &str| Image::new().layer(Layer::new().file("name", tag)).tag(tag);
    let images = [image("one:1").tag("one:latest"), image("two:1")];
    for (name, files) in [("oci", oci(&images)), ("docker", docker(&images)), ("docker-oci", docker_oci(&images))] {
        let archive = files.unwrap().to_tar();
        let read = |tag: &str| {
            let selector = Selector { tag: Some(tag.into()), platform: None };
            read_archive(&archive, &selector, &Limits::default())
        };
        assert_eq!(read("two:1").unwrap().layers[0].files[0].1, b"two:1", "{name}");
        assert_eq!(read("one").unwrap().image.tags, ["one:1", "one:latest"], "{name}");
        assert!(matches!(read("three"), Err(OpenError::NoMatch { .. })), "{name}");
        let ambiguous = read_archive(&archive, &Selector::default(), &Limits::default()).unwrap_err();
        assert!(matches!(ambiguous, OpenError::Ambiguous { .. }), "{name}: {ambiguous}");
    }
}

#[test]
fn tags_come_from_the_manifest_beside_an_untagged_index() {
    let untagged = oci(&[Image::new().layer(Layer::new().file("a", "1"))]).unwrap();
    let mut files = docker_oci(&[Image::new().layer(Layer::new().file("a", "1")).tag("app:1")]).unwrap();
    files.put("index.json", untagged.bytes("index.json"));
    assert_eq!(read_files(&files).image.tags, ["app:1"]);
    files.put("manifest.json", "[{");
    let read = read_files(&files);
    assert_eq!((read.kinds(), read.layers.len()), (vec![ProblemKind::Malformed], 1));
}

#[test]
fn an_artefact_is_not_an_image() {
    let artefact = sample(Compression::Gzip)
        .edit_manifest(|manifest| manifest["config"]["mediaType"] = "application/vnd.cncf.helm.config.v1+json".into());
    let archive = oci(&[artefact]).unwrap().to_tar();
    let error = read_archive(&archive, &Selector::default(), &Limits::default()).unwrap_err();
    assert!(error.to_string().ends_with("application/vnd.cncf.helm.config.v1+json"), "{error}");
    let empty = oci(&[]).unwrap().to_tar();
    assert!(matches!(read_archive(&empty, &Selector::default(), &Limits::default()), Err(OpenError::NoImage)));
}
