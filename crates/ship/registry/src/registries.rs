//! How registries are reached.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use boltseal_http::{Client, HttpError, Trust};
use boltseal_model::Limits;

use crate::authorization::{Access, Authorization};
use crate::endpoint::Endpoint;
use crate::reference::DOCKER_HUB;
use crate::{Credential, Credentials, Reference, RegistryError, RemoteImage, Repository};

/// Where Docker Hub answers.
const DOCKER_HUB_HOST: &str = "registry-1.docker.io";

/// What the user says of registries.
#[derive(Debug, Default)]
pub struct Settings {
    /// Hosts that are asked before the registry itself, by the host that they mirror.
    pub mirrors: BTreeMap<String, Vec<String>>,
    /// Hosts that are reached without TLS. Those on this machine are tried without, when TLS fails.
    pub plain_http: Vec<String>,
    /// Folders with a subfolder for a host, whose `*.crt` files are certificate authorities for it: `/etc/docker/certs.d`.
    pub certificates: Vec<PathBuf>,
    /// A credential that is used for every registry instead of the stored ones.
    pub credential: Option<Credential>,
}

/// The registries of the world, as far as this machine may see them.
#[derive(Debug)]
pub struct Registries {
    settings: Settings,
    trust: Trust,
    credentials: Credentials,
}

impl Registries {
    /// With the certificates that the system trusts.
    pub fn new(settings: Settings, credentials: Credentials) -> Self {
        Self { settings, trust: Trust::of_the_system(), credentials }
    }

    /// Finds an image: in the mirrors of its registry, then in the registry itself.
    ///
    /// # Errors
    /// That of the registry itself, when no mirror has the image either.
    pub fn open(
        &self,
        reference: &Reference,
        platform: Option<&str>,
        limits: &Limits,
    ) -> Result<RemoteImage, RegistryError> {
        let mirrors = self.settings.mirrors.get(reference.host()).into_iter().flatten();
        for mirror in mirrors {
            match self.open_at(mirror, reference, platform, limits) {
                Err(error) if error.is_local_to_the_host() => {}
                outcome => return outcome,
            }
        }
        self.open_at(reference.host(), reference, platform, limits)
    }

    /// Reaches the repository that a name is in, to read and write what is said of its images. Mirrors are not asked: what they
    /// lack would go unsaid.
    ///
    /// # Errors
    /// When the registry does not answer, or allows nothing. An image of this name need not be there.
    pub fn repository(
        &self,
        reference: &Reference,
        access: Access,
        limits: &Limits,
    ) -> Result<Repository, RegistryError> {
        self.reach(reference.host(), reference, access, |endpoint| Repository::open(endpoint, reference, limits))
    }

    fn open_at(
        &self,
        host: &str,
        reference: &Reference,
        platform: Option<&str>,
        limits: &Limits,
    ) -> Result<RemoteImage, RegistryError> {
        self.reach(host, reference, Access::Pull, |endpoint| RemoteImage::open(endpoint, reference, platform, limits))
    }

    /// Asks a host a first question, over whatever it may be reached by.
    fn reach<T>(
        &self,
        host: &str,
        reference: &Reference,
        access: Access,
        ask: impl Fn(Endpoint) -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        let is_plain = self.settings.plain_http.iter().any(|plain| plain == host);
        let schemes: &[&str] = match () {
            () if is_plain => &["http"],
            () if is_loopback(host) => &["https", "http"],
            () => &["https"],
        };
        let mut outcome = None;
        for scheme in schemes {
            match ask(self.endpoint(scheme, host, reference.repository(), access)?) {
                // One that shows a certificate speaks TLS; to go on without would give up what TLS protects.
                Err(error @ RegistryError::Unreachable { source: HttpError::Certificate(_), .. }) => return Err(error),
                Err(RegistryError::Unreachable { host, source }) => {
                    // Of two failures, the first one tells what is wrong with the way that should work.
                    outcome.get_or_insert(RegistryError::Unreachable { host, source });
                }
                other => return other,
            }
        }
        Err(outcome.unwrap_or_else(|| RegistryError::NotFound { host: host.to_owned(), what: reference.to_string() }))
    }

    fn endpoint(&self, scheme: &str, host: &str, repository: &str, access: Access) -> Result<Endpoint, RegistryError> {
        let credential = match &self.settings.credential {
            Some(credential) => Some(credential.clone()),
            None => self
                .credentials
                .find(host, repository)
                .map_err(|source| RegistryError::Credentials { host: host.to_owned(), source })?,
        };
        let address = if host == DOCKER_HUB { DOCKER_HUB_HOST } else { host };
        let client = Client::new(&self.trust_for(host)?);
        let authorization = Authorization::new(credential, repository, access, scheme == "https");
        Ok(Endpoint::new(host, format!("{scheme}://{address}/v2/{repository}"), client, authorization))
    }

    fn trust_for(&self, host: &str) -> Result<Trust, RegistryError> {
        let mut trust = self.trust.clone();
        for file in self.settings.certificates.iter().flat_map(|folder| authorities(&folder.join(host))) {
            trust = trust.and_file(&file).map_err(|source| RegistryError::Trust { host: host.to_owned(), source })?;
        }
        Ok(trust)
    }
}

/// The `*.crt` files of a folder, sorted; none where there is no folder.
fn authorities(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "crt")).collect();
    files.sort();
    files
}

/// Whether a host is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:80", "127.8.8.8", "[::1]:5000", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "127.0.0.1.example:80", "registry.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
