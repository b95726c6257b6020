//! Seals beside images in layouts.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use boltseal_model::{Digest, Limits};
use boltseal_registry::seals::{Layout, LayoutError, Seals};
use boltseal_testkit::skip;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::seals::envelope;
use crate::support::{Fixture, INDEX, MANIFEST, digest};

/// A layout with an image under the tag 1.
fn with_image() -> (TempDir, Digest) {
    let (folder, image) = (TempDir::new().unwrap(), Fixture::new(b"layer"));
    let blobs = folder.path().join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    for bytes in [&image.layer, &image.config, &image.manifest] {
        fs::write(blobs.join(digest(bytes).hex()), bytes).unwrap();
    }
    let entry = json!({ "mediaType": MANIFEST, "digest": digest(&image.manifest).to_string(), "size": image.manifest.len(),
        "annotations": { "org.opencontainers.image.ref.name": "1" } });
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] });
    fs::write(folder.path().join("index.json"), list.to_string()).unwrap();
    fs::write(folder.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    (folder, digest(&image.manifest))
}

fn layout(folder: &TempDir) -> Layout {
    Layout::new(folder.path(), &Limits::default())
}

fn list(folder: &TempDir) -> Value {
    serde_json::from_slice(&fs::read(folder.path().join("index.json")).unwrap()).unwrap()
}

fn blob(folder: &TempDir, digest: &Digest) -> PathBuf {
    folder.path().join("blobs/sha256").join(digest.hex())
}

#[test]
fn seals_stand_beside_the_image_once() {
    let (folder, image) = with_image();
    let before = list(&folder)["manifests"][0].clone();
    let first = layout(&folder).attach(&image, &envelope(b"first")).unwrap();
    assert_eq!(layout(&folder).attach(&image, &envelope(b"first")).unwrap(), first);
    layout(&folder).attach(&image, &envelope(b"second")).unwrap();
    let entries = list(&folder)["manifests"].as_array().unwrap().clone();
    assert_eq!((entries.len(), &entries[0]), (3, &before));
    let found = layout(&folder).seals(&image).unwrap();
    let mut contents: Vec<&[u8]> = found.seals.iter().map(|seal| seal.bytes.as_slice()).collect();
    contents.sort_unstable();
    assert_eq!((contents, found.refused), (vec![&b"first"[..], b"second"], vec![]));
    // A seal of a seal is one of another image.
    layout(&folder).attach(&first, &envelope(b"third")).unwrap();
    assert_eq!(layout(&folder).seals(&image).unwrap().seals.len(), 2);
    assert_eq!(layout(&folder).seals(&digest(b"another image")).unwrap(), Seals::default());
}

#[test]
fn skopeo_still_finds_the_image() {
    let (folder, image) = with_image();
    layout(&folder).attach(&image, &envelope(b"seal")).unwrap();
    let name = format!("oci:{}:1", folder.path().display());
    match Command::new("skopeo").args(["inspect", "--raw", &name]).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(digest(&output.stdout), image);
        }
        Err(error) => skip(&format!("skopeo does not run: {error}")),
    }
}

#[test]
fn an_image_that_is_not_there_gets_no_seal() {
    let (folder, image) = with_image();
    let before = list(&folder);
    let error = layout(&folder).attach(&digest(b"another"), &envelope(b"seal")).unwrap_err();
    assert!(matches!(error, LayoutError::Image { .. }), "{error}");
    fs::write(blob(&folder, &image), "exchanged").unwrap();
    let error = layout(&folder).attach(&image, &envelope(b"seal")).unwrap_err();
    assert!(error.to_string().contains("exchanged or damaged"), "{error}");
    assert_eq!(list(&folder), before);
}

#[test]
fn a_layout_that_another_writes_is_left_alone() {
    let (folder, image) = with_image();
    let other = fs::File::open(folder.path().join("oci-layout")).unwrap();
    other.lock().unwrap();
    let error = layout(&folder).attach(&image, &envelope(b"seal")).unwrap_err();
    assert!(matches!(error, LayoutError::Busy { .. }), "{error}");
    drop(other);
    layout(&folder).attach(&image, &envelope(b"seal")).unwrap();
}

#[test]
fn a_link_in_a_layout_is_not_written_through() {
    let (folder, image) = with_image();
    let outside = TempDir::new().unwrap();
    let precious = outside.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    for name in ["index.partial".into(), format!("blobs/sha256/{}.partial", digest(b"seal").hex())] {
        std::os::unix::fs::symlink(&precious, folder.path().join(name)).unwrap();
    }
    std::os::unix::fs::symlink(&precious, blob(&folder, &digest(b"seal"))).unwrap();
    layout(&folder).attach(&image, &envelope(b"seal")).unwrap();
    assert_eq!(fs::read(&precious).unwrap(), b"precious");
    assert_eq!(layout(&folder).seals(&image).unwrap().seals.len(), 1);
}

#[test]
fn a_seal_that_is_not_as_listed_is_refused_and_told() {
    for (bytes, complaint) in
        [(&b"leak"[..], "exchanged or damaged"), (b"seals", "has not the 4 bytes"), (b"", "has not the 4")]
    {
        let (folder, image) = with_image();
        layout(&folder).attach(&image, &envelope(b"seal")).unwrap();
        fs::write(blob(&folder, &digest(b"seal")), bytes).unwrap();
        let found = layout(&folder).seals(&image).unwrap();
        assert_eq!(found.seals, []);
        assert!(found.refused[0].to_string().contains(complaint), "{}", found.refused[0]);
    }
    let (folder, image) = with_image();
    let artifact = layout(&folder).attach(&image, &envelope(b"seal")).unwrap();
    fs::remove_file(blob(&folder, &artifact)).unwrap();
    let found = layout(&folder).seals(&image).unwrap();
    assert!(found.refused[0].to_string().contains("its manifest is listed, but"), "{}", found.refused[0]);
}

#[test]
fn a_list_that_is_none_or_too_long_is_an_error() {
    let (folder, image) = with_image();
    for number in 0..3 {
        layout(&folder).attach(&image, &envelope(&[number])).unwrap();
    }
    let strict = Limits { seals: 2, ..Limits::default() };
    let error = Layout::new(folder.path(), &strict).seals(&image).unwrap_err();
    assert!(error.to_string().contains("more than 2 seals"), "{error}");
    let strict = Limits { verified_bytes: 100, ..Limits::default() };
    let error = Layout::new(folder.path(), &strict).seals(&image).unwrap_err();
    assert!(error.to_string().contains("more than 100 bytes together"), "{error}");
    fs::write(folder.path().join("index.json"), "{}").unwrap();
    assert!(matches!(layout(&folder).seals(&image), Err(LayoutError::List { .. })));
    fs::remove_file(folder.path().join("index.json")).unwrap();
    assert!(matches!(layout(&folder).seals(&image), Err(LayoutError::File { .. })));
    fs::create_dir(folder.path().join("index.json")).unwrap();
    assert!(matches!(layout(&folder).seals(&image), Err(LayoutError::File { .. })));
}
