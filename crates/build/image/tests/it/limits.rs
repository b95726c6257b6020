//! Every limit trips, and says so.

use boltseal_image::{Archive, OpenError, Selector};
use boltseal_model::{Limits, Problem, ProblemKind};
use boltseal_testkit::image::{Compression, Image, Layer, compress, docker, oci};

use crate::support::{Programs, read_archive, read_bytes, read_with};

fn tripped(stored: Vec<u8>, limits: &Limits) -> Vec<(ProblemKind, Option<String>)> {
    let (_, _, problems) = read_bytes(stored, limits);
    problems.into_iter().map(|Problem { kind, path, .. }| (kind, path)).collect()
}

#[test]
fn bombs_are_stopped() {
    let zeros = Layer::new().file("zeros", vec![0; 8 << 20]);
    let limits = Limits { free_layer_bytes: 1 << 20, compression_ratio: 50, ..Limits::default() };
    for compression in [Compression::Gzip, Compression::Zstd] {
        let stored = zeros.clone().compressed(compression).to_stored();
        assert!(stored.len() < 10_000);
        let (seen, _, problems) = read_bytes(stored.clone(), &limits);
        assert_eq!((seen.files.len(), problems.len()), (0, 1), "{compression:?}");
        assert_eq!(problems[0].kind, ProblemKind::CompressionBomb);
        assert_eq!(tripped(stored, &Limits::default()), [], "eight megabytes are nothing");
    }
    // What trails the archive is decompressed for the digest, and is bounded as well.
    let mut trailing = Layer::new().file("a", "1").to_tar();
    trailing.resize(8 << 20, 0);
    let stored = Layer::from_bytes(trailing).compressed(Compression::Zstd).to_stored();
    assert_eq!(tripped(stored, &limits), [(ProblemKind::CompressionBomb, None)]);
}

#[test]
fn a_layer_is_read_up_to_its_limit() {
    let stored = Layer::new().file("a", vec![1; 4 << 20]).file("b", "2").to_stored();
    let limits = Limits { layer_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(tripped(stored, &limits), [(ProblemKind::TooLarge, None)]);
}

#[test]
fn a_large_window_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(24).unwrap();
    let tar = Layer::new().file("a", "1".repeat(1 << 20)).to_tar();
    std::io::copy(&mut &tar[..], &mut encoder).unwrap();
    let stored = encoder.finish().unwrap();
    let limits = Limits { window_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(tripped(stored.clone(), &limits), [(ProblemKind::TooLarge, None)]);
    assert_eq!(tripped(stored, &Limits::default()), []);
}

#[test]
fn a_file_over_the_limit_is_named_and_the_next_one_read() {
    let limits = Limits { file_bytes: 10, ..Limits::default() };
    let (seen, _, problems) =
        read_bytes(Layer::new().file("large", "x".repeat(11)).file("small", "x".repeat(10)).to_stored(), &limits);
    assert_eq!(seen.files.len(), 1);
    assert_eq!((problems[0].kind, problems[0].path.as_deref()), (ProblemKind::TooLarge, Some("large")));
}

#[test]
fn a_program_is_read_to_its_own_limit_and_only_if_it_begins_as_one() {
    let limits = Limits { file_bytes: 3, program_bytes: 2_000, ..Limits::default() };
    let layer = Layer::new()
        .file("text", "x".repeat(3_000))
        .file("large", format!("PROGRAM{}", "x".repeat(2_000)))
        .file("short", "PRO")
        .file("small", format!("PROGRAM{}", "x".repeat(1_000)))
        .file("empty", "");
    let mut programs = Programs::default();
    let (_, problems) = read_with(layer.to_stored(), &limits, &mut programs);
    assert_eq!(programs.0, [("small".to_owned(), 1_007)]);
    let found: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.path.as_deref())).collect();
    assert_eq!(found, [(ProblemKind::TooLarge, Some("large"))]);
}

