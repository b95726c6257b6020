//! Private keys in memory, and in the encrypted files that they are kept in.

use boltseal_model::{Limits, Redacted};
use ed25519_dalek::pkcs8::KeypairBytes;
use p256::ecdsa::signature::Signer as _;
use pkcs8::der::asn1::OctetString;
use pkcs8::der::pem::{LineEnding, PemLabel as _, decode_label, decode_vec};
use pkcs8::der::{Decode as _, SecretDocument};
use pkcs8::pkcs5::{EncryptionScheme, pbes2};
use pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncryptedPrivateKeyInfo, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::public::Key;
use super::{KeyAlgorithm, PublicKey, SignError, Signer, cosign, password};

/// Cost of the passwords of the files that are written, as OWASP recommends for 16 MiB: N, block size, parallelism. OpenSSL opens
/// nothing that takes more than 32 MiB.
const SCRYPT: (u64, u32, u32) = (1 << 14, 8, 5);

/// Where random bytes come from; the operating system, for whoever may ask it.
pub trait Entropy {
    /// Fills `bytes` with what nobody can predict.
    ///
    /// # Errors
    /// When there is none.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// There are no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are no random bytes to be had")]
pub struct EntropyError;

/// A private key. Its memory is overwritten when it goes.
pub struct PrivateKey(Secret);

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    EcdsaP256(Box<p256::ecdsa::SigningKey>),
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.public_key().id())
    }
}

impl PrivateKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn generate(algorithm: KeyAlgorithm, entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        // A number at or above the order of P-256 is thrown away, which happens once in four thousand million times.
        for _ in 0..8 {
            let mut seed = Zeroizing::new([0u8; 32]);
            entropy.fill(&mut *seed)?;
            match algorithm {
                KeyAlgorithm::Ed25519 => {
                    return Ok(Self(Secret::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)))));
                }
                KeyAlgorithm::EcdsaP256 => {
                    if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&*seed) {
                        return Ok(Self(Secret::EcdsaP256(Box::new(key))));
                    }
                }
            }
        }
        Err(EntropyError)
    }

    /// Reads a key file: PKCS#8 in PEM, encrypted (RFC 5958, PBES2 with scrypt or PBKDF2 and AES) or plain, or a file of cosign.
    ///
    /// # Errors
    /// When it is larger than [`Limits::key_file_bytes`], is none of these, holds a key of another algorithm, needs a password and there is
    /// none, does not open with it, or asks for more memory or rounds than [`Limits::password_bytes`] and [`Limits::password_rounds`].
    pub fn from_pem(pem: &str, password: Option<&Redacted<String>>, limits: &Limits) -> Result<Self, KeyError> {
        if pem.len() > limits.key_file_bytes {
            return Err(KeyError::TooLarge { found: pem.len(), limit: limits.key_file_bytes });
        }
        let label = decode_label(pem.as_bytes()).map_err(|_| KeyError::Pem)?;
        let password = || password.map(|password| password.expose().as_bytes()).ok_or(KeyError::NoPassword);
        match label {
            "PRIVATE KEY" => {
                let (_, der) = decode_vec(pem.as_bytes()).map_err(|_| KeyError::Pem)?;
                Self::from_pkcs8(&Zeroizing::new(der))
            }
            "ENCRYPTED PRIVATE KEY" => {
                let (_, der) = decode_vec(pem.as_bytes()).map_err(|_| KeyError::Pem)?;
                Self::from_pkcs8(decrypt(&der, password()?, limits)?.as_bytes())
            }
            "ENCRYPTED SIGSTORE PRIVATE KEY" | "ENCRYPTED COSIGN PRIVATE KEY" => {
                // PEM of Go breaks lines where it likes, and the strict reader of PEM does not care for that.
                let (_, json) = decode_vec(pem.as_bytes()).map_err(|_| KeyError::Pem)?;
                Self::from_pkcs8(&cosign::decrypt(&json, password()?, limits)?)
            }
            label => Err(KeyError::Label { found: crate::json::quoted(label) }),
        }
    }

    /// Reads PKCS#8 in DER.
    fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        if PrivateKeyInfoRef::from_der(der).is_err() {
            return Err(KeyError::Malformed("what it holds is no PKCS#8"));
        }
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_der(der) {
            return Ok(Self(Secret::Ed25519(Box::new(key))));
        }
        let key = p256::SecretKey::from_pkcs8_der(der).map_err(|_| KeyError::Algorithm)?;
        Ok(Self(Secret::EcdsaP256(Box::new(key.into()))))
    }

    /// Writes an encrypted key file that `openssl` opens: PKCS#8 in PEM, PBES2 with scrypt and AES-256-CBC.
    ///
    /// # Errors
    /// When the password is empty, or there are no random bytes.
    pub fn to_encrypted_pem(
        &self,
        password: &Redacted<String>,
        entropy: &mut dyn Entropy,
    ) -> Result<Redacted<String>, KeyError> {
        if password.expose().is_empty() {
            return Err(KeyError::NoPassword);
        }
        let (mut salt, mut iv) = ([0u8; 16], [0u8; 16]);
        entropy.fill(&mut salt)?;
        entropy.fill(&mut iv)?;
        let (n, block, parallel) = SCRYPT;
        let params = password::scrypt_params(n, block, parallel, &Limits::default())?;
        let scheme = pbes2::Parameters::generate_scrypt_aes256cbc(params, &salt, iv)
            .map_err(|_| KeyError::Malformed("its parameters do not fit"))?;
        let plain = self.to_pkcs8()?;
        let encrypted = scheme.encrypt(password.expose(), plain.as_bytes()).map_err(|_| KeyError::Unwritable)?;
        let info = EncryptedPrivateKeyInfo {
            encryption_algorithm: EncryptionScheme::from(scheme),
            encrypted_data: OctetString::new(encrypted).map_err(|_| KeyError::Unwritable)?,
        };
        let document = SecretDocument::encode_msg(&info).map_err(|_| KeyError::Unwritable)?;
        let pem = document
            .to_pem(EncryptedPrivateKeyInfo::<OctetString>::PEM_LABEL, LineEnding::LF)
            .map_err(|_| KeyError::Unwritable)?;
        Ok(Redacted::new(pem.to_string()))
    }

    fn to_pkcs8(&self) -> Result<SecretDocument, KeyError> {
        let document = match &self.0 {
            // Without the public key, which makes it version 1: OpenSSL 3 reads no other.
            Secret::Ed25519(key) => KeypairBytes { secret_key: key.to_bytes(), public_key: None }.to_pkcs8_der(),
            Secret::EcdsaP256(key) => key.to_pkcs8_der(),
        };
        document.map_err(|_| KeyError::Unwritable)
    }
}

