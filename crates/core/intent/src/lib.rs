//! What an image is meant to do, derived from the image alone: without a run, and without a learning phase.
//!
//! [`examine`] takes the bytes of one file and gives the [`Program`] that it is. [`derive`] puts the programs of an image together with
//! its configuration into an [`Intent`](boltseal_model::Intent): what may be executed, and what it takes to run what the entry point
//! comes to. An [`Overlay`] is what somebody declares besides. [`differences`] tells two intents apart, in words.
//!
//! Invariant: bytes in, values out. Hostile bytes never panic and cost bounded time and memory; the same image gives the same intent.
//!
//! Left out: signing an intent (`core/seal`), and holding a container to it (`run/guard`).

mod calls;
mod derive;
mod differences;
mod overlay;
mod program;

pub use calls::{Processor, SystemCalls};
pub use derive::{Image, Present, derive, named_files};
pub use differences::{Change, Difference, differences};
pub use overlay::{Absent, Overlay};
pub use program::{Program, examine, may_be_executed, symbol};
