//! Loads rules: those that come with the program and those of the user, compiled once and kept.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use boltseal_content::malware::clamav::Translated;
use boltseal_content::malware::{self, Fault, HashesBuilder, Yara};
use boltseal_content::{Known, Rules, Sought, secret};
use sha2::{Digest, Sha256};

use super::Content;

/// Bytes of one file of rules. The largest public collections have some twenty million in one file.
const FILE_BYTES: u64 = 64 << 20;

/// Why rules of the user cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error("cannot read the rules in {path}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// It is too large.
    #[error("the rules in {path} have more than {FILE_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
}

/// Loads the rules for what is sought: built-in ones, and those in files and folders of the user, each file by its ending. What
/// of them is no rule is a fault, and the others are used.
///
/// | Ending | What it is |
/// | --- | --- |
/// | `.yar`, `.yara` | YARA rules |
/// | `.toml` | rules for secrets |
/// | `.sha256` | digests of known malware, one in a line |
/// | `.ndb`, `.ldb`, `.hdb`, `.hsb` | signatures of ClamAV |
///
/// Compiled rules are kept in `cache`, under the digest of their texts.
///
/// # Errors
/// When a file or folder of the user cannot be read.
pub fn load(sought: Sought, of_user: &[PathBuf], cache: Option<&Path>) -> Result<(Content, Vec<Fault>), LoadError> {
    let own = |files: &[(&str, &str)], wanted: bool| -> Vec<(String, String)> {
        files.iter().filter(|_| wanted).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let mut yara = own(malware::BUILT_IN, sought.malware);
    let (mut secrets, mut digests, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    let mut faults = Vec::new();
    for path in of_user {
        for file in files(path)? {
            let text = read(&file)?;
            let name = file.display().to_string();
            match file.extension().and_then(|it| it.to_str()) {
                Some("yar" | "yara") if sought.malware => yara.push((name, text)),
                Some("toml") if sought.secrets => secrets.push((name, text)),
                Some("sha256") if sought.malware => digests.push((name, text)),
                Some("hdb" | "hsb") if sought.malware => sums.push((name, text)),
                Some("ndb" | "ldb") if sought.malware => {
                    let (translated, more) = Translated::new(&name, &text);
                    faults.extend(more);
                    yara.push((name.clone(), translated.filtered));
                    yara.push((name, translated.always));
                }
                _ => {}
            }
        }
    }
    let built_in = own(secret::BUILT_IN, sought.secrets);
    let digest = digest(&[&yara, &built_in, &secrets, &digests, &sums]);
    let compiled = sought.malware.then(|| {
        let (yara, more) = compiled(&yara, cache);
        faults.extend(more);
        yara
    });
    let (mut rules, more) = boltseal_content::secrets(borrowed(&built_in));
    faults.extend(more);
    // The patterns of built-in rules are compiled when they are needed, and tests hold them; those of others may be wrong.
    for (name, text) in &secrets {
        let (theirs, more) = boltseal_content::secrets([(name.as_str(), text.as_str())]);
        faults.extend(more);
        for rule in theirs {
            match rule.compile() {
                Ok(()) => rules.push(rule),
                Err(error) => faults.push(Fault { file: name.clone(), line: None, reason: error.to_string() }),
            }
        }
    }
    let mut rules = Rules::new(compiled, rules);
    for (name, text) in &sums {
        faults.extend(rules.know_sums(name, text));
    }
    for (name, text) in &digests {
        let mut list = HashesBuilder::default();
        faults.extend(list.add(name, text));
        let known = list.finish().map(|bytes| Known { name: name.clone(), bytes: Box::new(bytes) });
        if known.is_none_or(|known| rules.know(known).is_err()) {
            faults.push(Fault { file: name.clone(), line: None, reason: "more digests than a list can hold".into() });
        }
    }
    Ok((Content { rules, digest }, faults))
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

/// The files below a path, sorted.
fn files(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(path).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut entries = entries.map_err(unreadable)?;
    entries.sort();
    let mut all = Vec::new();
    for entry in entries {
        // A link could lead back to where it lies.
        if !entry.is_symlink() {
            all.extend(files(&entry)?);
        }
    }
    Ok(all)
}

fn read(path: &Path) -> Result<String, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES {
        return Err(LoadError::TooLarge { path: path.to_owned() });
    }
    Ok(String::from_utf8_lossy(&fs::read(path).map_err(unreadable)?).into_owned())
}
