//! Databases on disk: built from folders and archives, written at once, never trusted when damaged.

use std::fs;
use std::io::Write;
use std::path::Path;

use boltseal_model::Limits;
use boltseal_scan::database::{BuildError, DatabaseError, DatabaseFile, build};

const ADVISORY: &str = r#"{"schema_version": "1.6.0", "id": "GHSA-xxxx-yyyy-zzzz", "modified": "2024-05-01T00:00:00Z",
    "aliases": ["CVE-2024-1000"], "affected": [{"package": {"ecosystem": "npm", "name": "left-pad"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.3.0"}]}]}]}"#;

fn advisories(folder: &Path) -> u64 {
    let database = folder.join("out/advisories.db");
    build(&[folder.join("in")], &database, &Limits::default()).unwrap();
    let file = DatabaseFile::open(Some(&database), None).unwrap();
    file.database().unwrap().info().advisories
}

#[test]
fn folders_zip_tar_and_compressed_tar_give_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let tar = {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(ADVISORY.len() as u64);
        builder.append_data(&mut header, "osv/GHSA-xxxx-yyyy-zzzz.json", ADVISORY.as_bytes()).unwrap();
        builder.into_inner().unwrap()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&tar).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("GHSA-xxxx-yyyy-zzzz.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(ADVISORY.as_bytes()).unwrap();
    let sources = [
        ("GHSA-xxxx-yyyy-zzzz.json", ADVISORY.as_bytes().to_vec()),
        ("osv.tar", tar.clone()),
        ("osv.tar.zst", zstd::encode_all(tar.as_slice(), 1).unwrap()),
        ("osv.tar.gz", gzip.finish().unwrap()),
        ("all.zip", zip.finish().unwrap().into_inner()),
    ];
    let mut databases = Vec::new();
    for (name, bytes) in sources {
        let folder = scratch.path().join(name.replace('.', "-"));
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in").join(name), bytes).unwrap();
        assert_eq!(advisories(&folder), 1, "{name}");
        databases.push(fs::read(folder.join("out/advisories.db")).unwrap());
    }
    assert!(databases.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_damaged_source_is_a_problem_and_the_others_go_on() {
    let scratch = tempfile::tempdir().unwrap();
    let input = scratch.path().join("in");
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("GHSA-aaaa-aaaa-aaaa.json"), ADVISORY).unwrap();
    fs::write(input.join("GHSA-bbbb-bbbb-bbbb.json"), &ADVISORY.as_bytes()[..ADVISORY.len() / 2]).unwrap();
    fs::write(input.join("broken.zip"), b"PK\x03\x04 and nothing more").unwrap();
    fs::write(input.join("broken.tar.zst"), b"\x28\xb5\x2f\xfd").unwrap();
    let summary = build(&[input], &scratch.path().join("out.db"), &Limits::default()).unwrap();
    assert_eq!(summary.sources[0].advisories, 1);
    assert_eq!(summary.problems.iter().count(), 3, "{:?}", summary.problems);
}

#[test]
fn nothing_is_written_when_nothing_was_found() {
    let scratch = tempfile::tempdir().unwrap();
    let database = scratch.path().join("advisories.db");
    fs::write(scratch.path().join("README.md"), "# no advisories here\n").unwrap();
    let error = build(&[scratch.path().join("README.md")], &database, &Limits::default()).unwrap_err();
    assert!(matches!(error, BuildError::Nothing { .. }), "{error}");
    assert!(!database.exists());
}

#[test]
fn a_database_that_was_asked_for_is_never_replaced_by_another() {
    let scratch = tempfile::tempdir().unwrap();
    let absent = scratch.path().join("absent.db");
    let error = DatabaseFile::open(Some(&absent), None).unwrap_err();
    assert!(matches!(error, DatabaseError::Unreadable { .. }), "{error}");
    for bytes in [&b""[..], b"short", &[0; 5000]] {
        let path = scratch.path().join("wrong.db");
        fs::write(&path, bytes).unwrap();
        let refused = match DatabaseFile::open(Some(&path), None) {
            Err(error) => error.to_string(),
            Ok(file) => file.database().unwrap_err().to_string(),
        };
        assert!(refused.contains("boltseal db build"), "{refused}");
    }
}

#[test]
fn the_embedded_snapshot_is_whole_and_small() {
    let file = DatabaseFile::open(None, None).unwrap();
    let database = file.database().unwrap();
    database.verify().unwrap();
    assert_eq!(file.origin(), "embedded");
    let snapshot = boltseal_testkit::data::workspace().join("content/advisories/snapshot.db");
    assert!(fs::metadata(snapshot).unwrap().len() <= 6 << 20, "the snapshot is at most 6 MB");
    let credits =
        fs::read_to_string(boltseal_testkit::data::workspace().join("content/advisories/SOURCES.md")).unwrap();
    for source in &database.info().sources {
        assert!(credits.contains(&format!("`{}`", source.name)), "{} is not credited in SOURCES.md", source.name);
    }
}

#[test]
fn a_flipped_bit_is_reported_and_never_answers_differently_in_silence() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("flipped.db");
    let snapshot = boltseal_testkit::data::workspace().join("content/advisories/snapshot.db");
    let whole = fs::read(snapshot).unwrap();
    for position in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        let file = DatabaseFile::open(Some(&path), None).unwrap();
        let noticed = file.database().map_or(true, |database| database.verify().is_err());
        assert!(noticed, "bit {position} flipped in silence");
    }
}

#[test]
fn absurd_depth_of_an_advisory_is_a_problem_that_names_the_file() {
    let scratch = tempfile::tempdir().unwrap();
    let input = scratch.path().join("in");
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("GHSA-aaaa-aaaa-aaaa.json"), ADVISORY).unwrap();
    let deep = ADVISORY.replace(r#"{"introduced": "0"}"#, &"[".repeat(100_000));
    fs::write(input.join("GHSA-bbbb-bbbb-bbbb.json"), deep).unwrap();
    let summary = build(&[input], &scratch.path().join("out.db"), &Limits::default()).unwrap();
    let problems = summary.problems.into_sorted();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].path.as_deref().unwrap().ends_with("GHSA-bbbb-bbbb-bbbb.json"), "{problems:?}");
}
