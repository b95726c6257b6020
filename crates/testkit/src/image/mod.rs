//! Builds images, tiny ones for tests and real ones for the demo.
//!
//! A [`Layer`] gathers tar members, ordinary and hostile, or takes an existing tar file. An [`Image`] is layers, tags and
//! history. [`docker`], [`docker_oci`] and [`oci`] lay images out as [`Files`], which a test may tamper with before they
//! become an archive or a folder.
//!
//! Invariant: the same calls give the same bytes.
#![expect(clippy::indexing_slicing, reason = "tests report by panicking")]

mod files;
mod layer;

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

pub use files::{Content, Files, digest};
use layer::Packed;
pub use layer::{Compression, Layer, compress, header};

type Edit = Arc<dyn Fn(&mut Value)>;

/// An image in the making.
#[derive(Clone)]
pub struct Image {
    layers: Vec<Layer>,
    history: Vec<Value>,
    tags: Vec<String>,
    platform: (String, String),
    edit_config: Edit,
    edit_manifest: Edit,
}

impl Default for Image {
    fn default() -> Self {
        let keep: Edit = Arc::new(|_| {});
        let platform = ("linux".into(), "amd64".into());
        let (layers, history, tags) = Default::default();
        Self { layers, history, tags, platform, edit_config: Arc::clone(&keep), edit_manifest: keep }
    }
}

impl Image {
    /// An image for linux/amd64 without layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a layer on top.
    pub fn layer(mut self, layer: Layer) -> Self {
        let mut step = json!({ "created": "1970-01-01T00:00:00Z" });
        if let Some(instruction) = &layer.instruction {
            step["created_by"] = instruction.as_str().into();
        }
        self.history.push(step);
        self.layers.push(layer);
        self
    }

    /// Records an instruction that made no layer.
    pub fn step(mut self, instruction: &str) -> Self {
        self.history.push(json!({ "created": "1970-01-01T00:00:00Z", "created_by": instruction, "empty_layer": true }));
        self
    }

    /// Gives the image a name, such as `app:1`.
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.to_owned());
        self
    }

    /// Sets operating system and processor.
    pub fn platform(mut self, os: &str, architecture: &str) -> Self {
        self.platform = (os.to_owned(), architecture.to_owned());
        self
    }

    /// Changes the configuration before it is written.
    pub fn edit_config(mut self, edit: impl Fn(&mut Value) + 'static) -> Self {
        self.edit_config = Arc::new(edit);
        self
    }

    /// Changes the OCI manifest before it is written.
    pub fn edit_manifest(mut self, edit: impl Fn(&mut Value) + 'static) -> Self {
        self.edit_manifest = Arc::new(edit);
        self
    }

    fn config(&self, layers: &[Packed]) -> Vec<u8> {
        let diff_ids: Vec<String> = layers.iter().map(|layer| layer.diff_id.to_string()).collect();
        let mut config = json!({
            "architecture": self.platform.1,
            "config": {},
            "created": "1970-01-01T00:00:00Z",
            "history": self.history,
            "os": self.platform.0,
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
        });
        (self.edit_config)(&mut config);
        config.to_string().into_bytes()
    }

    fn packed(&self) -> io::Result<Vec<Packed>> {
        self.layers.iter().map(Layer::pack).collect()
    }
}

/// Images as `docker save` wrote them before version 25: `manifest.json`, `<id>/layer.tar`; a layer that occurs twice is a
/// symbolic link the second time.
pub fn docker(images: &[Image]) -> io::Result<Files> {
    let mut files = Files::default();
    let mut saved = Vec::new();
    for image in images {
        let layers = image.packed()?;
        let config = image.config(&layers);
        let id = digest(&config).hex().to_owned();
        let mut names: Vec<String> = Vec::new();
        for (index, layer) in layers.iter().enumerate() {
            let name = format!("{}/layer.tar", digest(format!("{id}{index}").as_bytes()).hex());
            let first = layers.iter().position(|other| other.diff_id == layer.diff_id).filter(|&first| first < index);
            let content =
                first.map_or_else(|| layer.tar.clone(), |first| Content::Link(format!("../{}", names[first])));
            files.0.insert(name.clone(), content);
            names.push(name);
        }
        files.put(format!("{id}.json"), config);
        saved.push(json!({ "Config": format!("{id}.json"), "RepoTags": image.tags, "Layers": names }));
    }
    files.put("manifest.json", Value::from(saved).to_string());
    Ok(files)
}

/// Images as `docker save` writes them since version 25: an OCI layout with a `manifest.json` beside it, which has the tags.
pub fn docker_oci(images: &[Image]) -> io::Result<Files> {
    let mut files = oci(images)?;
    let mut saved = Vec::new();
    for image in images {
        let layers = image.packed()?;
        let config = digest(&image.config(&layers));
        let names: Vec<String> = layers.iter().map(|layer| format!("blobs/sha256/{}", layer.digest.hex())).collect();
        saved.push(
            json!({ "Config": format!("blobs/sha256/{}", config.hex()), "RepoTags": image.tags, "Layers": names }),
        );
    }
    files.put("manifest.json", Value::from(saved).to_string());
    Ok(files)
}

/// Images as an OCI layout. A tag becomes the annotation `org.opencontainers.image.ref.name`, with one descriptor for each.
pub fn oci(images: &[Image]) -> io::Result<Files> {
    let mut files = Files::default();
    let mut manifests = Vec::new();
    for image in images {
        let descriptor = put_manifest(&mut files, image)?;
        let untagged = image.tags.is_empty().then(|| descriptor.clone());
        manifests.extend(untagged);
        for tag in &image.tags {
            let mut descriptor = descriptor.clone();
            descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
            manifests.push(descriptor);
        }
    }
    files.put("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
    files.put("index.json", index(&manifests).to_string());
    Ok(files)
}

/// An index of these descriptors.
pub fn index(manifests: &[Value]) -> Value {
    json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests })
}

/// Adds the blobs of an image to a layout, and gives a descriptor of its manifest.
pub fn put_manifest(files: &mut Files, image: &Image) -> io::Result<Value> {
    let layers = image.packed()?;
    let mut descriptors = Vec::new();
    for layer in &layers {
        let media_type = match layer.compression {
            Compression::Plain => "application/vnd.oci.image.layer.v1.tar",
            Compression::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
            Compression::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
        };
        files.0.insert(format!("blobs/sha256/{}", layer.digest.hex()), layer.stored.clone());
        descriptors.push(json!({ "mediaType": media_type, "digest": layer.digest, "size": layer.size }));
    }
    let config = files.put_blob("application/vnd.oci.image.config.v1+json", image.config(&layers));
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let mut manifest = json!({ "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": descriptors });
    (image.edit_manifest)(&mut manifest);
    let mut descriptor = files.put_blob(media_type, manifest.to_string());
    descriptor["platform"] = json!({ "os": image.platform.0, "architecture": image.platform.1 });
    Ok(descriptor)
}
