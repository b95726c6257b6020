//! Fetches one file of a feed: what changed, from where it broke off, checked before it counts.

use std::fs::File;
use std::io::{self, Read, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use boltseal_http::{Client, Request, Response};
use boltseal_model::Limits;

use super::error::FetchError;
use super::feed::{self, Feed, FeedFile};
use super::folder::{self, Folder, Name, Stage, State};
use super::place::{self, Place};
use super::{answer, check};
use crate::progress::UpdateProgress;

/// Bytes of a text that leads to a file or tells its checksum. They hold a line, and the index of a repository some thousand bytes.
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

/// What came of fetching a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// It is what is here already.
    Unchanged,
    /// It is new, of so many bytes.
    New(u64),
}

/// A file that is here as far as the server tells.
struct Arrived {
    bytes: u64,
    state: State,
    /// Whether it came in several parts.
    is_patchwork: bool,
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
        let place = place::find(file, self.limits, |address| self.small(address))?;
        let held = self.folder.held(name).map(|(_, state)| state);
        if place.sha256.is_some() && held.as_ref().is_some_and(|state| state.sha256 == place.sha256) {
            return Ok(Fetched::Unchanged);
        }
        let held = held.filter(|state| state.address == place.address);
        match self.arrive(name, &place.address, held.as_ref(), end)? {
            Some(arrived) => self.finish(feed, file, place, name, arrived),
            None => Ok(Fetched::Unchanged),
        }
    }

    /// Lets the bytes at an address arrive, or those of them that are not here; `None` when what is held is the newest.
    fn arrive(
        &self,
        name: &Name,
        address: &str,
        held: Option<&State>,
        end: Instant,
    ) -> Result<Option<Arrived>, FetchError> {
        let part = self.continuable(name, address);
        if let Some((bytes, state)) = part.as_ref().filter(|(bytes, state)| state.bytes == Some(*bytes)) {
            // The last update ended between the last byte and the check.
            return Ok(Some(Arrived { bytes: *bytes, state: state.clone(), is_patchwork: true }));
        }
        let answer = self.ask(&answer::question(address, part.as_ref(), held))?;
        match (answer.status(), part) {
            (304, None) if held.is_some() => Ok(None),
            (200, _) => {
                let state = answer::state(&answer, address.to_owned());
                self.is_within(state.bytes.unwrap_or(0))?;
                let into = self.folder.begin(name, &state).map_err(FetchError::Write)?;
                let bytes = self.receive(name, answer, into, 0, &state, end)?;
                Ok(Some(Arrived { bytes, state, is_patchwork: false }))
            }
            (206, Some((from, mut state))) => {
                let total = answer::continues(&answer, from, &state).inspect_err(|_| self.forget(name))?;
                self.is_within(total)?;
                state.bytes = Some(total);
                self.folder.describe(Stage::Partial, name, &state).map_err(FetchError::Write)?;
                let into = self.folder.append(name).map_err(FetchError::Write)?;
                let bytes = self.receive(name, answer, into, from, &state, end)?;
                Ok(Some(Arrived { bytes, state, is_patchwork: true }))
            }
            (304, _) => Err(FetchError::Senseless("unchanged, although nothing is here")),
            (206, None) => Err(FetchError::Senseless("a part, although the whole was asked for")),
            (416, _) => {
                self.forget(name);
                Err(FetchError::Senseless("no such part"))
            }
            (status, _) => Err(FetchError::Status { status, retry_after: answer::retry_after(&answer) }),
        }
    }

    /// Sends a request; what another machine says without TLS is no answer.
    fn ask(&self, request: &Request) -> Result<Response, FetchError> {
        let answer = self.client.send(request)?;
        if feed::is_askable(&answer.address()) { Ok(answer) } else { Err(FetchError::LedAstray(answer.address())) }
    }

    fn forget(&self, name: &Name) {
        self.folder.remove(Stage::Partial, name);
    }

    /// The part that is here, if the server can be asked for the rest of the same state of the file.
    fn continuable(&self, name: &Name, address: &str) -> Option<(u64, State)> {
        let (bytes, state) = self.folder.find(Stage::Partial, name)?;
        let is_same = state.address == address && answer::validator(&state).is_some();
        let is_part = bytes > 0 && state.bytes.is_none_or(|total| bytes <= total);
        (is_same && is_part).then_some((bytes, state))
    }

    fn small(&self, address: &str) -> Result<String, FetchError> {
        let answer = self.ask(&Request::get(address))?;
        if answer.status() != 200 {
            return Err(FetchError::Status { status: answer.status(), retry_after: answer::retry_after(&answer) });
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
        place: Place,
        name: &Name,
        Arrived { bytes, state, is_patchwork }: Arrived,
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
                let named = answer::address_name(&place.address);
                Some(
                    answer::checksum(&text, named)
                        .ok_or(FetchError::Senseless("no SHA-256 is in the file of checksums"))?,
                )
            }
            None => place.sha256,
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
