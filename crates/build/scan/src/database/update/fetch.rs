//! Fetches one file of a feed: what changed, from where it broke off, checked before it counts.

use std::fs::File;
use std::io::{self, Read, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use boltseal_http::{Client, HttpError, Request, Response};
use boltseal_model::Limits;

use super::check;
use super::feed::{self, Feed, FeedFile};
use super::folder::{self, Folder, Name, Stage, State};
use crate::progress::UpdateProgress;

/// Bytes of a checksum file or of a pointer. They hold a line.
const SMALL_BYTES: u64 = 64 << 10;
const CHUNK: usize = 64 << 10;

/// How long one file is waited for, and how often it is tried.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Tries in a row that bring nothing.
    pub fruitless: u32,
    /// Tries in all. A connection may break again and again and each bring a part.
    pub tries: u32,
    /// Pause after the first fruitless try; each further one doubles it.
    pub pause: Duration,
    /// The longest pause, also when the server asks for a longer one.
    pub longest_pause: Duration,
    /// Time for the whole file. What arrived by then is kept, and the next update goes on there.
    pub time: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            fruitless: 4,
            tries: 40,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            time: Duration::from_secs(3_600),
        }
    }
}

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer came.
    #[error("{0}")]
    Unanswered(#[from] HttpError),
    /// The server says no.
    #[error("the server answers with status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The answer does not fit the question.
    #[error("the server's answer makes no sense: {0}")]
    Senseless(&'static str),
    /// A redirect leads where nobody answers for what is there.
    #[error("led to {0}, which is not asked: only https is, but for this machine")]
    LedAstray(String),
    /// The connection broke.
    #[error("the connection broke after {bytes} bytes: {detail}")]
    Broken {
        /// Bytes that are here.
        bytes: u64,
        /// What happened.
        detail: String,
    },
    /// It goes on and on.
    #[error("it has more than {0} bytes, which is more than is taken from a feed")]
    TooLarge(u64),
    /// It goes on too slowly.
    #[error("it was not here after {} seconds; the next update goes on after {bytes} bytes", .time.as_secs())]
    TooSlow {
        /// The time that was given to it.
        time: Duration,
        /// Bytes that are here.
        bytes: u64,
    },
    /// What arrived is not what should have.
    #[error("what arrived is damaged or something else: {detail}")]
    Damaged {
        /// What is wrong with it.
        detail: String,
        /// Whether it came in several parts, so that another try in one part may do better.
        is_patchwork: bool,
    },
    /// It cannot be written.
    #[error("cannot write it: {0}")]
    Write(#[source] io::Error),
}

impl FetchError {
    /// Whether another try may do better.
    const fn is_passing(&self) -> bool {
        match self {
            Self::Unanswered(error) => match error {
                HttpError::HostNotFound | HttpError::Timeout(_) | HttpError::Connection(_) => true,
                HttpError::Address(_) | HttpError::Unencrypted | HttpError::Certificate(_) | HttpError::Tls(_) => false,
            },
            Self::Status { status, .. } => matches!(status, 408 | 416 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Damaged { is_patchwork, .. } => *is_patchwork,
            Self::Senseless(_) | Self::Broken { .. } => true,
            Self::LedAstray(_) | Self::TooLarge(_) | Self::TooSlow { .. } | Self::Write(_) => false,
        }
    }

    const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Unanswered(_)
            | Self::Senseless(_)
            | Self::LedAstray(_)
            | Self::Broken { .. }
            | Self::TooLarge(_)
            | Self::TooSlow { .. }
            | Self::Damaged { .. }
            | Self::Write(_) => None,
        }
    }
}

/// What came of fetching a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// It is what is here already.
    Unchanged,
    /// It is new, of so many bytes.
    New(u64),
}

/// Fetches files into a download folder.
pub struct Fetcher<'a> {
    pub client: &'a Client,
    pub folder: &'a Folder,
    pub limits: &'a Limits,
    pub patience: &'a Patience,
    pub progress: &'a dyn UpdateProgress,
}

