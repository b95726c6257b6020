//! Blocks of addresses.

use core::net::IpAddr;
use std::fmt;

/// Addresses that begin alike, as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    address: IpAddr,
    /// Bits that count.
    length: u8,
}

impl Block {
    /// Reads a block. IPv4 within IPv6 is none, as it is not said of which family its addresses would be.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        if length.is_empty() || length.len() > 3 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u8>().ok()?);
        let (longest, is_plain) = match address {
            IpAddr::V4(_) => (32, true),
            IpAddr::V6(address) => (128, address.to_ipv4_mapped().is_none()),
        };
        (length <= longest && is_plain).then_some(Self { address, length })
    }

    /// Whether an address is in it. One of the other family never is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let mask = |width: u32| u128::MAX.checked_shl(width.saturating_sub(u32::from(self.length))).unwrap_or(0);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let (ours, theirs) = (u128::from(u32::from(ours)), u128::from(u32::from(theirs)));
                (ours ^ theirs) & mask(32) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (u128::from(ours) ^ u128::from(theirs)) & mask(128) == 0,
            _ => false,
        }
    }

    /// Whether it is a part of another block, and not all of it.
    pub fn is_within(&self, outer: &Self) -> bool {
        self.length > outer.length && outer.contains(self.address)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_what_begins_alike() {
        for (block, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("192.0.2.7/32", "192.0.2.7", true),
            ("192.0.2.7/32", "192.0.2.6", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "10.0.0.1", false),
            ("2001:db8::1/128", "2001:db8::2", false),
        ] {
            let found = Block::parse(block).unwrap().contains(address.parse().unwrap());
            assert_eq!(found, expected, "{block} {address}");
        }
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0/8",
            "010.0.0.0/8",
            "::/129",
            "::ffff:10.0.0.0/104",
        ] {
            assert_eq!(Block::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_part_is_smaller_than_the_whole() {
        let block = |text| Block::parse(text).unwrap();
        assert!(block("10.1.0.0/16").is_within(&block("10.0.0.0/8")));
        assert!(!block("10.0.0.0/8").is_within(&block("10.0.0.0/8")));
        assert!(!block("11.0.0.0/16").is_within(&block("10.0.0.0/8")));
    }
}
