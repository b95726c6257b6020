//! Collects what is known of a host that runs containers.
//!
//! [`collect`] looks at a [`Root`], the files of a host, and at the socket of its engine, and gives [`Facts`]: a
//! [`Host`](boltseal_model::Host), and what the engine says of its containers and images. [`Facts::document`] is the file that
//! holds them, which `boltseal audit --facts` writes and reads.
//!
//! Invariant: nothing is run and nothing is changed. Everything comes from files, from `/proc` and from sockets. What could not be
//! seen is unknown, with the reason; what is not there is absent. Secrets do not leave the host: values of variables, of labels and of
//! options of log drivers, arguments of programs and credentials are not collected.
//!
//! Deliberately absent: every judgement, and what only a command would tell, as the audit rules that the kernel has loaded.

mod audit;
mod containerd;
mod docker;
mod files;
mod kubernetes;
mod listeners;
mod podman;
mod process;
mod root;
mod ssh;
mod system;
mod units;

use boltseal_model::Host;
use serde_json::{Value, json};

pub use docker::Connection;
pub use root::{Reason, Root};

/// What was collected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The host.
    pub host: Host,
    /// What the engine says of its containers, and of its images, but for what may be secret.
    pub inspected: Vec<Value>,
}

/// Collects the facts of a host. Its engine is asked at the socket where engines have theirs unless another is given.
pub fn collect(root: &Root, connection: &Connection) -> Facts {
    let groups = system::Groups::read(root);
    let (docker, inspected) = docker::collect(root, connection);
    let kubernetes = kubernetes::collect(root);
    let host = Host {
        name: root.text("/proc/sys/kernel/hostname").ok().flatten().unwrap_or_default().trim().to_owned(),
        system: system::operating_system(root),
        kernel: system::kernel(root),
        sysctls: system::sysctls(root),
        mounts: system::mounts(root),
        files: files::collect(root, &groups, docker.as_ref(), connection),
        units: units::collect(root),
        listeners: listeners::collect(root),
        docker_group: groups.members("docker"),
        audit: audit::collect(root),
        ssh: ssh::collect(root),
        docker,
        containerd: containerd::collect(root),
        podman: podman::collect(root),
        kubernetes,
        ..Host::default()
    };
    Facts { host, inspected }
}

/// Files by which engines mark a container.
const MARKS: &[&str] = &["/.dockerenv", "/run/.containerenv"];

/// What to say where the files are those of a container, and not those of its host.
pub fn warning(root: &Root) -> Option<&'static str> {
    let is_container = root.is_own() && root.first(MARKS).is_some();
    is_container.then_some(
        "this is a container, and what is judged are its files; mount the root of the host, and name it with --root",
    )
}

impl Facts {
    /// The file that holds them: documents of JSON, each of a format of its own.
    pub fn document(&self) -> String {
        let mut host = json!({ "apiVersion": "boltseal.dev/v1", "kind": "Host" });
        if let (Value::Object(object), Ok(Value::Object(facts))) = (&mut host, serde_json::to_value(&self.host)) {
            object.extend(facts);
        }
        let mut text = format!("{host:#}\n");
        for value in &self.inspected {
            text.push_str(&format!("---\n{value:#}\n"));
        }
        text
    }
}

/// The readers of what a host's files say, for those who try them with hostile texts.
pub mod readers {
    pub use crate::audit::parse_rules;
    pub use crate::containerd::parse_config;
    pub use crate::docker::{parse_arguments, parse_daemon};
    pub use crate::kubernetes::{parse_encryption, parse_kubelet, parse_static_pod};
    pub use crate::listeners::parse_listeners;
    pub use crate::podman::{parse_containers, parse_policy, parse_registries};
    pub use crate::ssh::parse_sshd;
    pub use crate::system::{parse_mounts, parse_os_release};
}
