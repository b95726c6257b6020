//! Arbitrary and mutated bytes never panic, and what they give is the same each time.

use boltseal_image::{OpenError, Selector};
use boltseal_model::Limits;
use boltseal_testkit::image::{Compression, Image, Layer, docker, docker_oci, oci};
use proptest::prelude::*;

use crate::support::{Read, read_archive, read_bytes};

/// Small limits, so that each case is quick and limits trip often.
fn limits() -> Limits {
    Limits {
        free_layer_bytes: 1 << 20,
        compression_ratio: 100,
        layer_bytes: 1 << 22,
        archive_members: 100,
        layer_entries: 100,
        window_bytes: 1 << 20,
        ..Limits::default()
    }
}

fn sample(compression: Compression) -> Image {
    let long = "d/".repeat(70) + "file";
    let base = Layer::new().folder("etc").file("etc/passwd", "root").symlink("lib", "usr/lib").file(&long, "1");
    let top = Layer::new()
        .extended(b'x', &[("path", b"p"), ("size", b"3")])
        .file("q", "abc")
        .whiteout("etc/passwd")
        .opaque("d");
    Image::new().layer(base.compressed(compression).made_by("RUN a")).layer(top.compressed(compression)).tag("a:1")
}

fn opened(bytes: &[u8]) -> Result<Read, OpenError> {
    let read = read_archive(bytes, &Selector::default(), &limits());
    if let Ok(read) = &read {
        for path in ["etc/passwd", "lib/x", "p"] {
            let _ =
                (read.overlay.layer_of(path), read.overlay.hidden_by(0, path), read.overlay.resolve(path, &limits()));
        }
    }
    read
}

fn mutate(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8)], cut: prop::sample::Index) -> Vec<u8> {
    for (at, value) in changes {
        let at = at.index(bytes.len());
        bytes[at] = *value;
    }
    bytes.truncate(cut.index(bytes.len() * 4) + 1);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
        let _ = opened(&bytes);
        let _ = read_bytes(bytes, &limits());
    }

    #[test]
    fn mutated_archives_never_panic_and_are_read_alike(
        format in 0..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let image = [sample(Compression::Gzip)];
        let files = match format { 0 => oci(&image), 1 => docker(&image), _ => docker_oci(&image) };
        let bytes = mutate(files.unwrap().to_tar(), &changes, cut);
        let describe = |read: Result<Read, OpenError>| match read {
            Ok(read) => format!("{:?} {:?} {:?}", read.image, read.layers, read.problems),
            Err(error) => error.to_string(),
        };
        prop_assert_eq!(describe(opened(&bytes)), describe(opened(&bytes)));
    }

    #[test]
    fn mutated_layers_never_panic(
        compression in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let compression = [Compression::Plain, Compression::Gzip, Compression::Zstd][compression];
        let long = "d/".repeat(70) + "file";
        let layer = Layer::new().file(&long, "1").extended(b'x', &[("size", b"3")]).file("q", "abc").symlink("a", &long);
        let stored = layer.compressed(compression).to_stored();
        let _ = read_bytes(mutate(stored, &changes, cut), &limits());
    }
}
