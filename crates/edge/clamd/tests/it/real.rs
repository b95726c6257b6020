//! The daemon of Debian's clamav-daemon.

use std::thread;

use boltseal_clamd::{Address, Clamd, ClamdError, Verdict};
use boltseal_testkit::clamd::{Daemon, FILE_BYTES, NEEDLE, STREAM_BYTES, TEXT};

fn found(name: &str) -> Verdict {
    Verdict::Found(format!("{name}.UNOFFICIAL"))
}

#[test]
fn its_verdicts_are_heard_over_both_kinds_of_sockets() {
    let Some(daemon) = Daemon::start() else { return };
    let tcp = Address::Tcp { host: "127.0.0.1".into(), port: daemon.port };
    for address in [Address::Unix(daemon.socket.clone()), tcp] {
        let clamd = Clamd::new(address);
        clamd.greet().unwrap();
        assert!(clamd.version().unwrap().starts_with("ClamAV "), "{:?}", clamd.version());
        assert_eq!(clamd.scan(b"hay alone").unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(b"").unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(format!("hay and {NEEDLE}").as_bytes()).unwrap(), found("Own.Needle-1"));
        assert_eq!(clamd.scan(TEXT.as_bytes()).unwrap(), found("Own.Text-1"));
        let large = [vec![b'.'; FILE_BYTES - 100], NEEDLE.into()].concat();
        assert_eq!(clamd.scan(&large).unwrap(), found("Own.Needle-1"));
        // More than it takes as a stream, and more than it looks into.
        let error = clamd.scan(&vec![b'.'; STREAM_BYTES * 9]).unwrap_err();
        assert!(matches!(error, ClamdError::TooLarge), "{error:?}");
        assert_eq!(
            clamd.scan(&vec![b'.'; FILE_BYTES + 1]).unwrap(),
            Verdict::Found("Heuristics.Limits.Exceeded.MaxFileSize".into())
        );
    }
}

#[test]
fn several_threads_may_ask_at_once() {
    let Some(daemon) = Daemon::start() else { return };
    let clamd = Clamd::new(Address::Unix(daemon.socket.clone()));
    thread::scope(|scope| {
        for thread in 0..8 {
            let clamd = &clamd;
            scope.spawn(move || {
                for file in 0..20 {
                    let text = format!("{thread} {file} {}", if file % 2 == 0 { NEEDLE } else { "hay" });
                    let is_found = matches!(clamd.scan(text.as_bytes()).unwrap(), Verdict::Found(_));
                    assert_eq!(is_found, file % 2 == 0, "{text}");
                }
            });
        }
    });
}
