//! Why an object could not be read or written.

use std::io;
use std::path::PathBuf;

use boltseal_http::{HttpError, TrustError};

/// Why a bucket does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// Nobody says with which credentials.
    #[error(
        "no credentials for the store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE with a credentials file"
    )]
    NoCredentials,
    /// The credentials file has no such profile, or one without keys.
    #[error("{path} has no access key for the profile {profile}")]
    NoProfile {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
    },
    /// The credentials file cannot be read.
    #[error("cannot read the credentials in {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The host that lends credentials to containers does not.
    #[error("the container's host gives no credentials: {0}")]
    NotLent(String),
    /// A variable holds something that it cannot mean.
    #[error("{variable} is {value:?}, which is not {wanted}")]
    Setting {
        /// Its name.
        variable: &'static str,
        /// What it holds.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// The authorities of the store's certificate cannot be read.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// No answer came.
    #[error("the store does not answer: {0}")]
    Unreachable(#[from] HttpError),
    /// The answer broke off.
    #[error("the store's answer broke off: {0}")]
    BrokeOff(io::Error),
    /// The store says no.
    #[error("the store refuses with status {status}{}", named(.code))]
    Refused {
        /// The status.
        status: u16,
        /// The store's word for it.
        code: Option<String>,
    },
    /// The store says that the bucket is elsewhere.
    #[error("the bucket is in another region{}; set AWS_REGION", named(.region))]
    Elsewhere {
        /// Where, if the store says so.
        region: Option<String>,
    },
}

fn named(word: &Option<String>) -> String {
    word.as_ref().map(|word| format!(" ({word})")).unwrap_or_default()
}
