//! Secrets that must not be shown.

use std::fmt;

/// A value that is used and never shown: its debug form is a placeholder, and it has no other.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Takes a secret.
    pub const fn new(secret: T) -> Self {
        Self(secret)
    }

    /// The secret, for whoever must use it. What is made of it is no longer protected.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_of_what_holds_it_does_not_show_it() {
        let held = vec![Redacted::new("hunter2".to_owned())];
        assert_eq!(format!("{held:?}"), "[(redacted)]");
        assert_eq!(held[0].expose(), "hunter2");
    }
}
