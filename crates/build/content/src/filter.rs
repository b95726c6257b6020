//! Finds any of thousands of short literals, fast enough to look at every byte of an image.
//!
//! Most files hold none, so the work is to rule them out. Of every literal two neighbouring pieces of four bytes are entered
//! into a table of bits; whichever of them begins at an even place in the text is met when every second place is looked at.
//! A place whose piece is in the table is compared with the literals that have that piece.
//!
//! Pieces are folded before they are entered or looked up, so that one table serves literals of either case.

use std::ops::ControlFlow;

/// Bytes of a piece.
const PIECE: usize = 4;
/// The shortest literal: shorter ones are everywhere.
pub const SHORTEST: usize = 4;
/// Bits in the table, as a power of two. 128 KiB stay in the second cache, and no more than a few in a hundred are set.
const TABLE_BITS: u32 = 20;
/// Lists of pieces, as a power of two.
const LIST_BITS: u32 = 15;

/// One literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its bytes, at least [`SHORTEST`].
    pub bytes: Box<[u8]>,
    /// Whether ASCII letters match in either case.
    pub any_case: bool,
}

/// Where a piece of a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    list: u32,
    folded: u32,
    literal: u32,
    /// Where it begins in the literal; before it where the first byte may be any.
    offset: i16,
    /// The first bytes of the literal, so that most places are ruled out without looking at it.
    head: Head,
}

/// The first bytes of a literal, folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    folded: u64,
    /// Which bits count: those of the bytes that the literal has.
    mask: u64,
}

impl Head {
    fn of(literal: &[u8]) -> Self {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(literal).for_each(|(byte, of)| *byte = *of);
        let missing = 8 * 8_usize.saturating_sub(literal.len());
        let mask = u64::MAX.checked_shr(u32::try_from(missing).unwrap_or(0)).unwrap_or(0);
        Self { folded: Self::fold(bytes) & mask, mask }
    }

    /// Whether a literal may be where a text goes on like this. Near the end of the text, it may.
    fn may_be(self, text: &[u8]) -> bool {
        text.first_chunk().is_none_or(|bytes| Self::fold(*bytes) & self.mask == self.folded)
    }

    const fn fold(bytes: [u8; 8]) -> u64 {
        u64::from_le_bytes(bytes) | 0x2020_2020_2020_2020
    }
}

/// A set of literals. Empty by default.
#[derive(Debug)]
pub struct Filter {
    literals: Vec<Literal>,
    table: Box<[u64]>,
    /// Where each list of pieces begins, and at the end how many there are.
    lists: Box<[usize]>,
    pieces: Box<[Piece]>,
}

impl Filter {
    /// A filter for literals, which are known by their index. Those that are too short never match.
    pub fn new(literals: Vec<Literal>) -> Self {
        let mut pieces = Vec::new();
        for (index, literal) in (0..).zip(&literals) {
            enter(index, &literal.bytes, &mut pieces);
        }
        pieces.sort_unstable();
        pieces.dedup();
        let mut table = vec![0_u64; 1 << (TABLE_BITS - 6)].into_boxed_slice();
        for piece in &pieces {
            let (word, bits) = place_of(piece.folded);
            if let Some(word) = table.get_mut(word) {
                *word |= bits;
            }
        }
        let starts = 0..=(1_u32 << LIST_BITS);
        let lists = starts.map(|list| pieces.partition_point(|piece| piece.list < list)).collect();
        Self { literals, table, lists, pieces: pieces.into_boxed_slice() }
    }

    /// The literals.
    pub fn literals(&self) -> &[Literal] {
        &self.literals
    }

    /// Calls `found` with the index of a literal and the place where it begins, for every place where one is, in order of the
    /// places where their pieces are, until `found` breaks.
    pub fn search(&self, text: &[u8], mut found: impl FnMut(usize, usize) -> ControlFlow<()>) {
        let mut at = 0;
        // Four pieces at a time.
        let mut rest = text;
        while let Some((block, _)) = rest.split_first_chunk::<10>() {
            let [a, b, c, d, e, f, g, h, i, j] = *block;
            let folded = [[a, b, c, d], [c, d, e, f], [e, f, g, h], [g, h, i, j]].map(fold);
            if folded.iter().any(|piece| self.has(*piece)) {
                for (place, piece) in (at..).step_by(2).zip(folded) {
                    if self.has(piece) && self.compare(text, place, piece, &mut found).is_break() {
                        return;
                    }
                }
            }
            at += 8;
            rest = rest.get(8..).unwrap_or_default();
        }
        // The end, as if zeros followed: a literal of four bytes may end with the text, its second piece beyond it.
        for place in (at..text.len()).step_by(2) {
            let byte = |offset: usize| text.get(place + offset).copied().unwrap_or_default();
            let piece = fold([byte(0), byte(1), byte(2), byte(3)]);
            if self.has(piece) && self.compare(text, place, piece, &mut found).is_break() {
                return;
            }
        }
    }

    fn has(&self, folded: u32) -> bool {
        let (word, bits) = place_of(folded);
        self.table.get(word).is_some_and(|word| word & bits == bits)
    }

