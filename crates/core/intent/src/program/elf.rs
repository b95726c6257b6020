//! ELF programs and libraries.
//!
//! Source: System V ABI, "Object Files", "Program Loading and Dynamic Linking". The crate `object` reads the format; it was written for
//! hostile files and gives slices of them.

use std::collections::HashMap;

use boltseal_model::{ExecutableKind, Limits};
use object::elf::{
    DT_NEEDED, DT_SONAME, EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC, FileHeader32, FileHeader64, SHF_EXECINSTR, SHT_NOBITS,
};
use object::elf::{R_AARCH64_RELATIVE, R_X86_64_RELATIVE, STT_FUNC, STT_GNU_IFUNC};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, Rela, SectionHeader, SectionTable, Sym};
use object::{Endianness, FileKind};

use super::{Program, symbol};
use crate::calls::{self, Code, Known, Processor, SystemCalls};

/// Functions of C libraries that end the process with a word why.
const LAST_WORDS: &[u64] = &[
    symbol(b"__assert"),
    symbol(b"__assert_fail"),
    symbol(b"__assert_perror_fail"),
    symbol(b"__chk_fail"),
    symbol(b"__fortify_fail"),
    symbol(b"__libc_fatal"),
    symbol(b"__stack_chk_fail"),
    symbol(b"abort"),
];

/// A section of programs made by Go, whose functions are given the number of a call as any other argument.
const GO: &[u8] = b".gopclntab";

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Option<Program> {
    match FileKind::parse(bytes).ok()? {
        FileKind::Elf32 => Elf::<FileHeader32<Endianness>>::open(bytes, limits)?.program(),
        FileKind::Elf64 => Elf::<FileHeader64<Endianness>>::open(bytes, limits)?.program(),
        _ => None,
    }
}

struct Elf<'a, H: FileHeader<Endian = Endianness>> {
    header: &'a H,
    endian: Endianness,
    bytes: &'a [u8],
    sections: SectionTable<'a, H>,
    limits: &'a Limits,
}

/// A function of the table that the loader reads.
struct Function {
    name: u64,
    /// Where it begins; `None` for one that another library has.
    address: Option<u64>,
}

impl<'a, H: FileHeader<Endian = Endianness>> Elf<'a, H> {
    fn open(bytes: &'a [u8], limits: &'a Limits) -> Option<Self> {
        let header = H::parse(bytes).ok()?;
        let endian = header.endian().ok()?;
        // What has none of them can be run all the same; nothing more is known of it.
        let sections = header.sections(endian, bytes).unwrap_or_default();
        Some(Self { header, endian, bytes, sections, limits })
    }

    fn program(&self) -> Option<Program> {
        let interpreter = self.interpreter();
        let name = self.texts(DT_SONAME).pop();
        let kind = match self.header.e_type(self.endian) {
            ET_EXEC => ExecutableKind::Program,
            // Programs that are loaded anywhere look like libraries, but for the loader that they ask for. The C library asks for
            // one too, and has a name by which others are linked to it. Programs that are linked to nothing only say what they are.
            ET_DYN if self.says_it_is_a_program() || interpreter.is_some() && name.is_none() => ExecutableKind::Program,
            ET_DYN => ExecutableKind::Library,
            // Objects that are still to be linked, modules of the kernel, memory of dead processes: none can be executed.
            _ => return None,
        };
        let mut program = Program::new(kind);
        program.interpreter = interpreter.into_iter().collect();
        program.processor = match self.header.e_machine(self.endian) {
            EM_X86_64 if self.header.is_type_64() => Some(Processor::X86_64),
            EM_AARCH64 if self.endian == Endianness::Little => Some(Processor::Aarch64),
            _ => None,
        };
        program.name = name;
        program.libraries = self.texts(DT_NEEDED);
        let (functions, is_cut) = self.functions();
        program.is_cut = is_cut;
        program.imports = functions.iter().filter(|it| it.address.is_none()).map(|it| it.name).collect();
        program.imports.sort_unstable();
        program.imports.dedup();
        if let Some(processor) = program.processor {
            self.calls(processor, &functions, &mut program);
        }
        Some(program)
    }

    /// The path of the loader.
    fn interpreter(&self) -> Option<String> {
        let segments = self.header.program_headers(self.endian, self.bytes).ok()?;
        let path = segments.iter().find_map(|segment| segment.interpreter(self.endian, self.bytes).ok().flatten())?;
        std::str::from_utf8(path).ok().map(str::to_owned)
    }

    fn says_it_is_a_program(&self) -> bool {
        const FLAGS_1: u32 = object::elf::DT_FLAGS_1;
        const IS_PROGRAM: u32 = object::elf::DF_1_PIE;
        let flags = self.dynamic().iter().find(|entry| entry.tag32(self.endian) == Some(FLAGS_1));
        flags.and_then(|entry| entry.val32(self.endian)).is_some_and(|flags| flags & IS_PROGRAM != 0)
    }

