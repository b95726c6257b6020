//! What tests see of packed bytes.

use std::io::{Cursor, Write};

use boltseal_archive::{Budget, Receiver, kind, unpack};
use boltseal_model::{Limits, Problem};
use boltseal_testkit::image::{Compression, Layer, compress};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Members and problems, in order.
#[derive(Debug, Default)]
pub struct Seen {
    pub members: Vec<(String, Vec<u8>)>,
    pub problems: Vec<Problem>,
}

impl Receiver for Seen {
    fn member(&mut self, name: &str, bytes: &[u8]) {
        self.members.push((name.to_owned(), bytes.to_vec()));
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Unpacks bytes, if they are packed.
pub fn unpacked(bytes: &[u8], limits: &Limits) -> Seen {
    let mut seen = Seen::default();
    if let Some(kind) = kind(bytes) {
        unpack(kind, bytes, limits, &Budget::new(limits.unpacked_bytes), &mut seen);
    }
    seen
}

/// The members of whole archives within the default limits.
pub fn members(bytes: &[u8]) -> Vec<(String, String)> {
    let seen = unpacked(bytes, &Limits::default());
    assert_eq!(seen.problems, []);
    seen.members.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    files.iter().fold(Layer::new(), |layer, (name, bytes)| layer.file(name, bytes)).to_tar()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    compress(Compression::Gzip, bytes, &mut packed).unwrap();
    packed
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    compress(Compression::Zstd, bytes, &mut packed).unwrap();
    packed
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}
