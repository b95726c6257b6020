//! A genuine registry, in a folder of its own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::{Process, wait_for};

/// How a registry is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Protection {
    /// Whether it wants name and password: `user` and `pass word`.
    pub password: bool,
    /// Whether it speaks TLS, with a certificate of its own authority.
    pub tls: bool,
}

/// Debian's `docker-registry`, which ends with the value.
#[derive(Debug)]
pub struct ImageRegistry {
    /// `127.0.0.1:PORT`.
    pub host: String,
    /// The authority that its certificate is from.
    pub authority: PathBuf,
    protection: Protection,
    folder: TempDir,
    _process: Process,
}

impl ImageRegistry {
    /// A new and empty one.
    pub fn start(protection: Protection) -> Option<Self> {
        for program in ["docker-registry", "htpasswd", "openssl", "skopeo"] {
            if !is_installed(program) {
                crate::skip(&format!("{program} is not installed; `cargo xtask test` installs it"));
                return None;
            }
        }
        let folder = tempfile::tempdir().expect("a scratch folder");
        let at = |name: &str| folder.path().join(name);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a free port").port();
        let host = format!("127.0.0.1:{port}");
        let data = at("data").display().to_string();
        let mut config =
            format!("version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nhttp:\n  addr: {host}\n");
        let authority = at("authority.crt");
        if protection.tls {
            certificate(folder.path());
            config += &format!(
                "  tls: {{certificate: {}, key: {}}}\n",
                at("server.crt").display(),
                at("server.key").display()
            );
        }
        if protection.password {
            let hashed =
                Command::new("htpasswd").args(["-nbB", "user", "pass word"]).output().expect("the program runs");
            fs::write(at("htpasswd"), hashed.stdout).expect("the scratch folder is ours");
            config += &format!("auth: {{htpasswd: {{realm: test, path: {}}}}}\n", at("htpasswd").display());
        }
        config += &format!("storage: {{filesystem: {{rootdirectory: {data}}}}}\n");
        fs::write(at("config.yml"), config).expect("the scratch folder is ours");
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(at("config.yml")).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        let process = Process(command.spawn().expect("the registry starts"));
        wait_for("the registry", || TcpStream::connect(&host).is_ok());
        Some(Self { host, authority, protection, folder, _process: process })
    }

    /// Puts what an archive or a layout holds into it, under a name.
    pub fn push(&self, from: &str, name: &str) {
        let mut command = Command::new("skopeo");
        command.args(["copy", "--quiet", "--all", "--dest-tls-verify=false"]);
        if self.protection.password {
            command.args(["--dest-creds", "user:pass word"]);
        }
        let output =
            command.arg(from).arg(format!("docker://{}/{name}", self.host)).output().expect("the program runs");
        assert!(output.status.success(), "skopeo: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A folder for whatever a test needs beside it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// An authority and a certificate from it for loopback.
fn certificate(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("the program runs");
        assert!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
    };
    let new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    let authority = ["-keyout", "authority.key", "-out", "authority.crt", "-subj", "/CN=Test authority"];
    openssl(&[&new[..], &authority].concat());
    let issued = ["-CA", "authority.crt", "-CAkey", "authority.key", "-addext", "subjectAltName=IP:127.0.0.1"];
    let server = ["-keyout", "server.key", "-out", "server.crt", "-subj", "/CN=127.0.0.1"];
    let leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&new[..], &issued, &leaf, &server].concat());
}

fn is_installed(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file())
}
