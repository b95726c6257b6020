//! What is done with the bytes of every file beside reading its packages: the search for malware and secrets, the judgement of
//! what it declares, and what it needs if it can be executed. A folder and a layer are read by one thread each, and inspecting takes
//! far longer than reading, so that threads with nothing to read inspect what others have read.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use boltseal_content::Hit;
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::content::{Content, Search, Spotted};
use crate::intent::{ExecutableFile, Named};
use crate::posture::{Judged, Posture, declares, may_declare};

/// Bytes of files that wait to be inspected. Enough that no thread waits for one that reads; a file beyond them is inspected by the
/// thread that read it.
const WAITING_BYTES: usize = 8 << 20;
/// Files that wait.
const WAITING_FILES: usize = 1_024;

/// What files are held to.
#[derive(Clone, Copy)]
pub struct Inspection<'a> {
    /// What is searched for.
    pub content: Option<&'a Content>,
    /// The rules for what is declared.
    pub posture: Option<&'a Posture>,
    /// Whether what can be executed is noted, and which files besides.
    pub executables: Option<&'a Named>,
    /// Bounds on all of it.
    pub limits: &'a Limits,
}

impl Inspection<'_> {
    /// Whether there is nothing to do with files.
    const fn is_nothing(&self) -> bool {
        self.content.is_none() && self.posture.is_none() && self.executables.is_none()
    }

    /// Whether a file may be wanted, by its path.
    fn may_want(&self, path: &str) -> bool {
        self.content.is_some() || self.executables.is_some() || self.posture.is_some() && may_declare(path)
    }

    /// Whether a file is wanted, by its path and the bytes that it begins with; `more` gives further ones.
    fn wants(&self, path: &str, head: &[u8], more: impl FnOnce() -> Option<Vec<u8>>) -> bool {
        let may_judge = || self.posture.is_some() && may_declare(path);
        self.content.is_some()
            || self.executables.is_some_and(|named| named.wants(path, head))
            || may_judge() && more().is_some_and(|head| declares(path, &head))
    }
}

/// A file to inspect.
#[derive(Clone, Copy)]
pub struct File<'f> {
    /// Its path in the subject.
    pub path: &'f str,
    /// Its content.
    pub bytes: &'f [u8],
    /// Its permission bits.
    pub mode: u32,
}

/// One thread that inspects files.
struct Inspector<'a> {
    what: Inspection<'a>,
    /// Made for the first file: it takes memory, and where everything is known from before there is none.
    search: Option<Search<'a>>,
}

impl<'a> Inspector<'a> {
    const fn new(what: Inspection<'a>) -> Self {
        Self { what, search: None }
    }

    fn inspect(&mut self, File { path, bytes, mode }: File<'_>) -> Inspected {
        let Inspection { content, posture, executables, limits } = self.what;
        let mut inspected = Inspected::default();
        if let Some(content) = content {
            let search = self.search.get_or_insert_with(|| Search::new(content, limits));
            (inspected.hits, inspected.problems) = search.file(path, bytes);
        }
        if let Some(posture) = posture.filter(|_| declares(path, bytes)) {
            inspected.judged = posture.judge_found(path, bytes, limits);
        }
        inspected.executable = executables.and_then(|named| ExecutableFile::of(path, bytes, mode, named, limits));
        inspected
    }
}

/// What was found in one file.
#[derive(Default)]
struct Inspected {
    hits: Vec<Hit>,
    judged: Judged,
    executable: Option<ExecutableFile>,
    problems: Problems,
}

impl Inspected {
    fn is_nothing(&self) -> bool {
        self.hits.is_empty() && self.judged.is_nothing() && self.executable.is_none() && self.problems.is_empty()
    }
}

/// Files that wait for a thread.
#[derive(Default)]
pub struct InspectionPool {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    files: VecDeque<Handed>,
    bytes: usize,
    /// Threads that still read.
    readers: usize,
}

/// A file that was handed in.
struct Handed {
    path: String,
    bytes: Vec<u8>,
    mode: u32,
    place: usize,
    answer: Sender<Answer>,
}

impl Waiting {
    fn take(&mut self) -> Option<Handed> {
        let file = self.files.pop_front()?;
        self.bytes -= file.bytes.len();
        Some(file)
    }
}

impl Handed {
    fn inspect(self, inspector: &mut Inspector<'_>) {
        let Self { path, bytes, mode, place, answer } = self;
        let inspected = inspector.inspect(File { path: &path, bytes: &bytes, mode });
        // Where nobody listens any more, the scan has failed.
        let _ = answer.send(Answer { place, path, inspected });
    }
}

/// What was found in one file; `place` is its place among the files that were handed in.
struct Answer {
    place: usize,
    path: String,
    inspected: Inspected,
}

impl InspectionPool {
    /// Has so many threads read, each through [`Self::read`]; where the processor has more, the others inspect.
    pub fn during<T>(what: Inspection<'_>, readers: usize, work: impl FnOnce(&Self) -> T) -> T {
        let pool = Self::default();
        pool.lock().readers = readers;
        let helpers = if what.is_nothing() { 0 } else { threads().saturating_sub(readers) };
        thread::scope(|scope| {
            // Ends the threads also where the work panics, or the scope would wait for them.
            let _over = Over(&pool);
            for _ in 0..helpers {
                scope.spawn(|| pool.inspect(what));
            }
            work(&pool)
        })
    }

    /// Reads, as one of the threads that do, and then inspects what the others have read until they are done too.
    pub fn read<T>(&self, what: Inspection<'_>, work: impl FnOnce() -> T) -> T {
        let reading = Reading(self);
        let read = work();
        drop(reading);
        self.inspect(what);
        read
    }

