//! What may still be unpacked.

use std::cell::Cell;

use boltseal_model::ProblemKind;

use crate::Failure;

/// The bytes that may still be unpacked of one file, all that lies in it together.
#[derive(Debug)]
pub struct Budget {
    whole: u64,
    left: Cell<u64>,
}

impl Budget {
    /// A budget of so many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self { whole: bytes, left: Cell::new(bytes) }
    }

    /// What it still has.
    pub const fn left(&self) -> u64 {
        self.left.get()
    }

    /// Takes bytes out of it.
    ///
    /// # Errors
    /// When it has no more so many. It is empty then.
    pub fn take(&self, bytes: u64) -> Result<(), Failure> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                let detail = format!("it unpacks to more than {} bytes; the rest is not read", self.whole);
                Err((ProblemKind::TooLarge, detail))
            }
        }
    }
}
