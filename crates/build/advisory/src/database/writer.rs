//! Collects advisories and writes the database.

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::Namespace;

use super::codec::{put_length, put_number, put_text};
use super::cves::{key, put_table};
use super::format::{assemble, hash};
use super::lifecycles::put_lifecycles;
use super::record::{Entry, PackageRecord, put_package};
use super::tally::Tally;
use crate::advisory::Advisory;
use crate::import::{Exploited, Imported, Likelihood};
use crate::lifecycle::Lifecycle;
use crate::range::{Bound, Range};
use crate::severity;

/// Where advisories come from, as `db status` and the credits show it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Short name that evidence begins with, such as `debian-12-fixed`.
    pub name: String,
    /// Name of the publisher, for people.
    pub title: String,
    /// Licence of the data, as an SPDX expression or in words.
    pub licence: String,
    /// The importer's revision.
    pub revision: u32,
}

/// Collects advisories. The order in which they are added does not show in the bytes, and neither do duplicates.
#[derive(Debug, Default)]
pub struct Builder {
    sources: Vec<Source>,
    packages: Packages,
    exploited: BTreeMap<u32, (usize, Exploited)>,
    likelihoods: BTreeMap<u32, (usize, Likelihood)>,
    lifecycles: BTreeSet<(usize, Lifecycle)>,
}

impl Builder {
    /// An empty database to be.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a source, and gives the number by which [`Self::add`] knows it. Equal sources are one.
    pub fn source(&mut self, source: Source) -> usize {
        match self.sources.iter().position(|known| *known == source) {
            Some(index) => index,
            None => {
                self.sources.push(source);
                self.sources.len() - 1
            }
        }
    }

    /// Adds an advisory of a source. One whose source was not declared is left out, since nobody could be credited.
    pub fn add(&mut self, source: usize, advisory: Advisory) {
        if source < self.sources.len() {
            let key = (advisory.namespace.clone(), advisory.package.clone());
            self.packages.entry(key).or_default().push((source, advisory));
        }
    }

    /// Adds everything that an importer read. Of two days on which a CVE was listed as exploited the first counts; of two
    /// likelihoods the newer, and among equally new ones the higher.
    pub fn add_all(&mut self, source: usize, imported: Imported) {
        let Imported { advisories, exploited, likelihoods, lifecycles, skipped: _ } = imported;
        advisories.into_iter().for_each(|advisory| self.add(source, advisory));
        if source >= self.sources.len() {
            return;
        }
        for row in exploited {
            let Some(key) = key(&row.cve) else { continue };
            let known = self.exploited.entry(key).or_insert_with(|| (source, row.clone()));
            if (row.since, source) < (known.1.since, known.0) {
                *known = (source, row);
            }
        }
        for row in likelihoods {
            let Some(key) = key(&row.cve) else { continue };
            let known = self.likelihoods.entry(key).or_insert_with(|| (source, row.clone()));
            if (row.scored, row.probability) > (known.1.scored, known.1.probability) {
                *known = (source, row);
            }
        }
        self.lifecycles.extend(lifecycles.into_iter().map(|lifecycle| (source, lifecycle)));
    }

