//! One thread's search.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use boltseal_archive::Budget;
use boltseal_model::{FindingKind, Limits, Problem, ProblemKind, Problems, Redacted};
use sha2::Digest;

use crate::base64_text;
use crate::git;
use crate::hit::Hit;
use crate::malware::{self, Hashes, SeenPatterns, YaraSearcher};
use crate::rules::{Reason, Rules};
use crate::secret::redacted;
use crate::{is_text, place};

/// Rules for malware that are held to a file one by one, at most. A file that seems to match more goes to the engine, which holds
/// all of them to it at once: texts that have the words of every rule must not cost a search for each.
const REFUSED: usize = 8;

/// A file to search.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path from the root of the subject.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Searches one file after the other.
pub struct Searcher<'r> {
    rules: &'r Rules,
    pub(crate) limits: &'r Limits,
    yara: Option<YaraSearcher<'r>>,
    known: Vec<(&'r str, Hashes<'r>)>,
    /// Which patterns of malware were seen.
    demands: SeenPatterns<'r>,
    /// Up to where each rule for secrets has found one, so that a match is not found again within itself.
    done: Vec<usize>,
    keeps_secrets: bool,
}

/// What is known of a file while it is searched.
pub(crate) struct Found<'a> {
    path: &'a str,
    pub hits: Vec<Hit>,
    pub problems: Problems,
    /// What may still be decoded and unpacked of this file.
    pub budget: &'a Budget,
}

impl<'a> Found<'a> {
    fn new(path: &'a str, budget: &'a Budget) -> Self {
        Self { path, hits: Vec::new(), problems: Problems::default(), budget }
    }

    /// Adds a problem, which lies so deep in the file.
    pub fn problem(&mut self, kind: ProblemKind, detail: impl AsRef<str>, within: &[String]) {
        let inside: String = within.iter().rev().map(|outer| format!(", in {outer}")).collect();
        self.problems.push(Problem::at(kind, self.path, format!("{}{inside}", detail.as_ref())));
    }
}

/// Bytes to search: those of a file, or what was unpacked from it.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// Its name, which some rules go by.
    pub path: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where in the file it lies, outermost first.
    pub within: &'a [String],
}

impl<'r> Searcher<'r> {
    /// A searcher with nothing searched yet.
    pub fn new(rules: &'r Rules, limits: &'r Limits) -> Self {
        let yara = rules.yara.as_ref().map(YaraSearcher::new);
        let known = rules.known.iter().filter_map(|list| {
            let hashes = Hashes::open((*list.bytes).as_ref()).ok()?;
            Some((list.name.as_str(), hashes))
        });
        Self {
            rules,
            limits,
            yara,
            known: known.collect(),
            demands: SeenPatterns::new(rules.yara.as_ref().map_or(&[], malware::Yara::demands)),
            done: vec![0; rules.secrets.len()],
            keeps_secrets: false,
        }
    }

    /// A searcher whose hits have the secrets themselves, for whoever must use them.
    #[must_use]
    pub fn keeping_secrets(mut self) -> Self {
        self.keeps_secrets = true;
        self
    }

    /// What is found in a file, sorted by place.
    pub fn search(&mut self, file: File<'_>) -> (Vec<Hit>, Problems) {
        let budget = Budget::new(self.limits.unpacked_bytes);
        let mut found = Found::new(file.path, &budget);
        match git::kind(file.path) {
            // Compressed bytes that nobody runs: what they hold is searched for secrets alone.
            Some(kind) => git::search(self, kind, file.bytes, &mut found),
            None => self.piece(Piece { path: file.path, bytes: file.bytes, within: &[] }, &mut found),
        }
        keep_deepest(&mut found.hits);
        found.hits.sort_by(in_order);
        found.hits.dedup();
        self.let_specific_win(&mut found.hits);
        if found.hits.len() > self.limits.hits_per_file {
            let detail = format!(
                "{} things were found in it; the first {} are kept",
                found.hits.len(),
                self.limits.hits_per_file
            );
            found.problems.push(Problem::at(ProblemKind::TooMany, file.path, detail));
            // Malware is kept first.
            found.hits.sort_by_key(|hit| hit.kind);
            found.hits.truncate(self.limits.hits_per_file);
            found.hits.sort_by(in_order);
        }
        (found.hits, found.problems)
    }

