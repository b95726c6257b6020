//! Daemons that say nothing, hang up, say something else, or never stop.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use boltseal_clamd::{Address, Clamd, ClamdError, Patience, Verdict};
use tempfile::TempDir;

/// How long the tests wait for an answer.
const PATIENCE: Patience = Patience { greeting: Duration::from_millis(500), verdict: Duration::from_millis(800) };

/// A daemon that does with every connection what it is told, each in a thread of its own.
fn daemon(behave: fn(UnixStream)) -> (Clamd, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("clamd.ctl");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || behave(stream));
        }
    });
    (Clamd::with_patience(Address::Unix(socket), PATIENCE), folder)
}

/// Reads a stream to the piece of no bytes that ends it.
fn take(stream: &mut UnixStream) {
    let mut command = [0; 10];
    stream.read_exact(&mut command).unwrap();
    assert_eq!(&command, b"zINSTREAM\0");
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut piece = vec![0; u32::from_be_bytes(length) as usize];
        if piece.is_empty() {
            return;
        }
        stream.read_exact(&mut piece).unwrap();
    }
}

#[track_caller]
fn fails_in_time(clamd: &Clamd, is_expected: fn(&ClamdError) -> bool) {
    let begun = Instant::now();
    for question in [clamd.scan(&[7; 3_000_000]).map(drop), clamd.version().map(drop), clamd.greet()] {
        let error = question.unwrap_err();
        assert!(is_expected(&error), "{error:?}");
        assert!(!error.is_of_the_bytes(), "{error:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn one_that_says_nothing_is_not_waited_for() {
    let (clamd, _folder) = daemon(|mut stream| {
        let _ = stream.read_to_end(&mut Vec::new());
        thread::sleep(Duration::from_secs(60));
    });
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Silent(_)));
}

#[test]
fn one_that_takes_nothing_is_not_waited_for() {
    let (clamd, _folder) = daemon(|_stream| thread::sleep(Duration::from_secs(60)));
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Silent(_)));
}

#[test]
fn one_that_accepts_nobody_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("clamd.ctl");
    let listener = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    listener.bind(&socket2::SockAddr::unix(&socket).unwrap()).unwrap();
    listener.listen(0).unwrap();
    let _queued = UnixStream::connect(&socket).unwrap();
    let clamd = Clamd::with_patience(Address::Unix(socket), PATIENCE);
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Connect(_)));
}

#[test]
fn one_that_drips_is_not_waited_for() {
    let (clamd, _folder) = daemon(|mut stream| {
        let mut sink = stream.try_clone().unwrap();
        thread::spawn(move || std::io::copy(&mut sink, &mut std::io::sink()));
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Silent(_)));
}

#[test]
fn one_that_hangs_up_is_no_clean_verdict() {
    let (clamd, _folder) = daemon(drop);
    fails_in_time(&clamd, |error| matches!(error, ClamdError::HungUp | ClamdError::Silent(_)));
    let (clamd, _folder) = daemon(|mut stream| take(&mut stream));
    assert!(matches!(clamd.scan(b"bytes"), Err(ClamdError::HungUp)));
}

#[test]
fn one_that_says_something_else_is_no_clean_verdict() {
    let (clamd, _folder) = daemon(|mut stream| {
        let _ = stream.write_all(b"\x16\x03\x01 what is this?\0");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Unclear(_)));
}

#[test]
fn one_that_never_stops_is_not_listened_to() {
    let (clamd, _folder) = daemon(|mut stream| {
        let mut sink = stream.try_clone().unwrap();
        thread::spawn(move || std::io::copy(&mut sink, &mut std::io::sink()));
        while stream.write_all(&[b'A'; 65_536]).is_ok() {}
    });
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Silent(error) if error.to_string().contains("4096")));
}

#[test]
fn one_that_has_enough_is_heard_while_we_still_send() {
    let (clamd, _folder) = daemon(|mut stream| {
        let mut beginning = [0; 1_000];
        stream.read_exact(&mut beginning).unwrap();
        stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").unwrap();
    });
    let error = clamd.scan(&vec![7; 30_000_000]).unwrap_err();
    assert!(matches!(error, ClamdError::TooLarge) && error.is_of_the_bytes(), "{error:?}");
}

#[test]
fn a_verdict_without_its_zero_counts_when_the_connection_ends() {
    let (clamd, _folder) = daemon(|mut stream| {
        take(&mut stream);
        stream.write_all(b"stream: Some.Worm-1 FOUND").unwrap();
    });
    assert_eq!(clamd.scan(b"bytes").unwrap(), Verdict::Found("Some.Worm-1".into()));
}

#[test]
fn where_nobody_listens_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let clamd = Clamd::new(Address::Unix(folder.path().join("none.ctl")));
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Connect(_)));
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let clamd = Clamd::new(Address::Tcp { host: "127.0.0.1".into(), port });
    fails_in_time(&clamd, |error| matches!(error, ClamdError::Connect(_)));
}
