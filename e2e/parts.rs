//! The parts that scenarios run on.

use std::path::PathBuf;
use std::process::{Command, Output};

use boltseal_model::Report;
use boltseal_testkit::image::{Files, Image, Layer, index, oci, put_manifest};
use serde_json::{Value, json};

/// A part that `cargo xtask test` has built, by the variable that names it.
pub fn part(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        boltseal_testkit::skip(&format!("{variable} names no part; `cargo xtask test` builds it"));
    }
    path
}

/// The released command, ready for arguments; it sees no configuration of the user who runs the tests.
pub fn boltseal() -> Option<Command> {
    let mut command = Command::new(part("BOLTSEAL_BINARY")?);
    for variable in
        ["BOLTSEAL_CLAMD", "BOLTSEAL_CONFIG", "BOLTSEAL_DB", "BOLTSEAL_POLICY", "BOLTSEAL_POLICY_SET", "BOLTSEAL_RULES"]
    {
        command.env_remove(variable);
    }
    command.env("XDG_DATA_HOME", "/nonexistent");
    Some(command)
}

/// Runs the command.
pub fn run(arguments: &[&str]) -> Option<Output> {
    Some(boltseal()?.args(arguments).output().expect("boltseal starts"))
}

/// Scans a target; gives the report and the exit code.
pub fn scan(target: &str) -> Option<(Report, i32)> {
    let output = run(&["scan", target, "--format", "json"])?;
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{target}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    Some((report, output.status.code().expect("boltseal exits")))
}

/// A layout with an image for `linux/amd64` with `time` 0.1.1, and one for `linux/arm64` with 0.1.2, under one name.
pub fn for_two_platforms(name: &str) -> Files {
    let image = |architecture: &str, version: &str| {
        let lock = format!("[[package]]\nname = \"time\"\nversion = \"{version}\"\nsource = \"registry\"\n");
        Image::new().layer(Layer::new().file("Cargo.lock", lock)).platform("linux", architecture)
    };
    let mut files = oci(&[]).unwrap();
    let manifests: Vec<Value> = [image("amd64", "0.1.1"), image("arm64", "0.1.2")]
        .iter()
        .map(|image| put_manifest(&mut files, image).unwrap())
        .collect();
    let mut both = files.put_blob("application/vnd.oci.image.index.v1+json", index(&manifests).to_string());
    both["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
    files.put("index.json", index(&[both]).to_string());
    files
}
