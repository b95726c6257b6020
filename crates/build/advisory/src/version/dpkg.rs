//! Debian's order: `[epoch:]upstream[-revision]`.
//!
//! Source: Debian Policy 5.6.12 and deb-version(7). A text whose part before the colon is not a number has no epoch; then
//! the colon belongs to the upstream version. With that rule every string has its place, so nothing is set apart.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "dpkg",
    ecosystems: &[Ecosystem::Deb],
    source: "Debian Policy 5.6.12, deb-version(7)",
    held_to: Some(HeldTo {
        what: "dpkg --compare-versions",
        tests: &["crates/build/advisory/tests/it/version_orders.rs::dpkg_agrees_with_dpkg"],
    }),
    compare,
    is_valid,
};

/// (epoch, upstream version, revision). An absent revision is the empty one, which equals `0`.
fn split(version: &str) -> (&str, &str, &str) {
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("0", version),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, upstream, revision)
}

fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left_upstream, left_revision) = split(left);
    let (right_epoch, right_upstream, right_revision) = split(right);
    compare_numbers(left_epoch, right_epoch)
        .then_with(|| compare_part(left_upstream, right_upstream))
        .then_with(|| compare_part(left_revision, right_revision))
}

/// Alternates between a run of other characters and a run of digits until one of them differs.
fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let (left_text, left_rest) = split_run(left, |byte| !byte.is_ascii_digit());
        let (right_text, right_rest) = split_run(right, |byte| !byte.is_ascii_digit());
        let (left_number, left_rest) = split_digits(left_rest);
        let (right_number, right_rest) = split_digits(right_rest);
        let order = compare_text(left_text, right_text).then_with(|| compare_numbers(left_number, right_number));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

/// The tilde sorts before the end, the end before letters, letters before everything else.
fn compare_text(left: &str, right: &str) -> Ordering {
    let weight = |byte: Option<u8>| match byte {
        None => 0,
        Some(b'~') => -1,
        Some(byte) if byte.is_ascii_alphabetic() => i16::from(byte),
        Some(byte) => i16::from(byte) + 256,
    };
    let (mut left, mut right) = (left.bytes(), right.bytes());
    loop {
        let (one, other) = (left.next(), right.next());
        let order = weight(one).cmp(&weight(other));
        if order.is_ne() || (one.is_none() && other.is_none()) {
            return order;
        }
    }
}

/// Whether dpkg accepts the version. It tolerates an upstream version that starts with a letter, and so does this.
fn is_valid(version: &str) -> bool {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    let accepts = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    !epoch.is_empty()
        && epoch.bytes().all(|byte| byte.is_ascii_digit())
        && accepts(upstream, b".+-~:")
        && accepts(revision, b".+~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_parts_are_zero() {
        for (left, right) in [("1", "1-0"), ("0:1", "1"), ("1.0", "1.00"), ("a", "a0")] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
        }
    }

    #[test]
    fn refuses_what_dpkg_refuses() {
        for version in ["", "a:1", ":1", "1-", "1 2", "1_2", "1:", "-1"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1", "2:1.0-3~deb12u1", "1.0-rc1-2", "1.2.3+git20200101.abc", "1:2:3-4"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
