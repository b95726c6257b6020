//! One key of one token.

use std::path::Path;

use boltseal_model::Redacted;
use boltseal_seal::{KeyAlgorithm, PublicKey, SignError, Signer, ecdsa_signature};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use sha2::{Digest as _, Sha256};

use crate::TokenError;

/// How a key is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName {
    /// The label of the token.
    pub token: String,
    /// The label of the key in it.
    pub key: String,
}

/// A key in a token, which signs as long as this value lives.
#[derive(Debug)]
pub struct TokenKey {
    session: Session,
    private: ObjectHandle,
    public: PublicKey,
}

impl TokenKey {
    /// Opens a session with a token, and finds the key in it.
    ///
    /// `module` is the library that came with the token. Loading it runs its code in this process: it must be one that the user named.
    ///
    /// # Errors
    /// When the module cannot be loaded, there is no such token or not exactly one such key, the PIN is wrong, or the key is neither
    /// Ed25519 nor ECDSA on the curve P-256.
    pub fn open(module: &Path, name: &KeyName, pin: &Redacted<String>) -> Result<Self, TokenError> {
        let loaded = Pkcs11::new(module).map_err(|source| TokenError::Module { path: module.to_path_buf(), source })?;
        match loaded.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another key of the same module was opened before.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(source) => return Err(TokenError::Token { doing: "start", source }),
        }
        let session = log_in(&loaded, name, pin)?;
        let private = private_key(&session, name)?;
        let public = public_key(&session, private, name)?;
        Ok(Self { session, private, public })
    }
}

impl Signer for TokenKey {
    fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let failed = |error: Error| SignError::Signer(error.to_string());
        match self.public.algorithm() {
            KeyAlgorithm::Ed25519 => {
                let pure = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
                self.session.sign(&pure, self.private, bytes).map_err(failed)
            }
            // Hashed here: not every token does both, and a statement may be larger than what one takes.
            KeyAlgorithm::EcdsaP256 => {
                let numbers = self.session.sign(&Mechanism::Ecdsa, self.private, &Sha256::digest(bytes));
                ecdsa_signature(&numbers.map_err(failed)?).ok_or(SignError::Wrong)
            }
        }
    }
}

fn failed(doing: &'static str) -> impl Fn(Error) -> TokenError {
    move |source| TokenError::Token { doing, source }
}

fn log_in(module: &Pkcs11, name: &KeyName, pin: &Redacted<String>) -> Result<Session, TokenError> {
    for slot in module.get_slots_with_initialized_token().map_err(failed("list its slots"))? {
        let token = module.get_token_info(slot).map_err(failed("say its name"))?;
        if token.label() == name.token {
            let session = module.open_ro_session(slot).map_err(failed("open a session"))?;
            let pin = AuthPin::new(pin.expose().as_str().into());
            match session.login(UserType::User, Some(&pin)) {
                // A login holds for all sessions of the process.
                Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => return Ok(session),
                Err(source) => return Err(TokenError::Token { doing: "take the PIN", source }),
            }
        }
    }
    Err(TokenError::NoToken { token: name.token.clone() })
}

fn private_key(session: &Session, name: &KeyName) -> Result<ObjectHandle, TokenError> {
    let wanted = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::Label(name.key.clone().into_bytes()),
        Attribute::Sign(true),
    ];
    let found = session.find_objects(&wanted).map_err(failed("list its keys"))?;
    match found.as_slice() {
        [key] => Ok(*key),
        _ => Err(TokenError::NotOneKey { token: name.token.clone(), key: name.key.clone(), found: found.len() }),
    }
}

/// The public key that has the id of the private one.
fn public_key(session: &Session, private: ObjectHandle, name: &KeyName) -> Result<PublicKey, TokenError> {
    let missing = || TokenError::NoPublicKey { token: name.token.clone(), key: name.key.clone() };
    let attributes = |object, wanted: &[AttributeType]| {
        session.get_attributes(object, wanted).map_err(failed("show its public key"))
    };
    let id = attributes(private, &[AttributeType::Id])?.into_iter().next().ok_or_else(missing)?;
    let found =
        session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY), id]).map_err(failed("list its keys"))?;
    let public = found.first().copied().ok_or_else(missing)?;
    let (mut kind, mut point) = (None, None);
    for attribute in attributes(public, &[AttributeType::KeyType, AttributeType::EcPoint])? {
        match attribute {
            Attribute::KeyType(found) => kind = Some(found),
            Attribute::EcPoint(found) => point = Some(found),
            _ => {}
        }
    }
    let point = point.ok_or_else(missing)?;
    let algorithm = match kind {
        Some(KeyType::EC_EDWARDS) => KeyAlgorithm::Ed25519,
        Some(KeyType::EC) => KeyAlgorithm::EcdsaP256,
        _ => return Err(boltseal_seal::ParseKeyError::Algorithm.into()),
    };
    Ok(PublicKey::from_point(algorithm, bare(&point))?)
}

/// A point is in an octet string of DER, which some tokens leave out.
fn bare(point: &[u8]) -> &[u8] {
    match point {
        [4, length, bare @ ..] if usize::from(*length) == bare.len() => bare,
        bare => bare,
    }
}
