//! One thread's search of files: by our rules, and by whom else the user names.

use boltseal_content::{File, Hit, Searcher};
use boltseal_model::{Limits, Problems};

use super::{Content, FileScanner};

/// Searches one file after the other.
pub struct Search<'a> {
    searcher: Searcher<'a>,
    scanner: Option<&'a dyn FileScanner>,
}

impl<'a> Search<'a> {
    /// A search with nothing searched yet.
    pub fn new(content: &'a Content, limits: &'a Limits) -> Self {
        Self { searcher: Searcher::new(&content.rules, limits), scanner: content.scanner.as_deref() }
    }

    /// What is found in a file, sorted by place.
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> (Vec<Hit>, Problems) {
        let (mut hits, mut problems) = self.searcher.search(File { path, bytes });
        match self.scanner.map(|scanner| scanner.judge(path, bytes)) {
            Some(Ok(hit)) => hits.splice(0..0, hit).for_each(drop),
            Some(Err(problem)) => problems.push(problem),
            None => {}
        }
        (hits, problems)
    }
}