impl Fetcher<'_> {
    /// Fetches a file, as often as patience allows.
    pub fn fetch(&self, feed: &Feed, file: &FeedFile) -> Result<Fetched, FetchError> {
        let name = Name { feed: feed.id.clone(), file: file.name.clone() };
        let end = Instant::now() + self.patience.time;
        let (mut fruitless, mut pause) = (0, self.patience.pause);
        let mut tries = 0;
        loop {
            let before = self.partial_bytes(&name);
            let error = match self.attempt(feed, file, &name, end) {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            };
            tries += 1;
            if self.partial_bytes(&name) > before {
                (fruitless, pause) = (0, self.patience.pause);
            } else {
                fruitless += 1;
            }
            let is_over = fruitless >= self.patience.fruitless || tries >= self.patience.tries;
            if is_over || !error.is_passing() || Instant::now() + pause > end {
                return Err(error);
            }
            sleep(error.retry_after().unwrap_or(pause).min(self.patience.longest_pause));
            pause = pause.saturating_mul(2);
        }
    }

    fn partial_bytes(&self, name: &Name) -> u64 {
        self.folder.find(Stage::Partial, name).map_or(0, |(bytes, _)| bytes)
    }

    fn attempt(&self, feed: &Feed, file: &FeedFile, name: &Name, end: Instant) -> Result<Fetched, FetchError> {
        let address = if file.pointer { self.pointed_at(&file.address)? } else { file.address.clone() };
        let held = self.folder.held(name).filter(|(_, state)| state.address == address);
        let partial = self.continuable(name, &address);
        if let Some((bytes, state)) = partial.as_ref().filter(|(bytes, state)| state.bytes == Some(*bytes)) {
            // The last update ended between the last byte and the check.
            return self.finish(feed, file, name, *bytes, state.clone(), true);
        }
        let mut request = Request::get(&address).with("accept-encoding", "identity");
        match (&partial, &held) {
            (Some((bytes, state)), _) => {
                request = request.with("range", format!("bytes={bytes}-"));
                if let Some(validator) = validator(state) {
                    request = request.with("if-range", validator);
                }
            }
            (None, Some((_, state))) => {
                if let Some(etag) = &state.etag {
                    request = request.with("if-none-match", etag);
                }
                if let Some(day) = &state.last_modified {
                    request = request.with("if-modified-since", day);
                }
            }
            (None, None) => {}
        }
        let answer = self.client.send(&request)?;
        if !feed::is_askable(&answer.address()) {
            return Err(FetchError::LedAstray(answer.address()));
        }
        match (answer.status(), partial, held) {
            (304, None, Some(_)) => Ok(Fetched::Unchanged),
            (200, partial, _) => {
                let state = State {
                    address,
                    etag: answer.header("etag").map(str::to_owned),
                    last_modified: answer.header("last-modified").map(str::to_owned),
                    bytes: answer.length(),
                    ..State::default()
                };
                drop(partial);
                self.is_within(answer.length().unwrap_or(0))?;
                let into = self.folder.begin(name, &state).map_err(FetchError::Write)?;
                let bytes = self.receive(name, answer, into, 0, &state, end)?;
                self.finish(feed, file, name, bytes, state, false)
            }
            (206, Some((from, mut state)), _) => {
                let total = continues(&answer, from, &state).inspect_err(|_| self.forget(name))?;
                self.is_within(total)?;
                state.bytes = Some(total);
                self.folder.describe(Stage::Partial, name, &state).map_err(FetchError::Write)?;
                let into = self.folder.append(name).map_err(FetchError::Write)?;
                let bytes = self.receive(name, answer, into, from, &state, end)?;
                self.finish(feed, file, name, bytes, state, true)
            }
            (status, partial, _) => {
                if status == 416 {
                    self.forget(name);
                }
                match status {
                    304 => Err(FetchError::Senseless("unchanged, although nothing is here")),
                    206 => Err(FetchError::Senseless("a part, although the whole was asked for")),
                    // A 416 without anything that was asked for in parts would come again and again.
                    416 if partial.is_none() => {
                        Err(FetchError::Senseless("no such part, although the whole was asked for"))
                    }
                    status => Err(FetchError::Status { status, retry_after: retry_after(&answer) }),
                }
            }
        }
    }

    fn forget(&self, name: &Name) {
        self.folder.remove(Stage::Partial, name);
    }

    /// The part that is here, if the server can be asked for the rest of the same state of the file.
    fn continuable(&self, name: &Name, address: &str) -> Option<(u64, State)> {
        let (bytes, state) = self.folder.find(Stage::Partial, name)?;
        let is_same = state.address == address && validator(&state).is_some();
        let is_part = bytes > 0 && state.bytes.is_none_or(|total| bytes <= total);
        (is_same && is_part).then_some((bytes, state))
    }

    /// The address that a pointer names.
    fn pointed_at(&self, address: &str) -> Result<String, FetchError> {
        let text = self.small(address)?;
        let name = text.trim();
        let (folder, _) = address.rsplit_once('/').unwrap_or((address, ""));
        if feed::is_name(name) {
            Ok(format!("{folder}/{name}"))
        } else {
            Err(FetchError::Senseless("the text that should name the newest file names none"))
        }
    }

    fn small(&self, address: &str) -> Result<String, FetchError> {
        let answer = self.client.send(&Request::get(address))?;
        if !feed::is_askable(&answer.address()) {
            return Err(FetchError::LedAstray(answer.address()));
        }
        if answer.status() != 200 {
            return Err(FetchError::Status { status: answer.status(), retry_after: retry_after(&answer) });
        }
        let bytes = answer
            .into_bytes(SMALL_BYTES)
            .map_err(|error| FetchError::Broken { bytes: 0, detail: format!("{error}, reading {address}") })?;
        String::from_utf8(bytes).map_err(|_| FetchError::Senseless("a text was expected beside the file, and is none"))
    }

    fn is_within(&self, bytes: u64) -> Result<(), FetchError> {
        if bytes > self.limits.feed_bytes { Err(FetchError::TooLarge(self.limits.feed_bytes)) } else { Ok(()) }
    }

    /// Writes a body down; gives the bytes of the file.
    fn receive(
        &self,
        name: &Name,
        answer: Response,
        into: File,
        from: u64,
        state: &State,
        end: Instant,
    ) -> Result<u64, FetchError> {
        let shown = format!("{}/{}", name.feed, name.file);
        self.progress.download_started(&shown, from, state.bytes);
        let outcome = self.copy(&shown, answer.into_body(), into, from, end);
        self.progress.download_finished(&shown);
        let bytes = outcome.inspect_err(|error| {
            if matches!(error, FetchError::TooLarge(_)) {
                self.forget(name);
            }
        })?;
        match state.bytes {
            Some(promised) if promised != bytes => {
                Err(FetchError::Broken { bytes, detail: format!("{promised} were promised") })
            }
            _ => Ok(bytes),
        }
    }

    fn copy(
        &self,
        shown: &str,
        mut body: impl Read,
        mut into: File,
        from: u64,
        end: Instant,
    ) -> Result<u64, FetchError> {
        let (mut bytes, mut buffer) = (from, vec![0; CHUNK]);
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(FetchError::Broken { bytes, detail: error.to_string() }),
            };
            self.is_within(bytes.saturating_add(read as u64))?;
            into.write_all(buffer.get(..read).unwrap_or_default()).map_err(FetchError::Write)?;
            bytes += read as u64;
            self.progress.download_advanced(shown, read as u64);
            if Instant::now() > end {
                return Err(FetchError::TooSlow { time: self.patience.time, bytes });
            }
        }
        into.sync_all().map_err(FetchError::Write)?;
        Ok(bytes)
    }

    /// Checks what arrived, and lets it take the place of what was here.
    fn finish(
        &self,
        feed: &Feed,
        file: &FeedFile,
        name: &Name,
        bytes: u64,
        state: State,
        is_patchwork: bool,
    ) -> Result<Fetched, FetchError> {
        let path = self.folder.path(Stage::Partial, name);
        let damaged = |detail: String| {
            self.forget(name);
            FetchError::Damaged { detail, is_patchwork }
        };
        let digest = folder::sha256(&path).map_err(FetchError::Write)?;
        let expected = match &file.checksum {
            Some(address) => {
                let text = self.small(address)?;
                let named = address_name(&state.address);
                Some(checksum(&text, named).ok_or(FetchError::Senseless("no SHA-256 is in the file of checksums"))?)
            }
            None => file.sha256.clone(),
        };
        if let Some(expected) = expected.filter(|expected| !expected.eq_ignore_ascii_case(&digest)) {
            return Err(damaged(format!("its SHA-256 is {digest}, and should be {expected}")));
        }
        check::is_whole(&path, &feed.importer, self.limits).map_err(|error| damaged(error.to_string()))?;
        let state = State { bytes: Some(bytes), sha256: Some(digest), ..state };
        match self.folder.held(name) {
            Some((stage, held)) if held.sha256 == state.sha256 => {
                // The server does not tell whether a file changed, or tells it of one that did not.
                self.forget(name);
                let state = State { records: held.records, ..state };
                self.folder.describe(stage, name, &state).map_err(FetchError::Write)?;
                Ok(Fetched::Unchanged)
            }
            _ => {
                self.folder.promote(Stage::Partial, Stage::New, name, &state).map_err(FetchError::Write)?;
                Ok(Fetched::New(bytes))
            }
        }
    }
}

