//! Which of several images a machine would run. A platform is written `os/architecture` or `os/architecture/variant`.

/// The platform whose images this machine would run.
pub const fn native_platform() -> Option<&'static str> {
    if cfg!(target_arch = "x86_64") {
        Some("linux/amd64")
    } else if cfg!(target_arch = "aarch64") {
        Some("linux/arm64")
    } else {
        None
    }
}

/// Keeps those for a platform, by what `platform` says of each, and says whether there are any; without any, all stay.
///
/// A platform that is met exactly goes before one that only begins so: `linux/amd64` before `linux/amd64/v3`.
pub fn keep_platform<T>(all: &mut Vec<T>, wanted: &str, platform: impl Fn(&T) -> Option<String>) -> bool {
    let rest = |one: &T| platform(one).and_then(|name| name.strip_prefix(wanted).map(str::to_owned));
    let is_exact = |one: &T| rest(one).is_some_and(|rest| rest.is_empty());
    let begins_so = |one: &T| rest(one).is_some_and(|rest| rest.starts_with('/'));
    if all.iter().any(is_exact) {
        all.retain(is_exact);
        return true;
    }
    let is_there = all.iter().any(begins_so);
    if is_there {
        all.retain(begins_so);
    }
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_met_exactly_or_else_by_its_beginning() {
        let all = ["linux/amd64/v3", "linux/amd64", "linux/arm/v7", "linux/arm/v6", "", "linux/amd64v9"];
        for (wanted, kept) in [
            ("linux/amd64", &["linux/amd64"][..]),
            ("linux/arm", &["linux/arm/v7", "linux/arm/v6"]),
            ("linux/amd64/v3", &["linux/amd64/v3"]),
        ] {
            let mut left = all.to_vec();
            assert!(keep_platform(&mut left, wanted, |name| Some((*name).to_owned())));
            assert_eq!(left, kept);
        }
        let mut left = all.to_vec();
        assert!(!keep_platform(&mut left, "linux/ar", |name| (!name.is_empty()).then(|| (*name).to_owned())));
        assert_eq!(left, all);
    }
}
