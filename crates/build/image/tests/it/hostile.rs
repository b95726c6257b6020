//! Damaged and forged images: a problem or a clear error, never silence.

use boltseal_image::{Archive, OpenError, Selector};
use boltseal_model::{Limits, Problem, ProblemKind};
use boltseal_testkit::image::{Compression, Files, Image, Layer, compress, docker, docker_oci, oci};
use serde_json::json;

use crate::support::{read_archive, read_bytes, read_files};

fn sample() -> Image {
    Image::new()
        .layer(Layer::new().file("a", "1".repeat(3_000)).compressed(Compression::Gzip).made_by("ADD a"))
        .layer(Layer::new().file("b", "2").compressed(Compression::Zstd).made_by("ADD b"))
        .tag("app:1")
}

fn opened(bytes: &[u8]) -> Result<crate::support::Read, OpenError> {
    read_archive(bytes, &Selector::default(), &Limits::default())
}

fn one_problem(files: &Files) -> Problem {
    let mut problems = read_files(files).problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn an_archive_truncated_anywhere_is_never_complete() {
    for files in [oci(&[sample()]), docker(&[sample()]), docker_oci(&[sample()])] {
        let archive = files.unwrap().to_tar();
        // The last 512 bytes are the second of two blocks of zeros; without it nothing is missing.
        for length in (0..archive.len() - 512).step_by(512) {
            if let Ok(read) = opened(&archive[..length]) {
                assert!(
                    read.problems.iter().any(|problem| problem.kind == ProblemKind::Truncated),
                    "{length}: {:?}",
                    read.problems
                );
            }
        }
        assert_eq!(opened(&archive[..archive.len() - 512]).unwrap().problems, []);
    }
}

#[test]
fn a_layer_truncated_anywhere_keeps_what_came_before() {
    let layer = Layer::new().file("first", "1").file("second", "2".repeat(2_000));
    for compression in [Compression::Plain, Compression::Gzip, Compression::Zstd] {
        let stored = layer.clone().compressed(compression).to_stored();
        let step = if compression == Compression::Plain { 512 } else { 7 };
        let end = if compression == Compression::Plain { stored.len() - 1_024 } else { stored.len() - 1 };
        for length in (0..=end).step_by(step) {
            let (seen, _, problems) = read_bytes(stored[..length].to_vec(), &Limits::default());
            assert!(!problems.is_empty(), "{compression:?} {length}");
            if compression == Compression::Plain && length >= 1_024 {
                assert_eq!(seen.files[0], ("first".to_owned(), b"1".to_vec()));
                assert_eq!(problems[0].kind, ProblemKind::Truncated);
            }
        }
    }
}

#[test]
fn a_missing_end_marker_is_only_forgiven_where_a_digest_vouches() {
    let layer = Layer::new().file("a", "1").unterminated();
    let (_, _, problems) = read_bytes(layer.to_stored(), &Limits::default());
    assert_eq!(problems[0].kind, ProblemKind::Truncated);
    assert_eq!(read_files(&oci(&[Image::new().layer(layer)]).unwrap()).problems, []);
}

#[test]
fn every_digest_is_compared() {
    let wrong = format!("sha256:{}", "0".repeat(64));
    let config = wrong.clone();
    let files =
        oci(&[sample().edit_config(move |json| json["rootfs"]["diff_ids"][1] = config.as_str().into())]).unwrap();
    let problem = one_problem(&files);
    assert_eq!((problem.kind, problem.layer), (ProblemKind::DigestMismatch, Some(1)));
    assert!(problem.detail.starts_with("the decompressed layer has the digest sha256:"), "{}", problem.detail);
    let plain = Image::new().layer(Layer::new().file("a", "1"));
    let config = wrong.clone();
    let files =
        docker(&[plain.edit_config(move |json| json["rootfs"]["diff_ids"][0] = config.as_str().into())]).unwrap();
    assert_eq!(one_problem(&files).kind, ProblemKind::DigestMismatch);
}

#[test]
fn bytes_that_changed_under_their_name_are_seen_wherever_they_are() {
    let files = oci(&[sample()]).unwrap();
    for name in files.0.keys().filter(|name| name.starts_with("blobs/")) {
        let mut changed = files.clone();
        let bytes = files.bytes(name);
        if bytes.starts_with(b"{") {
            // White space leaves the meaning of the JSON as it is.
            changed.put(name.as_str(), [bytes.as_slice(), b"\n"].concat());
        } else {
            let mut bytes = bytes;
            *bytes.last_mut().unwrap() ^= 1;
            changed.put(name.as_str(), bytes);
        }
        let read = read_files(&changed);
        assert!(read.kinds().contains(&ProblemKind::DigestMismatch), "{name}: {:?}", read.problems);
    }
    let files = docker(&[sample()]).unwrap();
    let config = files.0.keys().find(|name| name.ends_with(".json") && *name != "manifest.json").unwrap();
    let mut changed = files.clone();
    changed.put(config.as_str(), [files.bytes(config).as_slice(), b" "].concat());
    assert_eq!(one_problem(&changed).kind, ProblemKind::DigestMismatch);
}

#[test]
fn sha512_is_compared_as_well() {
    let wrong = format!("sha512:{}", "0".repeat(128));
    let plain = Image::new().layer(Layer::new().file("a", "1"));
    for image in [sample(), plain] {
        let wrong = wrong.clone();
        let files =
            oci(&[image.edit_config(move |json| json["rootfs"]["diff_ids"][0] = wrong.as_str().into())]).unwrap();
        let problem = one_problem(&files);
        assert_eq!((problem.kind, problem.layer), (ProblemKind::DigestMismatch, Some(0)));
        assert!(problem.detail.contains("digest sha512:"), "{}", problem.detail);
    }
}

#[test]
fn a_layer_that_is_not_there_is_missing() {
    let mut files = oci(&[sample()]).unwrap();
    let layer = read_files(&files).image.layers.remove(1);
    files.0.remove(&layer.blob);
    let problem = one_problem(&files);
    assert_eq!((problem.kind, problem.layer, problem.path), (ProblemKind::Missing, Some(1), Some(layer.blob)));
}

#[test]
fn layers_of_other_kinds_are_named() {
    for (media_type, kind) in [
        ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", ProblemKind::Unsupported),
        ("application/vnd.wasm.content.layer.v1+wasm", ProblemKind::Unsupported),
    ] {
        let edit = move |manifest: &mut serde_json::Value| manifest["layers"][0]["mediaType"] = media_type.into();
        let problem = one_problem(&oci(&[sample().edit_manifest(edit)]).unwrap());
        assert_eq!((problem.kind, problem.layer), (kind, Some(0)), "{media_type}");
    }
    let foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    let mut files =
        oci(&[sample().edit_manifest(move |manifest| manifest["layers"][0]["mediaType"] = foreign.into())]).unwrap();
    let read = read_files(&files);
    assert_eq!(read.problems, [], "a foreign layer that is there is read");
    files.0.remove(&read.image.layers[0].blob);
    let problem = one_problem(&files);
    assert_eq!(problem.kind, ProblemKind::Missing);
    assert!(problem.detail.contains("may not be distributed"));
    let (_, _, problems) = read_bytes(b"\xfd7zXZ\0rest".to_vec(), &Limits::default());
    assert_eq!(problems[0].kind, ProblemKind::Unsupported);
}

#[test]
fn counts_that_disagree_give_no_layer_the_wrong_words() {
    let history =
        oci(&[sample().step("ENV A=b").edit_config(|config| config["history"][2]["empty_layer"] = false.into())]);
    let read = read_files(&history.unwrap());
    assert_eq!(read.kinds(), [ProblemKind::Malformed]);
    assert!(read.image.layers.iter().all(|layer| layer.instruction.is_none()));
    let digests =
        oci(&[sample().edit_config(|config| config["rootfs"]["diff_ids"].as_array_mut().unwrap().truncate(1))]);
    let read = read_files(&digests.unwrap());
    assert_eq!(read.kinds(), [ProblemKind::Malformed]);
    assert!(read.image.layers.iter().all(|layer| layer.diff_id.is_none()));
    let none = oci(&[sample().edit_config(|config| config["history"] = json!(null))]);
    assert_eq!(read_files(&none.unwrap()).problems, [], "a history is optional");
    let size = oci(&[sample().edit_manifest(|manifest| manifest["layers"][0]["size"] = 1.into())]);
    assert_eq!(one_problem(&size.unwrap()).kind, ProblemKind::Malformed);
}

#[test]
fn an_unknown_field_may_be_as_deep_as_it_likes() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let mut files = oci(&[]).unwrap();
    files.put("index.json", deep);
    assert!(matches!(opened(&files.to_tar()), Err(OpenError::NoImage)));
}

