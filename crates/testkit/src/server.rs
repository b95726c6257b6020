//! An HTTP server that answers as a script says, well or badly.
//!
//! It listens on loopback or on a socket file, remembers what it was asked, and ends with the value that stands for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// What a client asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers with lower-case names.
    pub headers: Vec<(String, String)>,
    /// Body, where its length was given.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Where a `Range: bytes=N-` begins.
    pub fn range_start(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What it gets.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Status code; 0 hangs up without an answer.
    pub status: u16,
    /// Headers, but for the length.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Bytes of the body after which the connection is cut, although more were promised.
    pub cut_after: Option<usize>,
    /// What else is wrong with it.
    pub manner: Manner,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// With the length of its body.
    #[default]
    Right,
    /// With another length; then the connection is cut.
    Lying(usize),
    /// Without a length, the body again and again until the client has enough.
    Endless,
    /// So many bytes of the body, then silence for as long as the client waits.
    Stalling(usize),
}

impl Answer {
    /// An answer of a status with a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Cuts the connection after so many bytes of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// Answers in a bad manner.
    #[must_use]
    pub fn in_manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }
}

type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A running server.
pub struct Server {
    /// `127.0.0.1:PORT`, or empty for a socket file.
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
    wake: Box<dyn Fn() + Send>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server on a free port of loopback.
    pub fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let host = listener.local_addr().expect("an address").to_string();
        let address = host.clone();
        let accept = move || listener.accept().map(|(stream, _)| stream);
        let wake = Box::new(move || drop(TcpStream::connect(&address)));
        Self::serve(host, accept, |stream: &TcpStream| stream.try_clone(), wake, script)
    }

    /// A server on a socket file.
    pub fn on_socket(path: &Path, script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = UnixListener::bind(path).expect("a new socket file");
        let path = path.to_owned();
        let accept = move || listener.accept().map(|(stream, _)| stream);
        let wake = Box::new(move || drop(UnixStream::connect(&path)));
        Self::serve(String::new(), accept, |stream: &UnixStream| stream.try_clone(), wake, script)
    }

    fn serve<S: Read + Write + Send + 'static>(
        host: String,
        accept: impl Fn() -> std::io::Result<S> + Send + 'static,
        clone: impl Fn(&S) -> std::io::Result<S> + Send + 'static,
        wake: Box<dyn Fn() + Send>,
        script: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let (asked, is_over) = (Arc::new(Mutex::default()), Arc::new(AtomicBool::new(false)));
        let (script, log, over): (Arc<Script>, _, _) = (Arc::new(script), Arc::clone(&asked), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            while let Ok(stream) = accept() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(reader) = clone(&stream) else { continue };
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                // A client may keep a connection open, so each has a thread; it ends with the client.
                thread::spawn(move || converse(BufReader::new(reader), stream, &*script, &log));
            }
        });
        Self { host, asked, is_over, wake, thread: Some(thread) }
    }

    /// Everything that was asked so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The paths that were asked for so far.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        (self.wake)();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn converse(mut reader: impl BufRead, mut stream: impl Write, script: &Script, log: &Mutex<Vec<Asked>>) {
    while let Some(asked) = read(&mut reader) {
        let answer = script(&asked);
        let is_head = asked.method == "HEAD";
        log.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        if answer.status == 0 {
            return;
        }
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", answer.status);
        match answer.manner {
            Manner::Right | Manner::Stalling(_) => head += &format!("content-length: {}\r\n", answer.body.len()),
            Manner::Lying(length) => head += &format!("content-length: {length}\r\n"),
            Manner::Endless => head += "connection: close\r\n",
        }
        for (name, value) in &answer.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        let sent = match answer.manner {
            Manner::Stalling(bytes) => bytes,
            Manner::Right | Manner::Lying(_) | Manner::Endless => answer.cut_after.unwrap_or(answer.body.len()),
        };
        let body = if is_head { &[][..] } else { &answer.body[..sent] };
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).is_err()
            || answer.cut_after.is_some()
        {
            return;
        }
        match answer.manner {
            Manner::Right => {}
            Manner::Lying(_) => return,
            Manner::Endless => while stream.write_all(&answer.body).is_ok() {},
            Manner::Stalling(_) => {
                // Ends when the client hangs up, or asks for something else.
                let _ = reader.read(&mut [0]);
                return;
            }
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers: Vec<(String, String)> = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, path, headers, body })
}
