//! Machines that share what they read of layers, through a store of objects.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use boltseal_model::{ProblemKind, Report};
use boltseal_testkit::image::{Compression, Image, Layer, oci};

use crate::parts::boltseal;
use crate::servers::ObjectStore;

/// An image of two layers as an archive.
fn image(store: &ObjectStore) -> PathBuf {
    let base = Layer::new()
        .file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
        .file("var/lib/dpkg/status", "Package: openssl\nStatus: install ok installed\nVersion: 3.0.11-1~deb12u1\n\n")
        .compressed(Compression::Gzip)
        .made_by("ADD base.tar /");
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/lodash": {"version": "4.17.4"}}}"#;
    let path = store.folder().join("image.tar");
    let image = Image::new().layer(base).layer(Layer::new().file("app/package-lock.json", lock).made_by("COPY . ."));
    fs::write(&path, oci(&[image]).unwrap().to_tar()).unwrap();
    path
}

/// A scan on a machine that has a folder for caches of its own.
fn scan(store: &ObjectStore, machine: &str, secret: &str, flags: &[&str]) -> Option<Output> {
    let mut command = boltseal()?;
    for variable in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL_S3", "BOLTSEAL_CACHE"] {
        command.env_remove(variable);
    }
    command.env("HOME", "/nonexistent").env("XDG_CACHE_HOME", store.folder().join(machine));
    command.env("AWS_ENDPOINT_URL", &store.endpoint);
    command.env("AWS_ACCESS_KEY_ID", &store.key.0).env("AWS_SECRET_ACCESS_KEY", secret);
    command.arg("scan").arg(store.folder().join("image.tar")).args(["--format", "json"]).args(flags);
    Some(command.output().unwrap())
}

fn report(output: &Output) -> Report {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

/// How many files lie below a folder.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

const SHARED: &[&str] = &["--cache", "s3://team/layers of ci/"];

#[test]
fn what_one_machine_read_lies_in_the_store_and_comes_to_another() {
    let Some(store) = ObjectStore::start() else { return };
    image(&store);
    let Some(alone) = scan(&store, "alone", "none", &["--no-cache"]) else { return };
    let first = scan(&store, "first", &store.key.1, SHARED).unwrap();
    assert_eq!(report(&first), report(&alone), "{}", String::from_utf8_lossy(&first.stderr));
    let stored = store.objects();
    assert_eq!(stored.len(), 3, "a key and two layers: {stored:?}");
    assert!(stored.iter().all(|(name, size)| name.starts_with("layers of ci/") && *size > 0), "{stored:?}");
    let second = scan(&store, "second", &store.key.1, SHARED).unwrap();
    assert_eq!(report(&second), report(&alone));
    assert_eq!(store.objects(), stored, "the second machine had nothing to add");
    assert_eq!(files(&store.folder().join("second/boltseal/layers")), 2, "and it keeps both layers on its own disk");
}

#[test]
fn twenty_machines_that_begin_with_an_empty_store_agree() {
    let Some(store) = ObjectStore::start() else { return };
    image(&store);
    let Some(alone) = scan(&store, "alone", "none", &["--no-cache"]) else { return };
    let expected = report(&alone);
    std::thread::scope(|scope| {
        let store = &store;
        let one = move |number: usize| scan(store, &number.to_string(), &store.key.1, SHARED).unwrap();
        let machines: Vec<_> = (0..20).map(|number| scope.spawn(move || one(number))).collect();
        for machine in machines {
            let output = machine.join().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            let found = report(&output);
            assert_eq!(found.problems, []);
            assert_eq!(found, expected);
        }
    });
}

#[test]
fn a_wrong_secret_and_a_bucket_that_is_not_there_are_told_and_cost_nothing_else() {
    let Some(store) = ObjectStore::start() else { return };
    image(&store);
    let Some(alone) = scan(&store, "alone", "none", &["--no-cache"]) else { return };
    let right = store.key.1.as_str();
    for (secret, place, word) in [
        ("wrong", "s3://team/layers", "SignatureDoesNotMatch"),
        (right, "s3://absent/layers", "NoSuchBucket"),
        ("", "s3://team/layers", "AWS_SECRET_ACCESS_KEY"),
    ] {
        let output = scan(&store, "machine", secret, &["--cache", place]).unwrap();
        assert_eq!(output.status.code(), Some(0), "the report is complete");
        let mut found = report(&output);
        let told: Vec<_> = std::mem::take(&mut found.problems);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].kind, ProblemKind::CacheUnavailable);
        assert!(told[0].detail.contains(word) && !told[0].detail.contains("wrong"), "{told:?}");
        assert_eq!(found.findings, report(&alone).findings);
    }
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_read() {
    let Some(store) = ObjectStore::start() else { return };
    image(&store);
    for (flags, word) in [
        (&["--cache", "s3://UPPER/x"][..], "no name of a bucket"),
        (&["--cache", "s3://team/../x"], "prefix"),
        (&["--cache", "s3://team", "--offline"], "--offline"),
    ] {
        let Some(output) = scan(&store, "machine", &store.key.1, flags) else { return };
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(word), "{errors}");
    }
}