/// What the rest of a file is asked for by: it must tell one state of the file from every other, and weak tags do not.
fn validator(state: &State) -> Option<&str> {
    state.etag.as_deref().filter(|etag| !etag.starts_with("W/")).or(state.last_modified.as_deref())
}

/// Bytes of the whole file, if the answer continues the part that is here.
fn continues(answer: &Response, from: u64, state: &State) -> Result<u64, FetchError> {
    let range = answer.header("content-range").and_then(|range| range.strip_prefix("bytes "));
    let parsed = range.and_then(|range| {
        let (span, total) = range.split_once('/')?;
        let (first, last) = span.split_once('-')?;
        Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?, total.parse::<u64>().ok()?))
    });
    let Some((first, last, total)) = parsed else {
        return Err(FetchError::Senseless("a part that does not say which"));
    };
    let is_rest = first == from && last.checked_add(1) == Some(total);
    let is_as_promised = state.bytes.is_none_or(|promised| promised == total);
    let is_same = answer.header("etag").is_none_or(|etag| Some(etag) == state.etag.as_deref());
    if !is_rest || !is_as_promised {
        return Err(FetchError::Senseless("another part than the one asked for"));
    }
    if is_same { Ok(total) } else { Err(FetchError::Senseless("a part of another state of the file")) }
}

