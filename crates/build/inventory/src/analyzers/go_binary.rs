//! Programs written in Go, which say what they were built from.
//!
//! Source: Go's package `debug/buildinfo` and `runtime/debug`: `BuildInfo`. A section begins with a magic text, the size of a
//! pointer and flags; from Go 1.18 on, the version and the list of modules follow, each with its length before it; in
//! programs of older ones, there are pointers to them.

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::bytes::{array, piece};
use crate::program::Program;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

/// Where it stands in ELF, and in PE, where it is the beginning of the data.
const SECTIONS: [&str; 2] = [".go.buildinfo", ".data"];

const MAGIC: &[u8] = b"\xff Go buildinf:";

/// Length of what stands before the texts.
const HEADER: usize = 32;

/// Flags.
const BIG_ENDIAN: u8 = 1;
const INLINE: u8 = 2;

/// Longest list of modules. Ten thousand modules take some 1 MiB.
const MODULES: usize = 16 << 20;

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "go-binary",
    title: "What Go programs were built from",
    files: &[Pattern::Program],
    sees: "every module that is linked into a program or library, replaced ones under the name and version of what replaces \
           them, and Go's standard library, for Linux and Windows and from Go 1.13 on",
    misses: "which packages of a module are really linked in; the version of the program's own module where Go did not know \
             it; modules of programs that were built without module support; programs for macOS; programs that were packed (UPX)",
    ecosystems: &[Ecosystem::Golang],
    evidence: &[Evidence::Installed],
    source: "Go's packages debug/buildinfo and runtime/debug",
    held_to: Some(HeldTo {
        what: "go version -m",
        tests: &["crates/build/inventory/tests/it/programs.rs::finds_what_go_says_of_its_own_programs"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let program = Program::parse(file.bytes);
    let section = program.as_ref().and_then(|program| {
        SECTIONS.iter().filter_map(|name| program.section(&[name])).find(|section| section.starts_with(MAGIC))
    });
    if let (Some(program), Some(section)) = (&program, section) {
        match texts(program, section) {
            Some((version, modules)) => {
                report_standard_library(&mut reading, &String::from_utf8_lossy(version));
                report_modules(&mut reading, &String::from_utf8_lossy(modules));
            }
            None => reading.problem(ProblemKind::Malformed, "what the Go program says of its modules is damaged"),
        }
    }
    reading.finish()
}

/// The version of Go and the list of modules.
fn texts<'a>(program: &Program<'a>, section: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let [pointer_size, flags] = array(section, MAGIC.len())?;
    let (version, modules) = if flags & INLINE != 0 {
        let (version, rest) = counted(section.get(HEADER..)?)?;
        (version, counted(rest)?.0)
    } else {
        let pointers = Pointers { program, size: pointer_size, is_big_endian: flags & BIG_ENDIAN != 0 };
        let first = MAGIC.len() + 2;
        let modules = pointers.text(section, first + usize::from(pointer_size));
        (pointers.text(section, first)?, modules.unwrap_or_default())
    };
    // Marks of 16 bytes stand around the list, so that it can be found without its length.
    let modules = modules.get(16..modules.len().saturating_sub(16)).unwrap_or_default();
    Some((version, modules))
}

/// The text that a length of seven bits a byte, smallest first, stands before, and what follows it.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0usize;
    for (index, &byte) in bytes.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return bytes.get(index + 1..)?.split_at_checked(length).filter(|(text, _)| text.len() <= MODULES);
        }
    }
    None
}

/// Follows pointers of the running program.
struct Pointers<'p, 'a> {
    program: &'p Program<'a>,
    size: u8,
    is_big_endian: bool,
}

