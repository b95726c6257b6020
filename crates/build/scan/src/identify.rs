//! Which image a target is, without looking into it.

use boltseal_image::{Entry, Image, Layer, Store, Visitor, Want, confirm_layer, read_layer};
use boltseal_model::{Digest, Limits, Problem, ProblemKind, Problems};

use crate::read::{Found, with_store};
use crate::{Reach, ScanError, Target};

/// Which image a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Digest of its manifest, or of its configuration in archives that carry no manifest; `None` where nothing states one.
    pub digest: Option<Digest>,
    /// Names that the archive gives to the image, sorted.
    pub tags: Vec<String>,
    /// What keeps the bytes from being the image that the digest names.
    pub problems: Vec<Problem>,
}

/// Says which image a target is, and searches nothing in it.
///
/// Manifest and configuration are held to their digests. So are the layers where they lie in a file or a folder, which takes the time
/// of reading and unpacking them; a store that is asked by digest is held to it by whoever takes the layers.
///
/// # Errors
/// When the target is no image, or none can be opened.
pub fn identify(
    target: &Target,
    reach: Reach<'_>,
    platform: Option<&str>,
    limits: &Limits,
) -> Result<Identity, ScanError> {
    with_store(target, reach, platform, limits, |target, Found { store, mut problems, is_by_digest }| {
        let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
        let (image, opening) = boltseal_image::open(store, &target.selector(platform), limits).map_err(no_image)?;
        problems.append(opening);
        if !is_by_digest {
            problems.append(held(&image, store, limits, reach));
        }
        let problems = problems.into_sorted().into_iter().filter(|problem| problem.kind.is_incomplete()).collect();
        Ok(Identity { digest: image.digest, tags: image.tags, problems })
    })
}

/// Holds every layer to all that is stated of it.
fn held(image: &Image, store: &dyn Store, limits: &Limits, reach: Reach<'_>) -> Problems {
    let mut problems = Problems::default();
    for layer in &image.layers {
        reach.progress.layer_started(layer.index, layer.size, layer.instruction.as_deref());
        let advance = |bytes| reach.progress.layer_advanced(layer.index, bytes);
        problems.append(held_layer(layer, store, limits, &advance));
        reach.progress.layer_finished(layer.index);
    }
    problems
}

/// An archive without a manifest names layers by files that nothing vouches for, so that the digest of the content always counts, by
/// which the configuration names them.
fn held_layer(layer: &Layer, store: &dyn Store, limits: &Limits, advance: &(dyn Fn(u64) + Sync)) -> Problems {
    if layer.digest.is_none() && layer.diff_id.is_none() {
        let detail = "nothing says which digest the layer must have";
        return Problems::from(Problem::at(ProblemKind::Missing, layer.blob.as_str(), detail)).in_layer(layer.index);
    }
    let content_alone = Layer { digest: None, ..layer.clone() };
    // One that is stored as it is needs no more than its hash, unless its stored bytes have a digest of another kind.
    if layer.digest.as_ref().is_none_or(|digest| Some(digest) == layer.diff_id.as_ref())
        && confirm_layer(store, &content_alone, advance)
    {
        return Problems::default();
    }
    let read = read_layer(store, layer, limits, &mut Blind, advance).1;
    // Entries that are odd by themselves keep no byte from being hashed.
    let is_of_an_entry =
        |kind| matches!(kind, ProblemKind::Duplicate | ProblemKind::UnsafePath | ProblemKind::BrokenLink);
    read.into_sorted().into_iter().filter(|problem| !is_of_an_entry(problem.kind)).fold(
        Problems::default(),
        |mut all, problem| {
            all.push(problem);
            all
        },
    )
}

/// Wants nothing: what is read is hashed on the way.
struct Blind;

impl Visitor for Blind {
    fn entry(&mut self, _: &Entry<'_>) -> Want {
        Want::Skip
    }

    fn file(&mut self, _: &Entry<'_>, _: &[u8]) {}
}
