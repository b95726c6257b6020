//! Loads rules: those that come with the program and those of the user, compiled once and kept.

use std::io::Read;
use std::path::{Path, PathBuf};

use boltseal_content::malware::{self, Fault, Hashes, Yara};
use boltseal_content::secret::{self, Rule};
use boltseal_content::{Known, Rules, Sought};
use boltseal_model::Limits;
use sha2::{Digest, Sha256};

use super::Content;
use super::kept::RuleCache;
use super::sources::{LoadError, Sources};

/// Loads the rules for what is sought: built-in ones, and those in files and folders of the user ([`Sources::gather`]). What of
/// them is no rule is a fault, and the others are used.
///
/// Compiled rules are kept in `cache`, under the digest of their texts.
///
/// # Errors
/// When a file or folder of the user cannot be read.
pub fn load(
    sought: Sought,
    of_user: &[PathBuf],
    cache: Option<&Path>,
    limits: &Limits,
) -> Result<(Content, Vec<Fault>), LoadError> {
    let (mut sources, cache) = (Sources::default(), RuleCache::within(cache));
    sources.gather(of_user, sought, &cache, limits)?;
    let own = |files: &[(&str, &str)], wanted: bool| -> Vec<(String, String)> {
        files.iter().filter(|_| wanted).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    sources.yara.splice(0..0, own(malware::BUILT_IN, sought.malware));
    let built_in = own(secret::BUILT_IN, sought.secrets);
    let lists = identities(&sources.lists);
    let digest = digest(&[&sources.yara, &built_in, &sources.secrets, &lists, &sources.sums]);
    // The patterns of built-in rules are compiled when they are needed, and tests hold them.
    let (own, own_faults) = boltseal_content::secrets(borrowed(&built_in));
    let (rules, mut faults) = put_together(sources, sought.malware, own, &cache);
    faults.extend(own_faults);
    Ok((Content { rules, digest, scanner: None, verifier: None }, faults))
}

/// Rules out of texts, beside rules for secrets that are there already; and what of the texts is no rule.
pub fn put_together(
    sources: Sources,
    with_malware: bool,
    mut secrets: Vec<Rule>,
    cache: &RuleCache,
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
    for list in sources.lists {
        let name = list.name.clone();
        if let Err(error) = rules.know(list) {
            faults.push(Fault { file: name, line: None, reason: error.to_string() });
        }
    }
    (rules, faults)
}

/// Compiled YARA rules, from the cache if it has them. Rules with faults are compiled each time, so that the faults are said.
fn compiled(files: &[(String, String)], cache: &RuleCache) -> (Yara, Vec<Fault>) {
    let name = format!("{}.compiled", digest(&[files]));
    let mut bytes = Vec::new();
    let kept = cache.open(&name).and_then(|mut file| file.read_to_end(&mut bytes).ok());
    if let Some(rules) = kept.and_then(|_| Yara::load(&bytes)) {
        return (rules, Vec::new());
    }
    let (rules, faults) = Yara::compile(borrowed(files));
    if let (true, Ok(bytes)) = (faults.is_empty(), rules.store()) {
        let _ = cache.keep(&name, |file| file.write_all(&bytes));
    }
    (rules, faults)
}

/// What lists hold, as they say of themselves.
fn identities(lists: &[Known]) -> Vec<(String, String)> {
    let identity = |list: &Known| {
        let identity = Hashes::open((*list.bytes).as_ref()).ok().map(|list| hex(list.identity()));
        (list.name.clone(), identity.unwrap_or_default())
    };
    lists.iter().map(identity).collect()
}

fn borrowed(files: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
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
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
