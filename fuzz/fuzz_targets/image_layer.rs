//! Arbitrary bytes as a layer: plain, gzip or zstd, with tar inside.
#![no_main]

use std::io;

use boltseal_image::{Blob, Entry, Layer, Media, Store, Visitor, Want, read_layer};
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

struct One(Vec<u8>);

impl Store for One {
    fn open(&self, _: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok(Some(Box::new(self.0.clone())))
    }
}

struct All;

impl Visitor for All {
    fn entry(&mut self, entry: &Entry<'_>) -> Want {
        assert!(!entry.path.is_empty() && !entry.path.starts_with('/'));
        assert!(!entry.path.split('/').any(|name| name.is_empty() || name == ".."));
        Want::Read
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        assert_eq!(entry.size, bytes.len() as u64);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { free_layer_bytes: 1 << 20, layer_bytes: 1 << 22, window_bytes: 1 << 20, ..Limits::default() };
    let size = bytes.len() as u64;
    let layer = Layer { index: 0, blob: "layer".into(), digest: None, diff_id: None, size, instruction: None, media: Media::Tar };
    let _ = read_layer(&One(bytes.to_vec()), &layer, &limits, &mut All, &|_| {});
});
