//! The daemon of Debian's clamav-daemon, with signatures of our own.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use boltseal_clamd::{Address, Clamd, ClamdError, Verdict};

/// The second example of FIPS 180-2, and its digest. clamd does not look at files of less than five bytes.
const TEXT: &[u8] = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
const SHA256_OF_TEXT: &str = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";

/// A daemon of ours, which ends with the test.
struct Daemon {
    process: Child,
    unix: Clamd,
    tcp: Clamd,
    _folder: tempfile::TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start() -> Option<Daemon> {
    let program = "/usr/sbin/clamd";
    if !Path::new(program).exists() {
        boltseal_testkit::skip("clamd is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("signatures")).unwrap();
    // "a needle" anywhere, and a SHA-256 of FIPS 180-2.
    fs::write(at("signatures/own.ndb"), "Own.Needle-1:0:*:61206e6565646c65\n").unwrap();
    fs::write(at("signatures/own.hsb"), format!("{SHA256_OF_TEXT}:{}:Own.Text-1\n", TEXT.len())).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (socket, signatures) = (at("clamd.ctl"), at("signatures"));
    let settings = format!(
        "LocalSocket {}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {}\nTemporaryDirectory {}\nForeground yes\n\
         StreamMaxLength 1M\nAlertExceedsMax yes\nMaxFileSize 600K\nUser root\n",
        socket.display(),
        signatures.display(),
        folder.path().display()
    );
    fs::write(at("clamd.conf"), settings).unwrap();
    let mut command = Command::new(program);
    command.arg("--config-file").arg(at("clamd.conf")).stdout(Stdio::null()).stderr(Stdio::null());
    let process = command.spawn().unwrap();
    let unix = Clamd::new(Address::Unix(socket));
    let tcp = Clamd::new(Address::Tcp { host: "127.0.0.1".into(), port });
    let daemon = Daemon { process, unix, tcp, _folder: folder };
    let begun = Instant::now();
    while daemon.unix.greet().is_err() || daemon.tcp.greet().is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "clamd does not start: {:?}", daemon.unix.greet());
        thread::sleep(Duration::from_millis(100));
    }
    Some(daemon)
}

#[test]
fn its_verdicts_are_heard_over_both_kinds_of_sockets() {
    let Some(daemon) = start() else { return };
    for clamd in [&daemon.unix, &daemon.tcp] {
        assert!(clamd.version().unwrap().starts_with("ClamAV "), "{:?}", clamd.version());
        assert_eq!(clamd.scan(b"hay alone").unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(b"").unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(b"hay and a needle").unwrap(), Verdict::Found("Own.Needle-1.UNOFFICIAL".into()));
        assert_eq!(clamd.scan(TEXT).unwrap(), Verdict::Found("Own.Text-1.UNOFFICIAL".into()));
        let large = [vec![b'.'; 500_000], b"a needle".to_vec()].concat();
        assert_eq!(clamd.scan(&large).unwrap(), Verdict::Found("Own.Needle-1.UNOFFICIAL".into()));
        // More than it takes as a stream, and more than it looks into.
        let error = clamd.scan(&vec![b'.'; 9_000_000]).unwrap_err();
        assert!(matches!(error, ClamdError::TooLarge), "{error:?}");
        let Verdict::Found(name) = clamd.scan(&vec![b'.'; 700_000]).unwrap() else { panic!("silently passed") };
        assert!(name.starts_with("Heuristics.Limits.Exceeded"), "{name}");
    }
}

#[test]
fn several_threads_may_ask_at_once() {
    let Some(daemon) = start() else { return };
    thread::scope(|scope| {
        for thread in 0..8 {
            let clamd = &daemon.unix;
            scope.spawn(move || {
                for file in 0..20 {
                    let text = format!("{thread} {file} {}", if file % 2 == 0 { "a needle" } else { "hay" });
                    let is_found = matches!(clamd.scan(text.as_bytes()).unwrap(), Verdict::Found(_));
                    assert_eq!(is_found, file % 2 == 0, "{text}");
                }
            });
        }
    });
}
