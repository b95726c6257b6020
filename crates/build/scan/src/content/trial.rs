//! Tries rules of the user before a scan does.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boltseal_content::malware::{Fault, Hashes, HashesError};
use boltseal_content::secret::{SecretFile, case};
use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;

use super::kept::RuleCache;
use super::load::put_together;
use super::sources::{LoadError, Sources, files};

/// Expansions of each case of a rule for secrets.
const SEEDS: u64 = 5;

/// What came of trying rules.
#[derive(Debug, Default)]
pub struct Trial {
    /// How many rules there are.
    pub rules: usize,
    /// How many cases were run.
    pub cases: usize,
    /// What is wrong with rules, and which cases failed.
    pub faults: Vec<Fault>,
}

/// Compiles the rules at and below paths.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn check(paths: &[PathBuf]) -> Result<Trial, LoadError> {
    Ok(compiled(gathered(paths)?).1)
}

/// Compiles the rules and runs their cases: those that rules for secrets state, and for YARA rules the files beside them that
/// are called `fires-…` and `quiet-…`, in base64 where they end with `.b64`.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn test(paths: &[PathBuf]) -> Result<Trial, LoadError> {
    let sources = gathered(paths)?;
    let secrets = sources.secrets.clone();
    let (rules, mut trial) = compiled(sources);
    let limits = Limits::default();
    let mut searcher = Searcher::new(&rules, &limits);
    for (name, text) in &secrets {
        // What cannot be read is a fault already.
        let Ok(file) = toml::from_str::<SecretFile>(text) else { continue };
        of_secrets(name, &file, &mut searcher, &mut trial);
    }
    for path in paths {
        for file in files(path)? {
            of_file(&file, &mut searcher, &mut trial)?;
        }
    }
    Ok(trial)
}

fn gathered(paths: &[PathBuf]) -> Result<Sources, LoadError> {
    let mut sources = Sources::default();
    let sought = Sought { malware: true, secrets: true };
    sources.gather(paths, sought, &RuleCache::default(), &Limits::default())?;
    // A scan looks at a page or two of a list; here is the time to look at all of it.
    for list in &sources.lists {
        if !Hashes::open((*list.bytes).as_ref()).is_ok_and(|list| list.is_whole()) {
            let reason = HashesError::Damaged.to_string();
            sources.faults.push(Fault { file: list.name.clone(), line: None, reason });
        }
    }
    Ok(sources)
}

fn compiled(sources: Sources) -> (Rules, Trial) {
    let (rules, faults) = put_together(sources, true, Vec::new(), &RuleCache::default());
    let trial = Trial { rules: rules.count(), cases: 0, faults };
    (rules, trial)
}

fn of_secrets(name: &str, file: &SecretFile, searcher: &mut Searcher<'_>, trial: &mut Trial) {
    for rule in &file.rules {
        let path = rule.paths.first().map_or_else(|| "app/settings.txt".into(), |it| it.replacen('*', "app/file", 1));
        let cases = rule.fires.iter().map(|case| (case, true)).chain(rule.quiet.iter().map(|case| (case, false)));
        for (case, expected) in cases {
            trial.cases += 1;
            let fired = (0..SEEDS).map(|seed| {
                let text = case::expanded(case, seed)?;
                let (hits, _) = searcher.search(File { path: &path, bytes: text.as_bytes() });
                Ok::<bool, String>(hits.iter().any(|hit| hit.rule == rule.id))
            });
            let wrong = fired.into_iter().find_map(|fired| match fired {
                Ok(fired) if fired == expected => None,
                Ok(_) => Some(format!("the case {case:?} should {}fire", if expected { "" } else { "not " })),
                Err(reason) => Some(reason),
            });
            trial.faults.extend(wrong.map(|reason| Fault {
                file: name.to_owned(),
                line: None,
                reason: format!("rule {}: {reason}", rule.id),
            }));
        }
    }
}

/// Runs a case, if a file is one.
fn of_file(path: &Path, searcher: &mut Searcher<'_>, trial: &mut Trial) -> Result<(), LoadError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let expected = match name.split('-').next() {
        Some("fires") => true,
        Some("quiet") => false,
        _ => return Ok(()),
    };
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let mut bytes = fs::read(path).map_err(unreadable)?;
    let fault = |reason: &str| Fault { file: path.display().to_string(), line: None, reason: reason.into() };
    trial.cases += 1;
    if name.ends_with(".b64") {
        bytes.retain(|byte| !byte.is_ascii_whitespace());
        match STANDARD.decode(&bytes) {
            Ok(decoded) => bytes = decoded,
            Err(error) => {
                trial.faults.push(fault(&format!("no base64: {error}")));
                return Ok(());
            }
        }
    }
    let (hits, _) = searcher.search(File { path: &name, bytes: &bytes });
    if hits.is_empty() == expected {
        let fired: Vec<&str> = hits.iter().map(|hit| hit.rule.as_str()).collect();
        let reason = if expected { "no rule fires".to_owned() } else { format!("{} fire", fired.join(", ")) };
        trial.faults.push(fault(&reason));
    }
    Ok(())
}