    fn inspect(&self, what: Inspection<'_>) {
        let mut inspector = Inspector::new(what);
        let mut waiting = self.lock();
        loop {
            if let Some(file) = waiting.take() {
                drop(waiting);
                file.inspect(&mut inspector);
                waiting = self.lock();
            } else if waiting.readers == 0 {
                return;
            } else {
                waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Takes a file in, unless too much waits already.
    fn offer(&self, file: File<'_>, place: usize, answer: &Sender<Answer>) -> bool {
        let File { path, bytes, mode } = file;
        let has_room = |waiting: &Waiting| {
            waiting.files.len() < WAITING_FILES && waiting.bytes.saturating_add(bytes.len()) <= WAITING_BYTES
        };
        if !has_room(&self.lock()) {
            return false;
        }
        // Copied while others have the lock.
        let file = Handed { path: path.to_owned(), bytes: bytes.to_vec(), mode, place, answer: answer.clone() };
        let mut waiting = self.lock();
        waiting.bytes += file.bytes.len();
        waiting.files.push_back(file);
        drop(waiting);
        self.changed.notify_one();
        true
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A thread that panics leaves nothing half done under the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many threads the processor runs at a time.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A thread that reads.
struct Reading<'p>(&'p InspectionPool);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.readers = waiting.readers.saturating_sub(1);
        drop(waiting);
        self.0.changed.notify_all();
    }
}

/// The end of all reading.
struct Over<'p>(&'p InspectionPool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.lock().readers = 0;
        self.0.changed.notify_all();
    }
}

/// The inspection of the files of one layer or tree.
pub struct PooledInspection<'a> {
    pool: &'a InspectionPool,
    own: Inspector<'a>,
    answer: Sender<Answer>,
    answers: Receiver<Answer>,
    handed_in: usize,
    done: Vec<Answer>,
    /// Bytes of what can be executed.
    weight: usize,
}

impl<'a> PooledInspection<'a> {
    /// An inspection with no file seen yet.
    pub fn new(pool: &'a InspectionPool, what: Inspection<'a>) -> Self {
        let (answer, answers) = channel();
        Self { pool, own: Inspector::new(what), answer, answers, handed_in: 0, done: Vec::new(), weight: 0 }
    }

    /// Whether it looks for malware, and not for secrets alone.
    pub fn seeks_malware(&self) -> bool {
        self.own.what.content.is_some_and(|content| content.rules.seek_malware())
    }

    /// Whether a file may be wanted, by its path.
    pub fn may_want(&self, path: &str) -> bool {
        self.own.what.may_want(path)
    }

    /// Whether a file is wanted, by its path and the bytes that it begins with; `more` gives further ones.
    pub fn wants(&self, path: &str, head: &[u8], more: impl FnOnce() -> Option<Vec<u8>>) -> bool {
        self.own.what.wants(path, head, more)
    }

    /// Whether what can be executed is noted.
    pub const fn notes_executables(&self) -> bool {
        self.own.what.executables.is_some()
    }

    /// Inspects a file, now or later.
    pub fn file(&mut self, file: File<'_>) {
        if !self.may_want(file.path) {
            return;
        }
        let place = self.handed_in;
        self.handed_in += 1;
        if !self.pool.offer(file, place, &self.answer) {
            let inspected = self.own.inspect(file);
            self.keep(Answer { place, path: file.path.to_owned(), inspected });
        }
        while let Ok(answer) = self.answers.try_recv() {
            self.keep(answer);
        }
    }

    /// Most files have nothing in them, and there may be millions.
    fn keep(&mut self, mut answer: Answer) {
        self.weight += answer.inspected.executable.as_ref().map_or(0, ExecutableFile::weight);
        if self.weight > self.own.what.limits.executables_bytes {
            // All of them go in the end: which came first is a matter of threads.
            answer.inspected.executable = None;
        }
        if !answer.inspected.is_nothing() {
            self.done.push(answer);
        }
    }

    /// What was found in all files, in the order in which they were handed in.
    pub fn finish(mut self) -> Findings {
        // Whoever waits for the others helps them first.
        loop {
            let Some(file) = self.pool.lock().take() else { break };
            file.inspect(&mut self.own);
        }
        let (own, answers) = channel();
        drop(std::mem::replace(&mut self.answer, own));
        for answer in std::mem::replace(&mut self.answers, answers) {
            self.keep(answer);
        }
        self.done.sort_by_key(|answer| answer.place);
        let mut all = Findings::default();
        for Answer { path, inspected: Inspected { hits, judged, executable, problems }, .. } in self.done {
            all.problems.append(problems);
            all.judged.append(judged);
            all.executables.extend(executable);
            if !hits.is_empty() {
                all.spotted.push(Spotted { path, hits });
            }
        }
        let most = self.own.what.limits.executables_bytes;
        if self.weight > most {
            all.executables.clear();
            let detail = format!("what can be executed takes more than {most} bytes to note; none of it is");
            all.problems.push(Problem::new(ProblemKind::TooMany, detail));
        }
        all
    }
}

/// What was found in the files of one layer or tree.
#[derive(Default)]
pub struct Findings {
    /// Malware and secrets.
    pub spotted: Vec<Spotted>,
    /// What rules say of declarations.
    pub judged: Judged,
    /// What can be executed.
    pub executables: Vec<ExecutableFile>,
    /// What could not be inspected.
    pub problems: Problems,
}
