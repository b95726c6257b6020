//! One thread's search.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use boltseal_model::{FindingKind, Limits, Problem, ProblemKind, Problems, Redacted};
use sha2::Digest;

use crate::base64_text;
use crate::hit::Hit;
use crate::malware::{Hashes, YaraSearcher};
use crate::rules::{Reason, Rules};
use crate::secret::redacted;
use crate::{is_text, place};

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
    limits: &'r Limits,
    yara: Option<YaraSearcher<'r>>,
    known: Vec<(&'r str, Hashes<'r>)>,
    /// Up to where each rule for secrets has found one, so that a match is not found again within itself.
    done: Vec<usize>,
    keeps_secrets: bool,
}

/// What is known of a file while it is searched.
struct Found<'a> {
    path: &'a str,
    hits: Vec<Hit>,
    problems: Problems,
    /// Bytes that may still be decoded and unpacked of this file.
    unpacked: u64,
}

impl<'r> Searcher<'r> {
    /// A searcher with nothing searched yet.
    pub fn new(rules: &'r Rules, limits: &'r Limits) -> Self {
        let yara = rules.yara.as_ref().map(YaraSearcher::new);
        let known = rules.known.iter().filter_map(|list| {
            let hashes = Hashes::open((*list.bytes).as_ref()).ok()?;
            Some((list.name.as_str(), hashes))
        });
        Self { rules, limits, yara, known: known.collect(), done: vec![0; rules.secrets.len()], keeps_secrets: false }
    }

    /// A searcher whose hits have the secrets themselves, for whoever must use them.
    #[must_use]
    pub fn keeping_secrets(mut self) -> Self {
        self.keeps_secrets = true;
        self
    }

    /// Whether it looks for malware by rules.
    pub const fn seeks_malware(&self) -> bool {
        self.yara.is_some()
    }

    /// What is found in a file, sorted by place.
    pub fn search(&mut self, file: File<'_>) -> (Vec<Hit>, Problems) {
        let mut found = Found {
            path: file.path,
            hits: Vec::new(),
            problems: Problems::default(),
            unpacked: self.limits.unpacked_bytes,
        };
        self.known(file.bytes, &mut found);
        self.layer(file.bytes, &[], &mut found);
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

    /// Looks the file up in the lists of known malware.
    fn known(&self, bytes: &[u8], found: &mut Found<'_>) {
        if let Some(name) = self.rules.sums.name(bytes) {
            found.hits.push(Hit::known(format!("its digest is that of {name} in signatures of ClamAV")));
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
            found.hits.push(Hit::known(evidence));
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

    /// Searches bytes: those of the file, or of what was unpacked from it.
    fn layer(&mut self, bytes: &[u8], within: &[String], found: &mut Found<'_>) {
        let mut may_be_malware = false;
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        let is_text = is_text(bytes);
        self.done.fill(0);
        let (rules, done, limits, keeps_secrets) = (self.rules, &mut self.done, self.limits, self.keeps_secrets);
        let mut tried = 0_usize;
        rules.filter.search(bytes, |literal, at| {
            match rules.reasons.get(literal) {
                Some(Reason::Malware(too_large)) => may_be_malware |= (bytes.len() as u64) < *too_large,
                Some(Reason::Base64) if runs.last().is_some_and(|run| at < run.end) => {}
                Some(Reason::Base64) => {
                    tried += 1;
                    if tried > limits.anchors_per_file {
                        return ControlFlow::Break(());
                    }
                    runs.push(base64_text::run_around(bytes, at, limits.base64_bytes));
                }
                Some(Reason::Secret(index)) => {
                    let (Some(rule), Some(done)) = (rules.secrets.get(*index), done.get_mut(*index)) else {
                        return ControlFlow::Continue(());
                    };
                    if at < *done || (rule.text_only && !is_text) || !rule.wants(found.path) {
                        return ControlFlow::Continue(());
                    }
                    tried += 1;
                    if tried > limits.anchors_per_file {
                        return ControlFlow::Break(());
                    }
                    if let Some(span) = rule.secret_at(bytes, at) {
                        *done = span.end;
                        let (line, column) = place(bytes, span.start);
                        let bounds = (span.start, span.end);
                        let secret = bytes.get(span).unwrap_or_default();
                        found.hits.push(Hit {
                            kind: FindingKind::Secret,
                            rule: rule.id.clone(),
                            title: rule.title.clone(),
                            severity: rule.severity,
                            within: within.to_vec(),
                            line,
                            column,
                            evidence: redacted(secret),
                            remedy: rule.remedy.clone(),
                            span: bounds,
                            secret: keeps_secrets.then(|| Redacted::new(secret.to_vec())),
                        });
                    }
                }
                None => {}
            }
            if found.hits.len() > limits.hits_per_file { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if tried > limits.anchors_per_file {
            let detail = format!(
                "more than {} places in it could be secrets; it was not searched to its end",
                limits.anchors_per_file
            );
            found.problems.push(Problem::at(ProblemKind::TooMany, found.path, detail));
        }
        // What was not looked at may hold anything: made-up secrets must not hide malware behind them.
        may_be_malware |= tried > limits.anchors_per_file || found.hits.len() > limits.hits_per_file;
        self.malware(bytes, may_be_malware, within, found);
        for run in runs {
            self.base64(bytes, run, within, found);
        }
    }

    fn malware(&mut self, bytes: &[u8], may_be_malware: bool, within: &[String], found: &mut Found<'_>) {
        let Some(yara) = &mut self.yara else { return };
        if !may_be_malware && !yara.has_always() {
            return;
        }
        let first = found.hits.len();
        if let Err(error) = yara.search(bytes, may_be_malware, &mut found.hits) {
            found.problems.push(Problem::at(ProblemKind::TooMany, found.path, error.to_string()));
        }
        for hit in found.hits.iter_mut().skip(first) {
            hit.within = within.to_vec();
        }
    }

    fn base64(&mut self, bytes: &[u8], run: std::ops::Range<usize>, within: &[String], found: &mut Found<'_>) {
        let (start, end) = (run.start, run.end);
        let Some(decoded) = bytes.get(run).and_then(base64_text::decoded) else { return };
        if within.len() >= self.limits.archive_depth {
            let detail = format!("more than {} encodings within each other", self.limits.archive_depth);
            found.problems.push(Problem::at(ProblemKind::TooDeep, found.path, detail));
            return;
        }
        let Some(left) = found.unpacked.checked_sub(decoded.len() as u64) else {
            let detail = format!("more than {} bytes of it are encoded", self.limits.unpacked_bytes);
            found.problems.push(Problem::at(ProblemKind::TooLarge, found.path, detail));
            return;
        };
        found.unpacked = left;
        let (first, depth) = (found.hits.len(), within.len());
        let within: Vec<String> = within.iter().cloned().chain([String::new()]).collect();
        self.layer(&decoded, &within, found);
        if found.hits.len() == first {
            return;
        }
        // Lines are counted only for what was found: a hostile file has millions of runs.
        let place = match place(bytes, start) {
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
}

/// The order of hits: by place, then by rule.
fn in_order(a: &Hit, b: &Hit) -> std::cmp::Ordering {
    (&a.within, a.line, a.column, &a.rule).cmp(&(&b.within, b.line, b.column, &b.rule))
}