#[test]
fn an_image_without_a_configuration_is_still_read() {
    let files = docker(&[sample()]).unwrap();
    let config = files.0.keys().find(|name| name.ends_with(".json") && *name != "manifest.json").unwrap().clone();
    for (bytes, kind) in [
        (None, ProblemKind::Missing),
        (Some("{".to_owned()), ProblemKind::Malformed),
        (Some("[".repeat(100_000)), ProblemKind::Malformed),
        (Some(format!("{{\"history\":{}", "[".repeat(100_000))), ProblemKind::Malformed),
    ] {
        let mut changed = files.clone();
        match bytes {
            Some(bytes) => changed.put(config.as_str(), bytes),
            None => drop(changed.0.remove(&config)),
        }
        let read = read_files(&changed);
        assert!(read.kinds().contains(&kind), "{:?}", read.problems);
        assert_eq!(read.layers[1].files.len(), 1);
    }
}

#[test]
fn a_manifest_that_is_none_is_an_error() {
    let files = oci(&[sample()]).unwrap();
    let deep = format!("{{\"manifests\":{}", "[".repeat(100_000));
    for index in ["", "{", "[]", "{\"manifests\":[{\"digest\":\"md5:0\"}]}", &deep] {
        let mut changed = files.clone();
        changed.put("index.json", index);
        let error = opened(&changed.to_tar()).unwrap_err();
        assert!(matches!(error, OpenError::Malformed { .. }), "{index:.40}: {error}");
        assert!(error.to_string().len() < 400, "{error}");
    }
    let mut both = files.clone();
    let manifest = json!({ "manifests": [], "layers": [], "config": both.put_blob("", "{}") }).to_string();
    let descriptor = both.put_blob("application/vnd.oci.image.manifest.v1+json", manifest);
    both.put("index.json", json!({ "manifests": [descriptor] }).to_string());
    assert!(matches!(opened(&both.to_tar()), Err(OpenError::Unsupported { .. })));
    let mut circle = files;
    let nested = json!({ "mediaType": "application/vnd.oci.image.index.v1+json", "digest": format!("sha256:{}", "1".repeat(64)) });
    circle.put(format!("blobs/sha256/{}", "1".repeat(64)), json!({ "manifests": [nested, nested] }).to_string());
    circle.put("index.json", json!({ "manifests": [nested] }).to_string());
    assert!(matches!(opened(&circle.to_tar()), Err(OpenError::NoImage)));
}

