//! Why no answer came.

/// Why a request got no answer. Addresses are left out: they may carry credentials, and the caller knows them.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The name of the host leads to no address.
    #[error("no address is known for the host")]
    HostNotFound,
    /// The other side took too long.
    #[error("no answer within the time limit ({0})")]
    Timeout(String),
    /// The address is none, or one that this client does not speak to.
    #[error("not an address that can be asked: {0}")]
    Address(String),
    /// A redirect leads from `https` to an address without TLS.
    #[error("led to an address without encryption, which is not followed")]
    Unencrypted,
    /// The certificate of the other side is not believed.
    #[error("no trusted connection: {0}")]
    Certificate(String),
    /// The other side does not speak TLS, or none that is acceptable.
    #[error("no encrypted connection: {0}")]
    Tls(String),
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Connection(String),
}

impl From<ureq::Error> for HttpError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::HostNotFound => Self::HostNotFound,
            ureq::Error::Timeout(what) => Self::Timeout(what.to_string()),
            ureq::Error::BadUri(what) => Self::Address(what),
            ureq::Error::InvalidProxyUrl => Self::Address("the proxy in the environment".into()),
            ureq::Error::RequireHttpsOnly(_) => Self::Unencrypted,
            ureq::Error::Rustls(error) => Self::of_tls(&error),
            ureq::Error::Tls(what) => Self::Tls(what.into()),
            // What TLS has against the other side comes wrapped into an error of reading.
            ureq::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(error) => Self::of_tls(error),
                None => Self::Connection(error.to_string()),
            },
            other => Self::Connection(other.to_string()),
        }
    }
}

impl HttpError {
    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
                Self::Certificate(error.to_string())
            }
            _ => Self::Tls(error.to_string()),
        }
    }
}
