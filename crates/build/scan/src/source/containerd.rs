//! Images in containerd's store.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use boltseal_containerd::{Containerd, ContainerdError, Descriptor};
use boltseal_image::{Blob, Store};
use boltseal_model::Digest;
use serde_json::json;

use boltseal_model::text::visible;

/// Namespaces that are looked into where none is named: that of containerd's own tools, of Docker, of Kubernetes.
const NAMESPACES: [&str; 3] = ["default", "moby", "k8s.io"];
/// Bytes of a blob that are asked for at once. Readers ask for less, and every question costs a round trip.
const AHEAD_BYTES: usize = 1 << 20;

/// Where containerd is, and where in it to look.
#[derive(Debug, Clone, Default)]
pub struct ContainerdPlace {
    /// Its socket; of several, the first that is there counts.
    pub sockets: Vec<PathBuf>,
    /// The one namespace to look into; without one, the usual ones.
    pub namespace: Option<String>,
}

/// Why containerd does not give an image.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No socket is where containerd has its.
    #[error("no socket of containerd at {tried}; is it running? CONTAINERD_ADDRESS says where else it is")]
    NoSocket {
        /// The paths that were tried.
        tried: String,
    },
    /// It has no such image.
    #[error("containerd has no image {names} in the namespaces {namespaces}; CONTAINERD_NAMESPACE names another")]
    Absent {
        /// The names that were tried.
        names: String,
        /// The namespaces that were tried.
        namespaces: String,
    },
    /// It does not answer, or not as containerd does.
    #[error(transparent)]
    Answer(#[from] ContainerdError),
    /// The image is known by no digest that can be looked up.
    #[error("containerd knows the image by {digest:?}, which is no digest")]
    Digest {
        /// What it gives.
        digest: String,
    },
}

/// One image in containerd, under the names of an OCI layout.
#[derive(Debug)]
pub struct ContainerdImage {
    containerd: Containerd,
    namespace: String,
    name: String,
    /// What an OCI layout would have as `index.json`.
    index: Vec<u8>,
}

impl ContainerdImage {
    /// Finds an image by its name.
    ///
    /// # Errors
    /// When containerd has no such image, or does not answer.
    pub fn find(place: &ContainerdPlace, name: &str) -> Result<Self, StoreError> {
        let socket = place.sockets.iter().find(|socket| socket.exists()).ok_or_else(|| StoreError::NoSocket {
            tried: place.sockets.iter().map(|socket| socket.display().to_string()).collect::<Vec<_>>().join(", "),
        })?;
        let containerd = Containerd::connect(socket)?;
        let namespaces: Vec<&str> = match &place.namespace {
            Some(namespace) => vec![namespace],
            None => NAMESPACES.into(),
        };
        let names = spellings(name);
        for namespace in &namespaces {
            for name in &names {
                if let Some(found) = containerd.image(namespace, name)? {
                    let index = index(&found, name)?;
                    let (namespace, name) = ((*namespace).to_owned(), name.clone());
                    return Ok(Self { containerd, namespace, name, index });
                }
            }
        }
        Err(StoreError::Absent { names: names.join(" or "), namespaces: namespaces.join(", ") })
    }
}

impl Store for ContainerdImage {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        if name == "index.json" {
            return Ok(Some(Box::new(&self.index)));
        }
        let digest = name.strip_prefix("blobs/").and_then(|rest| rest.replacen('/', ":", 1).parse::<Digest>().ok());
        let Some(digest) = digest.map(|digest| digest.to_string()) else { return Ok(None) };
        let size = self.containerd.size(&self.namespace, &digest).map_err(io::Error::other)?;
        Ok(size.map(|size| Box::new(Content { image: self, digest, size, ahead: Mutex::default() }) as Box<dyn Blob>))
    }

    /// Containers run without the bytes that a layer came in, so that an image may be here and what it is made of gone.
    fn without_layer(&self) -> String {
        format!(
            "containerd does not have the bytes of the layer; it may drop them once they are unpacked \
             (`discard_unpacked_layers`), and `ctr --namespace {} content fetch {}` fetches them again",
            visible(&self.namespace),
            visible(&self.name)
        )
    }
}

/// A blob of an image.
struct Content<'a> {
    image: &'a ContainerdImage,
    digest: String,
    size: u64,
    ahead: Mutex<Ahead>,
}

/// A stretch that was read at once.
#[derive(Default)]
struct Ahead {
    offset: u64,
    bytes: Vec<u8>,
}

impl Ahead {
    /// What it has from an offset on.
    fn from(&self, offset: u64) -> &[u8] {
        let within = offset.checked_sub(self.offset).and_then(|within| usize::try_from(within).ok());
        within.and_then(|within| self.bytes.get(within..)).unwrap_or_default()
    }
}

impl Blob for Content<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        if rest == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.from(offset).is_empty() {
            let mut bytes = std::mem::take(&mut ahead.bytes);
            bytes.resize(rest.min(AHEAD_BYTES), 0);
            let image = self.image;
            let read = image.containerd.read(&image.namespace, &self.digest, offset, &mut bytes);
            bytes.truncate(read.map_err(io::Error::other)?);
            *ahead = Ahead { offset, bytes };
        }
        ahead.from(offset).read_at(0, buffer)
    }
}

/// The names by which containerd may know what somebody calls so: as it stands, and written out as its clients do.
fn spellings(name: &str) -> Vec<String> {
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path.to_owned()),
        Some(_) => ("docker.io", name.to_owned()),
        None => ("docker.io", format!("library/{name}")),
    };
    let is_tagged = path.contains(['@', ':']);
    let whole = if is_tagged { format!("{host}/{path}") } else { format!("{host}/{path}:latest") };
    if whole == name { vec![whole] } else { vec![name.to_owned(), whole] }
}

fn index(found: &Descriptor, name: &str) -> Result<Vec<u8>, StoreError> {
    let digest: Digest = found.digest.parse().map_err(|_| StoreError::Digest { digest: found.digest.clone() })?;
    let manifest = json!({
        "mediaType": found.media_type,
        "digest": digest,
        "size": found.size,
        "annotations": { "org.opencontainers.image.ref.name": name },
    });
    Ok(json!({ "schemaVersion": 2, "manifests": [manifest] }).to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_also_looked_for_as_it_is_written_out() {
        for (name, whole) in [
            ("shop", "docker.io/library/shop:latest"),
            ("shop:1.0", "docker.io/library/shop:1.0"),
            ("team/shop:1.0", "docker.io/team/shop:1.0"),
            ("localhost/shop", "localhost/shop:latest"),
            ("host:5000/shop", "host:5000/shop:latest"),
            ("shop@sha256:aa", "docker.io/library/shop@sha256:aa"),
        ] {
            assert_eq!(spellings(name), [name, whole]);
        }
        assert_eq!(spellings("quay.example/shop:1"), ["quay.example/shop:1"]);
    }

    #[test]
    fn what_was_read_ahead_is_found_by_its_place() {
        let ahead = Ahead { offset: 10, bytes: b"abcd".to_vec() };
        assert_eq!((ahead.from(10), ahead.from(13)), (&b"abcd"[..], &b"d"[..]));
        assert!([0, 9, 14, u64::MAX].into_iter().all(|offset| ahead.from(offset).is_empty()));
    }
}
