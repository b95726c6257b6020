//! Where a daemon listens.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket file of this host, as `unix:/run/clamav/clamd.ctl`.
    Unix(PathBuf),
    /// A host and its port, as `tcp:scanner.internal:3310`. The protocol has no encryption.
    Tcp {
        /// A name, or an address without brackets.
        host: String,
        /// The port; clamd's own is 3310.
        port: u16,
    },
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It begins with neither scheme.
    #[error("no address of a clamd: write it as unix:/run/clamav/clamd.ctl or tcp:HOST:PORT")]
    Scheme,
    /// A host or a port is missing.
    #[error("no host and port: write them as tcp:HOST:3310")]
    Port,
}

impl Address {
    /// Whether it is reached over the network.
    pub const fn is_remote(&self) -> bool {
        match self {
            Self::Unix(_) => false,
            Self::Tcp { .. } => true,
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path).into()));
        }
        let place = text.strip_prefix("tcp:").ok_or(AddressError::Scheme)?;
        let place = place.strip_prefix("//").unwrap_or(place);
        let (host, port) = place.rsplit_once(':').ok_or(AddressError::Port)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().ok().filter(|port| *port != 0 && !host.is_empty()).ok_or(AddressError::Port)?;
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp { host, port } if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood_and_written_again() {
        for (text, again) in [
            ("unix:/run/clamav/clamd.ctl", "unix:/run/clamav/clamd.ctl"),
            ("unix:///run/clamd.ctl", "unix:/run/clamd.ctl"),
            ("tcp:scanner.internal:3310", "tcp:scanner.internal:3310"),
            ("tcp://127.0.0.1:3310", "tcp:127.0.0.1:3310"),
            ("tcp:[::1]:3310", "tcp:[::1]:3310"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), again);
        }
        for text in ["", "/run/clamd.ctl", "unix:", "localhost:3310"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Scheme), "{text}");
        }
        for text in ["tcp:", "tcp:host", "tcp::3310", "tcp:host:0", "tcp:host:clamd", "tcp:host:70000"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Port), "{text}");
        }
    }
}