impl<'a> Pointers<'_, 'a> {
    /// The text whose header, an address and a length, the pointer at an offset leads to.
    fn text(&self, section: &[u8], offset: usize) -> Option<&'a [u8]> {
        let size = usize::from(self.size);
        let header = self.number(piece(section, offset, size)?)?;
        let header = self.program.at_address(header, u64::from(self.size) * 2)?;
        let (address, length) = header.split_at_checked(size)?;
        let length = self.number(length)?;
        if usize::try_from(length).ok()? > MODULES {
            return None;
        }
        self.program.at_address(self.number(address)?, length)
    }

    fn number(&self, bytes: &[u8]) -> Option<u64> {
        match (bytes.len(), self.is_big_endian || self.program.is_big_endian()) {
            (4, true) => array(bytes, 0).map(u32::from_be_bytes).map(u64::from),
            (4, false) => array(bytes, 0).map(u32::from_le_bytes).map(u64::from),
            (8, true) => array(bytes, 0).map(u64::from_be_bytes),
            (8, false) => array(bytes, 0).map(u64::from_le_bytes),
            _ => None,
        }
    }
}

/// Adds the standard library, which has the version of Go.
fn report_standard_library(reading: &mut Reading<'_>, version: &str) {
    match semantic(version) {
        Some(version) => {
            reading.package(Ecosystem::Golang, "stdlib", &version, None);
        }
        None => {
            let detail = format!("was built with {}, which is no released version of Go", quoted(version));
            reading.problem(ProblemKind::Unpinned, detail);
        }
    }
}

/// `1.21.0-rc.2` for `go1.21rc2`, as Go's own advisories count; `None` for a version that was not released.
fn semantic(version: &str) -> Option<String> {
    // Experiments follow behind a blank, and what distributions add behind a hyphen.
    let version = version.strip_prefix("go")?.split([' ', '-']).next()?;
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let (numbers, stage) = version.split_at_checked(end)?;
    let parts: Vec<&str> = numbers.split('.').collect();
    if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let numbers: Vec<&str> = parts.iter().copied().chain(["0", "0"]).take(3).collect();
    let stage =
        ["rc", "beta"].iter().find_map(|name| stage.strip_prefix(name).map(|number| format!("-{name}.{number}")));
    Some(numbers.join(".") + &stage.unwrap_or_default())
}

/// Adds the modules of the list: lines of words parted by tabs, `mod` for the program's own, `dep` for another, `=>` for what
/// replaces the one before.
fn report_modules(reading: &mut Reading<'_>, list: &str) {
    let mut lines = list.lines().peekable();
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split('\t').collect();
        let replacement = lines.next_if(|next| next.starts_with("=>\t")).map(|next| next.split('\t').collect());
        let is_module = matches!(words.first(), Some(&("mod" | "dep")));
        let words = replacement.unwrap_or(words);
        match words[..] {
            _ if !is_module => {}
            // The program's own module, or a folder that takes the place of another one.
            [_, _, "(devel)" | "", ..] => {}
            [_, name, version, ..] => {
                reading.package(Ecosystem::Golang, name, version, None);
            }
            _ => reading.problem(ProblemKind::Malformed, format!("{} names no module", quoted(line))),
        }
        if reading.is_full() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go_are_those_of_its_advisories() {
        for (version, expected) in [
            ("go1.19.8", Some("1.19.8")),
            ("go1.21", Some("1.21.0")),
            ("go1.21rc2", Some("1.21.0-rc.2")),
            ("go1.20.3 X:boringcrypto", Some("1.20.3")),
            ("go1.22.1-custom", Some("1.22.1")),
            ("devel +abc", None),
            ("devel go1.20-abc", None),
            ("go", None),
            ("go1.2.3.4", None),
        ] {
            assert_eq!(semantic(version).as_deref(), expected, "{version}");
        }
    }

    #[test]
    fn lengths_stand_before_texts() {
        assert_eq!(counted(&[2, b'a', b'b', b'c']), Some((&b"ab"[..], &b"c"[..])));
        assert_eq!(counted(&[0x80, 0]), Some((&[][..], &[][..])));
        assert_eq!(counted(&[5, b'a']), None);
        assert_eq!(counted(&[0xff; 10]), None);
    }
}
