//! `boltseal seal key`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use boltseal_model::{Digest, Limits, Redacted};
use boltseal_scan::visible;
use boltseal_seal::{KeyAlgorithm, PrivateKey, PublicKey, Revocation, Signer, Trust};

use crate::arguments::{Key, KeyCommand, KeyKind, KeyNew, KeyRevoke};
use crate::commands::{read_text, write};
use crate::exit::Exit;
use crate::keys::{self, SystemEntropy};
use crate::{Failure, Outcome, places};

/// Does what the user wants of keys.
pub fn run(arguments: &Key) -> Outcome {
    match &arguments.command {
        KeyCommand::New(new) => make(new),
        KeyCommand::Show { key } => show(key),
        KeyCommand::Revoke(revoke) => take_back(revoke),
    }
}

/// Makes a key. Nothing is left behind of one whose second file cannot be written.
fn make(arguments: &KeyNew) -> Outcome {
    let private = &arguments.output;
    let public = PathBuf::from(format!("{}.pub", private.display()));
    for path in [private, &public] {
        // Asked before the password is, so that nobody types it in vain.
        if fs::symlink_metadata(path).is_ok() {
            return Err(Failure::usage(anyhow!("{} is there already, and keys are not overwritten", path.display())));
        }
    }
    let algorithm = match arguments.algorithm {
        KeyKind::Ed25519 => KeyAlgorithm::Ed25519,
        KeyKind::EcdsaP256 => KeyAlgorithm::EcdsaP256,
    };
    let password = keys::new_password()?;
    let key = PrivateKey::generate(algorithm, &mut SystemEntropy)?;
    let pem = key.to_encrypted_pem(&password, &mut SystemEntropy)?;
    keys::write_new(private, pem.expose(), 0o600)?;
    if let Err(failure) = keys::write_new(&public, &key.public_key().to_pem(), 0o644) {
        // What keeps it from going is less than what kept the other from coming.
        let _ = fs::remove_file(private);
        return Err(failure);
    }
    write(None, &described(None, &key.public_key()))?;
    Ok(Exit::Clean)
}

/// Says what a file or a token holds.
fn show(key: &str) -> Outcome {
    if key.starts_with("pkcs11:") {
        write(None, &described(None, &keys::signer(key)?.public_key()))?;
        return Ok(Exit::Clean);
    }
    let file = Path::new(key);
    let text = read_text(file, Limits::default().trust_bytes)?;
    let said = if text.contains("PRIVATE KEY-----") {
        let key = keys::private(&Redacted::new(text)).with_context(|| format!("opening {}", file.display()));
        described(None, &key.map_err(Failure::usage)?.public_key())
    } else {
        let trust = keys::trust(file)?;
        let one = |key: &boltseal_seal::TrustedKey| {
            let mut said = described((key.name != key.id.to_string()).then_some(key.name.as_str()), &key.key);
            said.extend(key.from.map(|from| format!("from       {from}\n")));
            said.extend(key.until.map(|until| format!("until      {until}\n")));
            said.extend(
                trust.revocation(&key.id).map(|it| format!("revoked    {} ({})\n", it.at, visible(&it.reason))),
            );
            said
        };
        trust.keys().iter().map(one).collect::<Vec<_>>().join("\n")
    };
    write(None, &said)?;
    Ok(Exit::Clean)
}

fn described(name: Option<&str>, key: &PublicKey) -> String {
    let algorithm = match key.algorithm() {
        KeyAlgorithm::Ed25519 => "Ed25519",
        KeyAlgorithm::EcdsaP256 => "ECDSA P-256",
    };
    let name = name.map(|name| format!("name       {}\n", visible(name))).unwrap_or_default();
    format!("{name}id         {}\nalgorithm  {algorithm}\n{}", key.id(), key.to_pem())
}

/// Takes a key back in a document of trust.
fn take_back(arguments: &KeyRevoke) -> Outcome {
    let path = &arguments.trust;
    let limits = Limits::default();
    let text = read_text(path, limits.trust_bytes)?;
    if text.starts_with("-----BEGIN") {
        let detail = "holds public keys alone, which cannot be revoked in it; make a document of trust (docs/seals.md)";
        return Err(Failure::usage(anyhow!("{} {detail}", path.display())));
    }
    let read = Trust::parse(text.as_bytes(), &limits).with_context(|| format!("reading {}", path.display()));
    let mut trust = read.map_err(Failure::usage)?;
    let id = match arguments.key.parse::<Digest>() {
        Ok(id) => id,
        Err(_) => {
            let pem = read_text(Path::new(&arguments.key), limits.key_file_bytes as u64)?;
            let key = PublicKey::from_pem(pem.trim()).with_context(|| format!("reading {}", arguments.key));
            key.map_err(Failure::usage)?.id()
        }
    };
    let at = arguments.at.or_else(places::now).context("the clock of this machine cannot be read")?;
    if !trust.keys().iter().any(|key| key.id == id) {
        anstream::eprintln!("boltseal: {} believes no key {id}; it is revoked there all the same", path.display());
    }
    trust.revoke_key(id.clone(), Revocation { at, reason: arguments.reason.clone() });
    keys::replace(path, &trust.to_json())?;
    write(None, &format!("{id} is revoked in {} from {at} on\n", path.display()))?;
    Ok(Exit::Clean)
}
