//! Which functions come to which system calls.
//!
//! The code is read once, from its first instruction to its last, with what is known of the registers: a number that was put into
//! one, or that it still has what the caller gave. A function that makes the call whose number it was given is a wrapper, and
//! its callers name the number; so are those that hand it on. What goes through a pointer is not followed: this is an estimate.

use std::collections::HashMap;

use super::SystemCalls;

/// Registers of a processor, by number.
pub(super) const REGISTERS: usize = 32;
/// Arguments that are looked at, of those that a wrapper may take the number from.
const ARGUMENTS: usize = 4;
/// Rounds in which wrappers are followed to their callers. Languages have three around another.
const ROUNDS: usize = 8;

/// What one instruction does, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing that matters.
    None,
    /// A number is put into a register.
    Put(usize, u64),
    /// A register gets what another has.
    Copy { to: usize, from: usize },
    /// A register gets something else.
    Spoil(usize),
    /// A register gets an address, which may be that of a function that is called in another place.
    Take(usize, u64),
    /// A function is called.
    Call(u64),
    /// Something is called that is known only when it runs.
    CallUnknown,
    /// The code may go on elsewhere, and does here.
    Branch(u64),
    /// The code goes on elsewhere.
    Jump(u64),
    /// The code does not go on here.
    End,
    /// A system call.
    SystemCall,
}

/// What a processor's convention says.
pub(super) struct Convention {
    /// The register with the number of a system call.
    pub number: usize,
    /// Registers in which callers give what a wrapper makes the number of, the usual one first.
    pub arguments: [usize; ARGUMENTS],
    /// Registers that a function gives back as it found them.
    pub kept: &'static [usize],
}

/// What is known of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Unknown,
    Number(u32),
    /// What the function was called with, in this register.
    Given(usize),
}

#[derive(Default)]
struct Function {
    makes: SystemCalls,
    /// The register from which it takes the number of a call that it makes, or has made.
    takes: Option<usize>,
    calls: Vec<Called>,
}

struct Called {
    target: u64,
    arguments: [Value; ARGUMENTS],
}

/// The functions of a program or library, as they are read.
pub(super) struct Flow<'c> {
    convention: &'c Convention,
    /// Where functions begin: what is called or exported.
    starts: &'c [u64],
    /// Functions that end the process with a word why: what they do is not what anything is meant to do.
    last_words: &'c [u64],
    functions: HashMap<u64, Function>,
    current: u64,
    registers: [Value; REGISTERS],
    /// Whether the code goes on at the next instruction. Between functions there is room that nothing comes to.
    goes_on: bool,
}

impl<'c> Flow<'c> {
    pub(super) fn new(convention: &'c Convention, starts: &'c [u64], last_words: &'c [u64]) -> Self {
        let registers = [Value::Unknown; REGISTERS];
        Self { convention, starts, last_words, functions: HashMap::new(), current: 0, registers, goes_on: false }
    }

    /// A piece of code begins.
    pub(super) fn section(&mut self, address: u64) {
        self.current = address;
        self.goes_on = false;
        self.registers = std::array::from_fn(Value::Given);
    }

    /// The next instruction.
    pub(super) fn step(&mut self, address: u64, effect: Effect) {
        if address != self.current && self.starts.binary_search(&address).is_ok() {
            // A function that falls into the next calls it, in a way.
            if self.goes_on {
                self.called(address);
            }
            self.section(address);
        }
        self.goes_on = match effect {
            Effect::None => self.goes_on,
            // A call with nothing behind it but the next function does not come back.
            Effect::Jump(_) | Effect::End | Effect::Call(_) | Effect::CallUnknown => false,
            _ => true,
        };
        match effect {
            Effect::None => {}
            Effect::Put(register, number) => {
                self.set(register, u32::try_from(number).map_or(Value::Unknown, Value::Number));
            }
            Effect::Copy { to, from } => self.set(to, self.get(from)),
            Effect::Spoil(register) => self.set(register, Value::Unknown),
            Effect::Take(register, target) => {
                self.left(target);
                self.set(register, Value::Unknown);
            }
            Effect::Call(target) => {
                self.called(target);
                self.spoil_all();
            }
            Effect::CallUnknown => self.spoil_all(),
            Effect::Branch(target) => self.left(target),
            Effect::Jump(target) => {
                self.left(target);
                // What stands behind is come to by a branch before, and numbers that were put into registers early are mostly
                // there still.
                self.set(self.convention.number, Value::Unknown);
                let given = self.registers.iter_mut().filter(|value| matches!(value, Value::Given(_)));
                given.for_each(|value| *value = Value::Unknown);
            }
            Effect::End => self.registers = [Value::Unknown; REGISTERS],
            Effect::SystemCall => {
                let number = self.get(self.convention.number);
                let function = self.functions.entry(self.current).or_default();
                match number {
                    Value::Number(number) => function.makes.insert(number),
                    Value::Given(register) => function.takes = Some(register),
                    Value::Unknown => {}
                }
                self.set(self.convention.number, Value::Unknown);
            }
        }
    }

