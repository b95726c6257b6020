//! The client of registries against servers that answer well and badly.

mod authorization;
mod credentials;
mod support;
mod transfer;