    /// Writes the database.
    pub fn finish(mut self) -> Vec<u8> {
        let ranks = self.sort_sources();
        let rank = |source: usize| ranks.get(source).copied().unwrap_or(source);
        self.exploited.values_mut().for_each(|(source, _)| *source = rank(*source));
        self.likelihoods.values_mut().for_each(|(source, _)| *source = rank(*source));
        self.lifecycles = self.lifecycles.into_iter().map(|(source, lifecycle)| (rank(source), lifecycle)).collect();
        for advisories in self.packages.values_mut() {
            for (source, _) in advisories.iter_mut() {
                *source = rank(*source);
            }
            advisories.sort();
            advisories.dedup();
        }
        let worst = worst_vectors(&self.packages);
        let vectors = Vectors::new(&self.packages);
        let namespaces: BTreeSet<&Namespace> = self.packages.keys().map(|(namespace, _)| namespace).collect();
        let namespaces: BTreeMap<&Namespace, usize> = namespaces.into_iter().zip(0..).collect();

        let mut records = Vec::new();
        let mut index = Vec::with_capacity(self.packages.len());
        for ((namespace, name), advisories) in &self.packages {
            index.push((hash(namespace.as_str(), name), records.len() as u64));
            let entries = advisories.iter().map(|(source, advisory)| entry(*source, advisory, &worst)).collect();
            let package = PackageRecord { namespace: namespaces.get(namespace).copied().unwrap_or(0), name, entries };
            put_package(&mut records, &package, |vector| vectors.place(vector));
        }
        let (index, records) = in_index_order(index, &records);
        let exploited = self.exploited.iter().map(|(&key, (_, row))| (key, row.since.days())).collect();
        let likelihoods = self.likelihoods.iter().map(|(&key, (_, row))| (key, row.probability.parts())).collect();
        let lifecycles: BTreeSet<&Lifecycle> = self.lifecycles.iter().map(|(_, lifecycle)| lifecycle).collect();
        assemble([
            &self.meta(&namespaces),
            &index,
            &vectors.bytes,
            &records,
            &put_table(&exploited),
            &put_table(&likelihoods),
            &put_lifecycles(lifecycles.into_iter()),
        ])
    }

    /// Sorts the sources, and says which place each has come to.
    fn sort_sources(&mut self) -> Vec<usize> {
        let before = self.sources.clone();
        self.sources.sort();
        before.iter().map(|source| self.sources.iter().position(|sorted| sorted == source).unwrap_or(0)).collect()
    }

    fn meta(&self, namespaces: &BTreeMap<&Namespace, usize>) -> Vec<u8> {
        let mut by_source = vec![Tally::default(); self.sources.len()];
        let mut by_namespace = vec![Tally::default(); namespaces.len()];
        for ((namespace, _), advisories) in &self.packages {
            for (source, advisory) in advisories {
                by_source.get_mut(*source).into_iter().for_each(|tally| tally.count(*source, advisory));
                let tally = namespaces.get(namespace).and_then(|&index| by_namespace.get_mut(index));
                tally.into_iter().for_each(|tally| tally.count(*source, advisory));
            }
            let tally = namespaces.get(namespace).and_then(|&index| by_namespace.get_mut(index));
            tally.into_iter().for_each(|tally| tally.packages += 1);
        }
        let mut fact = |source: usize, day| by_source.get_mut(source).into_iter().for_each(|tally| tally.fact(day));
        self.exploited.values().for_each(|(source, row)| fact(*source, Some(row.since)));
        self.likelihoods.values().for_each(|(source, row)| fact(*source, row.scored));
        self.lifecycles.iter().for_each(|(source, _)| fact(*source, None));
        let mut meta = Vec::new();
        put_length(&mut meta, self.packages.len());
        put_length(&mut meta, self.sources.len());
        for (source, tally) in self.sources.iter().zip(&by_source) {
            for text in [&source.name, &source.title, &source.licence] {
                put_text(&mut meta, text);
            }
            put_number(&mut meta, u64::from(source.revision));
            put_length(&mut meta, tally.ids.len());
            put_number(&mut meta, tally.facts);
            put_number(&mut meta, tally.newest.map_or(0, |date| u64::from(date.days()) + 1));
        }
        put_length(&mut meta, namespaces.len());
        for (namespace, tally) in namespaces.keys().zip(&by_namespace) {
            put_text(&mut meta, namespace.as_str());
            put_length(&mut meta, tally.ids.len());
            put_number(&mut meta, tally.packages);
        }
        meta
    }
}

type Packages = BTreeMap<(Namespace, String), Vec<(usize, Advisory)>>;

