//! Reads every layer of an image, several at a time, each as one stream.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use boltseal_image::{Image, Layer, LayerIndex, Overlay, Store, read_layer};
use boltseal_inventory::well_known;
use boltseal_model::{Limits, ProblemKind, Problems};

use crate::aliases;
use crate::collect::{Collector, Fetcher, Found};
use crate::progress::Progress;

/// What the layers of an image brought.
pub struct Brought {
    /// What analyzers read, each with its layer.
    pub found: Vec<(u32, Found)>,
    /// Which layer hides what.
    pub overlay: Overlay,
    /// What could not be read.
    pub problems: Problems,
}

/// What one layer brought.
struct OneLayer {
    found: Vec<Found>,
    links: Vec<String>,
    index: LayerIndex,
    problems: Problems,
}

/// Reads all layers in one pass each, then once more those that hold a file which a link elsewhere leads to.
pub fn read(store: &dyn Store, image: &Image, limits: &Limits, progress: &dyn Progress) -> Brought {
    let mut brought = Vec::new();
    let mut indexes = Vec::new();
    let mut links = Vec::new();
    let mut problems = Problems::default();
    for (layer, one) in (0..).zip(read_in_parallel(store, &image.layers, limits, progress)) {
        brought.extend(one.found.into_iter().map(|found| (layer, found)));
        links.extend(one.links);
        indexes.push(one.index);
        problems.append(one.problems.in_layer(layer));
    }
    let overlay = Overlay::stack(indexes);
    problems.append(aliases::problems(&overlay));
    for (layer, aliases) in follow(links, &brought, &overlay, limits, &mut problems) {
        let Some(layer) = image.layers.get(layer as usize) else { continue };
        let mut collector = Collector::new(limits);
        // The first pass has reported what is wrong with the layer.
        let _ =
            read_layer(store, layer, limits, &mut Fetcher { collector: &mut collector, aliases: &aliases }, &|_| {});
        brought.extend(collector.found.into_iter().map(|found| (layer.index, found)));
        problems.append(collector.problems.in_layer(layer.index));
    }
    Brought { found: brought, overlay, problems }
}

fn read_in_parallel(store: &dyn Store, layers: &[Layer], limits: &Limits, progress: &dyn Progress) -> Vec<OneLayer> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(layers.len());
    // The largest layer starts first: it bounds the time of the whole.
    let mut order: Vec<(usize, &Layer)> = layers.iter().enumerate().collect();
    order.sort_by_key(|(_, layer)| std::cmp::Reverse(layer.size));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, layer)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((*index, read_one(store, layer, limits, progress)));
        }
        done
    };
    let mut done: Vec<(usize, OneLayer)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, layer)| layer).collect()
}

fn read_one(store: &dyn Store, layer: &Layer, limits: &Limits, progress: &dyn Progress) -> OneLayer {
    progress.layer_started(layer.index, layer.size, layer.instruction.as_deref());
    let mut collector = Collector::new(limits);
    let advanced = |bytes| progress.layer_advanced(layer.index, bytes);
    let (index, mut problems) = read_layer(store, layer, limits, &mut collector, &advanced);
    progress.layer_finished(layer.index);
    problems.append(collector.problems);
    OneLayer { found: collector.found, links: collector.links, index, problems }
}

/// Files that are reached only through a link, by the layer that holds them: (layer, (path there, path it is known by)).
fn follow(
    links: Vec<String>,
    found: &[(u32, Found)],
    overlay: &Overlay,
    limits: &Limits,
    problems: &mut Problems,
) -> Vec<(u32, Vec<(String, String)>)> {
    let mut paths: Vec<String> = links.into_iter().chain(well_known().map(str::to_owned)).collect();
    paths.sort();
    paths.dedup();
    let mut targets: std::collections::BTreeMap<u32, Vec<(String, String)>> = std::collections::BTreeMap::new();
    for path in paths {
        match overlay.resolve(&path, limits) {
            // A file under its own name was read in the first pass, unless it is a hard link to another entry.
            Ok((layer, target))
                if target != path && !found.iter().any(|(at, found)| *at == layer && found.path == target) =>
            {
                targets.entry(layer).or_default().push((target, path));
            }
            Ok(_) => {}
            // A link to nothing is as empty in the running container as it is here.
            Err(problem) if problem.kind == ProblemKind::Missing => {}
            Err(problem) => problems.push(problem),
        }
    }
    for aliases in targets.values_mut() {
        aliases.sort();
    }
    targets.into_iter().collect()
}
