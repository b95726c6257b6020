//! Large inputs, made once and kept beside what cargo builds: what a scan must read in bounded memory and time.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::image::{self, Layer};
use crate::shell;

/// A source tree of 45,000 files in 665 MB, most of them below `node_modules`, as web projects have them.
pub fn tree() -> anyhow::Result<PathBuf> {
    made("tree-45000", |folder| {
        let line = b"export const value = Object.freeze({ name: 'x', list: [1, 2, 3] });\n";
        for package in 0..1_500 {
            let package_folder = folder.join(format!("node_modules/package-{package}"));
            fs::create_dir_all(package_folder.join("lib"))?;
            let version = package % 20;
            let record = format!("{{\"name\": \"package-{package}\", \"version\": \"1.{version}.0\"}}\n");
            fs::write(package_folder.join("package.json"), record)?;
            for file in 0..29 {
                let bytes = line.repeat(80 + (package * 7 + file * 13) % 300);
                fs::write(package_folder.join(format!("lib/file-{file}.js")), bytes)?;
            }
        }
        Ok(())
    })
}

/// An image whose only layer has 3 million files.
pub fn many_files() -> anyhow::Result<PathBuf> {
    layered("layer-3m-files", |tar| {
        for file in 0..3_000_000_u32 {
            let name = format!("srv/{}/{}/file-{file}.txt", file / 100_000, file / 1_000);
            member(tar, &name, 5)?;
            tar.write_all(b"data\n")?;
            pad(tar, 5)?;
        }
        Ok(())
    })
}

/// An image whose only layer has 5 GB in files of 50 MB.
pub fn many_bytes() -> anyhow::Result<PathBuf> {
    layered("layer-5gb", |tar| {
        let megabyte: Vec<u8> =
            (0..1_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for file in 0..100 {
            member(tar, &format!("srv/data-{file}.bin"), 50_000_000)?;
            for _ in 0..50 {
                tar.write_all(&megabyte)?;
            }
            pad(tar, 50_000_000)?;
        }
        Ok(())
    })
}

/// An image with a lock file of 160 MB on one line.
pub fn long_line() -> anyhow::Result<PathBuf> {
    layered("line-160mb", |tar| {
        let entry = br#""node_modules/a":{"version":"1.0.0"},"#;
        let count = 160_000_000 / entry.len();
        let (before, after) = (br#"{"lockfileVersion":3,"packages":{"#, br#""node_modules/z":{"version":"1.0.0"}}}"#);
        let size = (before.len() + count * entry.len() + after.len()) as u64;
        member(tar, "app/package-lock.json", size)?;
        tar.write_all(before)?;
        for _ in 0..count {
            tar.write_all(entry)?;
        }
        tar.write_all(after)?;
        pad(tar, size)
    })
}

type Tar = BufWriter<File>;

fn layered(name: &str, write: impl Fn(&mut Tar) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let folder = made(name, |folder| {
        let layer = folder.join("layer.tar");
        let mut tar = BufWriter::with_capacity(1 << 20, File::create(&layer)?);
        write(&mut tar)?;
        tar.write_all(&[0; 1024])?;
        tar.flush()?;
        drop(tar);
        image::pack(&[Layer { tar: layer, instruction: "RUN make" }], "bench:1", &folder.join("image.tar"))
    })?;
    Ok(folder.join("image.tar"))
}

/// A folder that is made once: it appears under its name when it is whole.
pub fn made(name: &str, make: impl Fn(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let folder = shell::target().join("bench").join(name);
    if folder.exists() {
        return Ok(folder);
    }
    shell::step(&format!("making {name}"));
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    make(&unfinished)?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

/// The header of a regular file. Source: POSIX.1-2017, pax, "ustar Interchange Format".
fn member(tar: &mut Tar, name: &str, size: u64) -> anyhow::Result<()> {
    let mut header = [0_u8; 512];
    let mut put = |at: usize, text: &[u8]| {
        if let Some(field) = header.get_mut(at..at + text.len()) {
            field.copy_from_slice(text);
        }
    };
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    if let Some(field) = header.get_mut(148..156) {
        field.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    Ok(tar.write_all(&header)?)
}

fn pad(tar: &mut Tar, size: u64) -> anyhow::Result<()> {
    let rest = usize::try_from(size % 512)?;
    if rest > 0 {
        tar.write_all(vec![0; 512 - rest].as_slice())?;
    }
    Ok(())
}
