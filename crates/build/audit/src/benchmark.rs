//! Benchmarks: which rules decide which check.

use boltseal_model::Limits;
use boltseal_yaml::documents;
use serde::Deserialize;

/// A benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Its permanent id, which is its file's name.
    pub benchmark: String,
    /// What it is called.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What references of rules to it begin with, before a colon and the number of the check.
    pub reference: String,
    /// Its checks, in their order.
    pub checks: Vec<Entry>,
}

/// A check of a benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, as `3.16`.
    pub number: String,
    /// 1 for what every host should have, 2 for what costs something.
    pub level: u8,
    /// What is demanded, in our words.
    pub title: String,
    /// The rules that decide it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What the rules look at.
    #[serde(default)]
    pub over: Over,
    /// Of the files of the host, those with this role alone.
    #[serde(default)]
    pub role: Option<String>,
    /// What must be there, or the check does not apply.
    #[serde(default)]
    pub needs: Option<Needs>,
    /// What a person must find out, where rules find nothing wrong.
    #[serde(default)]
    pub person: Option<String>,
}

/// What rules look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// The host.
    #[default]
    Host,
    /// Every container of its Docker.
    Containers,
    /// Every image of its Docker.
    Images,
    /// Objects of Kubernetes.
    Objects,
}

/// What a check needs to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Docker.
    Docker,
    /// A Docker that confines containers with AppArmor.
    Apparmor,
    /// A Docker that confines containers with SELinux.
    Selinux,
    /// A Docker that is part of a swarm.
    Swarm,
    /// A Docker that manages a swarm.
    SwarmManager,
    /// A node of Kubernetes.
    Node,
    /// The kubelet.
    Kubelet,
    /// The API server.
    ControlPlane,
    /// etcd.
    Etcd,
}

/// Why a benchmark cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the benchmark {id} cannot be read: {detail}")]
pub struct BenchmarkError {
    /// Its id.
    pub id: String,
    /// What is wrong with it.
    pub detail: String,
}

/// The benchmarks that come with the program: (id, text).
static BUILT_IN: &[(&str, &str)] = &[
    ("cis-docker", include_str!("../../../../content/benchmarks/cis-docker.yaml")),
    ("cis-kubernetes", include_str!("../../../../content/benchmarks/cis-kubernetes.yaml")),
    ("container-host", include_str!("../../../../content/benchmarks/container-host.yaml")),
];

impl Benchmark {
    /// The ids of the benchmarks that come with the program.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(id, _)| *id)
    }

    /// A benchmark that comes with the program.
    ///
    /// # Errors
    /// When there is none of this id, or it cannot be read.
    pub fn built_in(id: &str) -> Result<Self, BenchmarkError> {
        let failed = |detail: String| BenchmarkError { id: id.to_owned(), detail };
        let text = BUILT_IN.iter().find(|(known, _)| *known == id).map(|(_, text)| *text);
        Self::read(text.ok_or_else(|| failed("there is none of this name".into()))?).map_err(failed)
    }

    /// Reads a benchmark.
    ///
    /// # Errors
    /// With what is wrong, as a lower-case fragment.
    fn read(text: &str) -> Result<Self, String> {
        let Some((before, document)) = documents(text).next() else { return Err("it is empty".into()) };
        boltseal_yaml::read(document, before, &Limits::default(), |it| Self::deserialize(it)).map_err(|it| it.detail)
    }
}
