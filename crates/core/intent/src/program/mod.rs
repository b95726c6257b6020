//! What a file that can be executed says of itself.

mod elf;
mod script;

use boltseal_model::{ExecutableKind, Limits};
use serde::{Deserialize, Serialize};

use crate::calls::{Processor, SystemCalls};

/// A file that can be executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// What makes it executable.
    pub kind: ExecutableKind,
    /// The name by which others are linked to it.
    pub name: Option<String>,
    /// What it is run by: the loader of a program, the interpreter of a script and the arguments that its first line has for it.
    pub interpreter: Vec<String>,
    /// Names of the libraries that it is linked to.
    pub libraries: Vec<String>,
    /// Functions that it takes from them, by [`symbol`].
    pub imports: Vec<u64>,
    /// The processor that it is for, if its instructions are understood.
    pub processor: Option<Processor>,
    /// System calls that stand in its own code.
    pub makes: SystemCalls,
    /// Those of them that come about without a call from outside, through functions that its data points to.
    pub always: SystemCalls,
    /// Functions that it offers to others and that come to system calls, by [`symbol`].
    pub offers: Vec<(u64, SystemCalls)>,
    /// Commands that a script names, each once.
    pub commands: Vec<String>,
    /// Whether there was more of it than is looked at, so that what it needs is not known in full.
    pub is_cut: bool,
}

impl Program {
    const fn new(kind: ExecutableKind) -> Self {
        Self {
            kind,
            name: None,
            interpreter: Vec::new(),
            libraries: Vec::new(),
            imports: Vec::new(),
            processor: None,
            makes: SystemCalls::NONE,
            always: SystemCalls::NONE,
            offers: Vec::new(),
            commands: Vec::new(),
            is_cut: false,
        }
    }
}

const ELF: &[u8] = b"\x7fELF";
const SCRIPT: &[u8] = b"#!";

/// Whether a file that begins so may be one that can be executed.
pub fn may_be_executed(head: &[u8]) -> bool {
    head.starts_with(ELF) || head.starts_with(SCRIPT)
}

/// What a file says of itself, if it can be executed: by its bytes, and of a script also by its permission bits.
pub fn examine(bytes: &[u8], mode: u32, limits: &Limits) -> Option<Program> {
    match bytes {
        _ if bytes.starts_with(ELF) => elf::read(bytes, limits),
        _ if bytes.starts_with(SCRIPT) && mode & 0o111 != 0 => script::read(bytes, limits),
        _ => None,
    }
}

impl Program {
    /// Bytes that its lists take, about: whoever keeps thousands of programs counts them.
    pub fn weight(&self) -> usize {
        let texts = [&self.interpreter, &self.libraries, &self.commands];
        let texts = texts.into_iter().flatten().map(|text| size_of::<String>() + text.len());
        texts.sum::<usize>() + size_of_val(self.imports.as_slice()) + size_of_val(self.offers.as_slice())
    }
}

/// The name of a function, in few bytes: an image has millions, and most are asked for only whether they are the same.
///
/// FNV-1a, so that what was kept of a layer means the same tomorrow.
pub const fn symbol(name: &[u8]) -> u64 {
    let (mut hash, mut rest) = (0xcbf2_9ce4_8422_2325_u64, name);
    while let [byte, more @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = more;
    }
    hash
}
