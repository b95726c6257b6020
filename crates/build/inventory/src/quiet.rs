//! Programs that say nothing, told without reading them.
//!
//! A system has a thousand programs in hundreds of megabytes, and few of them say what they were built from. Those that do
//! have a section for it, so that the names of the sections, which take some hundred bytes, tell whether the rest is worth
//! reading.

use crate::analyzers::is_known_program;
use crate::bytes::{array, piece};

/// Sections in which programs say what they were built from.
const TELLING: [&[u8]; 2] = [b".dep-v0", b".go.buildinfo"];

/// Sections of a program. Most have thirty; compilers that give every function one keep them out of what they link.
const MOST_SECTIONS: usize = 1_000;
/// Bytes of their names.
const MOST_NAMES: usize = 64 << 10;
/// Bytes of a section's header.
const HEADER: usize = 64;

/// Whether no analyzer of programs finds anything in the file at `path`, which begins with `head`. `piece` gives bytes of it
/// at an offset, or nothing.
///
/// The answer is yes only where it is sure: for programs of 64 bits whose sections have names, none of them telling.
///
/// Source: System V ABI, "ELF Header" and "Sections".
pub fn is_quiet_program(path: &str, head: &[u8], read: &dyn Fn(u64, usize) -> Option<Vec<u8>>) -> bool {
    let name = crate::analyzer::split(path).1;
    !is_known_program(name)
        && section_names(head, read).is_some_and(|names| !names.split(|&byte| byte == 0).any(is_telling))
}

fn is_telling(name: &[u8]) -> bool {
    // The names of sections may share their endings: `.rela.go.buildinfo` would be kept for both.
    TELLING.iter().any(|telling| name.ends_with(telling))
}

/// The table of names, each with a zero byte behind it; `None` where it is not where it should be.
fn section_names(head: &[u8], read: &dyn Fn(u64, usize) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    // Of 64 bits, and with the smallest digit first.
    if !head.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let table = u64::from_le_bytes(array(head, 40)?);
    let number = |offset| array(head, offset).map(|bytes| usize::from(u16::from_le_bytes(bytes)));
    let (size, count, index) = (number(58)?, number(60)?, number(62)?);
    if size != HEADER || index >= count || count > MOST_SECTIONS {
        return None;
    }
    let table = read(table, count * HEADER)?;
    let header = piece(&table, index * HEADER, HEADER)?;
    let offset = u64::from_le_bytes(array(header, 24)?);
    let length = usize::try_from(u64::from_le_bytes(array(header, 32)?)).ok()?;
    if length == 0 || length > MOST_NAMES {
        return None;
    }
    read(offset, length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A program with nothing in it but the names of its sections.
    fn program(names: &[&str]) -> Vec<u8> {
        let mut text = vec![0];
        for name in names {
            text.extend(name.bytes().chain([0]));
        }
        let mut bytes = vec![0; 192];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[40] = 64;
        bytes[58] = 64;
        bytes[60] = 2;
        bytes[62] = 1;
        bytes[128 + 24] = 192;
        bytes[128 + 32] = u8::try_from(text.len()).unwrap();
        bytes.extend(text);
        bytes
    }

    fn is_quiet(path: &str, bytes: &[u8]) -> bool {
        let read = |offset: u64, length: usize| piece(bytes, usize::try_from(offset).ok()?, length).map(<[u8]>::to_vec);
        is_quiet_program(path, bytes.get(..64).unwrap_or(bytes), &read)
    }

    #[test]
    fn only_what_surely_says_nothing_is_quiet() {
        let plain = program(&[".text", ".rodata", ".shstrtab"]);
        assert!(is_quiet("usr/bin/ls", &plain));
        assert!(!is_quiet("usr/bin/ls", &program(&[".text", ".go.buildinfo"])));
        assert!(!is_quiet("usr/bin/ls", &program(&[".rela.dep-v0"])));
        assert!(!is_quiet("usr/sbin/nginx", &plain), "well-known programs say their version in their text");
        for damage in [0, 4, 5, 41, 58, 61, 62, 128 + 25, 128 + 34] {
            let mut damaged = plain.clone();
            damaged[damage] ^= 0xff;
            assert!(!is_quiet("usr/bin/ls", &damaged), "byte {damage}");
        }
        assert!(!is_quiet("usr/bin/ls", &plain[..100]));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..200usize, byte in any::<u8>()) {
            is_quiet("a", &bytes);
            let mut program = program(&[".text"]);
            let place = at % program.len();
            program[place] = byte;
            is_quiet("a", &program);
        }
    }
}
