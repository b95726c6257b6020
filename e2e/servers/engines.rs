//! Engines of Debian's that run containers, each with its data, its socket and its containers to itself.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

use boltseal_testkit::process::{Process, wait_for};
use boltseal_testkit::skip;
use tempfile::TempDir;

const CONTAINERD: &str = "/usr/bin/containerd";
const PODMAN: &str = "/usr/bin/podman";

/// Podman's service of Debian's, with its images, its socket and its containers to itself.
pub struct PodmanService {
    folder: TempDir,
    _process: Process,
}

impl PodmanService {
    /// A new one without images.
    pub fn start() -> Option<Self> {
        if !Path::new(PODMAN).exists() {
            skip("podman is not installed; `cargo xtask test` installs it");
            return None;
        }
        if !Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
            skip("only root may start Podman's service with a store of its own");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        // A driver that needs nothing of the kernel.
        let storage = format!("[storage]\ndriver = \"vfs\"\ngraphroot = {:?}\nrunroot = {:?}\n", at("data"), at("run"));
        fs::write(at("storage.conf"), storage).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Self::command(folder.path())
            .args(["system", "service", "--time", "0", &format!("unix://{}", at("podman.sock"))])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let service = Self { folder, _process: Process(process) };
        wait_for("Podman's service", || UnixStream::connect(service.folder.path().join("podman.sock")).is_ok());
        Some(service)
    }

    /// `unix://…`, as `CONTAINER_HOST` wants it.
    pub fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("podman.sock").display())
    }

    /// Runs the podman command; gives what it printed, or what it complained of.
    pub fn podman(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Self::command(self.folder.path()).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// Podman without the help of systemd.
    fn command(folder: &Path) -> Command {
        let mut command = Command::new(PODMAN);
        command.env("CONTAINERS_STORAGE_CONF", folder.join("storage.conf")).env_remove("CONTAINER_HOST");
        command.args(["--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "/usr/sbin/runc"]);
        command
    }
}

impl Drop for PodmanService {
    fn drop(&mut self) {
        let _ = self.podman(&["rm", "--all", "--force", "--time", "0"]);
    }
}

/// A containerd of Debian's, with its data and its socket to itself.
pub struct ContainerdDaemon {
    folder: TempDir,
    _process: Process,
}

impl ContainerdDaemon {
    /// A new one without images.
    pub fn start() -> Option<Self> {
        if !Path::new(CONTAINERD).exists() {
            skip("containerd is not installed; `cargo xtask test` installs it");
            return None;
        }
        if !Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
            skip("only root may start containerd");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        // Kubernetes' part would want sockets of the network, and is not what is tested.
        fs::write(at("config.toml"), "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n").unwrap();
        let process = Command::new(CONTAINERD)
            .args(["--config", &at("config.toml"), "--root", &at("data"), "--state", &at("state")])
            .args(["--address", &at("containerd.sock")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let daemon = Self { folder, _process: Process(process) };
        wait_for("containerd", || daemon.ctr(&["version"]).is_ok());
        Some(daemon)
    }

    /// Its socket, as `CONTAINERD_ADDRESS` wants it.
    pub fn address(&self) -> String {
        self.folder.path().join("containerd.sock").display().to_string()
    }

    /// Runs containerd's own command; gives what it printed, or what it complained of.
    pub fn ctr(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new("/usr/bin/ctr");
        command.env_remove("CONTAINERD_NAMESPACE").args(["--address", &self.address()]);
        let output = command.args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }
}
