//! The members of archives.

use boltseal_archive::{Receiver, kind, unpack};
use boltseal_model::{Problem, ProblemKind};

use crate::search::{Found, Piece, Searcher};

impl Searcher<'_> {
    /// Searches the members of a piece, if it is an archive or compressed.
    pub(crate) fn members(&mut self, piece: Piece<'_>, found: &mut Found<'_>) {
        let Some(kind) = kind(piece.bytes) else { return };
        if self.may_go_deeper(piece, found) {
            let (limits, budget) = (self.limits, found.budget);
            unpack(kind, piece.bytes, limits, budget, &mut Opened { searcher: self, piece, found });
        }
    }
}

/// An archive that is open.
struct Opened<'s, 'r, 'f, 'a> {
    searcher: &'s mut Searcher<'r>,
    piece: Piece<'s>,
    found: &'f mut Found<'a>,
}

impl Receiver for Opened<'_, '_, '_, '_> {
    fn member(&mut self, name: &str, bytes: &[u8]) {
        let within: Vec<String> = self.piece.within.iter().cloned().chain([name.to_owned()]).collect();
        self.searcher.piece(Piece { path: name, bytes, within: &within }, self.found);
    }

    fn problem(&mut self, problem: Problem) {
        let member = problem.path.into_iter();
        let within: Vec<String> = self.piece.within.iter().cloned().chain(member).collect();
        let kind = match problem.kind {
            ProblemKind::Malformed | ProblemKind::Truncated | ProblemKind::Unsupported => ProblemKind::NotUnpacked,
            limit => limit,
        };
        self.found.problem(kind, problem.detail, &within);
    }
}
