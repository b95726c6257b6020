//! Loads rules: those that come with the program and those of the user, compiled once and kept.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use boltseal_content::malware::{self, Fault, HashesBuilder, Yara};
use boltseal_content::secret::{self, Rule};
use boltseal_content::{Known, Rules, Sought};
use sha2::{Digest, Sha256};

use super::Content;
use super::sources::{LoadError, Sources};

/// Loads the rules for what is sought: built-in ones, and those in files and folders of the user ([`Sources::gather`]). What of
/// them is no rule is a fault, and the others are used.
///
/// Compiled rules are kept in `cache`, under the digest of their texts.
///
/// # Errors
/// When a file or folder of the user cannot be read.
pub fn load(sought: Sought, of_user: &[PathBuf], cache: Option<&Path>) -> Result<(Content, Vec<Fault>), LoadError> {
    let mut sources = Sources::default();
    sources.gather(of_user, sought)?;
    let own = |files: &[(&str, &str)], wanted: bool| -> Vec<(String, String)> {
        files.iter().filter(|_| wanted).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    sources.yara.splice(0..0, own(malware::BUILT_IN, sought.malware));
    let built_in = own(secret::BUILT_IN, sought.secrets);
    let digest = digest(&[&sources.yara, &built_in, &sources.secrets, &sources.digests, &sources.sums]);
    // The patterns of built-in rules are compiled when they are needed, and tests hold them.
    let (own, own_faults) = boltseal_content::secrets(borrowed(&built_in));
    let (rules, mut faults) = put_together(sources, sought.malware, own, cache);
    faults.extend(own_faults);
    Ok((Content { rules, digest }, faults))
}

/// Rules out of texts, beside rules for secrets that are there already; and what of the texts is no rule.
pub fn put_together(
    sources: Sources,
    with_malware: bool,
    mut secrets: Vec<Rule>,
    cache: Option<&Path>,
) -> (Rules, Vec<Fault>) {
    let mut faults = sources.faults;
    let compiled = with_malware.then(|| {
        let (yara, more) = compiled(&sources.yara, cache);
        faults.extend(more);
        yara
    });
    for (name, text) in &sources.secrets {
        let (theirs, more) = boltseal_content::secrets([(name.as_str(), text.as_str())]);
        faults.extend(more);
        for rule in theirs {
            match rule.compile() {
                Ok(()) => secrets.push(rule),
                Err(error) => faults.push(Fault { file: name.clone(), line: None, reason: error.to_string() }),
            }
        }
    }
    let mut rules = Rules::new(compiled, secrets);
    for (name, text) in &sources.sums {
        faults.extend(rules.know_sums(name, text));
    }
    for (name, text) in &sources.digests {
        let mut list = HashesBuilder::default();
        faults.extend(list.add(name, text));
        let known = list.finish().map(|bytes| Known { name: name.clone(), bytes: Box::new(bytes) });
        if known.is_none_or(|known| rules.know(known).is_err()) {
            faults.push(Fault { file: name.clone(), line: None, reason: "more digests than a list can hold".into() });
        }
    }
    (rules, faults)
}

/// Compiled YARA rules, from the cache if it has them. Rules with faults are compiled each time, so that the faults are said.
fn compiled(files: &[(String, String)], cache: Option<&Path>) -> (Yara, Vec<Fault>) {
    let place = cache.map(|cache| cache.join("rules").join(format!("{}.compiled", digest(&[files]))));
    if let Some(rules) = place.as_deref().and_then(own_bytes).and_then(|bytes| Yara::load(&bytes)) {
        return (rules, Vec::new());
    }
    let (rules, faults) = Yara::compile(borrowed(files));
    // That they could not be kept costs the next scan the time of compiling them.
    if let (Some(place), true, Ok(bytes)) = (place, faults.is_empty(), rules.store()) {
        let _ = keep(&place, &bytes);
    }
    (rules, faults)
}

fn borrowed(files: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// The bytes of a file that nobody but this user can have written: compiled rules hold machine code.
fn own_bytes(path: &Path) -> Option<Vec<u8>> {
    let is_own = |path: &Path| {
        let metadata = fs::symlink_metadata(path).ok()?;
        let is_mine = metadata.uid() == rustix::process::geteuid().as_raw();
        (is_mine && metadata.mode() & 0o022 == 0 && !metadata.is_symlink()).then_some(())
    };
    is_own(path.parent()?)?;
    is_own(path)?;
    fs::read(path).ok()
}

fn keep(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(place)?;
    Ok(())
}

/// A digest of files, this program's version and the engine's.
fn digest(lists: &[&[(String, String)]]) -> String {
    let mut hasher = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    add(env!("BOLTSEAL_READERS").as_bytes());
    for list in lists {
        add(&(list.len() as u64).to_le_bytes());
        for (name, text) in *list {
            add(name.as_bytes());
            add(text.as_bytes());
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
