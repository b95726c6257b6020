//! A genuine daemon, and some that misbehave.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod misbehaving;
mod real;
