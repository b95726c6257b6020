//! Benchmarks and what is said of hosts: the tables, genuine engines, hosts in folders, and hostile facts.
#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

mod docker;
mod facts;
mod hidden;
mod tables;
