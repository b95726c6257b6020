//! Images in registries, as far as a scan knows of them.

use std::error::Error;

use boltseal_image::Store;
use boltseal_model::Limits;

/// Opens images in registries. The scan reads an image wherever it lies and knows no protocol; the command supplies one.
pub trait Registry: Sync {
    /// The image of that name, under the names of an OCI layout.
    ///
    /// # Errors
    /// When it cannot be had; the text says why and what to do.
    fn open(
        &self,
        name: &str,
        platform: Option<&str>,
        limits: &Limits,
    ) -> Result<Box<dyn Store + '_>, Box<dyn Error + Send + Sync>>;
}

/// No registry: for scans that must not use the network.
#[derive(Debug, Clone, Copy)]
pub struct NoRegistry;

impl Registry for NoRegistry {
    fn open(&self, _: &str, _: Option<&str>, _: &Limits) -> Result<Box<dyn Store + '_>, Box<dyn Error + Send + Sync>> {
        Err("registries are not asked in an offline scan".into())
    }
}
