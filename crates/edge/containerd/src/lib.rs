//! The client of containerd: which image a name stands for, and the bytes of everything that images are made of.
//!
//! [`Containerd`] is made for a socket file. [`Containerd::image`] gives the [`Descriptor`] of an image, and
//! [`Containerd::size`] and [`Containerd::read`] give any blob by its digest, from any offset. Names and blobs lie in
//! namespaces, which every question states.
//!
//! containerd speaks gRPC, which is HTTP/2. The crate has an event loop for that inside and shows nothing of it: every
//! call waits for its answer, and any number of threads may call at once, each over a connection of its own.
//!
//! Invariant: nobody waits for ever and no answer is larger than [`ANSWER_BYTES`], whatever the server does.
//!
//! Deliberately absent: everything that changes something, and what manifests mean.

mod client;
mod connection;
mod error;
mod frame;
mod message;

pub use client::{Containerd, Descriptor};
pub use connection::{ANSWER_BYTES, Patience};
pub use error::ContainerdError;

/// How many messages the bytes of an answer hold: the door for the fuzz target, which has no other to the frames.
///
/// # Errors
/// When what follows the messages that are whole is none.
#[doc(hidden)]
pub fn frames_in(bytes: &[u8]) -> Result<usize, ContainerdError> {
    let (mut arrived, mut messages) = (frame::Arrived::default(), 0);
    arrived.extend(bytes);
    while arrived.next::<message::GetImageResponse>(ANSWER_BYTES)?.is_some() {
        messages += 1;
    }
    Ok(messages)
}
