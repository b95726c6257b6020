//! Daemons that tests start, and end again.

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a daemon may take to answer.
const START: Duration = Duration::from_secs(60);

/// A process that ends with this value.
#[derive(Debug)]
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // By its identifier, politely first: a daemon takes its children along.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something is ready.
pub fn wait_for(what: &str, is_ready: impl Fn() -> bool) {
    let end = Instant::now() + START;
    while !is_ready() {
        assert!(Instant::now() < end, "{what} does not answer");
        sleep(Duration::from_millis(50));
    }
}
