//! One thread's search of files: by our rules, and by whom else the user names.

use boltseal_content::{File, Hit, Searcher};
use boltseal_model::{Limits, Problems};

use super::{Content, FileScanner, Verifier};

/// Searches one file after the other.
pub struct Search<'a> {
    content: &'a Content,
    searcher: Searcher<'a>,
    scanner: Option<&'a dyn FileScanner>,
}

impl<'a> Search<'a> {
    /// A search of files, with nothing searched yet.
    pub fn new(content: &'a Content, limits: &'a Limits) -> Self {
        Self { scanner: content.scanner.as_deref(), ..Self::of_texts(content, limits) }
    }

    /// A search of texts that are no files, about which no other scanner is asked.
    pub fn of_texts(content: &'a Content, limits: &'a Limits) -> Self {
        let searcher = Searcher::new(&content.rules, limits);
        let searcher = if content.verifier.is_some() { searcher.keeping_secrets() } else { searcher };
        Self { content, searcher, scanner: None }
    }

    /// What is found in a file, sorted by place.
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> (Vec<Hit>, Problems) {
        let (mut hits, mut problems) = self.searcher.search(File { path, bytes });
        if let Some(verifier) = &self.content.verifier {
            hits.iter_mut().for_each(|hit| self.verify(verifier, hit));
        }
        match self.scanner.map(|scanner| scanner.judge(path, bytes)) {
            Some(Ok(hit)) => hits.splice(0..0, hit).for_each(drop),
            Some(Err(problem)) => problems.push(problem),
            None => {}
        }
        (hits, problems)
    }

    /// Adds to the evidence what whoever issued a secret says of it. The secret goes no farther than that.
    fn verify(&self, verifier: &Verifier, hit: &mut Hit) {
        let Some(secret) = hit.secret.take() else { return };
        let rule = self.content.rules.secrets().iter().find(|rule| rule.id == hit.rule);
        if let Some(verify) = rule.and_then(|rule| rule.verify.as_ref()) {
            hit.evidence += &format!("; {}", verifier.verified(verify, secret.expose()));
        }
    }
}
