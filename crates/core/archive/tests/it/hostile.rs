//! Bytes that are broken, or want to break the reader.

use std::io::{Cursor, Write};

use boltseal_model::{Limits, ProblemKind};
use proptest::prelude::*;
use zip::unstable::write::FileOptionsExt;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{bzip2, gzip, tar, unpacked, zip, zstd};

/// Three times "the quick brown fox", by xz.
const XZ: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x0c, 0x00, 0x00,
    0x00, 0x8f, 0x98, 0x41, 0x9c, 0xe0, 0x00, 0x38, 0x00, 0x1a, 0x5d, 0x00, 0x3a, 0x1a, 0x08, 0xce, 0x76, 0xc7, 0xe5,
    0xe9, 0xd6, 0x07, 0x34, 0xc3, 0xd1, 0x0e, 0xbf, 0xce, 0x55, 0xe1, 0xaa, 0xbe, 0x26, 0x71, 0x1d, 0x54, 0x40, 0x00,
    0x00, 0x00, 0x00, 0x26, 0xb7, 0x36, 0x88, 0x15, 0xa0, 0xc7, 0xea, 0x00, 0x01, 0x36, 0x39, 0x56, 0xac, 0x9f, 0xf6,
    0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
];

fn small() -> Limits {
    Limits {
        unpacked_bytes: 100_000,
        file_bytes: 10_000,
        window_bytes: 128 << 20,
        archive_members: 10,
        ..Limits::default()
    }
}

fn kinds(bytes: &[u8]) -> Vec<ProblemKind> {
    unpacked(bytes, &small()).problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn bombs_stop_at_the_limits() {
    let zeros = vec![0; 1_000_000];
    for packed in [gzip(&zeros), zstd(&zeros), bzip2(&zeros)] {
        let seen = unpacked(&packed, &small());
        assert_eq!(seen.members[0].1.len(), 10_000, "what is allowed is handed over: {:?}", seen.problems);
        assert_eq!(kinds(&packed), [ProblemKind::TooLarge]);
    }
    assert_eq!(kinds(&zip(&[("a", &zeros), ("b", b"text")])), [ProblemKind::TooLarge]);
    assert_eq!(kinds(&gzip(&tar(&[("a", &zeros), ("b", b"text")]))), [ProblemKind::TooLarge, ProblemKind::TooLarge]);
    // Every member is small enough, and all of them are too much.
    let many: Vec<(String, Vec<u8>)> = (0..9).map(|index| (index.to_string(), vec![0; 9_999])).collect();
    let mut files: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let limits = Limits { unpacked_bytes: 50_000, ..small() };
    for packed in [zip(&files), gzip(&tar(&files)), tar(&files)] {
        let seen = unpacked(&packed, &limits);
        assert!(matches!(seen.members.len(), 4 | 5), "{}", seen.members.len());
        assert_eq!(seen.problems.len(), 1);
        assert_eq!(seen.problems[0].kind, ProblemKind::TooLarge);
    }
    files.extend([("x", &b"1"[..]), ("y", b"2")]);
    assert_eq!(kinds(&zip(&files)), [ProblemKind::TooMany]);
    assert_eq!(kinds(&gzip(&tar(&files))), [ProblemKind::TooMany]);
}

#[test]
fn a_window_that_takes_too_much_memory_is_refused() {
    let mut packed = Vec::new();
    let mut encoder = zstd::Encoder::new(&mut packed, 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.write_all(&[0; 100]).unwrap();
    encoder.finish().unwrap();
    let limits = Limits { window_bytes: 64 << 20, ..small() };
    let kinds = |bytes: &[u8]| unpacked(bytes, &limits).problems.iter().map(|it| it.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&packed), [ProblemKind::TooLarge]);
    // The dictionary's size in the header of the block, as large as can be: 4 GiB.
    let mut xz = XZ.to_vec();
    xz[16] = 40;
    assert!(!kinds(&xz).is_empty());
}

#[test]
fn what_is_cut_off_is_handed_over_as_far_as_it_goes() {
    let text: Vec<u8> = (0..2_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    for (packed, member) in [(gzip(&text), "gzip data"), (gzip(&tar(&[("a", &text)])), "a")] {
        let seen = unpacked(&packed[..packed.len() / 2], &small());
        assert_eq!(seen.members[0].0, member);
        assert!(seen.members[0].1.len() > 1_000 && text.starts_with(&seen.members[0].1));
        assert_eq!(seen.problems[0].kind, ProblemKind::Truncated);
    }
    assert_eq!(kinds(&XZ[..XZ.len() - 30]).len(), 1);
    let zip = zip(&[("a", &text)]);
    assert_eq!(kinds(&zip[..zip.len() / 2]), [ProblemKind::Malformed]);
}

#[test]
fn a_member_behind_a_password_is_a_problem_and_the_others_are_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("locked", SimpleFileOptions::default().with_deprecated_encryption(b"pass").unwrap()).unwrap();
    writer.write_all(b"hidden").unwrap();
    writer.start_file("open", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"seen").unwrap();
    let seen = unpacked(&writer.finish().unwrap().into_inner(), &small());
    assert_eq!(seen.members, [("open".to_owned(), b"seen".to_vec())]);
    assert_eq!(seen.problems[0].kind, ProblemKind::Unsupported);
    assert_eq!(seen.problems[0].path.as_deref(), Some("locked"));
}

proptest! {
    #[test]
    fn no_change_of_an_archive_makes_it_panic(
        which in 0_usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let text = b"some text that repeats, some text that repeats".repeat(20);
        let files: &[(&str, &[u8])] = &[("a/b", &text), ("c", b"")];
        let deb = [&b"!<arch>\ndebian-binary   0           0     0     100644  4         `\n2.0\n"[..],
            b"data.tar.gz     0           0     0     100644  100       `\n", &[b'x'; 100]].concat();
        let mut bytes = match which {
            0 => tar(files),
            1 => gzip(&tar(files)),
            2 => zip(files),
            3 => zstd(&text),
            4 => bzip2(&text),
            5 => XZ.to_vec(),
            _ => deb,
        };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len()) + 1);
        let seen = unpacked(&bytes, &small());
        prop_assert!(seen.members.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= 200_000);
    }

    #[test]
    fn no_bytes_make_it_panic(magic in prop::sample::select(vec![
        &b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"!<arch>\ndebian-binary",
    ]), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        unpacked(&[magic, &bytes].concat(), &small());
    }
}
