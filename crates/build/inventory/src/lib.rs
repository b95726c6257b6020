//! Turns the bytes of a file into packages.
//!
//! An [`Analyzer`] reads one kind of [`File`] and yields an [`Inventory`]: packages, the distribution, and which files the
//! operating system's packages own. [`wanted`] says which analyzers want a path, [`ALL`] lists them. [`assign_owners`],
//! [`assign_licences`] and [`complete_go_modules`] join the inventories of a subject, once its layers are merged.
//!
//! Invariant: bytes in, values out. Any bytes at all give an inventory and the problems met; nothing fails, nothing
//! panics, and what is left out is said, either as a problem or in the analyzer's [`Analyzer::misses`].
//!
//! Deliberately absent: opening files, layers and what hides what, package URLs with a distribution, advisories.

mod analyzer;
mod analyzers;
mod bytes;
mod fields;
mod go_module;
mod integrity;
mod java;
mod json;
mod json_entries;
mod licence_text;
mod licensee;
mod lines;
mod lockfile;
mod node_reference;
mod owner;
mod pattern;
mod pom;
mod program;
mod python_metadata;
mod quiet;
mod reading;
mod rpm;
mod wanted;
mod yaml;

pub mod sbom;

pub use analyzer::{Analyzer, Evidence, File, Inventory, Notice, OwnedFile, Recorded};
pub use analyzers::ALL;
pub use go_module::{GoModule, GoReplacement, complete_go_modules};
pub use licensee::assign_licences;
pub use owner::{assign_owners, merged};
pub use pattern::Pattern;
pub use quiet::is_quiet_program;
pub use wanted::{Interest, interest, is_for_integrity, is_program, may_be_run, wanted, well_known};
