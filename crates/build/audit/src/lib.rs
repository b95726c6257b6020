//! Hosts, their engines and their nodes held to benchmarks.
//!
//! A [`Benchmark`] is a table: for each check its number, its level, our title, and which rules of `content/checks` decide it, or why
//! only a person can. [`audit`] holds what is known of a host, of its containers and images, to the rules, and gives an [`Audit`]: a
//! [`Verdict`] for every check, and a [`Score`] for every level. [`table`], [`Audit::json`] and [`commands`] write it.
//!
//! Invariant: pass, fail, unknown and not applicable are four things. What nobody could see, a rule that fails, and what only a person
//! can tell are unknown; a check passes only where a rule looked at something and found it right. The commands that mend a failure are
//! written and never run.
//!
//! Deliberately absent: collecting facts, which is the business of an edge, and rules, which are data.

mod benchmark;
mod check;
mod judge;
mod report;
mod write;

pub use benchmark::{Benchmark, BenchmarkError, Entry, Needs, Over};
pub use check::{Reason, Verdict};
pub use judge::{AuditError, Question, audit};
pub use report::{Audit, Checked, Fix, SCHEMA, Score};
pub use write::{commands, table};