    fn dynamic(&self) -> &'a [H::Dyn] {
        self.sections.dynamic(self.endian, self.bytes).ok().flatten().map_or(&[], |(entries, _)| entries)
    }

    /// The texts of dynamic entries of one kind.
    fn texts(&self, tag: u32) -> Vec<String> {
        let Ok(Some((entries, strings))) = self.sections.dynamic(self.endian, self.bytes) else { return Vec::new() };
        let Ok(strings) = self.sections.strings(self.endian, self.bytes, strings) else { return Vec::new() };
        let meant = entries.iter().filter(|entry| entry.tag32(self.endian) == Some(tag));
        let texts = meant.filter_map(|entry| std::str::from_utf8(entry.string(self.endian, strings).ok()?).ok());
        let mut texts: Vec<String> = texts.take(self.limits.program_libraries).map(str::to_owned).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// The functions of the table that the loader reads, and whether there are more of them.
    fn functions(&self) -> (Vec<Function>, bool) {
        let Ok(table) = self.sections.symbols(self.endian, self.bytes, object::elf::SHT_DYNSYM) else {
            return (Vec::new(), true);
        };
        let strings = table.strings();
        let is_function =
            |it: &&H::Sym| matches!(it.st_type(), STT_FUNC | STT_GNU_IFUNC) || it.is_undefined(self.endian);
        let functions = table.iter().filter(is_function).take(self.limits.program_symbols).filter_map(|it| {
            let name = it.name(self.endian, strings).ok().filter(|name| !name.is_empty())?;
            let address = (!it.is_undefined(self.endian)).then(|| it.st_value(self.endian).into());
            Some(Function { name: symbol(name), address })
        });
        (functions.collect(), table.len() > self.limits.program_symbols)
    }

    /// System calls that stand in the code, for each function that others can call, and for all of it.
    fn calls(&self, processor: Processor, functions: &[Function], program: &mut Program) {
        let code = self.code();
        // Code of Go gives numbers to a function far away.
        let is_go = self.sections.section_by_name(self.endian, GO).is_some();
        if !is_go && !code.iter().any(|piece| processor.may_call(piece.bytes)) {
            return;
        }
        let length: usize = code.iter().map(|piece| piece.bytes.len()).sum();
        if length > self.limits.program_code_bytes {
            program.is_cut = true;
            return;
        }
        let last_words = functions.iter().filter(|it| LAST_WORDS.contains(&it.name)).filter_map(|it| it.address);
        let known = Known {
            exported: functions.iter().filter_map(|it| it.address).collect(),
            pointed: self.pointers(processor),
            last_words: last_words.collect(),
        };
        let made: HashMap<u64, SystemCalls> = calls::system_calls(processor, &code, &known);
        for calls in made.values() {
            program.makes.extend(calls);
        }
        for address in &known.pointed {
            program.always.extend(made.get(address).unwrap_or(&SystemCalls::NONE));
        }
        program.offers = functions
            .iter()
            .filter_map(|it| Some((it.name, *made.get(&it.address?).filter(|calls| !calls.is_empty())?)))
            .collect();
        program.offers.sort_unstable_by_key(|(name, _)| *name);
        program.offers.dedup_by_key(|(name, _)| *name);
    }

    /// Addresses that the loader writes into the data, some of them of functions.
    fn pointers(&self, processor: Processor) -> Vec<u64> {
        let relative = match processor {
            Processor::X86_64 => R_X86_64_RELATIVE,
            Processor::Aarch64 => R_AARCH64_RELATIVE,
        };
        let mut pointers = Vec::new();
        for section in self.sections.iter() {
            if let Ok(Some((entries, _))) = section.rela(self.endian, self.bytes) {
                let is_relative = |entry: &&H::Rela| entry.r_type(self.endian, false) == relative;
                let addends = entries.iter().filter(is_relative).map(|entry| entry.r_addend(self.endian).into());
                pointers.extend(addends.filter_map(|addend: i64| u64::try_from(addend).ok()));
            }
            if let Ok(Some(places)) = section.relr(self.endian, self.bytes) {
                pointers
                    .extend(places.take(self.limits.program_symbols).filter_map(|place| self.word_at(place.into())));
            }
            // Hostile files have as many as they like, and sections that have them again.
            if pointers.len() > self.limits.program_symbols {
                break;
            }
        }
        pointers.truncate(self.limits.program_symbols);
        pointers
    }

    /// Eight bytes at an address of the running program, as a number.
    fn word_at(&self, address: u64) -> Option<u64> {
        let segments = self.header.program_headers(self.endian, self.bytes).ok()?;
        let piece =
            segments.iter().find_map(|segment| segment.data_range(self.endian, self.bytes, address, 8).ok()?)?;
        Some(u64::from_le_bytes(*piece.first_chunk()?))
    }

    /// The sections that are executed.
    fn code(&self) -> Vec<Code<'a>> {
        let is_code = |section: &&H::SectionHeader| {
            let flags: u64 = section.sh_flags(self.endian).into();
            flags & u64::from(SHF_EXECINSTR) != 0 && section.sh_type(self.endian) != SHT_NOBITS
        };
        let pieces = self.sections.iter().filter(is_code).filter_map(|section| {
            let bytes = section.data(self.endian, self.bytes).ok()?;
            Some(Code { address: section.sh_addr(self.endian).into(), bytes })
        });
        pieces.take(self.limits.program_code_sections).collect()
    }
}