#[test]
fn what_is_no_archive_is_an_error_that_says_what_to_do() {
    let archive = oci(&[sample()]).unwrap().to_tar();
    for (compression, command) in [(Compression::Gzip, "gunzip"), (Compression::Zstd, "zstd -d")] {
        let mut compressed = Vec::new();
        compress(compression, &archive[..], &mut compressed).unwrap();
        let error = opened(&compressed).unwrap_err().to_string();
        assert!(error.contains(command), "{error}");
    }
    for bytes in [b"".as_slice(), b"hello", &[b'x'; 4_096]] {
        assert!(matches!(opened(bytes), Err(OpenError::NotAnArchive)), "{}", bytes.len());
    }
    for archive in [Layer::new(), Layer::new().file("a", "1")] {
        assert!(matches!(opened(&archive.to_tar()), Err(OpenError::NoManifest)));
    }
}

#[test]
fn members_of_an_archive_stay_in_it() {
    let manifest = |layer: &str| json!([{ "Config": "c.json", "Layers": [layer] }]).to_string();
    let archive =
        |layer: &str, members: Layer| members.file("c.json", "{}").file("manifest.json", manifest(layer)).to_tar();
    for (layer, members, kind) in [
        ("../../etc/passwd", Layer::new(), ProblemKind::UnsafePath),
        ("l", Layer::new().symlink("l", "../../etc/passwd"), ProblemKind::Missing),
        ("l", Layer::new().symlink("l", "m").symlink("m", "l"), ProblemKind::Unreadable),
        ("l", Layer::new().file("l", [0; 1024]).file("l", [0; 1024]), ProblemKind::Duplicate),
        ("l", Layer::new().hostile(b"../l", b'0', b"", b"").file("l", [0; 1024]), ProblemKind::UnsafePath),
    ] {
        let read = opened(&archive(layer, members)).unwrap();
        assert!(read.kinds().contains(&kind), "{layer}: {:?}", read.problems);
    }
}

#[test]
fn the_later_of_two_members_is_used() {
    let archive = Layer::new().file("index.json", "1").file("./index.json", "22").to_tar();
    let (archive, problems) = Archive::index(&archive, &Limits::default()).unwrap();
    assert_eq!(problems.into_sorted()[0].kind, ProblemKind::Duplicate);
    assert_eq!(boltseal_image::Store::open(&archive, "index.json").unwrap().unwrap().size(), 2);
}
