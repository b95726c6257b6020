//! Which certificates are believed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ureq::tls::{Certificate, PemItem, parse_pem};

/// The certificate authorities whose word counts.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    authorities: Vec<Certificate<'static>>,
}

/// Why a file with certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read.
    #[error("cannot read the certificate authorities in {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// It holds no certificate.
    #[error("{path} holds no certificate in PEM form")]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

impl Trust {
    /// Those that the operating system trusts, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name in their place.
    ///
    /// What cannot be read of them is left out: then the servers that it vouches for are not trusted, and the error of the
    /// connection says so.
    pub fn of_the_system() -> Self {
        let found = rustls_native_certs::load_native_certs().certs;
        Self { authorities: found.iter().map(|found| Certificate::from_der(found).to_owned()).collect() }
    }

    /// These and those in a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no certificate.
    pub fn and_file(mut self, path: &Path) -> Result<Self, TrustError> {
        let pem = fs::read(path).map_err(|source| TrustError::Unreadable { path: path.to_owned(), source })?;
        let before = self.authorities.len();
        self.authorities.extend(parse_pem(&pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
        if self.authorities.len() == before {
            return Err(TrustError::Empty { path: path.to_owned() });
        }
        Ok(self)
    }

    pub(crate) fn certificates(&self) -> &[Certificate<'static>] {
        &self.authorities
    }
}
