//! Threads that search files while others read them: a folder and a layer are read by one thread each, and searching takes far
//! longer than reading.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use boltseal_content::Hit;
use boltseal_model::{Limits, Problems};

use super::{Content, Search, Spotted};

/// Bytes of files that wait to be searched. Enough that no thread waits for the one that reads; a file beyond them is searched by
/// the thread that read it.
const WAITING_BYTES: usize = 32 << 20;
/// Files that wait.
const WAITING_FILES: usize = 1_024;

/// Files that wait for a thread.
#[derive(Default)]
pub struct SearchPool {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    files: VecDeque<File>,
    bytes: usize,
    is_over: bool,
}

struct File {
    path: String,
    bytes: Vec<u8>,
    place: usize,
    answer: Sender<Answer>,
}

impl Waiting {
    fn take(&mut self) -> Option<File> {
        let file = self.files.pop_front()?;
        self.bytes -= file.bytes.len();
        Some(file)
    }
}

impl File {
    fn search(self, search: &mut Search<'_>) {
        let Self { path, bytes, place, answer } = self;
        let (hits, problems) = search.file(&path, &bytes);
        // Where nobody listens any more, the scan has failed.
        let _ = answer.send(Answer { place, path, hits, problems });
    }
}

/// What was found in one file; `place` is its place among the files that were handed in.
struct Answer {
    place: usize,
    path: String,
    hits: Vec<Hit>,
    problems: Problems,
}

impl SearchPool {
    /// Does some work with a pool of threads at hand; without anything to search for there are none.
    pub fn during<T>(content: Option<&Content>, limits: &Limits, work: impl FnOnce(&Self) -> T) -> T {
        let pool = Self::default();
        let Some(content) = content else { return work(&pool) };
        thread::scope(|scope| {
            // Ends the threads also where the work panics, or the scope would wait for them.
            let _over = Over(&pool);
            // The thread that reads searches as well, whenever too much waits.
            for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| pool.search(content, limits));
            }
            work(&pool)
        })
    }

    fn search(&self, content: &Content, limits: &Limits) {
        let mut search = Search::new(content, limits);
        let mut waiting = self.lock();
        loop {
            if let Some(file) = waiting.take() {
                drop(waiting);
                file.search(&mut search);
                waiting = self.lock();
            } else if waiting.is_over {
                return;
            } else {
                waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Takes a file in, unless too much waits already.
    fn offer(&self, path: &str, bytes: &[u8], place: usize, answer: &Sender<Answer>) -> bool {
        let has_room = |waiting: &Waiting| {
            waiting.files.len() < WAITING_FILES && waiting.bytes.saturating_add(bytes.len()) <= WAITING_BYTES
        };
        if !has_room(&self.lock()) {
            return false;
        }
        // Copied while others have the lock.
        let file = File { path: path.to_owned(), bytes: bytes.to_vec(), place, answer: answer.clone() };
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

struct Over<'p>(&'p SearchPool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.changed.notify_all();
    }
}

/// The search of the files of one layer or tree.
pub struct PooledSearch<'a> {
    pool: &'a SearchPool,
    own: Search<'a>,
    answer: Sender<Answer>,
    answers: Receiver<Answer>,
    handed_in: usize,
    done: Vec<Answer>,
}

impl<'a> PooledSearch<'a> {
    /// A search with nothing searched yet.
    pub fn new(pool: &'a SearchPool, content: &'a Content, limits: &'a Limits) -> Self {
        let (answer, answers) = channel();
        Self { pool, own: Search::new(content, limits), answer, answers, handed_in: 0, done: Vec::new() }
    }

    /// Whether it looks for malware, and not for secrets alone.
    pub const fn seeks_malware(&self) -> bool {
        self.own.seeks_malware()
    }

    /// Searches a file, now or later.
    pub fn file(&mut self, path: &str, bytes: &[u8]) {
        let place = self.handed_in;
        self.handed_in += 1;
        if !self.pool.offer(path, bytes, place, &self.answer) {
            let (hits, problems) = self.own.file(path, bytes);
            self.keep(Answer { place, path: path.to_owned(), hits, problems });
        }
        while let Ok(answer) = self.answers.try_recv() {
            self.keep(answer);
        }
    }

    /// Most files have nothing in them, and there may be millions.
    fn keep(&mut self, answer: Answer) {
        if !answer.hits.is_empty() || !answer.problems.is_empty() {
            self.done.push(answer);
        }
    }

    /// What was found in all files, in the order in which they were handed in.
    pub fn finish(mut self) -> (Vec<Spotted>, Problems) {
        // Whoever waits for the others helps them first.
        loop {
            let Some(file) = self.pool.lock().take() else { break };
            file.search(&mut self.own);
        }
        drop(self.answer);
        self.done.extend(self.answers);
        self.done.sort_by_key(|answer| answer.place);
        let (mut spotted, mut problems) = (Vec::new(), Problems::default());
        for answer in self.done {
            problems.append(answer.problems);
            if !answer.hits.is_empty() {
                spotted.push(Spotted { path: answer.path, hits: answer.hits });
            }
        }
        (spotted, problems)
    }
}
