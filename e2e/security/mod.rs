//! What attackers try.

mod hostile_inputs;
