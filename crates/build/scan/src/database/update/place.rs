//! Where the bytes of a feed's file lie: at its address, or where the text at that address leads.

use boltseal_advisory::repository;
use boltseal_model::Limits;

use super::error::FetchError;
use super::feed::{self, FeedFile, Holds};

/// Where a file lies, and what it is known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its address.
    pub address: String,
    /// Its SHA-256 in lower case, where that is known before it is fetched.
    pub sha256: Option<String>,
}

/// Finds a file. `read` fetches a short text; what texts say is followed to no place that is not asked, and to no other folder
/// than the one that they speak of.
///
/// # Errors
/// When a text cannot be read, or leads nowhere.
pub fn find(
    file: &FeedFile,
    limits: &Limits,
    read: impl Fn(&str) -> Result<String, FetchError>,
) -> Result<Place, FetchError> {
    let sha256 = file.sha256.as_ref().map(|digits| digits.to_ascii_lowercase());
    match file.holds {
        Holds::File => Ok(Place { address: file.address.clone(), sha256 }),
        Holds::Name => {
            let text = read(&file.address)?;
            let (folder, _) = file.address.rsplit_once('/').unwrap_or((&file.address, ""));
            if !feed::is_name(text.trim()) {
                return Err(FetchError::Senseless("the text that should name the newest file names none"));
            }
            Ok(Place { address: format!("{folder}/{}", text.trim()), sha256 })
        }
        Holds::Mirrors => {
            let text = read(&file.address)?;
            let mirror = repository::mirrors(&text)
                .find(|mirror| feed::is_askable(mirror) && !mirror.contains(['?', '#']))
                .ok_or(FetchError::Senseless("the list of mirrors names none that is asked"))?;
            let mirror = mirror.trim_end_matches('/');
            bulletins(mirror, &read(&format!("{mirror}/{}", repository::INDEX))?, limits)
        }
    }
}

/// Where the bulletins of the repository at a mirror lie, by its index.
fn bulletins(mirror: &str, index: &str, limits: &Limits) -> Result<Place, FetchError> {
    let (part, problems) = repository::part(index, "updateinfo", limits);
    let Some(part) = part else {
        let detail = problems.iter().map(|problem| problem.detail.as_str()).collect::<Vec<_>>().join("; ");
        return Err(FetchError::Index { mirror: mirror.to_owned(), detail });
    };
    if !part.location.split('/').all(feed::is_name) {
        let detail = format!("its bulletins lie at {:?}, which is no place in the repository", part.location);
        return Err(FetchError::Index { mirror: mirror.to_owned(), detail });
    }
    Ok(Place { address: format!("{mirror}/{}", part.location), sha256: Some(part.sha256) })
}
