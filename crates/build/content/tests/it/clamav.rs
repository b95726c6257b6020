//! Signatures of ClamAV give the verdicts that ClamAV itself gives.

use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_content::malware::Yara;
use boltseal_content::malware::clamav::Translated;
use boltseal_content::{File, Rules, Searcher};
use boltseal_model::Limits;

/// Extension of a file of signatures, and what is in it.
const SIGNATURES: &[(&str, &str)] = &[
    ("ndb", "T.Any-1:0:*:6e6565646c652d31"),
    ("ndb", "T.Start-1:0:0:6e6565646c652d31"),
    ("ndb", "T.Start-2:0:3,4:6e6565646c652d31"),
    ("ndb", "T.End-1:0:EOF-8:6e6565646c652d31"),
    ("ndb", "T.End-2:0:EOF-12,4:6e6565646c652d31"),
    ("ndb", "T.Wild-1:0:*:6e6565646c65??31"),
    ("ndb", "T.Wild-2:0:*:6e6565646c652d3?"),
    ("ndb", "T.Jump-1:0:*:6e656564{2}652d31"),
    ("ndb", "T.Jump-2:0:*:6e656564{1-3}652d31"),
    ("ndb", "T.Jump-3:0:*:6e656564{-3}652d31"),
    ("ndb", "T.Jump-4:0:*:6e656564{3-}652d31"),
    ("ndb", "T.Jump-5:0:*:6e656564*7468726561643a"),
    ("ndb", "T.Either-1:0:*:6e656564(6c|6d)652d31"),
    ("ndb", "T.Either-2:0:*:6e656564(6c64|6d6d|6d6c64)652d31"),
    ("ndb", "T.Not-1:0:*:6e656564!(6c)652d31"),
    ("ndb", "T.Elf-1:6:*:6e6565646c652d31"),
    ("ldb", "T.And-1;Engine:51-255,Target:0;0&1;6e6565646c652d31;7468726561643a"),
    ("ldb", "T.Or-1;Engine:51-255,Target:0;0|1;6e6565646c652d32;7468726561643a"),
    ("ldb", "T.Nested-1;Engine:51-255,Target:0;(0|1)&2;6e6565646c652d31;6e6565646c652d32;7468726561643a"),
    ("ldb", "T.Count-1;Engine:51-255,Target:0;0>1;6e6565646c652d31"),
    ("ldb", "T.Count-2;Engine:51-255,Target:0;0=2;6e6565646c652d31"),
    ("ldb", "T.Count-3;Engine:51-255,Target:0;1&(0<2);6e6565646c652d31;7468726561643a"),
    ("ldb", "T.None-1;Engine:51-255,Target:0;(0=0)&1;6e6565646c652d31;7468726561643a"),
    ("ldb", "T.Several-1;Engine:51-255,Target:0;(0|1|2)>2,2;6e6565646c652d31;6e6565646c652d32;7468726561643a"),
    ("ldb", "T.Case-1;Engine:51-255,Target:0;0;4e4545444c452d31::i"),
    ("ldb", "T.Wide-1;Engine:51-255,Target:0;0;6e6565646c652d31::w"),
    ("ldb", "T.Size-1;Engine:51-255,FileSize:20-40,Target:0;0;6e6565646c652d31"),
    ("ldb", "T.Place-1;Engine:51-255,Target:0;0&1;0:6e6565646c652d31;7468726561643a"),
    ("hdb", "eb1fbbd8d7daeb82fd434b715f380fda:11:T.Md5-1"),
    ("hsb", "437701c8237230196595449f67c4262f6c486e2654031a3b3ca876bf41276aff:11:T.Sha-1"),
    ("hsb", "86ec6d2d5dbfd628f4075e32c7aa6421b0707a00:*:T.Sha-2:73"),
];

/// Bytes that no text has: ClamAV searches texts in lower case and out of UTF-16 as well, which we do not.
const BINARY: &[u8] = b"\0\0\0\0\x01\x02\x8f\xff";

