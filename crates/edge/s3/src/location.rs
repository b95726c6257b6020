//! What the user calls a place in a store.

use std::fmt;
use std::str::FromStr;

/// Bytes that a name of an object may have, by S3's own rule.
const NAME_BYTES: usize = 1_024;
/// Bytes left for what is put below the prefix.
const ROOM: usize = 256;

/// `s3://BUCKET` or `s3://BUCKET/PREFIX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    bucket: String,
    prefix: String,
}

/// Why a text is no location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// It begins otherwise.
    #[error("a store is written s3://BUCKET/PREFIX")]
    Scheme,
    /// A bucket cannot be called so.
    #[error("{0:?} is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens")]
    Bucket(String),
    /// Clients and servers may disagree where the prefix leads.
    #[error("the prefix {0:?} has an empty segment, or one of dots, or is longer than a name may be")]
    Prefix(String),
}

impl Location {
    /// The bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The name of an object below the prefix.
    pub(crate) fn object(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) }
    }
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let rest = text.strip_prefix("s3://").ok_or(LocationError::Scheme)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let is_bucket = (3..=63).contains(&bucket.len())
            && bucket.bytes().all(is_inside)
            && is_end(bucket.bytes().next())
            && is_end(bucket.bytes().last())
            && !bucket.contains("..");
        if !is_bucket {
            return Err(LocationError::Bucket(bucket.to_owned()));
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let is_unclear = |segment: &str| matches!(segment, "" | "." | "..") || segment.contains(char::is_control);
        if prefix.len() > NAME_BYTES - ROOM || (!prefix.is_empty() && prefix.split('/').any(is_unclear)) {
            return Err(LocationError::Prefix(prefix.to_owned()));
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

/// A path with everything but letters, digits and `-._~/` as percent and two digits: signature and request must agree on every
/// byte.
pub(crate) fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn location(text: &str) -> Location {
        text.parse().unwrap()
    }

    #[test]
    fn a_prefix_is_a_folder_of_names() {
        assert_eq!(location("s3://cache").object("a/b"), "a/b");
        assert_eq!(location("s3://cache/").object("a"), "a");
        assert_eq!(location("s3://cache/team/layers/").object("a"), "team/layers/a");
        assert_eq!(location("s3://cache/team/layers/").to_string(), "s3://cache/team/layers");
    }

    #[test]
    fn what_no_bucket_is_called_is_refused() {
        for text in ["s3://", "s3://ab", "s3://Cache", "s3://a_b_c", "s3://-abc", "s3://a..b", "s3://a@b.c/x"] {
            assert!(matches!(text.parse::<Location>(), Err(LocationError::Bucket(_))), "{text}");
        }
        assert_eq!("/var/cache".parse::<Location>(), Err(LocationError::Scheme));
    }

    #[test]
    fn a_prefix_that_may_lead_elsewhere_is_refused() {
        for text in ["s3://cache/..", "s3://cache/a/./b", "s3://cache//a", "s3://cache/a\nb"] {
            assert!(matches!(text.parse::<Location>(), Err(LocationError::Prefix(_))), "{text}");
        }
    }

    #[test]
    fn names_are_encoded_byte_by_byte() {
        assert_eq!(encoded("a/b c+%ä~"), "a/b%20c%2B%25%C3%A4~");
    }

    proptest! {
        #[test]
        fn any_text_is_a_location_or_is_not(text in "(s3://)?.{0,80}") {
            if let Ok(location) = text.parse::<Location>() {
                prop_assert_eq!(location.to_string().parse::<Location>().unwrap(), location);
            }
        }
    }
}
