//! Instructions of x86-64.

use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};
use memchr::memmem;

use super::flow::{Convention, Effect};

const RAX: usize = 0;

/// Numbers are those of the processor: rax 0, rcx 1, rdx 2, rbx 3, rsp 4, rbp 5, rsi 6, rdi 7, r8 to r15.
pub(super) const CONVENTION: Convention = Convention {
    number: RAX,
    // What C calls its first argument is in rdi; Go's own convention has it in rax.
    arguments: [7, RAX, 6, 2],
    kept: &[3, 4, 5, 12, 13, 14, 15],
};

/// Bytes before a system call in which its number is put into eax.
const NEAR: usize = 48;

/// Whether code is likely to make system calls, told without decoding it: two bytes stand in any large file by chance.
pub(super) fn may_call(code: &[u8]) -> bool {
    memmem::find_iter(code, b"\x0f\x05").any(|at| {
        let before = code.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        before.windows(5).any(|bytes| matches!(bytes, [0xb8, _, 0..=3, 0, 0]))
            || before.windows(2).any(|it| it == [0x31, 0xc0])
    })
}

/// Addresses that something in the code calls or takes. Bytes that only look as if they did give addresses at which no instruction
/// begins, or a function where there is none, which changes little.
pub(super) fn targets(code: &[u8], address: u64, mut found: impl FnMut(u64)) {
    let mut found = |at: usize| {
        let Some(distance) = code.get(at..).and_then(|rest| rest.first_chunk::<4>()) else { return };
        let next = address.wrapping_add(at as u64 + 4);
        found(next.wrapping_add_signed(i32::from_le_bytes(*distance).into()));
    };
    // call; lea of an address beside the code.
    for at in memchr::memchr2_iter(0xe8, 0x8d, code) {
        match code.get(at..at + 2) {
            Some([0xe8, _]) => found(at + 1),
            Some([_, mode]) if mode & 0xc7 == 5 => found(at + 2),
            _ => {}
        }
    }
}

/// Goes through code, with the address and the effect of every instruction.
pub(super) fn decode(code: &[u8], address: u64, mut step: impl FnMut(u64, Effect)) {
    let mut decoder = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        step(instruction.ip(), effect(&instruction));
    }
}

fn effect(instruction: &Instruction) -> Effect {
    match instruction.flow_control() {
        FlowControl::Next => {}
        FlowControl::Call if instruction.code() == Code::Syscall => return Effect::SystemCall,
        FlowControl::Call => return Effect::Call(instruction.near_branch_target()),
        FlowControl::IndirectCall => return Effect::CallUnknown,
        FlowControl::ConditionalBranch => return Effect::Branch(instruction.near_branch_target()),
        FlowControl::UnconditionalBranch => return Effect::Jump(instruction.near_branch_target()),
        FlowControl::Return | FlowControl::IndirectBranch | FlowControl::Interrupt | FlowControl::Exception => {
            return Effect::End;
        }
        FlowControl::XbeginXabortXend => return Effect::None,
    }
    let Some(to) = (instruction.op0_kind() == OpKind::Register).then(|| number(instruction.op0_register())).flatten()
    else {
        return Effect::None;
    };
    match instruction.mnemonic() {
        Mnemonic::Cmp | Mnemonic::Test | Mnemonic::Push | Mnemonic::Nop => Effect::None,
        Mnemonic::Mov => match instruction.op1_kind() {
            OpKind::Immediate32 | OpKind::Immediate64 | OpKind::Immediate32to64 => {
                Effect::Put(to, instruction.immediate(1))
            }
            OpKind::Register if instruction.op0_register().size() >= 4 => match number(instruction.op1_register()) {
                Some(from) => Effect::Copy { to, from },
                None => Effect::Spoil(to),
            },
            _ => Effect::Spoil(to),
        },
        Mnemonic::Xor
            if instruction.op1_kind() == OpKind::Register
                && instruction.op0_register() == instruction.op1_register() =>
        {
            Effect::Put(to, 0)
        }
        Mnemonic::Lea if instruction.is_ip_rel_memory_operand() => {
            Effect::Take(to, instruction.ip_rel_memory_address())
        }
        _ => Effect::Spoil(to),
    }
}

fn number(register: Register) -> Option<usize> {
    register.is_gpr().then(|| register.full_register().number())
}
