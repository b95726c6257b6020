//! The client of clamd, the daemon of ClamAV: bytes to a verdict.
//!
//! [`Clamd`] is made for an [`Address`]. [`Clamd::scan`] streams bytes to the daemon and gives its [`Verdict`];
//! [`Clamd::version`] says which program and which signatures answer. Every question has a connection of its own, so that any
//! number of threads may ask at once, and a thread has one connection at a time.
//!
//! Invariant: nobody waits longer than [`Patience`] says and no answer is larger than [`ANSWER_BYTES`], whatever the daemon does.
//! What is no clear answer is an error, and never "clean".
//!
//! Deliberately absent: commands that name files, which only a daemon on the same host could read, and what a verdict means.
//!
//! Source: the manual page clamd(8), "COMMANDS".

mod address;
mod answer;
mod client;
mod error;
mod stream;

pub use address::{Address, AddressError};
pub use answer::{ANSWER_BYTES, Verdict, verdict};
pub use client::Clamd;
pub use error::ClamdError;
pub use stream::Patience;
