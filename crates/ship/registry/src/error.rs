//! Why an image cannot be had from a registry.

use boltseal_http::{HttpError, TrustError};

use crate::{CredentialError, Reference};

/// Why an image cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The registry does not answer.
    #[error("the registry {host} cannot be reached")]
    Unreachable {
        /// Its host and port.
        host: String,
        /// What kept it.
        #[source]
        source: HttpError,
    },
    /// The registry has no such image.
    #[error("the registry {host} has no {what}")]
    NotFound {
        /// Its host and port.
        host: String,
        /// What was asked for.
        what: String,
    },
    /// The registry wants other credentials, or none that are known here are good enough.
    #[error("the registry {host} refuses access to {what}{detail}; `docker login {host}` stores credentials for it")]
    Denied {
        /// Its host and port.
        host: String,
        /// What was asked for.
        what: String,
        /// What the registry says, with punctuation.
        detail: String,
    },
    /// The registry answers something else.
    #[error("the registry {host} answers {status} to the question for {what}{detail}")]
    Unexpected {
        /// Its host and port.
        host: String,
        /// The status code.
        status: u16,
        /// What was asked for.
        what: String,
        /// What the registry says, with punctuation.
        detail: String,
    },
    /// The answer makes no sense.
    #[error("the registry {host} gives {what} that cannot be used: {detail}")]
    Malformed {
        /// Its host and port.
        host: String,
        /// What was asked for.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// What was written did not stay.
    #[error(
        "the registry {host} lost an entry of the list {tag} {times} times, because others write it as well; try again when they are done"
    )]
    Overwritten {
        /// Its host and port.
        host: String,
        /// The tag that the list has.
        tag: String,
        /// How often it was written.
        times: u32,
    },
    /// The credentials cannot be had.
    #[error("credentials for the registry {host} cannot be had")]
    Credentials {
        /// Its host and port.
        host: String,
        /// Why not.
        #[source]
        source: CredentialError,
    },
    /// The certificate authorities for the registry cannot be used.
    #[error("certificates for the registry {host} cannot be used")]
    Trust {
        /// Its host and port.
        host: String,
        /// Why not.
        #[source]
        source: TrustError,
    },
}

impl RegistryError {
    /// The same, in words about the image and not about its manifest.
    pub(crate) fn about(mut self, reference: &Reference) -> Self {
        if let Self::NotFound { what, .. } | Self::Denied { what, .. } | Self::Unexpected { what, .. } = &mut self {
            *what = format!("image {}:{}", reference.repository(), reference.manifest()).replace(":sha", "@sha");
        }
        self
    }

    /// Whether another registry with the same images may do better.
    pub(crate) const fn is_local_to_the_host(&self) -> bool {
        !matches!(self, Self::Malformed { .. })
    }
}
