//! Where links lead, and where they must not.

use boltseal_model::{Limits, ProblemKind};
use boltseal_testkit::image::Layer;

use crate::support::stack;

fn resolved(layers: &[Layer], path: &str) -> Result<(u32, String), ProblemKind> {
    stack(layers).0.resolve(path, &Limits::default()).map_err(|problem| problem.kind)
}

fn found(layer: u32, path: &str) -> Result<(u32, String), ProblemKind> {
    Ok((layer, path.to_owned()))
}

#[test]
fn symbolic_links_are_followed_across_layers_and_through_folders() {
    let base = Layer::new()
        .symlink("lib", "usr/lib")
        .file("usr/lib/os-release", "0")
        .symlink("etc/os-release", "../lib/os-release");
    let layers = [base, Layer::new().file("usr/lib/os-release", "1")];
    assert_eq!(resolved(&layers, "etc/os-release"), found(1, "usr/lib/os-release"));
    assert_eq!(resolved(&layers, "/lib/./os-release"), found(1, "usr/lib/os-release"));
    assert_eq!(resolved(&layers, "usr/lib/os-release"), found(1, "usr/lib/os-release"));
}

#[test]
fn links_stop_at_the_root_of_the_image() {
    let layer = Layer::new()
        .file("etc/passwd", "0")
        .symlink("a/b/up", "../../../../../etc/passwd")
        .symlink("abs", "/etc/passwd");
    assert_eq!(resolved(std::slice::from_ref(&layer), "a/b/up"), found(0, "etc/passwd"));
    assert_eq!(resolved(&[layer], "abs"), found(0, "etc/passwd"));
}

#[test]
fn a_link_in_a_circle_is_broken() {
    let layer = Layer::new()
        .symlink("a", "b")
        .symlink("b", "a")
        .symlink("self", "self/x")
        .hard_link("h", "i")
        .hard_link("i", "h");
    for path in ["a", "self", "h"] {
        assert_eq!(resolved(std::slice::from_ref(&layer), path), Err(ProblemKind::BrokenLink), "{path}");
    }
}

#[test]
fn as_many_links_are_followed_as_linux_follows() {
    let chain = |length: usize| {
        let layer = Layer::new().file("0", "");
        (1..=length).fold(layer, |layer, index| layer.symlink(&index.to_string(), &(index - 1).to_string()))
    };
    assert_eq!(resolved(&[chain(40)], "40"), found(0, "0"));
    assert_eq!(resolved(&[chain(41)], "41"), Err(ProblemKind::BrokenLink));
}

#[test]
fn what_is_not_there_is_missing() {
    let layers =
        [Layer::new().file("a", "0").symlink("dangling", "nowhere").folder("folder"), Layer::new().whiteout("a")];
    for path in ["a", "dangling", "folder", "", "..", "none/at/all"] {
        assert_eq!(resolved(&layers, path), Err(ProblemKind::Missing), "{path}");
    }
    assert_eq!(resolved(&[Layer::new().file("a", "0")], "a/b"), Err(ProblemKind::BrokenLink));
}

#[test]
fn a_hard_link_keeps_the_content_of_its_own_time() {
    let base = Layer::new().file("a", "0").hard_link("b", "a");
    assert_eq!(resolved(&[base.clone(), Layer::new().file("a", "1")], "b"), found(0, "a"));
    assert_eq!(resolved(&[base.clone(), Layer::new().whiteout("a")], "b"), found(0, "a"));
    assert_eq!(resolved(&[base, Layer::new().hard_link("c", "b")], "c"), found(0, "a"));
    let symbolic = Layer::new().file("t/x", "0").symlink("t/s", "x").hard_link("h", "t/s");
    assert_eq!(
        resolved(&[symbolic], "h"),
        Err(ProblemKind::Missing),
        "a hard link to a symbolic link is that link, elsewhere"
    );
}

#[test]
fn a_folder_that_was_replaced_does_not_show_what_it_had() {
    let base = Layer::new().folder("a").file("a/x", "0");
    let emptied = Layer::new().whiteout("a");
    let again = Layer::new().folder("a").file("a/y", "2");
    let layers = [base.clone(), emptied, again];
    assert_eq!(resolved(&layers, "a/x"), Err(ProblemKind::Missing));
    assert_eq!(resolved(&layers, "a/y"), found(2, "a/y"));
    let opaque = [base, Layer::new().opaque("a").file("a/y", "1")];
    assert_eq!(resolved(&opaque, "a/x"), Err(ProblemKind::Missing));
}

#[test]
fn the_longest_hostile_targets_end() {
    let target = "a/".repeat(2_040) + "l";
    let layer = Layer::new().symlink("l", &target).symlink(&target, "/l");
    assert_eq!(resolved(&[layer], "l"), Err(ProblemKind::BrokenLink));
}
