//! Files of rules, as the user has them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use boltseal_content::malware::Fault;
use boltseal_content::malware::clamav::Translated;
use boltseal_content::{Known, Sought};
use boltseal_model::Limits;

use super::kept::RuleCache;
use super::lists;

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
    #[error("the rules in {path} have more than {most} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// As many as are read.
        most: u64,
    },
    /// What was made of them cannot be written.
    #[error("cannot write {path}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// Texts of rules, each with its name.
#[derive(Debug, Default)]
pub struct Sources {
    /// YARA rules.
    pub yara: Vec<(String, String)>,
    /// Rules for secrets.
    pub secrets: Vec<(String, String)>,
    /// Digests of known malware.
    pub lists: Vec<Known>,
    /// Digests in signatures of ClamAV.
    pub sums: Vec<(String, String)>,
    /// What of signatures has no equal.
    pub faults: Vec<Fault>,
}

impl Sources {
    /// Adds the files at and below paths, each by its ending; those of another ending are none of ours.
    ///
    /// | Ending | What it is |
    /// | --- | --- |
    /// | `.yar`, `.yara` | YARA rules |
    /// | `.toml` | rules for secrets |
    /// | `.sha256` | digests of known malware, one in a line |
    /// | `.hashes` | the same, packed |
    /// | `.ndb`, `.ldb`, `.hdb`, `.hsb` | signatures of ClamAV |
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub fn gather(
        &mut self,
        paths: &[PathBuf],
        sought: Sought,
        cache: &RuleCache,
        limits: &Limits,
    ) -> Result<(), LoadError> {
        for path in paths {
            for file in files(path)? {
                let name = file.display().to_string();
                let list = match file.extension().and_then(|it| it.to_str()) {
                    Some("yar" | "yara") if sought.malware => &mut self.yara,
                    Some("toml") if sought.secrets => &mut self.secrets,
                    Some("sha256") if sought.malware => {
                        let (list, faults) = lists::text(&file, cache, limits)?;
                        self.lists.push(list);
                        self.faults.extend(faults);
                        continue;
                    }
                    Some("hashes") if sought.malware => {
                        match lists::packed(&file)? {
                            Ok(list) => self.lists.push(list),
                            Err(fault) => self.faults.push(fault),
                        }
                        continue;
                    }
                    Some("hdb" | "hsb") if sought.malware => &mut self.sums,
                    Some("ndb" | "ldb") if sought.malware => {
                        let (translated, more) = Translated::new(&name, &read(&file, limits)?, limits);
                        self.faults.extend(more);
                        self.yara.push((name.clone(), translated.filtered));
                        self.yara.push((name, translated.always));
                        continue;
                    }
                    _ => continue,
                };
                list.push((name, read(&file, limits)?));
            }
        }
        Ok(())
    }
}

/// The files below a path, sorted.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
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

fn read(path: &Path, limits: &Limits) -> Result<String, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > limits.rule_file_bytes {
        return Err(LoadError::TooLarge { path: path.to_owned(), most: limits.rule_file_bytes });
    }
    Ok(String::from_utf8_lossy(&fs::read(path).map_err(unreadable)?).into_owned())
}
