//! A registry with one image, as the tests want it.

use std::fmt::Write;

use boltseal_model::{Algorithm, Digest, Limits};
use boltseal_registry::{Credentials, Registries, RegistryError, RemoteImage, Settings};
use boltseal_testkit::server::{Answer, Asked, Server};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub fn digest(bytes: &[u8]) -> Digest {
    Digest::from_bytes(Algorithm::Sha256, &Sha256::digest(bytes)).unwrap()
}

/// An image of one layer.
#[derive(Clone)]
pub struct Fixture {
    pub layer: Vec<u8>,
    pub config: Vec<u8>,
    pub manifest: Vec<u8>,
}

impl Fixture {
    pub fn new(layer: &[u8]) -> Self {
        let config = json!({ "architecture": "amd64", "os": "linux" }).to_string().into_bytes();
        let descriptor = |kind: &str, bytes: &[u8]| -> Value {
            json!({ "mediaType": kind, "digest": digest(bytes).to_string(), "size": bytes.len() })
        };
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
            "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
        });
        Self { layer: layer.to_vec(), config, manifest: manifest.to_string().into_bytes() }
    }

    pub fn layer_name(&self) -> String {
        format!("blobs/sha256/{}", digest(&self.layer).hex())
    }

    /// What a registry that works answers for `team/app:1`.
    pub fn answer(&self, asked: &Asked) -> Answer {
        let path = asked.path.strip_prefix("/v2/team/app/").unwrap_or_default();
        let at = |kind: &str, bytes: &[u8]| path == format!("{kind}/{}", digest(bytes));
        if path == "manifests/1" || at("manifests", &self.manifest) {
            return Answer::new(200, self.manifest.clone()).with("content-type", MANIFEST);
        }
        let blob = [&self.layer, &self.config].into_iter().find(|bytes| at("blobs", bytes));
        match (blob, asked.range_start()) {
            (Some(bytes), Some(start)) => Answer::new(206, bytes[start..].to_vec())
                .with("content-range", format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len())),
            (Some(bytes), None) => Answer::new(200, bytes.clone()),
            (None, _) => Answer::new(404, r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#),
        }
    }
}

pub fn open(server: &Server, settings: Settings) -> Result<RemoteImage, RegistryError> {
    open_as(server, "team/app:1", settings, None)
}

pub fn open_as(
    server: &Server,
    name: &str,
    settings: Settings,
    platform: Option<&str>,
) -> Result<RemoteImage, RegistryError> {
    let settings = Settings { plain_http: vec![server.host.clone()], ..settings };
    let reference = format!("{}/{name}", server.host).parse().unwrap();
    Registries::new(settings, Credentials::default()).open(&reference, platform, &Limits::default())
}

/// All bytes of a name, read in small steps.
pub fn read(image: &RemoteImage, name: &str) -> std::io::Result<Vec<u8>> {
    let blob = image.blob(name)?.unwrap_or_else(|| panic!("{name} is not in the image"));
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 7_000]);
    loop {
        match blob.read_at(bytes.len() as u64, &mut buffer)? {
            0 => return Ok(bytes),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Bytes that are nowhere alike.
pub fn noise(length: usize) -> Vec<u8> {
    (0..length / 32 + 1).flat_map(|block| Sha256::digest(block.to_le_bytes())).take(length).collect()
}

/// An error with its causes, on one line.
pub fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let _ = write!(text, ": {error}");
        next = error.source();
    }
    text
}
