//! Addresses and ranges of them. Only what they say is looked at: nothing is reached or resolved.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;

use super::{Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    global("ip", &[P::Text], Outcome::Ip, |arguments, _| match arguments {
        [Value::Text(text)] => address(text).map(Value::Ip),
        _ => mismatch(),
    }),
    global("isIP", &[P::Text], Outcome::Bool, |arguments, _| match arguments {
        [Value::Text(text)] => Ok(Value::Bool(address(text).is_ok())),
        _ => mismatch(),
    }),
    global("ip.isCanonical", &[P::Text], Outcome::Bool, |arguments, _| match arguments {
        [Value::Text(text)] => Ok(Value::Bool(address(text)?.to_string() == **text)),
        _ => mismatch(),
    }),
    method("family", &[P::Ip], Outcome::Int, |arguments, _| {
        of(arguments, |address| Value::Int(if address.is_ipv4() { 4 } else { 6 }))
    }),
    method("isUnspecified", &[P::Ip], Outcome::Bool, |arguments, _| {
        of(arguments, |address| Value::Bool(address.is_unspecified()))
    }),
    method("isLoopback", &[P::Ip], Outcome::Bool, |arguments, _| {
        of(arguments, |address| Value::Bool(address.is_loopback()))
    }),
    method("isLinkLocalMulticast", &[P::Ip], Outcome::Bool, |arguments, _| {
        of(arguments, |address| Value::Bool(is_link_local_multicast(address)))
    }),
    method("isLinkLocalUnicast", &[P::Ip], Outcome::Bool, |arguments, _| {
        of(arguments, |address| Value::Bool(is_link_local(address)))
    }),
    method("isGlobalUnicast", &[P::Ip], Outcome::Bool, |arguments, _| {
        of(arguments, |address| {
            let is_other = address.is_unspecified()
                || address.is_loopback()
                || address.is_multicast()
                || is_link_local(address)
                || address == IpAddr::V4(Ipv4Addr::BROADCAST);
            Value::Bool(!is_other)
        })
    }),
    global("cidr", &[P::Text], Outcome::Cidr, |arguments, _| match arguments {
        [Value::Text(text)] => Cidr::parse(text).map(Value::Cidr),
        _ => mismatch(),
    }),
    global("isCIDR", &[P::Text], Outcome::Bool, |arguments, _| match arguments {
        [Value::Text(text)] => Ok(Value::Bool(Cidr::parse(text).is_ok())),
        _ => mismatch(),
    }),
    method("containsIP", &[P::Cidr, P::Ip], Outcome::Bool, contains_ip),
    method("containsIP", &[P::Cidr, P::Text], Outcome::Bool, contains_ip),
    method("containsCIDR", &[P::Cidr, P::Cidr], Outcome::Bool, contains_cidr),
    method("containsCIDR", &[P::Cidr, P::Text], Outcome::Bool, contains_cidr),
    method("ip", &[P::Cidr], Outcome::Ip, |arguments, _| match arguments {
        [Value::Cidr(range)] => Ok(Value::Ip(range.address)),
        _ => mismatch(),
    }),
    method("masked", &[P::Cidr], Outcome::Cidr, |arguments, _| match arguments {
        [Value::Cidr(range)] => Ok(Value::Cidr(range.masked())),
        _ => mismatch(),
    }),
    method("prefixLength", &[P::Cidr], Outcome::Int, |arguments, _| match arguments {
        [Value::Cidr(range)] => Ok(Value::Int(range.bits.into())),
        _ => mismatch(),
    }),
];

fn of<'a>(arguments: &[Value<'a>], run: impl FnOnce(IpAddr) -> Value<'a>) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Ip(address)] => Ok(run(*address)),
        _ => mismatch(),
    }
}

/// As Kubernetes has it, an address of version 4 in the form of version 6 is none: readers disagree which it is.
fn address(text: &str) -> Result<IpAddr, Stop> {
    let no_address = || Stop::value("a text that is no IP address; `isIP` tells before");
    let address: IpAddr = text.parse().map_err(|_| no_address())?;
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => Err(no_address()),
        address => Ok(address),
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(address) => matches!(address.octets(), [0xff, scope, ..] if scope & 0x0f == 2),
    }
}

fn contains_ip<'a>(arguments: &[Value<'a>], _: &mut super::Call<'_>) -> Result<Value<'a>, Stop> {
    let (range, inner) = match arguments {
        [Value::Cidr(range), Value::Ip(inner)] => (range, *inner),
        [Value::Cidr(range), Value::Text(text)] => (range, address(text)?),
        _ => return mismatch(),
    };
    Ok(Value::Bool(range.contains(inner)))
}

fn contains_cidr<'a>(arguments: &[Value<'a>], _: &mut super::Call<'_>) -> Result<Value<'a>, Stop> {
    let (range, inner) = match arguments {
        [Value::Cidr(range), Value::Cidr(inner)] => (range, *inner),
        [Value::Cidr(range), Value::Text(text)] => (range, Cidr::parse(text)?),
        _ => return mismatch(),
    };
    Ok(Value::Bool(range.bits <= inner.bits && range.contains(inner.address)))
}

/// A range of addresses: those that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    fn parse(text: &str) -> Result<Self, Stop> {
        let parts = || -> Option<Self> {
            let (front, bits) = text.split_once('/')?;
            let address = address(front).ok()?;
            let is_spelled = bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
            let bits = is_spelled.then(|| bits.parse().ok()).flatten()?;
            (bits <= width(address)).then_some(Self { address, bits })
        };
        parts().ok_or_else(|| Stop::value("a text that is no CIDR; `isCIDR` tells before"))
    }

    fn masked(self) -> Self {
        let dropped = u32::from(width(self.address) - self.bits);
        let address = match self.address {
            IpAddr::V4(address) => {
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & u32::MAX.checked_shl(dropped).unwrap_or_default()))
            }
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & u128::MAX.checked_shl(dropped).unwrap_or_default()))
            }
        };
        Self { address, bits: self.bits }
    }

    fn contains(self, inner: IpAddr) -> bool {
        width(self.address) == width(inner) && Self { address: inner, ..self }.masked() == self.masked()
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}
