//! `COPY` and `ADD`.

use boltseal_model::Located;
use boltseal_model::dockerfile::CopyFiles;

use super::instruction::{Parsed, announcement};
use super::words::Expanded;
use super::{Build, Scope};

impl Build<'_, '_> {
    pub(super) fn copy(&mut self, parsed: &Parsed<'_>) {
        let mut words = parsed.words();
        let Some(destination) = words.pop().filter(|_| !words.is_empty()) else {
            return self.wrong(parsed, "what is copied, and where to");
        };
        if !self.reading.admits(words.len(), parsed.at, "sources") {
            return;
        }
        let is_add = parsed.keyword == "ADD";
        let mut sources = Vec::new();
        for word in words {
            if parsed.heredocs.is_empty() || announcement(&word.value).is_none() {
                sources.push(self.source(word, is_add));
            }
        }
        let mut flag = |name| {
            let flag = parsed.flag(name)?;
            Some(self.or_written(flag))
        };
        let (from, owner, mode, checksum) = (flag("from"), flag("chown"), flag("chmod"), flag("checksum"));
        let destination = Some(self.or_written(destination));
        let heredocs = parsed.heredocs.clone();
        let is_on_build = parsed.is_on_build;
        let copy = CopyFiles {
            at: parsed.at,
            is_add,
            sources,
            destination,
            from,
            owner,
            mode,
            checksum,
            heredocs,
            is_on_build,
        };
        self.stage(|stage| stage.copies.push(copy));
    }

    /// What is copied. Whether `ADD` fetches it from an address must be known.
    fn source(&mut self, word: Located<String>, is_add: bool) -> Located<String> {
        match self.expand(&word.value, word.at, Scope::Here) {
            Expanded::Text(text) => Located::new(text, word.at),
            Expanded::Unresolved { before } if is_add && before.is_empty() => {
                self.unknown("ADD", &word.value, word.at);
                word
            }
            Expanded::Unresolved { .. } | Expanded::TooMuch => word,
        }
    }

    /// The text with its variables resolved, or as it is written where only whoever builds it knows.
    pub(super) fn or_written(&mut self, written: Located<String>) -> Located<String> {
        match self.resolve(&written.value, written.at, Scope::Here) {
            Some(text) => Located::new(text, written.at),
            None => written,
        }
    }
}
