//! What listens to the network.
//!
//! Source: proc(5), `/proc/net/tcp`: addresses in hexadecimal, each word of 32 bits in the order of the machine's bytes, which on every
//! machine that containers run on today is the little end first.

use std::net::{Ipv4Addr, Ipv6Addr};

use boltseal_model::host::{Collected, Listener};

use crate::root::{Found, Root};
use crate::system::needed;

/// Listeners that are kept.
const LISTENERS: usize = 10_000;

pub(crate) fn collect(root: &Root) -> Collected<Vec<Listener>> {
    needed(read(root), "/proc/1/net/tcp")
}

fn read(root: &Root) -> Found<Vec<Listener>> {
    // Those of the first process are those of the host, also for who looks from a container.
    let table = |name: &str| match root.text(&format!("/proc/1/net/{name}")) {
        Err(_) if root.is_own() => root.text(&format!("/proc/self/net/{name}")),
        found => found,
    };
    let Some(text) = table("tcp")? else { return Ok(None) };
    let mut found = parse_listeners(&text);
    // A kernel may have no IPv6.
    found.extend(parse_listeners(&table("tcp6")?.unwrap_or_default()));
    found.sort();
    found.dedup();
    Ok(Some(found))
}

/// Reads a table of connections; those that are open are left out.
pub fn parse_listeners(text: &str) -> Vec<Listener> {
    const LISTENING: &str = "0A";
    let listener = |line: &str| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let (local, state) = (fields.next()?, fields.nth(1)?);
        let (address, port) = local.split_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        let name = name(address)?;
        (state == LISTENING).then(|| Listener { name, port: i64::from(port) })
    };
    text.lines().filter_map(listener).take(LISTENERS).collect()
}

fn name(address: &str) -> Option<String> {
    let word = |index: usize| {
        let digits = address.get(index * 8..index * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_le_bytes)
    };
    match address.len() {
        8 => Some(Ipv4Addr::from(word(0)?).to_string()),
        32 => {
            let mut octets = [0; 16];
            for (index, part) in octets.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(index)?);
            }
            Some(Ipv6Addr::from(octets).to_string())
        }
        _ => None,
    }
}
