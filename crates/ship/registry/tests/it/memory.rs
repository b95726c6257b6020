//! A registry in memory that takes what is pushed, and can be made to lie.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use boltseal_model::{Digest, Limits};
use boltseal_registry::{Access, Credentials, Registries, Repository, Settings};
use boltseal_testkit::server::{Answer, Asked, Server};
use serde_json::{Value, json};

use crate::support::{Fixture, INDEX, MANIFEST, digest};

/// How it behaves.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    /// Whether it lists referrers itself.
    pub lists_referrers: bool,
    /// Entries in one part of such a list; 0 for all.
    pub part: usize,
    /// Times that what is written under a tag with a hyphen is lost, as if another had overwritten it.
    pub loses: usize,
    /// How it says where an upload goes on, with `ID` for its number.
    pub location: Option<String>,
}

/// What lies in it, by path below the repository, with its media type.
pub type Held = BTreeMap<String, (String, Vec<u8>)>;

/// The registry, or another hand on it.
#[derive(Clone)]
pub struct Memory {
    pub held: Arc<Mutex<Held>>,
    manners: Manners,
    counter: Arc<AtomicUsize>,
    lost: Arc<AtomicUsize>,
}

impl Memory {
    pub fn new(manners: Manners) -> Self {
        Self { held: Arc::default(), manners, counter: Arc::default(), lost: Arc::default() }
    }

    /// With an image, under its digest and the tag 1.
    pub fn with_image(manners: Manners) -> (Self, Digest) {
        let (memory, image) = (Self::new(manners), Fixture::new(b"layer"));
        memory.hold("manifests/1", MANIFEST, &image.manifest);
        memory.hold(&format!("manifests/{}", digest(&image.manifest)), MANIFEST, &image.manifest);
        (memory, digest(&image.manifest))
    }

    pub fn serve(&self) -> Server {
        let memory = self.clone();
        Server::start(move |asked| memory.answer(asked))
    }

    pub fn hold(&self, path: &str, media_type: &str, bytes: &[u8]) {
        self.held.lock().unwrap().insert(path.to_owned(), (media_type.to_owned(), bytes.to_vec()));
    }

    /// Holds a blob, and gives what refers to it.
    pub fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        self.hold(&format!("blobs/{}", digest(bytes)), "application/octet-stream", bytes);
        json!({ "mediaType": media_type, "digest": digest(bytes).to_string(), "size": bytes.len() })
    }

    /// Holds an artifact, and gives what lists name it by.
    pub fn artifact(&self, kind: &str, subject: &Digest, layers: &[Value]) -> Value {
        let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "layers": layers,
            "subject": { "mediaType": MANIFEST, "digest": subject.to_string(), "size": 1 } });
        let bytes = manifest.to_string().into_bytes();
        self.hold(&format!("manifests/{}", digest(&bytes)), MANIFEST, &bytes);
        json!({ "mediaType": MANIFEST, "artifactType": kind, "digest": digest(&bytes).to_string(), "size": bytes.len() })
    }

    /// Lists artifacts under the tag of an image, whatever they are.
    pub fn list(&self, image: &Digest, entries: &[Value]) {
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }).to_string();
        self.hold(&format!("manifests/sha256-{}", image.hex()), INDEX, list.as_bytes());
    }

    /// The list under the tag of an image, if there is one.
    pub fn listed(&self, image: &Digest) -> Option<Value> {
        let held = self.held.lock().unwrap();
        held.get(&format!("manifests/sha256-{}", image.hex())).map(|(_, bytes)| serde_json::from_slice(bytes).unwrap())
    }

    /// What it answers.
    pub fn answer(&self, asked: &Asked) -> Answer {
        let path = asked.path.strip_prefix("/v2/team/app/").unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match asked.method.as_str() {
            "POST" if path == "blobs/uploads/" => {
                let id = self.counter.fetch_add(1, Ordering::SeqCst).to_string();
                let location = self.manners.location.as_deref().unwrap_or("/v2/team/app/blobs/uploads/ID");
                Answer::new(202, "").with("location", location.replace("ID", &id))
            }
            "PUT" if path.starts_with("blobs/uploads/") => {
                let named = query.split('&').find_map(|pair| pair.strip_prefix("digest=")).unwrap_or_default();
                let named = named.replace("%3A", ":");
                if named != digest(&asked.body).to_string() {
                    return Answer::new(400, r#"{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}"#);
                }
                self.hold(&format!("blobs/{named}"), "application/octet-stream", &asked.body);
                Answer::new(201, "")
            }
            "PUT" if path.starts_with("manifests/") => self.keep(path, asked),
            "GET" | "HEAD" if path.starts_with("referrers/") && self.manners.lists_referrers => {
                self.referrers(path, query)
            }
            "GET" | "HEAD" => match self.held.lock().unwrap().get(path) {
                Some((media_type, bytes)) => Answer::new(200, bytes.clone()).with("content-type", media_type),
                None => Answer::new(404, ""),
            },
            _ => Answer::new(405, ""),
        }
    }

    fn keep(&self, path: &str, asked: &Asked) -> Answer {
        let is_list = path.starts_with("manifests/sha256-");
        if is_list && self.lost.fetch_add(1, Ordering::SeqCst) < self.manners.loses {
            return Answer::new(201, "");
        }
        self.hold(path, asked.header("content-type").unwrap(), &asked.body);
        let manifest: Value = serde_json::from_slice(&asked.body).unwrap();
        match manifest["subject"]["digest"].as_str() {
            Some(subject) if self.manners.lists_referrers => Answer::new(201, "").with("oci-subject", subject),
            _ => Answer::new(201, ""),
        }
    }

    /// A list made of what is held, in parts, filtered by one kind.
    fn referrers(&self, path: &str, query: &str) -> Answer {
        let subject = path.trim_start_matches("referrers/");
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let kind = value("artifactType").unwrap_or_default().replace("%2F", "/").replace("%2B", "+");
        let start: usize = value("from").map_or(0, |from| from.parse().unwrap());
        let held = self.held.lock().unwrap();
        let entries: Vec<Value> = held
            .iter()
            .filter(|(path, _)| path.starts_with("manifests/sha256:"))
            .filter_map(|(_, (media_type, bytes))| {
                let manifest: Value = serde_json::from_slice(bytes).unwrap();
                let is_wanted = manifest["subject"]["digest"] == subject && manifest["artifactType"] == kind.as_str();
                is_wanted.then(|| {
                    json!({ "mediaType": media_type, "digest": digest(bytes).to_string(), "size": bytes.len(),
                        "artifactType": manifest["artifactType"], "annotations": manifest["annotations"] })
                })
            })
            .collect();
        let part = if self.manners.part == 0 { entries.len().max(1) } else { self.manners.part };
        let shown: Vec<&Value> = entries.iter().skip(start).take(part).collect();
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": shown }).to_string();
        let answer = Answer::new(200, list).with("content-type", INDEX).with("oci-filters-applied", "artifactType");
        if start + part >= entries.len() {
            return answer;
        }
        let kind = kind.replace('+', "%2B");
        answer.with("link", format!("</v2/team/app/{path}?artifactType={kind}&from={}>; rel=\"next\"", start + part))
    }
}

pub fn repository(host: &str, settings: Settings) -> Repository {
    repository_within(host, settings, &Limits::default())
}

pub fn repository_within(host: &str, settings: Settings, limits: &Limits) -> Repository {
    let settings = Settings { plain_http: vec![host.to_owned()], ..settings };
    let reference = format!("{host}/team/app:1").parse().unwrap();
    Registries::new(settings, Credentials::default()).repository(&reference, Access::Push, limits).unwrap()
}
