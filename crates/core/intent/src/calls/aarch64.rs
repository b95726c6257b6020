//! Instructions of AArch64: four bytes each, the smallest digit first.

use super::flow::{Convention, Effect};

const NUMBER: usize = 8;
const SYSTEM_CALL: u32 = 0xd400_0001;

/// Numbers are those of the processor.
pub(super) const CONVENTION: Convention = Convention {
    number: NUMBER,
    // What C and Go call the first argument is in x0; compilers that inline a wrapper hand it on in x8.
    arguments: [0, NUMBER, 1, 2],
    kept: &[19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
};

/// Whether code makes system calls.
pub(super) fn may_call(code: &[u8]) -> bool {
    words(code, 0).any(|(_, word)| word == SYSTEM_CALL)
}

/// Addresses that something in the code calls.
pub(super) fn targets(code: &[u8], address: u64, mut found: impl FnMut(u64)) {
    for (at, word) in words(code, address) {
        if word >> 26 == 0b10_0101 {
            found(at.wrapping_add_signed(distance(word, 0, 26)));
        }
    }
}

/// Goes through code, with the address and the effect of every instruction.
pub(super) fn decode(code: &[u8], address: u64, mut step: impl FnMut(u64, Effect)) {
    words(code, address).for_each(|(at, word)| step(at, effect(at, word)));
}

fn words(code: &[u8], address: u64) -> impl Iterator<Item = (u64, u32)> + '_ {
    let (words, _) = code.as_chunks::<4>();
    (0_u64..).zip(words).map(move |(index, word)| (address.wrapping_add(index * 4), u32::from_le_bytes(*word)))
}

/// Source: Arm Architecture Reference Manual for A-profile, "A64 instruction set encoding".
fn effect(at: u64, word: u32) -> Effect {
    let to = (word & 31) as usize;
    match word {
        SYSTEM_CALL => Effect::SystemCall,
        // movz, of 32 and 64 bits, not shifted.
        _ if word & 0x7fe0_0000 == 0x5280_0000 => Effect::Put(to, u64::from(word >> 5 & 0xffff)),
        // mov between registers: orr with the zero register.
        _ if word & 0x7fe0_ffe0 == 0x2a00_03e0 => match (word >> 16 & 31) as usize {
            31 => Effect::Put(to, 0),
            from => Effect::Copy { to, from },
        },
        // bl, blr
        _ if word >> 26 == 0b10_0101 => Effect::Call(at.wrapping_add_signed(distance(word, 0, 26))),
        _ if word & 0xffff_fc1f == 0xd63f_0000 => Effect::CallUnknown,
        // b
        _ if word >> 26 == 0b00_0101 => Effect::Jump(at.wrapping_add_signed(distance(word, 0, 26))),
        // b.cond; cbz, cbnz; tbz, tbnz
        _ if word >> 24 == 0x54 || word & 0x7e00_0000 == 0x3400_0000 => {
            Effect::Branch(at.wrapping_add_signed(distance(word, 5, 19)))
        }
        _ if word & 0x7e00_0000 == 0x3600_0000 => Effect::Branch(at.wrapping_add_signed(distance(word, 5, 14))),
        // ret, br
        _ if word & 0xffff_fc1f == 0xd65f_0000 || word & 0xffff_fc1f == 0xd61f_0000 => Effect::End,
        // Stores leave registers as they are; of what is left, most put something into the first.
        _ if is_store(word) => Effect::None,
        _ => Effect::Spoil(to),
    }
}

/// Stores of one register and of pairs, in all their ways of saying where.
const fn is_store(word: u32) -> bool {
    let is_single = word & 0x3a00_0000 == 0x3800_0000 && word >> 22 & 1 == 0;
    let is_pair = word & 0x3a00_0000 == 0x2800_0000 && word >> 22 & 1 == 0;
    is_single || is_pair
}

/// A signed number of words, in bytes.
const fn distance(word: u32, shift: u32, bits: u32) -> i64 {
    let field = (word >> shift) << (32 - bits);
    ((field as i32) >> (32 - bits)) as i64 * 4
}
