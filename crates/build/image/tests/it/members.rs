//! The dialects of tar, and what stands between them and a misreading.

use boltseal_model::{Limits, ProblemKind};
use boltseal_testkit::image::{Layer, header};

use crate::support::{read_bytes, read_plain};

fn entries(layer: &Layer) -> Vec<String> {
    let (seen, _, problems) = read_plain(layer);
    assert_eq!(problems, []);
    seen.entries
}

fn problem(layer: &Layer) -> ProblemKind {
    let (_, _, problems) = read_plain(layer);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].kind
}

#[test]
fn every_spelling_of_a_long_name_is_read() {
    let long = "d/".repeat(80) + "file";
    let gnu = Layer::new().file(&long, "1").symlink(&format!("{long}2"), &long);
    assert_eq!(entries(&gnu), [format!("{long} 644 1"), format!("{long}2 -> {long}")]);
    let pax = Layer::new()
        .extended(b'x', &[("mtime", b"1.5"), ("path", long.as_bytes())])
        .file("short", "1")
        .extended(b'x', &[("linkpath", long.as_bytes())])
        .symlink("link", "short")
        .file("own", "2");
    assert_eq!(entries(&pax), [format!("{long} 644 1"), format!("link -> {long}"), "own 644 1".to_owned()]);
    let mut ustar = tar_header("file", b'0');
    ustar[257..265].copy_from_slice(b"ustar\x0000");
    ustar[345..345 + 5].copy_from_slice(b"a/b/c");
    assert_eq!(entries(&Layer::new().raw(&with_checksum(ustar))), ["a/b/c/file 644 0"]);
}

fn tar_header(name: &str, kind: u8) -> [u8; 512] {
    header(name.as_bytes(), kind, 0o644, b"", 0)
}

fn with_checksum(mut header: [u8; 512]) -> [u8; 512] {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[test]
fn the_size_of_an_extended_header_counts() {
    // The header says that there is no content; a reader that believes it takes the content for the next header.
    let hidden = Layer::new().file("hidden", "").to_tar();
    let size = hidden.len().to_string();
    let layer = Layer::new()
        .extended(b'x', &[("size", size.as_bytes())])
        .raw(&tar_header("outer", b'0'))
        .raw(&hidden)
        .file("last", "");
    assert_eq!(entries(&layer), [format!("outer 644 {size}"), "last 644 0".to_owned()]);
}

#[test]
fn links_and_folders_have_no_content_whatever_they_say() {
    for kind in [b'1', b'2', b'3', b'5', b'6'] {
        let layer = Layer::new().raw(&header(b"a", kind, 0o755, b"b", 5_000)).file("next", "1");
        let (seen, _, problems) = read_plain(&layer);
        assert_eq!((seen.files.len(), problems), (1, Vec::new()), "{}", char::from(kind));
    }
}

#[test]
fn old_folders_are_known_by_their_slash() {
    assert_eq!(
        entries(&Layer::new().raw(&tar_header("old/", 0)).raw(&tar_header("file", 0))),
        ["old/ 644", "file 644 0"]
    );
}

#[test]
fn a_global_header_is_for_nobody() {
    let layer = Layer::new().extended(b'g', &[("comment", b"made by git"), ("path", b"evil")]).file("a", "1");
    assert_eq!(entries(&layer), ["a 644 1"]);
}

#[test]
fn paths_are_normalised_and_those_that_leave_are_refused() {
    let layer = Layer::new().hostile(b"/etc//./passwd", b'0', b"", b"1").hostile(b"./", b'5', b"", b"");
    assert_eq!(entries(&layer), ["etc/passwd 644 1"]);
    for name in [b"../etc/passwd".as_slice(), b"a/../../b", b"/.."] {
        let layer = Layer::new().hostile(name, b'0', b"", b"1").file("after", "1");
        let (seen, _, problems) = read_plain(&layer);
        assert_eq!(seen.entries, ["after 644 1"]);
        assert_eq!(problems[0].kind, ProblemKind::UnsafePath);
    }
    assert_eq!(problem(&Layer::new().hostile(b"a", b'1', b"../../etc/passwd", b"")), ProblemKind::UnsafePath);
    assert_eq!(problem(&Layer::new().extended(b'x', &[("path", b"a\0b")]).file("c", "")), ProblemKind::UnsafePath);
    for name in [b".wh.".as_slice(), b".wh..", b"a/.wh..."] {
        assert_eq!(problem(&Layer::new().hostile(name, b'0', b"", b"")), ProblemKind::UnsafePath, "{name:?}");
    }
    assert_eq!(problem(&Layer::new().hostile(b"/", b'2', b"/etc", b"")), ProblemKind::Malformed);
}

#[test]
fn bytes_that_are_no_text_are_still_a_path() {
    let (seen, _, problems) = read_plain(&Layer::new().hostile(b"caf\xe9/package.json", b'0', b"", b"{}"));
    assert_eq!(problems, []);
    assert_eq!(seen.files, [("caf\u{FFFD}e9/package.json".to_owned(), b"{}".to_vec())]);
}

#[test]
fn a_path_that_comes_twice_is_read_twice_and_said_to_be() {
    for again in [Layer::new().file("a", "1").file("./a", "2"), Layer::new().file("a", "1").symlink("a", "b")] {
        let (_, _, problems) = read_plain(&again);
        assert_eq!((problems[0].kind, problems[0].path.as_deref()), (ProblemKind::Duplicate, Some("a")));
    }
    let (seen, _, _) = read_plain(&Layer::new().file("a", "1").file("a", "2"));
    assert_eq!(seen.files.last(), Some(&("a".to_owned(), b"2".to_vec())), "the later one comes later");
}

#[test]
fn sparse_files_are_not_misread() {
    let mut old = tar_header("old", b'S');
    old[124..136].copy_from_slice(b"00000001000\0");
    old[482] = 1;
    old[483..495].copy_from_slice(b"00000010000\0");
    let map = [0; 512];
    let layer = Layer::new().raw(&with_checksum(old)).raw(&map).raw(&[b'x'; 512]);
    let pax = layer
        .extended(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.name", b"real"), ("GNU.sparse.realsize", b"4096")])
        .hostile(b"GNUSparseFile.0/real", b'0', b"", b"1\n0\n512\n")
        .file("after", "1");
    let (seen, _, problems) = read_plain(&pax);
    assert_eq!(seen.entries, ["old 644 4096", "real 644 4096", "after 644 1"]);
    assert_eq!(seen.files, [("after".to_owned(), b"1".to_vec())]);
    let found: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.path.as_deref())).collect();
    assert_eq!(found, [(ProblemKind::Unsupported, Some("old")), (ProblemKind::Unsupported, Some("real"))]);
}

