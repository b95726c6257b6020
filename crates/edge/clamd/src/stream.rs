//! A connection that ends in time.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::Address;

/// How long a daemon is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a connection stands, and until a question that costs the daemon nothing is answered.
    pub greeting: Duration,
    /// Until a file is sent and judged. clamd itself gives up after `MaxScanTime`, which is two minutes.
    pub verdict: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { greeting: Duration::from_secs(10), verdict: Duration::from_secs(180) }
    }
}

/// A connection that is over at a certain time, however slowly bytes come and go.
pub struct Stream {
    socket: Socket,
    until: Instant,
}

impl Stream {
    /// Connects within `greeting`, for a conversation of `whole` from now on.
    pub fn connect(address: &Address, greeting: Duration, whole: Duration) -> io::Result<Self> {
        let until = Instant::now() + whole;
        let socket = match address {
            Address::Unix(path) => {
                let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
                // A daemon that accepts nobody lets the queue fill up, and connecting waits as writing does.
                socket.set_write_timeout(Some(greeting))?;
                socket.connect(&SockAddr::unix(path)?)?;
                socket
            }
            Address::Tcp { host, port } => {
                let mut failed = io::Error::new(io::ErrorKind::NotFound, "no address is known for the host");
                let connected = (host.as_str(), *port).to_socket_addrs()?.find_map(|address| {
                    TcpStream::connect_timeout(&address, greeting).map_err(|error| failed = error).ok()
                });
                connected.ok_or(failed)?.into()
            }
        };
        Ok(Self { socket, until })
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(late()) } else { Ok(left) }
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "nothing came within the time limit")
}

/// The operating system calls a time limit by another name.
fn named(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { late() } else { error }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left()?;
        self.socket.set_read_timeout(Some(left))?;
        self.socket.read(buffer).map_err(named)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left()?;
        self.socket.set_write_timeout(Some(left))?;
        self.socket.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