    #[cold]
    fn compare(
        &self,
        text: &[u8],
        place: usize,
        folded: u32,
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let list = list(folded) as usize;
        let (Some(&first), Some(&last)) = (self.lists.get(list), self.lists.get(list + 1)) else {
            return ControlFlow::Continue(());
        };
        for piece in self.pieces.get(first..last).unwrap_or_default() {
            if piece.folded != folded {
                continue;
            }
            let Some(begin) = place.checked_add_signed(-isize::from(piece.offset)) else { continue };
            if !text.get(begin..).is_some_and(|rest| piece.head.may_be(rest)) {
                continue;
            }
            let Some(literal) = self.literals.get(piece.literal as usize) else { continue };
            let Some(there) = text.get(begin..begin + literal.bytes.len()) else { continue };
            let is_equal =
                if literal.any_case { there.eq_ignore_ascii_case(&literal.bytes) } else { there == &*literal.bytes };
            if is_equal {
                found(piece.literal as usize, begin)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Four bytes as a number, the first byte lowest, without what tells letters of either case apart.
const fn fold(bytes: [u8; PIECE]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// Fibonacci hashing: the upper bits depend on all of the piece.
const fn hash(folded: u32) -> u32 {
    folded.wrapping_mul(0x9E37_79B1)
}

/// The word of the table that a piece is in, and its two bits there: other pieces seldom have both, and one look tells.
const fn place_of(folded: u32) -> (usize, u64) {
    let hash = hash(folded);
    let rest = hash << (TABLE_BITS - 6);
    ((hash >> (38 - TABLE_BITS)) as usize, 1_u64 << (rest >> 26) | 1_u64 << (rest >> 20 & 63))
}

const fn list(folded: u32) -> u32 {
    hash(folded) >> (32 - LIST_BITS)
}

/// Enters two neighbouring pieces of a literal: those that are least likely to be met elsewhere.
fn enter(literal: u32, bytes: &[u8], pieces: &mut Vec<Piece>) {
    let head = Head::of(bytes);
    let mut add = |offset: i16, piece: [u8; PIECE]| {
        let folded = fold(piece);
        pieces.push(Piece { list: list(folded), folded, literal, offset, head });
    };
    if let Ok(whole) = <[u8; PIECE]>::try_from(bytes) {
        add(0, whole);
        // The second piece begins one byte earlier, so that its first byte may be any. Short literals often are one beginning
        // with one byte after the other behind it, which then have these pieces in common.
        let [a, b, c, _] = whole;
        (0..=u8::MAX).filter(|byte| byte | 0x20 == *byte).for_each(|any| add(-1, [any, a, b, c]));
        return;
    }
    let windows = || (0..i16::MAX).zip(bytes.windows(PIECE + 1));
    let rarest = windows().min_by_key(|(_, window)| window.iter().map(|byte| commonness(*byte)).sum::<u32>());
    if let Some((offset, &[a, b, c, d, e])) = rarest {
        add(offset, [a, b, c, d]);
        add(offset + 1, [b, c, d, e]);
    }
}

/// How rare a literal is, roughly: the more bytes it has, and the less common they are.
pub fn rarity(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| 12 - commonness(*byte)).sum()
}

/// How common a byte is in sources, texts and programs, roughly.
const fn commonness(byte: u8) -> u32 {
    match byte {
        0 | b' ' | b'e' | b't' => 10,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 9,
        b'c' | b'd' | b'l' | b'p' | b'u' | b'm' | 0xff => 7,
        b'f' | b'g' | b'h' | b'y' | b'b' | b'_' | b'-' | b'.' | b'/' | b'=' | b'"' => 5,
        b'E' | b'T' | b'A' | b'S' | b'I' | b'R' | b'N' | b'O' | b'0' | b'1' => 5,
        b'v' | b'w' | b'k' | b'2'..=b'9' | b':' | b'(' | b')' | b',' => 4,
        b'x' | b'j' | b'q' | b'z' | b'A'..=b'Z' => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literal(bytes: &[u8], any_case: bool) -> Literal {
        Literal { bytes: bytes.into(), any_case }
    }

    /// Every literal at every place, found one byte after the other.
    fn naive(literals: &[Literal], text: &[u8]) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        for (index, literal) in literals.iter().enumerate() {
            for (at, there) in text.windows(literal.bytes.len()).enumerate() {
                let equal = if literal.any_case {
                    there.eq_ignore_ascii_case(&literal.bytes)
                } else {
                    *there == *literal.bytes
                };
                if equal {
                    all.push((index, at));
                }
            }
        }
        all.sort_unstable();
        all
    }

    fn found(literals: &[Literal], text: &[u8]) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        Filter::new(literals.to_vec()).search(text, |literal, at| {
            all.push((literal, at));
            ControlFlow::Continue(())
        });
        let met = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(met, all.len(), "nothing is found twice");
        all
    }

    #[test]
    fn literals_are_found_wherever_they_begin() {
        let literals = [literal(b"AKIA", false), literal(b"password", true), literal(b"ghp_", false)];
        for before in 0..20 {
            for after in 0..12 {
                for (index, word) in [(0, &b"AKIA"[..]), (1, b"PassWord"), (2, b"ghp_")] {
                    let text = [&vec![b'.'; before][..], word, &vec![b'.'; after]].concat();
                    assert_eq!(found(&literals, &text), [(index, before)], "{before} {after}");
                }
            }
        }
        assert_eq!(found(&literals, b"akia GHP_ passwort"), []);
    }

    #[test]
    fn the_caller_ends_the_search() {
        let filter = Filter::new(vec![literal(b"AKIA", false)]);
        let mut count = 0;
        filter.search(&b"AKIA".repeat(100), |_, _| {
            count += 1;
            ControlFlow::Break(())
        });
        assert_eq!(count, 1);
    }

    proptest! {
        #[test]
        fn the_filter_finds_what_a_naive_search_finds(
            literals in proptest::collection::vec(("[ab@`\\x00 ]{4,7}", any::<bool>()), 1..8),
            text in "[abAB@`\\x00 ]{0,120}",
        ) {
            let mut literals: Vec<Literal> =
                literals.into_iter().map(|(text, any_case)| literal(text.as_bytes(), any_case)).collect();
            literals.dedup();
            prop_assert_eq!(found(&literals, text.as_bytes()), naive(&literals, text.as_bytes()));
        }
    }
}
