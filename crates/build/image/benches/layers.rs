//! How fast layers are read: 20,000 small files, and a few large ones, in each compression.

use std::hint::black_box;
use std::io;

use boltseal_image::{Blob, Entry, EntryKind, Layer, Media, Overlay, Store, Visitor, Want, read_layer};
use boltseal_model::{Digest, Limits};
use boltseal_testkit::image::{self, Compression};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

struct One(Vec<u8>);

impl Store for One {
    fn open(&self, _: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok(Some(Box::new(Borrowed(&self.0))))
    }
}

struct Borrowed<'a>(&'a [u8]);

impl Blob for Borrowed<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buffer)
    }
}

/// Wants one file in a hundred, as analyzers do.
#[derive(Default)]
struct Some1Percent(u64, u64);

impl Visitor for Some1Percent {
    fn entry(&mut self, entry: &Entry<'_>) -> Want {
        self.0 += 1;
        if entry.kind == EntryKind::File && self.0.is_multiple_of(100) { Want::Read } else { Want::Skip }
    }

    fn file(&mut self, _: &Entry<'_>, bytes: &[u8]) {
        self.1 += bytes.len() as u64;
    }
}

/// Text that compresses about as well as a root file system does.
fn content(length: usize, seed: usize) -> Vec<u8> {
    let mut state = seed as u64 | 1;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x} lib ", (state >> 40) % 4_096)
    });
    let mut text: Vec<u8> = words.take(length / 6 + 1).collect::<String>().into_bytes();
    text.truncate(length);
    text
}

fn small_files() -> image::Layer {
    (0..20_000).fold(image::Layer::new(), |layer, index| {
        layer.file(&format!("usr/share/package-{}/file-{index}", index / 50), content(index % 6_000, index))
    })
}

fn large_files() -> image::Layer {
    (0..8).fold(image::Layer::new(), |layer, index| {
        layer.file(&format!("usr/lib/large-{index}"), content(8 << 20, index))
    })
}

fn layer(tar: &image::Layer, compression: Compression) -> (One, Layer) {
    let stored = tar.clone().compressed(compression).to_stored();
    let digest: Digest = image::digest(&stored);
    let diff_id = Some(image::digest(&tar.to_tar()));
    let size = stored.size();
    let layer = Layer {
        index: 0,
        blob: "layer".into(),
        digest: Some(digest),
        diff_id,
        size,
        instruction: None,
        media: Media::Tar,
    };
    (One(stored), layer)
}

fn read(c: &mut Criterion) {
    for (name, tar) in [("20,000 small files", small_files()), ("8 large files", large_files())] {
        let mut group = c.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Bytes(tar.to_tar().size()));
        for compression in [Compression::Plain, Compression::Gzip, Compression::Zstd] {
            let (store, layer) = layer(&tar, compression);
            group.bench_function(format!("{compression:?}"), |bencher| {
                bencher.iter(|| {
                    let (index, problems) =
                        read_layer(&store, &layer, &Limits::default(), &mut Some1Percent::default(), &|_| {});
                    assert!(problems.is_empty());
                    black_box(index)
                });
            });
        }
        group.finish();
    }
}

fn ask(c: &mut Criterion) {
    let (store, layer) = layer(&small_files(), Compression::Plain);
    let index = read_layer(&store, &layer, &Limits::default(), &mut Some1Percent::default(), &|_| {}).0;
    let layers = (0..30).map(|_| index.clone()).collect();
    let overlay = Overlay::stack(layers);
    c.bench_function("which of 30 layers has a file", |bencher| {
        bencher.iter(|| overlay.layer_of(black_box("usr/share/package-100/file-5000")));
    });
}

criterion_group!(benches, read, ask);
criterion_main!(benches);
