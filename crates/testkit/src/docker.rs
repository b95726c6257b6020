//! A genuine Docker daemon.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::{Process, wait_for};

/// Where Debian's docker.io has it.
const DOCKERD: &str = "/usr/sbin/dockerd";

/// A Docker daemon of Debian's, with its data, its socket and its containers to itself.
#[derive(Debug)]
pub struct DockerEngine {
    folder: TempDir,
    _process: Process,
}

impl DockerEngine {
    /// A new one without images.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with further arguments.
    pub fn start_with(arguments: &[&str]) -> Option<Self> {
        if !Path::new(DOCKERD).exists() {
            crate::skip("docker.io is not installed; `cargo xtask test` installs it");
            return None;
        }
        if !Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
            crate::skip("only root may start a Docker daemon");
            return None;
        }
        let folder = tempfile::tempdir().expect("a scratch folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let log = fs::File::create(folder.path().join("log")).expect("the scratch folder is ours");
        let process = Command::new(DOCKERD)
            .args(["--data-root", &at("data"), "--exec-root", &at("exec"), "--pidfile", &at("pid")])
            .args(["--host", &format!("unix://{}", at("docker.sock"))])
            .args(["--iptables=false", "--ip6tables=false", "--bridge=none"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("dockerd and docker start");
        let engine = Self { folder, _process: Process(process) };
        wait_for("the Docker daemon", || engine.docker(&["version"]).is_ok());
        Some(engine)
    }

    /// `unix://…`, as `DOCKER_HOST` wants it.
    pub fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    /// Runs the docker command; gives what it printed, or what it complained of.
    pub fn docker(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("/usr/bin/docker")
            .args(["--host", &self.host()])
            .args(arguments)
            .output()
            .expect("dockerd and docker start");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }
}

impl Drop for DockerEngine {
    fn drop(&mut self) {
        if let Ok(containers) = self.docker(&["ps", "--all", "--quiet"]) {
            for container in containers.lines() {
                let _ = self.docker(&["rm", "--force", container]);
            }
        }
    }
}
