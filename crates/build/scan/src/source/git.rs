//! Git repositories, through the program `git` that whoever has repositories has.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Why a repository cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git`.
    #[error("git cannot be started; install it, or scan a working tree with dir:")]
    NoGit(#[source] io::Error),
    /// There is no room for the files.
    #[error("no temporary folder can be made")]
    Scratch(#[source] io::Error),
    /// The address or the revision would be taken for an option.
    #[error("{0:?} is no address or revision of a repository")]
    Name(String),
    /// Git says no.
    #[error("git {step} failed: {detail}")]
    Failed {
        /// What was done.
        step: &'static str,
        /// What git says.
        detail: String,
    },
}

/// The files of one commit, in a folder that goes away with this.
#[derive(Debug)]
pub struct Checkout {
    folder: TempDir,
    /// The commit.
    pub commit: String,
}

impl Checkout {
    /// Fetches one commit of a repository: of the branch, tag or commit that is named, or of its head.
    ///
    /// Nothing of the repository runs: hooks are off, filters come from the user's own settings only, submodules are left
    /// alone, and an address cannot name a program.
    ///
    /// # Errors
    /// When git is missing or says no.
    pub fn fetch(address: &str, revision: Option<&str>) -> Result<Self, GitError> {
        for name in [Some(address), revision].into_iter().flatten() {
            if name.is_empty() || name.starts_with('-') || name.contains(char::is_control) {
                return Err(GitError::Name(name.chars().take(200).collect()));
            }
        }
        let folder = tempfile::tempdir().map_err(GitError::Scratch)?;
        let at = folder.path();
        git(at, "init", &["init", "--quiet", "."])?;
        // A folder is asked by its whole path, since git runs in another one.
        let local = Path::new(address).canonicalize().ok().filter(|path| path.is_dir());
        let address = local.as_ref().map_or_else(|| address.to_owned(), |path| path.display().to_string());
        git(at, "fetch", &["fetch", "--quiet", "--depth=1", "--no-tags", "--", &address, revision.unwrap_or("HEAD")])?;
        git(at, "checkout", &["checkout", "--quiet", "--detach", "FETCH_HEAD"])?;
        let commit = git(at, "rev-parse", &["rev-parse", "HEAD"])?.trim().to_owned();
        Ok(Self { folder, commit })
    }

    /// The folder with the files, and with what git itself keeps beside them.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn git(folder: &Path, step: &'static str, arguments: &[&str]) -> Result<String, GitError> {
    let output = Command::new("git")
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.symlinks=true"])
        .args(["-c", "protocol.ext.allow=never", "-c", "submodule.recurse=false"])
        .args(arguments)
        .current_dir(folder)
        // The user's credentials and proxies are wanted, a prompt is not.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::NoGit)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(GitError::Failed { step, detail: said(&output) })
}

/// The last line that git printed, without the credentials that an address may hold.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing was said");
    let line = match (line.find("://"), line.find('@')) {
        (Some(start), Some(end)) if start < end => {
            let (before, after) = (line.get(..start + 3).unwrap_or_default(), line.get(end..).unwrap_or_default());
            format!("{before}…{after}")
        }
        _ => line.to_owned(),
    };
    line.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
}
