//! The feeds that the program knows.

use super::{Feed, FeedError};

/// Every description in `content/feeds`, by id.
const FILES: &[(&str, &str)] = &[
    ("alpine", include_str!("../../../../../../content/feeds/alpine.toml")),
    ("amazon-linux", include_str!("../../../../../../content/feeds/amazon-linux.toml")),
    ("azure-linux", include_str!("../../../../../../content/feeds/azure-linux.toml")),
    ("chainguard", include_str!("../../../../../../content/feeds/chainguard.toml")),
    ("cisa-kev", include_str!("../../../../../../content/feeds/cisa-kev.toml")),
    ("debian", include_str!("../../../../../../content/feeds/debian.toml")),
    ("endoflife", include_str!("../../../../../../content/feeds/endoflife.toml")),
    ("epss", include_str!("../../../../../../content/feeds/epss.toml")),
    ("friends-of-php", include_str!("../../../../../../content/feeds/friends-of-php.toml")),
    ("golang", include_str!("../../../../../../content/feeds/golang.toml")),
    ("oracle-linux", include_str!("../../../../../../content/feeds/oracle-linux.toml")),
    ("osv-almalinux", include_str!("../../../../../../content/feeds/osv-almalinux.toml")),
    ("osv-alpine", include_str!("../../../../../../content/feeds/osv-alpine.toml")),
    ("osv-conan", include_str!("../../../../../../content/feeds/osv-conan.toml")),
    ("osv-crates-io", include_str!("../../../../../../content/feeds/osv-crates-io.toml")),
    ("osv-debian", include_str!("../../../../../../content/feeds/osv-debian.toml")),
    ("osv-go", include_str!("../../../../../../content/feeds/osv-go.toml")),
    ("osv-hex", include_str!("../../../../../../content/feeds/osv-hex.toml")),
    ("osv-maven", include_str!("../../../../../../content/feeds/osv-maven.toml")),
    ("osv-minimos", include_str!("../../../../../../content/feeds/osv-minimos.toml")),
    ("osv-npm", include_str!("../../../../../../content/feeds/osv-npm.toml")),
    ("osv-nuget", include_str!("../../../../../../content/feeds/osv-nuget.toml")),
    ("osv-opensuse", include_str!("../../../../../../content/feeds/osv-opensuse.toml")),
    ("osv-packagist", include_str!("../../../../../../content/feeds/osv-packagist.toml")),
    ("osv-pub", include_str!("../../../../../../content/feeds/osv-pub.toml")),
    ("osv-pypi", include_str!("../../../../../../content/feeds/osv-pypi.toml")),
    ("osv-red-hat", include_str!("../../../../../../content/feeds/osv-red-hat.toml")),
    ("osv-rocky", include_str!("../../../../../../content/feeds/osv-rocky.toml")),
    ("osv-rubygems", include_str!("../../../../../../content/feeds/osv-rubygems.toml")),
    ("osv-swift", include_str!("../../../../../../content/feeds/osv-swift.toml")),
    ("osv-ubuntu", include_str!("../../../../../../content/feeds/osv-ubuntu.toml")),
    ("photon", include_str!("../../../../../../content/feeds/photon.toml")),
    ("pypa", include_str!("../../../../../../content/feeds/pypa.toml")),
    ("redhat-vex", include_str!("../../../../../../content/feeds/redhat-vex.toml")),
    ("ruby-advisory-db", include_str!("../../../../../../content/feeds/ruby-advisory-db.toml")),
    ("rustsec", include_str!("../../../../../../content/feeds/rustsec.toml")),
    ("suse", include_str!("../../../../../../content/feeds/suse.toml")),
    ("wolfi", include_str!("../../../../../../content/feeds/wolfi.toml")),
];

/// The feeds that the program knows, by id.
///
/// # Errors
/// Never: a test reads every one of them.
pub fn embedded() -> Result<Vec<Feed>, FeedError> {
    FILES.iter().map(|(_, text)| Feed::parse(text)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use boltseal_testkit::data::workspace;

    use super::*;

    #[test]
    fn every_description_is_listed_once_by_its_id_and_says_something() {
        let listed: Vec<&str> = FILES.iter().map(|(id, _)| *id).collect();
        assert!(listed.is_sorted_by(|a, b| a < b));
        let folder = fs::read_dir(workspace().join("content/feeds")).unwrap();
        let files: BTreeSet<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(files, listed.iter().map(|id| format!("{id}.toml")).collect());
        let feeds = embedded().unwrap();
        assert_eq!(feeds.iter().map(|feed| feed.id.as_str()).collect::<Vec<_>>(), listed);
        for feed in feeds {
            assert!(!feed.covers.is_empty() && feed.megabytes > 0, "{}", feed.id);
            assert!(feed.files.iter().all(|file| file.address.starts_with("https://")), "{}", feed.id);
        }
    }

    #[test]
    fn no_address_is_asked_twice() {
        let feeds = embedded().unwrap();
        let addresses: Vec<&str> =
            feeds.iter().flat_map(|feed| &feed.files).map(|file| file.address.as_str()).collect();
        assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), addresses.len());
    }
}
