//! How much may be spent on the seals of one image: whoever may push decides how many there are, and how large.

use boltseal_model::Limits;

/// What the arithmetic of one signature costs, in bytes that could be hashed instead.
const SIGNATURE: u64 = 16 << 10;
/// The same for all of a bundle: its certificates, timestamps and log entries have some sixty signatures at most.
const BUNDLE: u64 = 64 * SIGNATURE;

/// What may still be spent, in bytes that are hashed.
pub(crate) struct Work {
    left: u64,
}

/// Nothing is left to spend.
pub(crate) struct Exhausted;

impl Work {
    pub const fn new(limits: &Limits) -> Self {
        Self { left: limits.verified_bytes }
    }

    /// Pays for holding one signature over so many bytes to one key.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.pay(bytes, SIGNATURE)
    }

    /// Pays for verifying a bundle of so many bytes once.
    pub fn spend_on_bundle(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.pay(bytes, BUNDLE)
    }

    fn pay(&mut self, bytes: usize, more: u64) -> Result<(), Exhausted> {
        let cost = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(more);
        let left = self.left.checked_sub(cost);
        // What is exhausted stays so: a cheaper seal behind a dear one must not decide.
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Exhausted)
    }
}
