//! What hides what.

use boltseal_image::WrittenThrough;
use boltseal_testkit::image::Layer;

use crate::support::stack;

#[test]
fn a_whiteout_hides_the_path_and_everything_below_it_in_lower_layers() {
    let base = Layer::new().file("a/b/c", "0").file("a/bc", "0").file("top", "0");
    let (overlay, problems) =
        stack(&[base, Layer::new().whiteout("a/b").whiteout("top"), Layer::new().file("top", "2")]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(overlay.hidden_by(0, "a/b/c"), Some(1));
    assert_eq!(overlay.layer_of("a/b/c"), None);
    assert_eq!(overlay.hidden_by(0, "a/bc"), None, "a whiteout names a path, not a prefix");
    assert_eq!(overlay.hidden_by(0, "top"), Some(1));
    assert_eq!(overlay.layer_of("top"), Some(2));
}

#[test]
fn a_whiteout_does_not_hide_what_its_own_layer_adds() {
    for top in [Layer::new().whiteout("a").file("a/new", "1"), Layer::new().file("a/new", "1").whiteout("a")] {
        let (overlay, _) = stack(&[Layer::new().file("a/old", "0").file("a/new", "0"), top]);
        assert_eq!(overlay.layer_of("a/new"), Some(1));
        assert_eq!(overlay.layer_of("a/old"), None);
        assert_eq!((overlay.hidden_by(0, "a/new"), overlay.hidden_by(1, "a/new")), (Some(1), None));
    }
}

#[test]
fn an_opaque_folder_hides_lower_layers_and_not_its_siblings_in_any_order() {
    for top in [Layer::new().opaque("a").file("a/new", "1"), Layer::new().file("a/new", "1").opaque("a")] {
        let (overlay, _) = stack(&[Layer::new().file("a/old", "0").file("b", "0"), top]);
        assert_eq!(overlay.layer_of("a/new"), Some(1));
        assert_eq!(overlay.hidden_by(0, "a/old"), Some(1));
        assert_eq!(overlay.layer_of("b"), Some(0));
    }
    let (overlay, _) = stack(&[Layer::new().file("a/old", "0"), Layer::new().opaque("")]);
    assert_eq!(overlay.layer_of("a/old"), None, "the root can be opaque as well");
}

#[test]
fn a_path_is_replaced_by_whatever_takes_its_place() {
    let base = || Layer::new().folder("a").file("a/file", "0");
    let (overlay, _) = stack(&[base(), Layer::new().file("a", "1")]);
    assert_eq!((overlay.hidden_by(0, "a/file"), overlay.layer_of("a")), (Some(1), Some(1)));
    let (overlay, _) = stack(&[base(), Layer::new().symlink("a", "b")]);
    assert_eq!(overlay.hidden_by(0, "a/file"), Some(1));
    let (overlay, _) = stack(&[base(), Layer::new().folder("a")]);
    assert_eq!(overlay.hidden_by(0, "a/file"), None, "folders merge");
    let (overlay, _) = stack(&[base(), Layer::new().folder("a/file")]);
    assert_eq!((overlay.hidden_by(0, "a/file"), overlay.layer_of("a/file")), (Some(1), None));
}

#[test]
fn the_lowest_layer_that_hides_is_named() {
    let again = || Layer::new().file("a", "x");
    let (overlay, _) = stack(&[again(), Layer::new().file("b", ""), again(), again()]);
    assert_eq!(
        (overlay.hidden_by(0, "a"), overlay.hidden_by(2, "a"), overlay.hidden_by(3, "a")),
        (Some(2), Some(3), None)
    );
}

#[test]
fn names_of_the_storage_driver_are_ignored() {
    let aufs = Layer::new().folder(".wh..wh.plnk").file(".wh..wh.aufs", "").file(".wh..wh.orph", "");
    let (overlay, problems) = stack(&[Layer::new().file("a", "0"), aufs]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(overlay.layer_of("a"), Some(0));
    assert_eq!(overlay.layer_of(".wh..wh.aufs"), None);
}

#[test]
fn names_that_differ_only_in_broken_bytes_are_different() {
    let base = Layer::new().hostile(b"a\xff", b'0', b"", b"0");
    let (overlay, _) = stack(&[base, Layer::new().hostile(b".wh.a\xfe", b'0', b"", b"")]);
    let path = boltseal_image::escape_path(b"a\xff");
    assert_eq!(overlay.layer_of(&path), Some(0));
    let base = Layer::new().hostile(b"a\xff", b'0', b"", b"0");
    let (overlay, _) = stack(&[base, Layer::new().hostile(b".wh.a\xff", b'0', b"", b"")]);
    assert_eq!(overlay.hidden_by(0, &path), Some(1));
}

#[test]
fn entries_below_a_symbolic_link_are_pointed_out() {
    let link = || Layer::new().symlink("lib", "usr/lib").file("usr/lib/x", "0");
    let found = |layers: &[Layer]| stack(layers).0.written_through();
    let at = |layer| vec![WrittenThrough { layer, link: "lib".into(), leads_to: "usr/lib".into() }];
    assert_eq!(found(&[link().file("lib/y", "1")]), at(0));
    assert_eq!(found(&[link(), Layer::new().file("a", ""), Layer::new().file("lib/y/z", "2")]), at(2));
    assert_eq!(found(&[link(), Layer::new().file("usr/lib/y", "1")]), []);
    assert_eq!(found(&[link(), Layer::new().folder("lib").file("lib/y", "1")]), [], "the link became a folder");
    assert_eq!(found(&[link(), Layer::new().whiteout("lib"), Layer::new().file("lib/y", "2")]), []);
    assert_eq!(found(&[Layer::new().folder("lib").file("lib/y", "0"), link()]), [], "the folder became a link");
}
