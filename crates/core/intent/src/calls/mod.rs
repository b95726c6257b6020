//! System calls that code makes, by what stands in it.

mod aarch64;
mod flow;
mod set;
mod x86_64;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use flow::{Convention, Effect, Flow};
pub use set::SystemCalls;

/// A processor whose instructions are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Processor {
    /// x86-64.
    X86_64,
    /// AArch64.
    Aarch64,
}

/// A piece of code, and where it lies in the running program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code<'a> {
    /// The address of its first byte.
    pub address: u64,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Functions of a program that something outside its code knows.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Those that others can call, by their addresses.
    pub exported: Vec<u64>,
    /// Those to which its data points: nobody can tell when they are called.
    pub pointed: Vec<u64>,
    /// Those that end the process with a word why.
    pub last_words: Vec<u64>,
}

/// The system calls of every function of a program that makes any, by its address.
pub(crate) fn system_calls(processor: Processor, code: &[Code<'_>], known: &Known) -> HashMap<u64, SystemCalls> {
    let starts = processor.starts(code, known);
    let mut flow = Flow::new(processor.convention(), &starts, &known.last_words);
    for piece in code {
        flow.section(piece.address);
        processor.decode(piece, |address, effect| flow.step(address, effect));
    }
    flow.finish()
}

impl Processor {
    /// Whether code may make system calls itself.
    pub(crate) fn may_call(self, code: &[u8]) -> bool {
        match self {
            Self::X86_64 => x86_64::may_call(code),
            Self::Aarch64 => aarch64::may_call(code),
        }
    }

    /// The name of a system call, and nothing for a number that has none.
    pub fn name(self, number: u32) -> Option<&'static str> {
        let number = usize::try_from(number).ok()?;
        match self {
            Self::X86_64 => syscalls::x86_64::Sysno::new(number).map(|call| call.name()),
            Self::Aarch64 => syscalls::aarch64::Sysno::new(number).map(|call| call.name()),
        }
    }

    fn convention(self) -> &'static Convention {
        match self {
            Self::X86_64 => &x86_64::CONVENTION,
            Self::Aarch64 => &aarch64::CONVENTION,
        }
    }

    /// Where functions begin, sorted.
    fn starts(self, code: &[Code<'_>], known: &Known) -> Vec<u64> {
        let is_inside =
            |address: u64| code.iter().any(|piece| address.wrapping_sub(piece.address) < piece.bytes.len() as u64);
        let outside = known.exported.iter().chain(&known.pointed).copied();
        let mut starts: Vec<u64> = outside.filter(|address| is_inside(*address)).collect();
        for piece in code {
            let found = |address| {
                if is_inside(address) {
                    starts.push(address);
                }
            };
            match self {
                Self::X86_64 => x86_64::targets(piece.bytes, piece.address, found),
                Self::Aarch64 => aarch64::targets(piece.bytes, piece.address, found),
            }
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    fn decode(self, piece: &Code<'_>, step: impl FnMut(u64, Effect)) {
        match self {
            Self::X86_64 => x86_64::decode(piece.bytes, piece.address, step),
            Self::Aarch64 => aarch64::decode(piece.bytes, piece.address, step),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn calls(processor: Processor, code: &[u8], exported: &[u64]) -> Vec<(u64, Vec<u32>)> {
        let known = Known { exported: exported.to_vec(), ..Known::default() };
        let found = system_calls(processor, &[Code { address: 0x1000, bytes: code }], &known);
        let mut found: Vec<(u64, Vec<u32>)> =
            found.into_iter().map(|(at, calls)| (at, calls.iter().collect())).collect();
        found.sort();
        found.retain(|(_, calls)| !calls.is_empty());
        found
    }

    /// Code of x86-64 with functions of sixteen bytes each.
    fn functions(bodies: &[&[u8]]) -> Vec<u8> {
        bodies.iter().flat_map(|body| body.iter().copied().chain(std::iter::repeat(0x90)).take(16)).collect()
    }

    const MOV_EAX_41: &[u8] = &[0xb8, 41, 0, 0, 0];
    const MOV_EDI_59: &[u8] = &[0xbf, 59, 0, 0, 0];
    const SYSCALL_RET: &[u8] = &[0x0f, 0x05, 0xc3];

    #[test]
    fn a_number_that_is_put_into_the_register_is_found() {
        let code = functions(&[&[MOV_EAX_41, SYSCALL_RET].concat(), &[&[0x31, 0xc0], SYSCALL_RET].concat()]);
        assert_eq!(calls(Processor::X86_64, &code, &[0x1000, 0x1010]), [(0x1000, vec![41]), (0x1010, vec![0])]);
    }

    #[test]
    fn a_number_that_something_else_overwrote_is_not() {
        // mov eax, [rsi]
        let code = functions(&[&[MOV_EAX_41, &[0x8b, 0x06], SYSCALL_RET].concat()]);
        assert_eq!(calls(Processor::X86_64, &code, &[0x1000]), []);
    }

    #[test]
    fn the_callers_of_a_wrapper_name_the_number_through_another_wrapper_too() {
        let call = |from: u8, to: u8| [0xe8, to.wrapping_sub(from + 5), 0xff, 0xff, 0xff];
        let code = functions(&[
            // mov rax, rdi; syscall; ret
            &[&[0x48, 0x89, 0xf8], SYSCALL_RET].concat(),
            // call the first; ret
            &[&call(0x10, 0)[..], &[0xc3]].concat(),
            // mov edi, 59; call the second; ret
            &[MOV_EDI_59, &call(0x25, 0x10), &[0xc3]].concat(),
            // jmp to the third
            &[0xeb, 0xee],
        ]);
        assert_eq!(
            calls(Processor::X86_64, &code, &[0x1000, 0x1010, 0x1020, 0x1030]),
            [(0x1020, vec![59]), (0x1030, vec![59])]
        );
    }

    #[test]
    fn instructions_of_aarch64_are_understood() {
        let words: [u32; 6] = [
            0xd280_0b08, // mov x8, #88
            0xd400_0001, // svc #0
            0xd65f_03c0, // ret
            0x5280_0728, // mov w8, #57
            0x17ff_fffd, // b to the second
            0xd65f_03c0,
        ];
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        // What is called at the second makes the call that its caller names in x8.
        let takes_its_number = [(0x1000, vec![88]), (0x100c, vec![57])];
        assert_eq!(calls(Processor::Aarch64, &code, &[0x1000, 0x1004, 0x100c]), takes_its_number);
    }

    #[test]
    fn numbers_have_the_names_of_their_processor() {
        assert_eq!((Processor::X86_64.name(59), Processor::Aarch64.name(221)), (Some("execve"), Some("execve")));
        assert_eq!(Processor::X86_64.name(511), None);
    }

    proptest! {
        #[test]
        fn never_panics(code in prop::collection::vec(any::<u8>(), 0..2_000), address: u64, known: Vec<u64>) {
            let known = Known { exported: known.clone(), pointed: known.clone(), last_words: known };
            for processor in [Processor::X86_64, Processor::Aarch64] {
                system_calls(processor, &[Code { address, bytes: &code }], &known);
                processor.may_call(&code);
            }
        }
    }
}
