//! What turning a password into a key may cost: files say it themselves.

use boltseal_model::Limits;
use scrypt::Params;

use super::KeyError;

/// Checks what scrypt would take: 128 bytes for each of `n` times `block` (RFC 7914, section 2).
pub(super) fn scrypt_params(n: u64, block: u32, parallel: u32, limits: &Limits) -> Result<Params, KeyError> {
    let rounds = n.saturating_mul(block.into());
    let bytes = rounds.saturating_mul(128);
    within(bytes, rounds.saturating_mul(parallel.into()), limits)?;
    let exponent = u8::try_from(n.trailing_zeros()).ok().filter(|_| n.is_power_of_two() && n > 1);
    let params = exponent.and_then(|exponent| Params::new(exponent, block, parallel).ok());
    params.ok_or(KeyError::Malformed("its parameters of scrypt are none"))
}

/// Checks a number of rounds, and the memory that they take.
pub(super) const fn within(bytes: u64, rounds: u64, limits: &Limits) -> Result<(), KeyError> {
    if bytes > limits.password_bytes || rounds > limits.password_rounds {
        return Err(KeyError::Costly { bytes, rounds });
    }
    Ok(())
}
