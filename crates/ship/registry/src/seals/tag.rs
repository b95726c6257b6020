//! The list of referrers that a client keeps itself, under a tag, where the registry keeps none.

use std::thread;

use boltseal_model::Digest;

use super::referrers::{merge_index, parse_index, tag_of};
use crate::descriptor::{ACCEPTED, Descriptor, INDEX};
use crate::endpoint::{Fetched, pause};
use crate::{RegistryError, Repository};

/// Times that the list is written when others overwrite it.
const ATTEMPTS: u32 = 6;

impl Repository {
    /// The list as it is now; `None` if there is none.
    pub(super) fn tagged(&self, tag: &str) -> Result<Option<Fetched>, RegistryError> {
        let path = format!("manifests/{tag}");
        let accepted = [("accept", ACCEPTED)];
        match self.endpoint.fetch(&self.endpoint.below(&path), &path, &accepted, self.limits.manifest_bytes) {
            Ok(fetched) => Ok(Some(fetched)),
            Err(RegistryError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a list.
    pub(super) fn list_bytes(&self, fetched: Fetched) -> Result<Vec<u8>, RegistryError> {
        fetched.bytes.ok_or_else(|| self.bad_list(format!("it has more than {} bytes", self.limits.manifest_bytes)))
    }

    /// More than are looked at make all of them count for nothing, so that they are no list at all.
    pub(super) fn check_number(&self, found: usize) -> Result<(), RegistryError> {
        let limit = self.limits.seals;
        if found > limit {
            return Err(self.bad_list(format!("it has {found} entries, more than the {limit} that are looked at")));
        }
        Ok(())
    }

    pub(super) fn bad_list(&self, detail: String) -> RegistryError {
        self.endpoint.malformed("a list of seals", detail)
    }

    /// Enters an artifact into the list, and makes sure that it stays there.
    ///
    /// Whoever writes the list replaces what another wrote since it was read. Registries that understand `If-Match` do not let that
    /// happen. With others it is seen when the list is read back, after longer than it takes to read and write one.
    ///
    /// Source: OCI distribution specification 1.1, "Pushing Manifests with Subject".
    pub(super) fn enter(&self, image: &Digest, entry: &Descriptor) -> Result<(), RegistryError> {
        let tag = tag_of(image);
        for attempt in 0..=ATTEMPTS {
            let (etag, list) = match self.tagged(&tag)? {
                Some(mut fetched) => (fetched.etag.take(), Some(self.list_bytes(fetched)?)),
                None => (None, None),
            };
            let merged =
                merge_index(list.as_deref(), entry, &self.limits).map_err(|error| self.bad_list(error.to_string()))?;
            let Some(merged) = merged else { return Ok(()) };
            if attempt == ATTEMPTS {
                break;
            }
            let listed = parse_index(&merged, &self.limits).map_err(|error| self.bad_list(error.to_string()))?;
            self.check_number(listed.len())?;
            // A weak one matches nothing.
            let etag = etag.filter(|etag| !etag.starts_with("W/"));
            let headers: Vec<(&'static str, &str)> = etag.iter().map(|etag| ("if-match", etag.as_str())).collect();
            match self.put_manifest(&tag, INDEX, &merged, &headers) {
                Ok(_) | Err(RegistryError::Unexpected { status: 412, .. }) => thread::sleep(pause(1)),
                Err(error) => return Err(error),
            }
        }
        Err(RegistryError::Overwritten { host: self.endpoint.host.clone(), tag, times: ATTEMPTS })
    }
}
