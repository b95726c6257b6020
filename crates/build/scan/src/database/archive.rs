//! The documents in a file: the file itself, what it is compressed from, or the members of the archive that it is.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};

/// Shows every document in a file, with its name, in the order in which it lies there. The name of a member is that of the
/// archive, a slash, and its own.
///
/// What a file is, is decided by how its name ends. Of a compressed file, `most_bytes` are decompressed at most, all members
/// together; one with more is an error of the kind [`io::ErrorKind::FileTooLarge`].
pub fn documents(
    name: &str,
    file: File,
    most_bytes: u64,
    show: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let left = Cell::new(most_bytes);
    let mut stream = BufReader::new(file);
    match name.rsplit('.').next().unwrap_or_default() {
        "zip" => {
            let mut archive = zip::ZipArchive::new(stream)?;
            for index in 0..archive.len() {
                let member = archive.by_index(index)?;
                if member.is_file() {
                    let member_name = format!("{name}/{}", member.name()?);
                    show(&member_name, &mut Bounded { stream: member, left: &left })?;
                }
            }
            Ok(())
        }
        "tar" => tar(name, stream, show),
        "zst" => compressed(name, Bounded { stream: zstd::Decoder::new(stream)?, left: &left }, show),
        "gz" | "tgz" => {
            compressed(name, Bounded { stream: flate2::bufread::MultiGzDecoder::new(stream), left: &left }, show)
        }
        _ => show(name, &mut stream),
    }
}

fn compressed(
    name: &str,
    mut stream: impl Read,
    show: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let inner = name.trim_end_matches(".zst").trim_end_matches(".gz");
    if inner.ends_with(".tar") || name.ends_with(".tgz") { tar(name, stream, show) } else { show(inner, &mut stream) }
}

fn tar(
    name: &str,
    mut stream: impl Read,
    show: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    for entry in tar::Archive::new(&mut stream).entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let member = format!("{name}/{}", entry.path()?.display());
            show(&member, &mut entry)?;
        }
    }
    // Behind the last member lies the end of what it was compressed from, with the checksum of it all.
    io::copy(&mut stream, &mut io::sink()).map(drop)
}

/// Takes what is read of a stream from what is left of an allowance.
struct Bounded<'a, S> {
    stream: S,
    left: &'a Cell<u64>,
}

impl<S: Read> Read for Bounded<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it decompresses to more than is allowed"));
        };
        self.left.set(left);
        Ok(read)
    }
}