fn retry_after(answer: &Response) -> Option<Duration> {
    answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The last part of an address's path.
fn address_name(address: &str) -> &str {
    address.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default()
}

/// The SHA-256 that a file of checksums gives for a name, or the only one in it.
fn checksum(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| {
        let (digest, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        feed::is_sha256(digest).then(|| (digest, rest.trim().trim_start_matches(['*', '.', '/'])))
    });
    let first = lines.next()?;
    let mut all = std::iter::once(first).chain(lines).collect::<Vec<_>>();
    if all.len() > 1 {
        all.retain(|(_, named)| *named == name);
    }
    all.first().map(|(digest, _)| (*digest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_the_one_of_the_name() {
        let (a, b) = ("a".repeat(64), "B".repeat(64));
        assert_eq!(checksum(&a, "x.zip"), Some(a.clone()));
        assert_eq!(checksum(&format!("{a}  y.zip\n{b} *x.zip\n"), "x.zip"), Some(b.clone()));
        assert_eq!(checksum(&format!("{a}  y.zip\n{b}  z.zip\n"), "x.zip"), None);
        assert_eq!(checksum("<html>", "x.zip"), None);
    }

    #[test]
    fn a_weak_tag_asks_for_no_rest() {
        let state = |etag: &str, day: Option<&str>| State {
            etag: Some(etag.into()),
            last_modified: day.map(str::to_owned),
            ..State::default()
        };
        assert_eq!(validator(&state("\"a\"", Some("day"))), Some("\"a\""));
        assert_eq!(validator(&state("W/\"a\"", Some("day"))), Some("day"));
        assert_eq!(validator(&state("W/\"a\"", None)), None);
    }
}
