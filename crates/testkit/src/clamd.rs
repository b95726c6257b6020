//! A genuine clamd with signatures of our own, so that nothing is downloaded.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where Debian's clamav-daemon has it.
const PROGRAM: &str = "/usr/sbin/clamd";
/// How long it may take to read a handful of signatures.
const START: Duration = Duration::from_secs(60);

/// What a file holds that it finds as `Own.Needle-1.UNOFFICIAL`.
pub const NEEDLE: &str = "a needle";
/// A file that it finds by its digest as `Own.Text-1.UNOFFICIAL`: the second example of FIPS 180-2.
pub const TEXT: &str = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
const SHA256_OF_TEXT: &str = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
/// Bytes of a stream that it takes.
pub const STREAM_BYTES: usize = 1 << 20;
/// Bytes of a file that it looks into; of a larger one it says that it did not.
pub const FILE_BYTES: usize = 600 << 10;

/// A daemon, which ends with the value.
#[derive(Debug)]
pub struct Daemon {
    /// Its socket file.
    pub socket: PathBuf,
    /// Its port on 127.0.0.1.
    pub port: u16,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Daemon {
    /// Starts one; `None` where clamd is not installed.
    pub fn start() -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            crate::skip("clamd is not installed");
            return None;
        }
        let folder = tempfile::tempdir().expect("a scratch folder");
        let at = |name: &str| folder.path().join(name);
        let write = |name: &str, text: String| fs::write(at(name), text).expect("the scratch folder is ours");
        fs::create_dir(at("signatures")).expect("the scratch folder is ours");
        let needle: String = NEEDLE.bytes().map(|byte| format!("{byte:02x}")).collect();
        write("signatures/own.ndb", format!("Own.Needle-1:0:*:{needle}\n"));
        write("signatures/own.hsb", format!("{SHA256_OF_TEXT}:{}:Own.Text-1\n", TEXT.len()));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a free port").port();
        let settings = format!(
            "LocalSocket {}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {}\nTemporaryDirectory {}\n\
             Foreground yes\nStreamMaxLength {STREAM_BYTES}\nMaxFileSize {FILE_BYTES}\nAlertExceedsMax yes\n",
            at("clamd.ctl").display(),
            at("signatures").display(),
            folder.path().display()
        );
        write("clamd.conf", settings);
        let mut command = Command::new(PROGRAM);
        command.arg("--config-file").arg(at("clamd.conf")).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("clamd starts");
        let daemon = Self { socket: at("clamd.ctl"), port, process, _folder: folder };
        let begun = Instant::now();
        while UnixStream::connect(&daemon.socket).is_err() || TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < START, "clamd does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        Some(daemon)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
