//! Reads every layer of an image, several at a time, each as one stream.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use boltseal_image::{Image, Layer, Overlay, Store, confirm_layer, read_layer};
use boltseal_inventory::well_known;
use boltseal_model::{Limits, ProblemKind, Problems};

use crate::aliases;
use crate::cache::{Key, LayerCache, OneLayer, load_followed, store_followed};
use crate::collect::{Collected, Collector, Fetcher, Found};
use crate::content::{Content, Program, Spotted};
use crate::inspection::{Inspection, InspectionPool, PooledInspection, threads};
use crate::intent::{Named, Runnable};
use crate::progress::Progress;

/// What the layers of an image brought.
pub struct Brought {
    /// What analyzers read, each with its layer.
    pub found: Vec<(u32, Found)>,
    /// Malware and secrets, each with its layer.
    pub spotted: Vec<(u32, Spotted)>,
    /// Programs and libraries, each with its layer.
    pub programs: Vec<(u32, Program)>,
    /// What can be executed, each with its layer.
    pub runnable: Vec<(u32, Runnable)>,
    /// Which layer hides what.
    pub overlay: Overlay,
    /// What could not be read.
    pub problems: Problems,
}

/// How layers are read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Where their bytes are.
    pub store: &'a dyn Store,
    /// Bounds on them.
    pub limits: &'a Limits,
    /// What is searched for.
    pub content: Option<&'a Content>,
    /// Whether what can be executed is noted, and which files besides.
    pub executables: Option<&'a Named>,
    /// Who hears of progress.
    pub progress: &'a dyn Progress,
    /// What was read before.
    pub cache: &'a dyn LayerCache,
    /// Whether the bytes are known by their digests: whoever runs the image asks for them by digest too, and refuses others.
    /// Elsewhere they are compared before what was read from their like is believed.
    pub is_by_digest: bool,
}

/// Reads all layers in one pass each, then once more those that hold a file which a link elsewhere leads to.
pub fn read(image: &Image, reading: Reading<'_>) -> Brought {
    let (mut brought, mut spotted, mut programs, mut runnable) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut indexes = Vec::new();
    let mut links = Vec::new();
    let mut problems = Problems::default();
    let workers = threads().min(image.layers.len());
    let layers =
        InspectionPool::during(reading.inspection(), workers, |pool| reading.in_parallel(&image.layers, workers, pool));
    for (layer, one) in (0..).zip(layers) {
        brought.extend(one.found.into_iter().map(|found| (layer, found)));
        spotted.extend(one.spotted.into_iter().map(|spotted| (layer, spotted)));
        programs.extend(one.programs.into_iter().map(|program| (layer, program)));
        runnable.push((layer, one.runnable));
        links.extend(one.links);
        indexes.push(one.index);
        problems.append(one.problems.in_layer(layer));
    }
    let overlay = Overlay::stack(indexes);
    problems.append(aliases::problems(&overlay));
    for (layer, aliases) in follow(links, &brought, &overlay, reading.limits, &mut problems) {
        let Some(layer) = image.layers.get(layer as usize) else { continue };
        let (found, more) = reading.followed(layer, &aliases);
        brought.extend(found.into_iter().map(|found| (layer.index, found)));
        problems.append(more.in_layer(layer.index));
    }
    if let Some(trouble) = reading.cache.trouble() {
        problems.push(trouble);
    }
    Brought { found: brought, spotted, programs, runnable, overlay, problems }
}

impl<'a> Reading<'a> {
    /// What files are held to. Those in layers declare nothing: they are those of programs.
    const fn inspection(self) -> Inspection<'a> {
        Inspection { content: self.content, posture: None, executables: self.executables, limits: self.limits }
    }

    fn in_parallel(self, layers: &[Layer], workers: usize, pool: &InspectionPool) -> Vec<OneLayer> {
        // The largest layer starts first: it bounds the time of the whole.
        let mut order: Vec<(usize, &Layer)> = layers.iter().enumerate().collect();
        order.sort_by_key(|(_, layer)| std::cmp::Reverse(layer.size));
        let next = AtomicUsize::new(0);
        let read = || {
            let mut done = Vec::new();
            while let Some((index, layer)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((*index, self.one(layer, pool)));
            }
            done
        };
        let work = || pool.read(self.inspection(), read);
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

    fn one(self, layer: &Layer, pool: &InspectionPool) -> OneLayer {
        self.progress.layer_started(layer.index, layer.size, layer.instruction.as_deref());
        let advanced = |bytes| self.progress.layer_advanced(layer.index, bytes);
        let key = Key::of_layer(layer, self.limits, self.content, self.executables);
        let known = key.as_ref().and_then(|key| OneLayer::load(self.cache, key, layer.index));
        let known = known.filter(|_| self.is_by_digest || confirm_layer(self.store, layer, &advanced));
        let one = known.unwrap_or_else(|| {
            let inspection = PooledInspection::new(pool, self.inspection());
            let mut collector = Collector::new(self.limits, Some(inspection));
            let (index, mut problems) = read_layer(self.store, layer, self.limits, &mut collector, &advanced);
            let Collected { found, spotted, programs, links, runnable, problems: more, judged: _ } = collector.finish();
            problems.append(more);
            let one = OneLayer { found, spotted, programs, links, runnable, index, problems };
            // Where somebody who should have judged the files is gone, nobody knows whether he was there for this layer.
            let is_searched = self.content.is_none_or(|content| content.trouble().is_none());
            if let Some(key) = key.as_ref().filter(|_| is_searched) {
                one.store(self.cache, key);
            }
            one
        });
        self.progress.layer_finished(layer.index);
        one
    }

    /// Files of a layer, each under the path by which a link elsewhere knows it. The first pass has reported what is wrong
    /// with the layer.
    fn followed(self, layer: &Layer, aliases: &[(String, String)]) -> (Vec<Found>, Problems) {
        let key = Key::of_layer(layer, self.limits, self.content, self.executables).map(|key| key.of_followed(aliases));
        if let Some(found) = key.as_ref().and_then(|key| load_followed(self.cache, key)) {
            return (found, Problems::default());
        }
        let mut collector = Collector::new(self.limits, None);
        let mut fetcher = Fetcher { collector: &mut collector, aliases };
        let (_, layer_problems) = read_layer(self.store, layer, self.limits, &mut fetcher, &|_| {});
        let Collected { found, problems, .. } = collector.finish();
        if let Some(key) = key.filter(|_| layer_problems.is_empty() && problems.is_empty()) {
            store_followed(self.cache, &key, &found);
        }
        (found, problems)
    }
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
