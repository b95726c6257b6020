//! Programs that run, by their command lines.

use crate::root::{Reason, Root};

/// The command lines of the processes of a program, and whether any process at all is to be seen.
pub(crate) fn command_lines(root: &Root, program: &str) -> Result<Vec<Vec<String>>, Reason> {
    let names = root.names("/proc")?.unwrap_or_default();
    let mut processes = names.iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).peekable();
    if processes.peek().is_none() {
        return Err("/proc: no processes are to be seen".into());
    }
    let mut found = Vec::new();
    for process in processes {
        // A process may end while it is looked at.
        let Ok(Some(name)) = root.text(&format!("/proc/{process}/comm")) else { continue };
        if name.trim() != program {
            continue;
        }
        let line = root.bytes(&format!("/proc/{process}/cmdline"))?.unwrap_or_default();
        let words = line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
        let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        // Threads of the kernel have none, nor has a process that ends.
        if !words.is_empty() {
            found.push(words);
        }
    }
    Ok(found)
}
