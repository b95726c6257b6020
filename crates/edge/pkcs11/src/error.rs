//! Why a key of a token cannot be used.

use std::path::PathBuf;

use boltseal_seal::ParseKeyError;

/// Why a key of a token cannot be used. No variant holds the PIN.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The module is no module.
    #[error("the module {path} cannot be loaded; it must be the library of PKCS#11 that came with the token")]
    Module {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        #[source]
        source: cryptoki::error::Error,
    },
    /// The module answered with an error.
    #[error("the token failed to {doing}")]
    Token {
        /// What it was asked for.
        doing: &'static str,
        /// What it said.
        #[source]
        source: cryptoki::error::Error,
    },
    /// No such token.
    #[error("no token is called {token}; pkcs11-tool --list-token-slots shows those that are there")]
    NoToken {
        /// The name that was asked for.
        token: String,
    },
    /// No such key, or several.
    #[error("the token {token} has {found} keys called {key} that sign, and must have one")]
    NotOneKey {
        /// The token.
        token: String,
        /// The name that was asked for.
        key: String,
        /// How many there are.
        found: usize,
    },
    /// The public key is not there.
    #[error(
        "the token {token} does not have the public key of {key}; import it beside the private one, under the same id"
    )]
    NoPublicKey {
        /// The token.
        token: String,
        /// The key.
        key: String,
    },
    /// The key is of another algorithm.
    #[error("the key cannot be used: {0}")]
    Key(#[from] ParseKeyError),
}
