//! Keys on this machine: where they lie, who asks for their passwords, where random bytes come from.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use boltseal_model::{Limits, Redacted};
use boltseal_pkcs11::{KeyUri, TokenKey};
use boltseal_seal::{Entropy, EntropyError, KeyError, PrivateKey, Signer, Trust};

use crate::commands::read_text;
use crate::{Failure, places};

/// The random bytes of the operating system.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// What signs, by the name that the user gives it: a key in a token, a file, or a variable that holds the text of one.
pub fn signer(name: &str) -> Result<Box<dyn Signer>, Failure> {
    if name.starts_with("pkcs11:") {
        let uri: KeyUri = name.parse().context("reading the name of a key in a token").map_err(Failure::usage)?;
        let pin = places::key_password().map_or_else(|| asked("PIN of the token: "), Ok).map_err(Failure::usage)?;
        return Ok(Box::new(TokenKey::open(&uri.module, &uri.name, &pin).map_err(Failure::usage)?));
    }
    let pem = match name.strip_prefix("env:") {
        Some(variable) => {
            places::secret(variable).ok_or_else(|| Failure::usage(anyhow!("the variable {variable} holds no key")))?
        }
        None => Redacted::new(read_text(Path::new(name), Limits::default().key_file_bytes as u64)?),
    };
    let key = private(&pem).with_context(|| format!("opening the key {name}")).map_err(Failure::usage)?;
    Ok(Box::new(key))
}

/// Reads a private key; whoever sits at the terminal is asked for its password, if it needs one and the environment has none.
pub fn private(pem: &Redacted<String>) -> anyhow::Result<PrivateKey> {
    let limits = Limits::default();
    let known = places::key_password();
    match PrivateKey::from_pem(pem.expose(), known.as_ref(), &limits) {
        Err(KeyError::NoPassword) if known.is_none() => {
            Ok(PrivateKey::from_pem(pem.expose(), Some(&asked("Password of the key: ")?), &limits)?)
        }
        key => Ok(key?),
    }
}

/// A password for a new key.
pub fn new_password() -> Result<Redacted<String>, Failure> {
    if let Some(known) = places::key_password() {
        return Ok(known);
    }
    let first = asked("Password for the new key: ").map_err(Failure::usage)?;
    let again = asked("Once more: ").map_err(Failure::usage)?;
    match first == again {
        true => Ok(first),
        false => Err(Failure::usage(anyhow!("the two passwords differ; nothing was written"))),
    }
}

/// Asks at the terminal, which does not show the answer.
fn asked(question: &str) -> anyhow::Result<Redacted<String>> {
    if !io::stdin().is_terminal() {
        return Err(anyhow!("there is no terminal to ask for a password at; put it into BOLTSEAL_KEY_PASSWORD"));
    }
    Ok(Redacted::new(rpassword::prompt_password(question).context("asking for a password")?))
}

/// Whom a file says to believe.
pub fn trust(path: &Path) -> Result<Trust, Failure> {
    let limits = Limits::default();
    let text = read_text(path, limits.trust_bytes)?;
    let trust = Trust::parse(text.as_bytes(), &limits);
    trust.with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)
}

/// Writes a file that must not be there yet, and that others may read or not.
pub fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let written = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("writing {}", path.display())).map_err(Failure::usage)
}

/// Puts a new text in the place of a file, all of it or nothing.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    write_new(Path::new(&beside), text, 0o644)?;
    let replaced = fs::rename(&beside, path);
    replaced.with_context(|| format!("replacing {}", path.display())).map_err(Failure::usage)
}
