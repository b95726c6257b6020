//! A set of system calls, by number.

use serde::{Deserialize, Serialize};

const WORDS: usize = 8;

/// Numbers of system calls of one processor. Linux has fewer than 500; larger ones are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SystemCalls([u64; WORDS]);

impl SystemCalls {
    /// None.
    pub const NONE: Self = Self([0; WORDS]);

    /// Adds one, if there can be such a number.
    pub fn insert(&mut self, number: u32) {
        let number = number as usize;
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Adds all of another set; whether there were new ones.
    pub fn extend(&mut self, other: &Self) -> bool {
        let before = *self;
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        *self != before
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The numbers, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let words = (0_u32..).zip(self.0);
        words.flat_map(|(index, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_sorted_and_those_that_cannot_be_do_not() {
        let mut calls = SystemCalls::default();
        assert!(calls.is_empty());
        [257, 0, 511, 512, u32::MAX, 63, 64].into_iter().for_each(|number| calls.insert(number));
        assert_eq!(calls.iter().collect::<Vec<_>>(), [0, 63, 64, 257, 511]);
        assert!(!calls.is_empty() && !SystemCalls::default().extend(&SystemCalls::default()));
    }
}