impl Signer for PrivateKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(match &self.0 {
            Secret::Ed25519(key) => Key::Ed25519(Box::new(key.verifying_key())),
            Secret::EcdsaP256(key) => Key::EcdsaP256(Box::new(*key.verifying_key())),
        })
    }

    /// The same bytes give the same signature with either algorithm (RFC 8032, RFC 6979).
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(match &self.0 {
            Secret::Ed25519(key) => key.sign(bytes).to_vec(),
            Secret::EcdsaP256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(bytes);
                signature.normalize_s().to_der().as_bytes().to_vec()
            }
        })
    }
}

fn decrypt(der: &[u8], password: &[u8], limits: &Limits) -> Result<SecretDocument, KeyError> {
    let info: EncryptedPrivateKeyInfo<OctetString> =
        EncryptedPrivateKeyInfo::from_der(der).map_err(|_| KeyError::Malformed("it is no encrypted PKCS#8"))?;
    let scheme = info.encryption_algorithm.pbes2().ok_or(KeyError::Cipher)?;
    match &scheme.kdf {
        pbes2::Kdf::Scrypt(kdf) => {
            password::scrypt_params(kdf.cost_parameter, kdf.block_size.into(), kdf.parallelization.into(), limits)?;
        }
        pbes2::Kdf::Pbkdf2(kdf) => password::within(0, kdf.iteration_count.into(), limits)?,
        _ => return Err(KeyError::Cipher),
    }
    info.decrypt(password).map_err(|_| KeyError::Password)
}

/// Why a key file is of no use. No variant holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// More bytes than are read.
    #[error("the key file has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// Not PEM.
    #[error("the key file is not PEM; it must begin with \"-----BEGIN\"")]
    Pem,
    /// PEM of something else.
    #[error(
        "the PEM holds a {found}, not a private key that can be read: PKCS#8, encrypted or not, or a file of cosign"
    )]
    Label {
        /// What it says that it is, in quotes.
        found: String,
    },
    /// Needs a password, and there is none.
    #[error("the key file is encrypted, and there is no password for it")]
    NoPassword,
    /// The password is wrong, or the file was changed.
    #[error("the key file does not open with this password")]
    Password,
    /// A cipher that is too weak, or unknown.
    #[error(
        "the key file is encrypted by something else than scrypt or PBKDF2 with AES; let openssl pkcs8 -topk8 write it anew"
    )]
    Cipher,
    /// Turning the password into a key would cost too much.
    #[error(
        "the key file asks for {bytes} bytes of memory and {rounds} rounds to turn its password into a key, which is too much"
    )]
    Costly {
        /// Bytes of memory.
        bytes: u64,
        /// Rounds.
        rounds: u64,
    },
    /// Broken.
    #[error("the key file is broken: {0}")]
    Malformed(&'static str),
    /// Neither of the two algorithms.
    #[error("the private key is neither Ed25519 nor ECDSA on the curve P-256")]
    Algorithm,
    /// No form for it.
    #[error("the private key cannot be written")]
    Unwritable,
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}