    /// A text with no more of its secrets than may be shown; of base64 that has one in it, as little. A text that could not be
    /// searched to its end is not shown.
    pub fn conceal(&mut self, text: &str) -> String {
        let (hits, problems) = self.search(File { path: "", bytes: text.as_bytes() });
        if !problems.is_empty() {
            return "…".to_owned();
        }
        let secrets = hits.iter().filter(|hit| hit.kind == FindingKind::Secret);
        let mut spans: Vec<(usize, usize)> = secrets.map(|hit| hit.span).collect();
        spans.sort_unstable();
        let (mut shown, mut at) = (Vec::new(), 0);
        for (start, end) in spans.into_iter().filter(|(start, end)| start < end) {
            shown.extend_from_slice(text.as_bytes().get(at..start).unwrap_or_default());
            let hidden = text.as_bytes().get(start.max(at)..end).filter(|hidden| !hidden.is_empty());
            shown.extend(hidden.map(redacted).unwrap_or_default().into_bytes());
            at = at.max(end);
        }
        shown.extend_from_slice(text.as_bytes().get(at..).unwrap_or_default());
        String::from_utf8_lossy(&shown).into_owned()
    }

    /// Looks bytes up in the lists of known malware.
    fn known(&self, Piece { bytes, within, .. }: Piece<'_>, found: &mut Found<'_>) {
        let hit = |evidence| Hit { within: within.to_vec(), ..Hit::known(evidence) };
        if let Some(name) = self.rules.sums.name(bytes) {
            found.hits.push(hit(format!("its digest is that of {name} in signatures of ClamAV")));
        }
        if self.known.is_empty() {
            return;
        }
        let digest = sha2::Sha256::digest(bytes).into();
        for (list, hashes) in &self.known {
            let name = match hashes.name(&digest) {
                Ok(Some(name)) => name,
                Ok(None) => continue,
                Err(error) => {
                    // Unreadable, so that no cache keeps it: it is wrong with the list, not with the file.
                    found.problems.push(Problem::at(ProblemKind::Unreadable, *list, error.to_string()));
                    continue;
                }
            };
            let evidence = match name {
                "" => format!("its SHA-256 is in the list {list}"),
                name => format!("its SHA-256 is in the list {list} as {name}"),
            };
            found.hits.push(hit(evidence));
        }
    }

    /// Keeps of generic rules' hits those of secrets that no other rule has found at the same place, each once: the worst.
    fn let_specific_win(&self, hits: &mut Vec<Hit>) {
        let is_generic = |hit: &Hit| self.rules.secrets.iter().any(|rule| rule.generic && rule.id == hit.rule);
        let (mut generic, mut kept): (Vec<Hit>, Vec<Hit>) = std::mem::take(hits).into_iter().partition(is_generic);
        let place = |hit: &Hit| (hit.within.clone(), hit.line, hit.column, hit.evidence.clone());
        let mut known: BTreeSet<_> = kept.iter().map(place).collect();
        generic.sort_by_key(|hit| std::cmp::Reverse(hit.severity));
        kept.extend(generic.into_iter().filter(|hit| known.insert(place(hit))));
        kept.sort_by(in_order);
        *hits = kept;
    }

    /// Searches bytes for all that is looked for, and what they hold.
    pub(crate) fn piece(&mut self, piece: Piece<'_>, found: &mut Found<'_>) {
        self.known(piece, found);
        let may_be_malware = self.secrets(piece, 0..piece.bytes.len(), found);
        self.malware(piece, may_be_malware, found);
        self.members(piece, found);
    }

