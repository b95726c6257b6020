//! Which of several images is meant.

use boltseal_model::{Digest, keep_platform, native_platform};

use crate::error::OpenError;
use crate::image::Selector;
use crate::json::{Descriptor, SavedImage};
use crate::text::clean;

/// An image that could be opened.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub origin: Origin,
    pub tags: Vec<String>,
    pub platform: Option<String>,
}

/// Where an image is described.
#[derive(Debug)]
pub(crate) enum Origin {
    /// By a manifest of an OCI layout.
    Layout(Descriptor),
    /// By an entry of `manifest.json`.
    Saved(SavedImage),
}

impl Candidate {
    /// Digest of the manifest, where there is one.
    pub fn digest(&self) -> Option<&Digest> {
        match &self.origin {
            Origin::Layout(descriptor) => Some(&descriptor.digest),
            Origin::Saved(_) => None,
        }
    }

    /// Adds a name, as people write it.
    pub fn add_tag(&mut self, tag: &str) {
        let tag = familiar(tag);
        if !tag.is_empty() && !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    fn has_tag(&self, wanted: &str) -> bool {
        let wanted_name = familiar(wanted);
        let is_meant = |tag: &String| {
            *tag == wanted_name
                || tag.strip_suffix(&wanted_name).is_some_and(|before| before.ends_with(['/', ':']))
                || tag.strip_suffix(":latest").is_some_and(|name| name == wanted_name)
        };
        self.tags.iter().any(is_meant) || self.digest().is_some_and(|digest| digest.to_string() == wanted)
    }

    fn describe(&self) -> String {
        let name = match (self.tags.first(), self.digest()) {
            (Some(tag), _) => tag.clone(),
            (None, Some(digest)) => digest.to_string(),
            (None, None) => "an image without a name".to_owned(),
        };
        match &self.platform {
            Some(platform) => format!("{name} ({platform})"),
            None => name,
        }
    }
}

/// The name without the parts that Docker adds to a short one.
fn familiar(tag: &str) -> String {
    let tag = tag.strip_prefix("docker.io/").map_or(tag, |rest| rest.strip_prefix("library/").unwrap_or(rest));
    clean(tag, 256)
}

/// Takes the one that is meant: by tag, then by platform, then for this machine.
pub(crate) fn choose(candidates: Vec<Candidate>, selector: &Selector) -> Result<Candidate, OpenError> {
    let choices = describe(&candidates);
    let named = |candidate: &Candidate| candidate.platform.clone();
    let mut left = candidates;
    let mut wanted = Vec::new();
    if let Some(tag) = &selector.tag {
        left.retain(|candidate| candidate.has_tag(tag));
        wanted.push(format!("the tag {}", clean(tag, 256)));
    }
    if let Some(platform) = &selector.platform {
        if !keep_platform(&mut left, platform, named) {
            left.clear();
        }
        wanted.push(format!("the platform {}", clean(platform, 64)));
    }
    if left.is_empty() {
        return Err(OpenError::NoMatch { wanted: wanted.join(" and "), choices });
    }
    if left.len() > 1
        && selector.platform.is_none()
        && let Some(native) = native_platform()
    {
        keep_platform(&mut left, native, named);
    }
    let remaining = describe(&left);
    let mut left = left.into_iter();
    match (left.next(), left.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(OpenError::NoImage),
        (Some(_), Some(_)) => Err(OpenError::Ambiguous { choices: remaining }),
    }
}

/// The candidates in words; a hostile index cannot make the message long.
fn describe(candidates: &[Candidate]) -> String {
    const SHOWN: usize = 20;
    let mut names: Vec<String> = candidates.iter().map(Candidate::describe).collect();
    names.sort();
    let rest = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let list = names.join(", ");
    if rest > 0 { format!("{list} and {rest} more") } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(tag: &str, platform: &str) -> Candidate {
        let saved = SavedImage { config: String::new(), repo_tags: None, layers: None };
        let platform = (!platform.is_empty()).then(|| platform.to_owned());
        let mut candidate = Candidate { origin: Origin::Saved(saved), tags: Vec::new(), platform };
        candidate.add_tag(tag);
        candidate
    }

    fn chosen(images: &[(&str, &str)], tag: Option<&str>, platform: Option<&str>) -> Result<String, String> {
        let candidates = images.iter().map(|(tag, platform)| candidate(tag, platform)).collect();
        let selector = Selector { tag: tag.map(Into::into), platform: platform.map(Into::into) };
        choose(candidates, &selector).map(|chosen| chosen.describe()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_tag_may_be_short() {
        let images =
            [("docker.io/library/debian:12", ""), ("ghcr.io/acme/app:1", ""), ("docker.io/acme/app:latest", "")];
        for (tag, name) in [
            ("debian:12", "debian:12"),
            ("docker.io/library/debian:12", "debian:12"),
            ("app:1", "ghcr.io/acme/app:1"),
            ("acme/app", "acme/app:latest"),
            ("latest", "acme/app:latest"),
        ] {
            assert_eq!(chosen(&images, Some(tag), None).as_deref(), Ok(name), "{tag}");
        }
        assert_eq!(
            chosen(&images, Some("alpine"), None).unwrap_err(),
            "no image in it matches the tag alpine; there is acme/app:latest, debian:12, ghcr.io/acme/app:1"
        );
    }

    #[test]
    fn a_platform_is_met_exactly_or_by_its_beginning() {
        let images = [("a", "linux/amd64"), ("a", "linux/amd64/v3"), ("a", "linux/arm/v7"), ("a", "windows/amd64")];
        assert_eq!(chosen(&images, None, Some("linux/amd64")).as_deref(), Ok("a (linux/amd64)"));
        assert_eq!(chosen(&images, None, Some("linux/arm")).as_deref(), Ok("a (linux/arm/v7)"));
        assert!(chosen(&images, None, Some("linux/ar")).is_err());
    }

    #[test]
    fn several_images_need_a_choice_and_the_message_says_which() {
        let error = chosen(&[("b", ""), ("a", "")], None, None).unwrap_err();
        assert_eq!(error, "it holds several images, choose one by tag or platform: a, b");
        let many: Vec<(String, &str)> = (0..30).map(|index| (format!("t{index:02}"), "")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(tag, platform)| (tag.as_str(), *platform)).collect();
        assert!(chosen(&many, None, None).unwrap_err().ends_with("t19 and 10 more"));
    }

    #[test]
    fn the_image_for_this_machine_is_taken_unasked() {
        let Some(native) = native_platform() else { return };
        let images = [("a", "linux/s390x"), ("a", native), ("a", "linux/riscv64")];
        assert_eq!(chosen(&images, None, None), Ok(format!("a ({native})")));
    }
}