#[test]
fn what_no_runtime_extracts_is_unsupported() {
    assert_eq!(problem(&Layer::new().hostile(b"volume", b'M', b"", b"abc")), ProblemKind::Unsupported);
}

#[test]
fn two_names_for_one_member_are_malformed() {
    let long = "n".repeat(120);
    assert_eq!(problem(&Layer::new().extended(b'x', &[("path", b"other")]).file(&long, "1")), ProblemKind::Malformed);
}

#[test]
fn what_follows_the_end_is_not_part_of_the_layer() {
    let mut bytes = Layer::new().file("a", "1").to_tar();
    bytes.extend(Layer::new().file("b", "2").to_tar());
    let (seen, _, problems) = read_bytes(bytes, &Limits::default());
    assert_eq!((seen.files.len(), problems), (1, Vec::new()));
}

#[test]
fn damage_ends_the_reading_and_keeps_what_was_read() {
    let single_zero = Layer::new().file("a", "1").raw(&[0; 512]).file("b", "2");
    let mut no_number = tar_header("b", b'0');
    no_number[124..136].copy_from_slice(b"99999999999\0");
    let negative = Layer::new().file("a", "1").extended(b'x', &[("size", b"-1")]).file("b", "2");
    let checksum = Layer::new().file("a", "1").raw(&[7; 512]);
    for layer in [single_zero, Layer::new().file("a", "1").raw(&with_checksum(no_number)), negative, checksum] {
        let (seen, _, problems) = read_plain(&layer);
        assert_eq!(seen.files, [("a".to_owned(), b"1".to_vec())]);
        assert_eq!((problems.len(), problems[0].kind), (1, ProblemKind::Malformed), "{problems:?}");
        assert_eq!(problems[0].layer, Some(0));
    }
}