/// The header of a program without sections: of one that is damaged ClamAV knows no places.
fn elf() -> Vec<u8> {
    let identification = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0";
    [&identification[..], &[0; 28], b"\x40\0\x38\0\0\0\x40\0\0\0\0\0"].concat()
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let binary = |text: &str| [BINARY, text.as_bytes()].concat();
    vec![
        ("sum", binary("sum")),
        ("start", [b"needle-1", BINARY, b"and no more of it, but thread: here it is"].concat()),
        ("near-start", [b"\0\xf1..needle-1", BINARY].concat()),
        ("middle", [BINARY, b"....needle-1....", BINARY].concat()),
        ("end", binary("a haystack with its needle-1")),
        ("near-end", binary("a haystack with its needle-1..")),
        ("twice", binary("needle-1 . needle-1 . thread: .")),
        ("thrice", binary("needle-1 needle-1 needle-1 needle-2 thread:")),
        ("other-letter", binary("needme-1 . needxyze-1 needxye-1 neede-1 .")),
        ("other-letters", binary("needmlde-1 needmmme-1")),
        ("upper", binary("NEEDLE-1 . Thread: ")),
        ("wide", binary("n\0e\0e\0d\0l\0e\0-\x001\0 ")),
        ("elf", [elf().as_slice(), b"\0\xf1 needle-1 "].concat()),
        ("thread", binary("a thread: and nothing else")),
        ("nothing", binary("a haystack without one")),
    ]
}

fn ours(extension: &str, signature: &str, bytes: &[u8]) -> bool {
    let file = format!("test.{extension}");
    let (rules, faults) = if matches!(extension, "hdb" | "hsb") {
        let mut rules = Rules::new(None, Vec::new());
        let faults = rules.know_sums(&file, signature);
        (rules, faults)
    } else {
        let (translated, mut faults) = Translated::new(&file, signature, &Limits::default());
        let texts = [translated.filtered, translated.always];
        let (yara, more) = Yara::compile(texts.iter().map(|text| (file.as_str(), text.as_str())));
        faults.extend(more);
        (Rules::new(Some(yara), Vec::new()), faults)
    };
    assert_eq!(faults, [], "{signature}");
    let limits = Limits::default();
    let (hits, problems) = Searcher::new(&rules, &limits).search(File { path: "srv/file", bytes });
    assert!(problems.is_empty(), "{signature}: {problems:?}");
    !hits.is_empty()
}

/// The names of files in a folder that ClamAV takes for malware.
fn theirs(folder: &Path, signatures: &Path) -> Vec<String> {
    let mut command = Command::new("clamscan");
    command.arg("--no-summary").arg("--infected").arg("-d").arg(signatures).arg(folder);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // It ends with 1 where it found something, and with 2 where it could not look.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let names = text.lines().filter(|line| line.ends_with(" FOUND")).filter_map(|line| line.split(": ").next());
    names.filter_map(|path| Some(Path::new(path).file_name()?.to_string_lossy().into_owned())).collect()
}

#[test]
fn verdicts_are_those_of_clamav() {
    if Command::new("clamscan").arg("--version").output().is_err() {
        return boltseal_testkit::skip("clamscan is not installed");
    }
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("files");
    fs::create_dir(&folder).unwrap();
    let files = files();
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let mut failures = Vec::new();
    for (extension, signature) in SIGNATURES {
        let path = scratch.path().join(format!("test.{extension}"));
        fs::write(&path, format!("{signature}\n")).unwrap();
        let theirs = theirs(&folder, &path);
        assert!(!theirs.is_empty() && theirs.len() < files.len(), "{signature} tells no file from another: {theirs:?}");
        for (name, bytes) in &files {
            let (ours, theirs) = (ours(extension, signature, bytes), theirs.iter().any(|it| it == name));
            if ours != theirs {
                failures.push(format!("{signature} on {name}: ours {ours}, theirs {theirs}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
