//! Registries, as the scan wants to see them.

use std::error::Error;
use std::io;

use boltseal_image::{Blob, Store};
use boltseal_model::Limits;
use boltseal_registry::{
    Access, Credential, Credentials, Reference, Registries, RemoteBlob, RemoteImage, Repository, Settings,
};
use boltseal_scan::Registry;

use crate::arguments::Reach;
use crate::places;

/// The registries that the flags describe. Nothing is read and nobody asked before an image in one of them is wanted.
pub struct Remote<'a> {
    flags: &'a Reach,
}

impl<'a> Remote<'a> {
    /// As the flags say.
    pub const fn new(flags: &'a Reach) -> Self {
        Self { flags }
    }

    fn registries(&self) -> Result<Registries, Box<dyn Error + Send + Sync>> {
        let mut settings = Settings {
            plain_http: self.flags.plain_http.clone(),
            certificates: places::certificates(),
            credential: self
                .flags
                .registry_user
                .as_ref()
                .map(|user| Credential::password(user, places::registry_password().expose())),
            ..Settings::default()
        };
        for (registry, host) in &self.flags.mirror {
            settings.mirrors.entry(registry.clone()).or_default().push(host.clone());
        }
        Ok(Registries::new(settings, Credentials::load(&places::credentials())?))
    }
}

impl Remote<'_> {
    /// The repository of an image, for reading from it or writing to it. Mirrors play no part: what is said of an image is said
    /// where the image is from.
    pub fn repository(
        &self,
        name: &str,
        access: Access,
        limits: &Limits,
    ) -> Result<Repository, Box<dyn Error + Send + Sync>> {
        let reference: Reference = name.parse()?;
        Ok(self.registries()?.repository(&reference, access, limits)?)
    }
}

impl Registry for Remote<'_> {
    fn open(
        &self,
        name: &str,
        platform: Option<&str>,
        limits: &Limits,
    ) -> Result<Box<dyn Store + '_>, Box<dyn Error + Send + Sync>> {
        let reference: Reference = name.parse()?;
        Ok(Box::new(Layout(self.registries()?.open(&reference, platform, limits)?)))
    }
}

struct Layout(RemoteImage);

impl Store for Layout {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok(self.0.blob(name)?.map(|blob| Box::new(Bytes(blob)) as Box<dyn Blob + '_>))
    }
}

struct Bytes<'a>(RemoteBlob<'a>);

impl Blob for Bytes<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buffer)
    }
}
