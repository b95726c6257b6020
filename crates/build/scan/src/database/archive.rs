//! The documents in a file: the file itself, what it is compressed from, or the members of the archive that it is.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use boltseal_model::Limits;

/// Who is shown a document: its name and its bytes.
type Show<'a> = dyn FnMut(&str, &mut dyn Read) -> io::Result<()> + 'a;

/// Shows every document in a file, with its name, in the order in which it lies there. The name of a member is that of the
/// archive, a slash, and its own.
///
/// What a file is, is decided by how its name ends. One that decompresses to more than is allowed, all members together, or
/// lists more members, is an error of the kind [`io::ErrorKind::FileTooLarge`].
pub fn documents(name: &str, file: File, limits: &Limits, show: &mut Show<'_>) -> io::Result<()> {
    let left = Cell::new(limits.feed_unpacked_bytes);
    let mut stream = BufReader::new(file);
    match name.rsplit('.').next().unwrap_or_default() {
        "zip" => zip(name, stream, &left, limits, show),
        "tar" => tar(name, stream, show),
        "zst" => compressed(name, Bounded { stream: zstd::Decoder::new(stream)?, left: &left, what: UNPACKED }, show),
        "gz" | "tgz" => {
            let stream = flate2::bufread::MultiGzDecoder::new(stream);
            compressed(name, Bounded { stream, left: &left, what: UNPACKED }, show)
        }
        "bz2" => {
            let stream = bzip2::bufread::MultiBzDecoder::new(stream);
            compressed(name, Bounded { stream, left: &left, what: UNPACKED }, show)
        }
        _ => show(name, &mut stream),
    }
}

fn zip(name: &str, stream: BufReader<File>, left: &Cell<u64>, limits: &Limits, show: &mut Show<'_>) -> io::Result<()> {
    let opening = Cell::new(limits.feed_index_bytes);
    let mut archive = zip::ZipArchive::new(Bounded { stream, left: &opening, what: LISTED })?;
    // From here on it is read as often as its members are, and what they decompress to is bounded.
    opening.set(u64::MAX);
    for index in 0..archive.len() {
        let member = archive.by_index(index)?;
        if member.is_file() {
            let member_name = format!("{name}/{}", member.name()?);
            show(&member_name, &mut Bounded { stream: member, left, what: UNPACKED })?;
        }
    }
    Ok(())
}

fn compressed(name: &str, mut stream: impl Read, show: &mut Show<'_>) -> io::Result<()> {
    let inner = [".zst", ".gz", ".bz2"].into_iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    if inner.ends_with(".tar") || name.ends_with(".tgz") { tar(name, stream, show) } else { show(inner, &mut stream) }
}

fn tar(name: &str, mut stream: impl Read, show: &mut Show<'_>) -> io::Result<()> {
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

const UNPACKED: &str = "it decompresses to more than is allowed";
const LISTED: &str = "it lists more members than is allowed";

/// Takes what is read of a stream from what is left of an allowance.
struct Bounded<'a, S> {
    stream: S,
    left: &'a Cell<u64>,
    what: &'static str,
}

impl<S: Read> Read for Bounded<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, self.what));
        };
        self.left.set(left);
        Ok(read)
    }
}

impl<S: Seek> Seek for Bounded<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.stream.seek(to)
    }
}