    /// Searches a span of the bytes for secrets; gives whether a rule for malware may match in them.
    pub(crate) fn secrets(&mut self, piece: Piece<'_>, span: Range<usize>, found: &mut Found<'_>) -> bool {
        let text = piece.bytes.get(span.clone()).unwrap_or_default();
        let mut may_be_malware = false;
        let mut runs: Vec<Range<usize>> = Vec::new();
        let is_text = is_text(piece.bytes);
        self.done.fill(0);
        self.demands.forget();
        let (rules, done, limits, keeps_secrets) = (self.rules, &mut self.done, self.limits, self.keeps_secrets);
        let demands = &mut self.demands;
        let mut tried = 0_usize;
        rules.filter.search(text, |literal, at| {
            match rules.reasons.get(literal) {
                Some(Reason::Malware(rule, pattern))
                    if !may_be_malware && demands.pattern(*rule, *pattern, text.len()) =>
                {
                    may_be_malware = demands.refused() == REFUSED
                        || rules.yara.as_ref().is_none_or(|yara| yara.may_match(*rule, piece.bytes));
                    if !may_be_malware {
                        demands.refuse(*rule);
                    }
                }
                Some(Reason::Base64) if runs.last().is_some_and(|run| at < run.end) => {}
                Some(Reason::Base64) => {
                    tried += 1;
                    if tried > limits.anchors_per_file {
                        return ControlFlow::Break(());
                    }
                    runs.push(base64_text::run_around(text, at, limits.base64_bytes));
                }
                Some(Reason::Secret(index)) => {
                    let (Some(rule), Some(done)) = (rules.secrets.get(*index), done.get_mut(*index)) else {
                        return ControlFlow::Continue(());
                    };
                    if at < *done || (rule.text_only && !is_text) || !rule.wants(piece.path) {
                        return ControlFlow::Continue(());
                    }
                    tried += 1;
                    if tried > limits.anchors_per_file {
                        return ControlFlow::Break(());
                    }
                    if let Some(place_of) = rule.secret_at(text, at) {
                        *done = place_of.end;
                        let bounds = (span.start + place_of.start, span.start + place_of.end);
                        let (line, column) = place(piece.bytes, bounds.0);
                        let secret = text.get(place_of).unwrap_or_default();
                        found.hits.push(Hit {
                            kind: FindingKind::Secret,
                            rule: rule.id.clone(),
                            title: rule.title.clone(),
                            severity: rule.severity,
                            within: piece.within.to_vec(),
                            line,
                            column,
                            evidence: redacted(secret),
                            remedy: rule.remedy.clone(),
                            span: bounds,
                            secret: keeps_secrets.then(|| Redacted::new(secret.to_vec())),
                        });
                    }
                }
                Some(Reason::Malware(..)) | None => {}
            }
            if found.hits.len() > limits.hits_per_file { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if tried > limits.anchors_per_file {
            let detail = format!(
                "more than {} places in it could be secrets; it was not searched to its end",
                limits.anchors_per_file
            );
            found.problem(ProblemKind::TooMany, detail, piece.within);
        }
        // What was not looked at may hold anything: made-up secrets must not hide malware behind them.
        may_be_malware |= tried > limits.anchors_per_file || found.hits.len() > limits.hits_per_file;
        for run in runs {
            self.base64(piece, span.start + run.start..span.start + run.end, found);
        }
        may_be_malware
    }

    fn malware(&mut self, piece: Piece<'_>, may_be_malware: bool, found: &mut Found<'_>) {
        let Some(yara) = &mut self.yara else { return };
        let first = found.hits.len();
        found.hits.extend(malware::find_by_shape(piece.path, piece.bytes));
        if (may_be_malware || yara.has_always())
            && let Err(error) = yara.search(piece.bytes, may_be_malware, &mut found.hits)
        {
            found.problem(ProblemKind::TooMany, error.to_string(), piece.within);
        }
        for hit in found.hits.iter_mut().skip(first) {
            hit.within = piece.within.to_vec();
        }
    }

    fn base64(&mut self, piece: Piece<'_>, run: Range<usize>, found: &mut Found<'_>) {
        let (start, end) = (run.start, run.end);
        let Some(decoded) = piece.bytes.get(run).and_then(base64_text::decoded) else { return };
        if !self.may_go_deeper(piece, found) {
            return;
        }
        if let Err((kind, detail)) = found.budget.take(decoded.len() as u64) {
            return found.problem(kind, detail, piece.within);
        }
        let (first, depth) = (found.hits.len(), piece.within.len());
        let within: Vec<String> = piece.within.iter().cloned().chain([String::new()]).collect();
        self.piece(Piece { path: piece.path, bytes: &decoded, within: &within }, found);
        if found.hits.len() == first {
            return;
        }
        // Lines are counted only for what was found: a hostile file has millions of runs.
        let place = match place(piece.bytes, start) {
            (Some(line), _) => format!("base64 in line {line}"),
            (None, _) => format!("base64 at byte {start}"),
        };
        for hit in found.hits.iter_mut().skip(first) {
            hit.span = (start, end);
            if let Some(outer) = hit.within.get_mut(depth) {
                outer.clone_from(&place);
            }
        }
    }

    /// Whether what lies in a piece is looked at. If not, that is a problem.
    pub(crate) fn may_go_deeper(&self, piece: Piece<'_>, found: &mut Found<'_>) -> bool {
        let may = piece.within.len() < self.limits.archive_depth;
        if !may {
            let detail = format!("more than {} archives and encodings within each other", self.limits.archive_depth);
            found.problem(ProblemKind::TooDeep, detail, piece.within);
        }
        may
    }
}

/// Drops what was found in an archive's own bytes and again in its members, as where they are not compressed.
fn keep_deepest(hits: &mut Vec<Hit>) {
    let place = |hit: &Hit, depth: usize| {
        let evidence = (hit.kind == FindingKind::Secret).then(|| hit.evidence.clone());
        (hit.within.get(..depth).unwrap_or_default().to_vec(), hit.rule.clone(), evidence)
    };
    let deeper: BTreeSet<_> =
        hits.iter().flat_map(|hit| (0..hit.within.len()).map(move |depth| place(hit, depth))).collect();
    if !deeper.is_empty() {
        hits.retain(|hit| !deeper.contains(&place(hit, hit.within.len())));
    }
}

/// The order of hits: by place, then by rule.
fn in_order(a: &Hit, b: &Hit) -> std::cmp::Ordering {
    (&a.within, a.line, a.column, &a.rule).cmp(&(&b.within, b.line, b.column, &b.rule))
}