    fn get(&self, register: usize) -> Value {
        self.registers.get(register).copied().unwrap_or(Value::Unknown)
    }

    fn set(&mut self, register: usize, value: Value) {
        if let Some(place) = self.registers.get_mut(register) {
            *place = value;
        }
    }

    /// Functions give back few registers as they found them.
    fn spoil_all(&mut self) {
        let kept = self.convention.kept;
        for (register, value) in self.registers.iter_mut().enumerate() {
            if !kept.contains(&register) {
                *value = Value::Unknown;
            }
        }
    }

    /// A jump that leaves the function is a call, and the last thing that it does. Whoever takes the address of a function has it
    /// called, sooner or later.
    fn left(&mut self, target: u64) {
        if self.starts.binary_search(&target).is_ok() && target != self.current {
            self.called(target);
        }
    }

    fn called(&mut self, target: u64) {
        if self.last_words.contains(&target) {
            return;
        }
        let arguments = self.convention.arguments.map(|register| self.get(register));
        let function = self.functions.entry(self.current).or_default();
        let is_new = |known: &Called| known.target != target || known.arguments != arguments;
        // Most calls of one function in another are alike.
        if function.calls.last().is_none_or(is_new) {
            function.calls.push(Called { target, arguments });
        }
    }

    /// The system calls of every function, with those of the functions that it calls.
    pub(super) fn finish(mut self) -> HashMap<u64, SystemCalls> {
        self.follow_wrappers();
        let mut callers: HashMap<u64, Vec<u64>> = HashMap::new();
        for (address, function) in &self.functions {
            for called in &function.calls {
                callers.entry(called.target).or_default().push(*address);
            }
        }
        let mut makes: HashMap<u64, SystemCalls> =
            self.functions.iter().map(|(address, function)| (*address, function.makes)).collect();
        let mut changed: Vec<u64> =
            makes.iter().filter(|(_, calls)| !calls.is_empty()).map(|(address, _)| *address).collect();
        while let Some(address) = changed.pop() {
            let Some(calls) = makes.get(&address).copied() else { continue };
            for caller in callers.get(&address).into_iter().flatten() {
                if makes.entry(*caller).or_default().extend(&calls) {
                    changed.push(*caller);
                }
            }
        }
        makes
    }

    /// Numbers that callers give to wrappers, through wrappers of wrappers.
    fn follow_wrappers(&mut self) {
        for _ in 0..ROUNDS {
            let takes: HashMap<u64, usize> =
                self.functions.iter().filter_map(|(address, function)| Some((*address, function.takes?))).collect();
            let mut is_changed = false;
            for function in self.functions.values_mut() {
                let Function { makes, takes: own, calls } = function;
                for called in calls.iter() {
                    let Some(register) = takes.get(&called.target) else { continue };
                    let place = self.convention.arguments.iter().position(|argument| argument == register);
                    let given = place.and_then(|place| called.arguments.get(place));
                    match given {
                        Some(Value::Number(number)) => makes.insert(*number),
                        Some(Value::Given(register)) if own.is_none() => {
                            *own = Some(*register);
                            is_changed = true;
                        }
                        _ => {}
                    }
                }
            }
            if !is_changed {
                return;
            }
        }
    }
}
