//! The overlay answers as a plain extraction of the layers would.

use std::collections::BTreeMap;

use boltseal_testkit::image::Layer;
use proptest::prelude::*;

use crate::support::stack;

/// One member of a layer, over a handful of paths that are often the same and often below each other.
#[derive(Debug, Clone)]
enum Step {
    File(String),
    Symlink(String),
    Folder(String),
    Whiteout(String),
    Opaque(String),
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b"]), 1..4).prop_map(|names| names.join("/"))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => path().prop_map(Step::File),
        1 => path().prop_map(Step::Symlink),
        2 => path().prop_map(Step::Folder),
        2 => path().prop_map(Step::Whiteout),
        1 => path().prop_map(Step::Opaque),
    ]
}

/// What stands at each path: the layer of a file or link, or a folder.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    Other(u32),
    Folder,
}

type FileSystem = BTreeMap<String, Node>;

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn remove(system: &mut FileSystem, path: &str) {
    system.retain(|other, _| other != path && !is_below(other, path));
}

fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Extracts a layer as the specification says: first what hides, over what lies below, then what it adds. False when it
/// cannot be extracted, because a file of a lower layer stands where it needs a folder.
fn extract(system: &mut FileSystem, layer: u32, steps: &[Step]) -> bool {
    let is_other = |system: &FileSystem, path: &str| matches!(system.get(path), Some(Node::Other(_)));
    for step in steps {
        match step {
            Step::Whiteout(path) => remove(system, path),
            Step::Opaque(folder) if is_other(system, folder) => return false,
            Step::Opaque(folder) => system.retain(|other, _| !is_below(other, folder)),
            _ => {}
        }
    }
    for step in steps {
        let (path, node) = match step {
            Step::File(path) | Step::Symlink(path) => (path, Node::Other(layer)),
            Step::Folder(path) => (path, Node::Folder),
            Step::Whiteout(_) | Step::Opaque(_) => continue,
        };
        for folder in folders_above(path) {
            if is_other(system, folder) {
                return false;
            }
            system.insert(folder.to_owned(), Node::Folder);
        }
        if system.get(path) != Some(&Node::Folder) || node != Node::Folder {
            remove(system, path);
        }
        system.insert(path.clone(), node);
    }
    true
}

/// Keeps what an ordinary builder could have written: no path twice, and nothing below what is no folder.
fn consistent(steps: Vec<Step>) -> Vec<Step> {
    let mut kept: Vec<Step> = Vec::new();
    for step in steps {
        let adds = |step: &Step| match step {
            Step::File(path) | Step::Symlink(path) => Some((path.clone(), true)),
            Step::Folder(path) => Some((path.clone(), false)),
            Step::Whiteout(_) | Step::Opaque(_) => None,
        };
        let clashes = |earlier: &Step| {
            let (Some((path, is_other)), Some((earlier, earlier_is_other))) = (adds(&step), adds(earlier)) else {
                return false;
            };
            path == earlier
                || (earlier_is_other && is_below(&path, &earlier))
                || (is_other && is_below(&earlier, &path))
        };
        if !kept.iter().any(clashes) {
            kept.push(step);
        }
    }
    kept
}

fn build(steps: &[Step]) -> Layer {
    steps.iter().fold(Layer::new(), |layer, step| match step {
        Step::File(path) => layer.file(path, path),
        Step::Symlink(path) => layer.symlink(path, "nowhere"),
        Step::Folder(path) => layer.folder(path),
        Step::Whiteout(path) => layer.whiteout(path),
        Step::Opaque(path) => layer.opaque(path),
    })
}

/// Every path that the steps can name.
fn paths() -> Vec<String> {
    let one = ["a", "b"].map(str::to_owned).to_vec();
    let below = |folders: &[String]| {
        folders.iter().flat_map(|path| [format!("{path}/a"), format!("{path}/b")]).collect::<Vec<_>>()
    };
    let two = below(&one);
    let three = below(&two);
    [one, two, three].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_overlay_is_what_extraction_leaves(layers in prop::collection::vec(prop::collection::vec(step(), 0..6), 1..5)) {
        let layers: Vec<Vec<Step>> = layers.into_iter().map(consistent).collect();
        let mut system = FileSystem::new();
        for (index, steps) in (0..).zip(&layers) {
            prop_assume!(extract(&mut system, index, steps));
        }
        let built: Vec<Layer> = layers.iter().map(|steps| build(steps)).collect();
        let (overlay, problems) = stack(&built);
        prop_assert!(problems.is_empty());
        prop_assert!(overlay.written_through().is_empty(), "nothing that can be extracted as it is written lies below a link");
        for path in paths() {
            let expected = match system.get(&path) { Some(Node::Other(layer)) => Some(*layer), _ => None };
            prop_assert_eq!(overlay.layer_of(&path), expected, "{}", path);
            for (layer, steps) in (0..).zip(&layers) {
                let has = steps.iter().any(|step| matches!(step, Step::File(at) | Step::Symlink(at) if *at == path));
                if has {
                    prop_assert_eq!(overlay.hidden_by(layer, &path).is_none(), expected == Some(layer), "{} of {}", path, layer);
                }
            }
            let is_file = |layer: u32| layers[layer as usize].iter().any(|step| matches!(step, Step::File(at) if *at == path));
            if expected.is_some_and(is_file) {
                prop_assert_eq!(overlay.resolve(&path, &Default::default()).ok(), expected.map(|layer| (layer, path.clone())));
            }
        }
    }
}