/// The vector with the highest score for every CVE that has one; among equals the first by text.
fn worst_vectors(packages: &Packages) -> BTreeMap<&str, &str> {
    let mut scores: BTreeMap<&str, f64> = BTreeMap::new();
    let mut worst: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, advisory) in packages.values().flatten() {
        let Some(vector) = advisory.severity_vector.as_deref() else { continue };
        let score = *scores.entry(vector).or_insert_with(|| severity::score(vector).unwrap_or(-1.0));
        for id in cves(advisory) {
            let kept = worst.entry(id).or_insert(vector);
            let kept_score = scores.get(kept).copied().unwrap_or(-1.0);
            if score > kept_score || (score >= kept_score && vector < *kept) {
                *kept = vector;
            }
        }
    }
    worst
}

fn cves(advisory: &Advisory) -> impl Iterator<Item = &str> {
    let ids = advisory.aliases.iter().chain([&advisory.id]).map(String::as_str);
    ids.filter(|id| id.starts_with("CVE-"))
}

fn entry<'a>(source: usize, advisory: &'a Advisory, worst: &BTreeMap<&str, &'a str>) -> Entry<'a> {
    let own = advisory.severity_vector.as_deref();
    let mut ids: Vec<String> = vec![advisory.id.clone()];
    ids.extend(advisory.aliases.iter().filter(|alias| **alias != advisory.id).cloned());
    Entry {
        source,
        ids,
        ranges: advisory.ranges.iter().map(borrow).collect(),
        versions: advisory.versions.iter().map(String::as_str).collect(),
        vector: own.or_else(|| cves(advisory).filter_map(|id| worst.get(id).copied()).min()),
        rating: advisory.rating,
        status: advisory.status,
        module: advisory.module.as_deref(),
        published: advisory.published,
        modified: advisory.modified,
    }
}

fn borrow(range: &Range) -> Range<&str> {
    fn bound(bound: &Bound) -> Bound<&str> {
        Bound { version: &bound.version, inclusive: bound.inclusive }
    }
    Range {
        lower: range.lower.as_ref().map(bound),
        upper: range.upper.as_ref().map(bound),
        fixed: range.fixed.as_deref(),
    }
}

/// CVSS vectors, each written once.
struct Vectors {
    bytes: Vec<u8>,
    places: BTreeMap<String, (usize, usize)>,
}

impl Vectors {
    fn new(packages: &Packages) -> Self {
        let mut vectors = Self { bytes: Vec::new(), places: BTreeMap::new() };
        let texts = packages.values().flatten().filter_map(|(_, advisory)| advisory.severity_vector.as_deref());
        for text in texts.collect::<BTreeSet<&str>>() {
            vectors.places.insert(text.to_owned(), (vectors.bytes.len(), text.len()));
            vectors.bytes.extend_from_slice(text.as_bytes());
        }
        vectors
    }

    fn place(&self, vector: &str) -> (usize, usize) {
        self.places.get(vector).copied().unwrap_or_default()
    }
}

/// Sorts the index by hash, and the records as the index lists them: the next entry's offset is where a record ends.
fn in_index_order(mut index: Vec<(u32, u64)>, records: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let ends: Vec<u64> = index.iter().skip(1).map(|&(_, offset)| offset).chain([records.len() as u64]).collect();
    let mut order: Vec<((u32, u64), u64)> = index.drain(..).zip(ends).collect();
    order.sort_unstable();
    let mut sorted = Vec::with_capacity(records.len());
    let mut table = Vec::with_capacity(order.len() * super::format::INDEX_ENTRY_BYTES);
    for ((hash, start), end) in order {
        table.extend_from_slice(&hash.to_le_bytes());
        table.extend_from_slice(&(sorted.len() as u64).to_le_bytes());
        let record =
            usize::try_from(start).ok().zip(usize::try_from(end).ok()).and_then(|(start, end)| records.get(start..end));
        sorted.extend_from_slice(record.unwrap_or_default());
    }
    (table, sorted)
}
