//! Files to search for malware and secrets, as images have them: made once, the same everywhere, and free of both.

use std::fs;
use std::path::{Path, PathBuf};

use super::inputs::made;

/// Bytes of each third of the mixed corpus.
const THIRD: u64 = 333_000_000;
/// Files of the source tree.
const SOURCES: usize = 100_000;
/// Their endings: rules for secrets ask for them.
const ENDINGS: &[&str] = &["js", "py", "go", "java", "rs", "yaml", "json", "md"];

/// A gigabyte: a third of the files of a Debian, a third of sources and logs, a third of what looks like programs and archives.
pub fn mixed(debian: &Path) -> anyhow::Result<PathBuf> {
    made("corpus-1gb", |folder| {
        let (mut left, into) = (THIRD, folder.join("debian"));
        copy(debian, &into, &mut left)?;
        // What the Debian lacks of its third is made up.
        let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
        let mut number = 0;
        for (kind, bytes) in [("text", THIRD + left), ("binary", THIRD)] {
            let mut left = bytes;
            while left > 0 {
                number += 1;
                let size = noise.below(200_000) + 1_000;
                let bytes = if kind == "text" { text(&mut noise, size) } else { binary(&mut noise, size) };
                let place = folder.join(kind).join(format!("{}", number / 500));
                fs::create_dir_all(&place)?;
                fs::write(place.join(format!("file-{number}.{}", if kind == "text" { "js" } else { "bin" })), &bytes)?;
                left = left.saturating_sub(bytes.len() as u64);
            }
        }
        Ok(())
    })
}

/// A source tree of 100,000 files in some 500 MB.
pub fn sources() -> anyhow::Result<PathBuf> {
    made("sources-100000", |folder| {
        let mut noise = Noise(0xD1B5_4A32_D192_ED03);
        for number in 0..SOURCES {
            let ending = ENDINGS.get(number % ENDINGS.len()).unwrap_or(&"txt");
            let place = folder.join(format!("src/{}/{}", number / 2_000, number / 100));
            fs::create_dir_all(&place)?;
            let size = noise.below(9_000) + 500;
            fs::write(place.join(format!("file_{number}.{ending}")), text(&mut noise, size))?;
        }
        Ok(())
    })
}

/// Copies files until so many bytes are there, in the order of their names.
fn copy(from: &Path, into: &Path, left: &mut u64) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let (kind, Some(name)) = (fs::symlink_metadata(&entry)?.file_type(), entry.file_name()) else { continue };
        if kind.is_dir() {
            copy(&entry, &into.join(name), left)?;
        } else if kind.is_file() && *left > 0 {
            fs::create_dir_all(into)?;
            *left = left.saturating_sub(fs::copy(&entry, into.join(name))?);
        }
    }
    Ok(())
}

/// Numbers that look like chance and are always the same. Source: G. Marsaglia, "Xorshift RNGs", 2003.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: u64) -> usize {
        usize::try_from(self.next() % most).unwrap_or_default()
    }
}

/// Words that rules for secrets begin with, of which a page of a program has one or two.
const SENSITIVE: &[&str] =
    &["token", "password", "secret", "api_key", "Authorization: Bearer ", "https://docs.internal/guide"];
/// How rare they are.
const ONE_IN: u64 = 200;

/// Words of programs.
const WORDS: &[&str] = &[
    "const", "return", "value", "index", "function", "await", "self", "config", "user", "request", "response", "error",
    "length", "string", "import", "from", "export", "default", "public", "static", "void", "println", "key", "array",
    "object", "null", "true", "if", "else", "for", "while", "let", "struct", "fn", "map", "filter", "collect",
    "format", "log.info", "session", "header", "client", "server", "0x1f", "3600",
];

/// Lines of words, with marks between them.
fn text(noise: &mut Noise, size: usize) -> Vec<u8> {
    const MARKS: &[&str] =
        &[" ", " ", " ", ".", "(", ") ", " = ", ", ", "_", ";\n", "\n    ", ": ", "[", "] ", " {\n", "}\n"];
    let mut text = Vec::with_capacity(size + 40);
    while text.len() < size {
        let words = if noise.below(ONE_IN) == 0 { SENSITIVE } else { WORDS };
        for list in [words, MARKS] {
            text.extend_from_slice(list.get(noise.below(list.len() as u64)).unwrap_or(&"").as_bytes());
        }
    }
    text
}

/// Runs of zeros, of code-like bytes, of strings and of what is compressed.
fn binary(noise: &mut Noise, size: usize) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01\0".to_vec();
    while bytes.len() < size {
        let run = noise.below(4_000) + 64;
        match noise.below(4) {
            0 => bytes.resize(bytes.len() + run, 0),
            1 => (0..run / 8).for_each(|_| bytes.extend((noise.next() & 0x0f3f_ff48_8b89_c0e8).to_le_bytes())),
            2 => bytes.extend(text(noise, run)),
            _ => (0..run / 8).for_each(|_| bytes.extend(noise.next().to_le_bytes())),
        }
    }
    bytes
}
