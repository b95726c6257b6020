//! The real data beside the project: everything in it is read, counted and looked up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use boltseal_advisory::import::{self, Skip};
use boltseal_advisory::{Advisory, Builder};
use boltseal_model::{Limits, Problem, Problems};
use boltseal_testkit::data;

/// What one pack holds, all its files together.
#[derive(Default)]
pub struct Pack {
    pub files: usize,
    pub advisories: Vec<Advisory>,
    pub skipped: BTreeMap<Skip, u64>,
    pub problems: Vec<Problem>,
}

/// Every pack that has an importer, by the importer's id; `None` where the packs are absent.
pub fn all() -> Option<&'static BTreeMap<&'static str, Pack>> {
    static PACKS: OnceLock<Option<BTreeMap<&'static str, Pack>>> = OnceLock::new();
    PACKS.get_or_init(read_all).as_ref()
}

/// The database of all packs.
pub fn database() -> Option<&'static [u8]> {
    static DATABASE: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    DATABASE.get_or_init(|| all().map(|packs| build(packs, false))).as_deref()
}

/// Builds a database, with everything added the other way round if `reversed`.
pub fn build(packs: &BTreeMap<&str, Pack>, reversed: bool) -> Vec<u8> {
    let mut builder = Builder::new();
    let mut importers: Vec<_> = import::ALL.iter().filter(|importer| packs.contains_key(importer.id)).collect();
    if reversed {
        importers.reverse();
    }
    for importer in importers {
        let source = builder.source(importer.source());
        let mut advisories = packs[importer.id].advisories.clone();
        if reversed {
            advisories.reverse();
        }
        advisories.into_iter().for_each(|advisory| builder.add(source, advisory));
    }
    builder.finish()
}

fn read_all() -> Option<BTreeMap<&'static str, Pack>> {
    let mut packs = BTreeMap::new();
    for archive in ["golang-vulndb", "nodejs-security-wg", "pypa", "rustsec"] {
        let folder = data::unpack(&format!("advisories/{archive}.tar.zst"))?;
        walk(folder.path(), folder.path(), &mut packs);
    }
    for name in ["alpine-secdb", "debian"] {
        let folder = data::find(&format!("advisories/{name}"))?;
        walk(&folder, &folder, &mut packs);
    }
    Some(packs)
}

fn walk(root: &Path, folder: &Path, packs: &mut BTreeMap<&'static str, Pack>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(root, &path, packs);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let Some(importer) = import::detect(&name, &bytes) else { continue };
        let (imported, problems): (_, Problems) = (importer.import)(&name, &bytes, &Limits::default());
        let pack = packs.entry(importer.id).or_default();
        pack.files += 1;
        pack.advisories.extend(imported.advisories);
        pack.problems.extend(problems.into_sorted());
        for (reason, count) in imported.skipped {
            *pack.skipped.entry(reason).or_default() += count;
        }
    }
}

#[test]
fn every_pack_is_read() {
    let Some(packs) = all() else { return };
    for (id, pack) in packs {
        println!("{id}: {} files {} advisories {:?}", pack.files, pack.advisories.len(), pack.skipped);
        for problem in pack.problems.iter().take(60) {
            println!("   {} {:?} {}", problem.path.as_deref().unwrap_or(""), problem.kind, problem.detail);
        }
    }
    println!("{}", database().unwrap().len());
}