#[test]
fn entries_headers_paths_and_links_are_bounded() {
    let limits = Limits { layer_entries: 2, ..Limits::default() };
    let three = Layer::new().file("a", "").file("b", "").file("c", "");
    assert_eq!(tripped(three.to_stored(), &limits), [(ProblemKind::TooMany, None)]);

    // One entry can name two thousand folders that have none of their own.
    let deep = Layer::new().file("a/b/c/d/e", "1").file("f/g", "2");
    assert_eq!(tripped(deep.to_stored(), &limits), [(ProblemKind::TooMany, None)]);

    let limits = Limits { tar_header_bytes: 1_000, ..Limits::default() };
    let long = Layer::new()
        .extended(b'x', &[("comment", &[b'x'; 600])])
        .extended(b'x', &[("comment", &[b'x'; 600])])
        .file("a", "");
    assert_eq!(tripped(long.to_stored(), &limits), [(ProblemKind::TooLarge, None)]);

    let limits = Limits { path_bytes: 8, ..Limits::default() };
    let paths = Layer::new().file("123456789", "").symlink("a", "123456789").file("12345678", "");
    let found = tripped(paths.to_stored(), &limits);
    assert_eq!(found.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [ProblemKind::TooLarge; 2]);
    assert_eq!(found[0].1.as_deref(), Some("12345678"), "the name is cut");

    let limits = Limits { link_bytes: 100, ..Limits::default() };
    let links = (0..20).fold(Layer::new(), |layer, index| layer.symlink(&format!("l{index}"), "target"));
    assert_eq!(tripped(links.to_stored(), &limits), [(ProblemKind::TooMany, None)]);
}

fn opened(bytes: &[u8], limits: &Limits) -> Result<Vec<ProblemKind>, OpenError> {
    read_archive(bytes, &Selector::default(), limits).map(|read| read.kinds())
}

#[test]
fn archives_and_manifests_are_bounded() {
    let image = || Image::new().layer(Layer::new().file("a", "1")).layer(Layer::new().file("b", "2"));
    let archive = oci(&[image()]).unwrap().to_tar();
    let error = opened(&archive, &Limits { manifest_bytes: 100, ..Limits::default() }).unwrap_err();
    assert!(matches!(error, OpenError::TooLarge { limit: 100, .. }), "{error}");
    assert_eq!(opened(&archive, &Limits { layers: 1, ..Limits::default() }).unwrap(), [ProblemKind::TooMany]);
    let limits = Limits { archive_members: 3, ..Limits::default() };
    let (_, problems) = Archive::index(&archive, &limits).unwrap();
    assert_eq!(problems.into_sorted()[0].kind, ProblemKind::TooMany);
    let links = (0..20).fold(Layer::new(), |layer, index| layer.symlink(&format!("l{index}"), "target")).to_tar();
    let (_, problems) = Archive::index(&links, &Limits { link_bytes: 100, ..Limits::default() }).unwrap();
    assert_eq!(problems.into_sorted()[0].kind, ProblemKind::TooMany);
}

#[test]
fn images_are_looked_at_up_to_the_limit() {
    let image = |name: &str| Image::new().layer(Layer::new().file("a", name)).tag(name);
    let images = [image("a:1"), image("b:1"), image("c:1")];
    let limits = Limits { images: 1, ..Limits::default() };
    for files in [oci(&images), docker(&images)] {
        assert_eq!(opened(&files.unwrap().to_tar(), &limits).unwrap(), [ProblemKind::TooMany]);
    }
}

#[test]
fn a_gzip_bomb_with_default_limits_ends() {
    // The worst that deflate can do stays below the default ratio; only the size of the layer bounds it.
    let mut stored = Vec::new();
    let tar = Layer::new().file("zeros", vec![0; 1 << 20]).to_tar();
    compress(Compression::Gzip, &tar[..], &mut stored).unwrap();
    assert!(tar.len() as u64 / stored.len() as u64 <= Limits::default().compression_ratio);
}
