//! Any text as the description of a feed, as a list of mirrors and as the index of a repository.
#![no_main]

use boltseal_advisory::repository;
use boltseal_model::Limits;
use boltseal_scan::database::Feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(feed) = Feed::parse(text) {
        assert!(feed.files.iter().all(|file| !file.name.contains(['/', '\\']) && !file.name.starts_with('.')));
    }
    let _ = repository::mirrors(text).count();
    let (part, problems) = repository::part(text, "updateinfo", &Limits::default());
    assert!(part.is_some() || !problems.is_empty());
});
