//! Every format, as its own tools write it.

use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_archive::{Budget, Kind, kind, zlib_length};
use boltseal_model::{Limits, ProblemKind};
use boltseal_testkit::skip;

use crate::support::{bzip2, gzip, members, tar, unpacked, zip, zstd};

fn pair(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

#[test]
fn members_come_in_order_with_their_names() {
    let files: &[(&str, &[u8])] = &[("etc/app.conf", b"one"), ("srv/b", b"two")];
    let expected = [pair("etc/app.conf", "one"), pair("srv/b", "two")];
    let tar = tar(files);
    assert_eq!(members(&tar), expected);
    for packed in [gzip(&tar), zstd(&tar), bzip2(&tar), zip(files)] {
        assert_eq!(members(&packed), expected);
    }
    assert_eq!(members(&gzip(b"alone")), [pair("gzip data", "alone")]);
    assert_eq!(members(&bzip2(b"")), [pair("bzip2 data", "")]);
    // Members that are packed are handed over as they are.
    let inner = zip(&[("a", b"text")]);
    let seen = unpacked(&zip(&[("inner.zip", &inner)]), &Limits::default());
    assert_eq!(seen.members, [("inner.zip".to_owned(), inner)]);
}

#[test]
fn what_is_not_packed_is_told_apart() {
    for bytes in [&b""[..], b"PK", b"BZh9 is how bzip2 begins", b"\x1f\x8b", b"!<arch>\nobject.o/       ", &[0; 1_024]]
    {
        assert_eq!(kind(bytes), None, "{bytes:?}");
    }
    // A script that carries its archive behind it.
    let program = [b"#!/usr/bin/env python3\n", &*zip(&[("__main__.py", b"print()")])].concat();
    assert_eq!(kind(&program), Some(Kind::Zip));
    assert_eq!(members(&program), [pair("__main__.py", "print()")]);
}

#[test]
fn archives_of_python_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
import bz2, gzip, io, lzma, tarfile, zipfile
text = b"said by python\n" * 3
for name, mode in [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")]:
    for form in [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]:
        with tarfile.open(f"{form}-{name}", mode, format=form) as archive:
            info = tarfile.TarInfo("d/" * 60 + "text")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
for name, method in [("stored.zip", zipfile.ZIP_STORED), ("deflated.zip", zipfile.ZIP_DEFLATED)]:
    with zipfile.ZipFile(name, "w", method) as archive:
        archive.writestr("d/" * 60 + "text", text)
open("one.gz", "wb").write(gzip.compress(text) + gzip.compress(text))
open("one.bz2", "wb").write(bz2.compress(text))
open("one.xz", "wb").write(lzma.compress(text, preset=9) + lzma.compress(text))
"#;
    let python = Command::new("python3").args(["-c", script]).current_dir(folder.path()).status();
    if !python.is_ok_and(|status| status.success()) {
        return skip("python3 is not there, or lacks its modules for compression");
    }
    let text = "said by python\n".repeat(3);
    let mut count = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let members = members(&fs::read(&path).unwrap());
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = match name {
            "one.gz" => pair("gzip data", &text.repeat(2)),
            "one.bz2" => pair("bzip2 data", &text),
            "one.xz" => pair("xz data", &text.repeat(2)),
            _ => pair(&("d/".repeat(60) + "text"), &text),
        };
        assert_eq!(members, [expected], "{name}");
        count += 1;
    }
    assert_eq!(count, 17);
}

#[test]
fn packages_of_debian_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("DEBIAN")).unwrap();
    let control =
        "Package: made-up\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: none\n";
    fs::write(root.join("DEBIAN/control"), control).unwrap();
    fs::write(root.join("greeting"), "hello").unwrap();
    for compression in ["xz", "gzip", "zstd", "none"] {
        let package = folder.path().join(format!("{compression}.deb"));
        if !built(&root, &package, compression) {
            return skip("dpkg-deb is not there");
        }
        let outer = unpacked(&fs::read(&package).unwrap(), &Limits::default());
        assert_eq!(outer.problems, []);
        let names: Vec<&str> = outer.members.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names[0] == "debian-binary" && names[2].starts_with("data.tar"), "{names:?}");
        assert_eq!(members(&outer.members[2].1), [pair("./greeting", "hello")], "{compression}");
    }
}

fn built(root: &Path, package: &Path, compression: &str) -> bool {
    let build = Command::new("dpkg-deb").arg(format!("-Z{compression}")).arg("--build").arg(root).arg(package).output();
    build.is_ok_and(|output| output.status.success())
}

#[test]
fn the_end_of_a_zlib_stream_is_found() {
    let mut packed = Vec::new();
    let mut encoder = flate2::write::ZlibEncoder::new(&mut packed, flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, &[7; 50_000]).unwrap();
    drop(encoder);
    let length = packed.len();
    packed.extend(b"what follows");
    assert_eq!(zlib_length(&packed, &Budget::new(50_000)), Ok(length));
    assert!(zlib_length(&packed, &Budget::new(49_999)).is_err_and(|(kind, _)| kind == ProblemKind::TooLarge));
    let mut content = Vec::new();
    assert_eq!(boltseal_archive::inflate(&packed, 50_000, &mut content), Ok(length));
    assert_eq!(content, [7; 50_000]);
    assert!(
        boltseal_archive::inflate(&packed, 49_999, &mut content).is_err_and(|(kind, _)| kind == ProblemKind::TooLarge)
    );
}
