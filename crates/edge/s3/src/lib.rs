//! Objects in a bucket of an S3-compatible store: read one, write one.
//!
//! [`Location`] is what the user writes, `s3://BUCKET/PREFIX`; [`Settings`] is what the variables of the AWS tools say of
//! endpoint, region and credentials; a [`Bucket`] reads and writes with both. Requests are signed by signature version 4.
//!
//! Invariant: nobody waits for ever and nothing is read without a bound: each request has a time limit as a whole, each
//! object a size. No redirect is followed, since it would carry a signature to another host. Secrets appear in no error and no
//! debug output.
//!
//! Deliberately absent: listing, deleting, uploads in parts, retries, and credentials that take a conversation to get
//! (instance metadata, single sign-on, web identity, assumed roles): the AWS tools export those as variables.

mod bucket;
mod credentials;
mod error;
mod location;
mod settings;
mod sign;
mod time;

pub use bucket::{Bucket, Put};
pub use error::S3Error;
pub use location::{Location, LocationError};
pub use settings::Settings;
