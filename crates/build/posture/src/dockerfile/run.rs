//! `RUN`.

use boltseal_model::ProblemKind;
use boltseal_model::dockerfile::{BuildMount, Flag, Run};

use super::Build;
use super::instruction::Parsed;

impl Build<'_, '_> {
    pub(super) fn run(&mut self, parsed: &Parsed<'_>) {
        let command = parsed.invocation();
        if command.words.is_empty() && parsed.heredocs.is_empty() {
            return self.wrong(parsed, "a command");
        }
        if !self.reading.admits(command.words.len() + parsed.heredocs.len(), parsed.at, "words") {
            return;
        }
        let words: Vec<&str> = command.words.iter().map(|word| word.value.as_str()).collect();
        let mut script = words.join(" ");
        for heredoc in &parsed.heredocs {
            script.push('\n');
            script.push_str(&heredoc.body.value);
        }
        let mounts: Vec<BuildMount> =
            parsed.flags.iter().filter(|flag| flag.name.value == "mount").filter_map(|flag| self.mount(flag)).collect();
        let run = Run {
            command,
            script,
            heredocs: parsed.heredocs.clone(),
            mounts,
            network: parsed.flag("network"),
            security: parsed.flag("security"),
            is_on_build: parsed.is_on_build,
        };
        self.stage(|stage| stage.runs.push(run));
    }

    /// Source: the Dockerfile reference, "RUN --mount".
    fn mount(&mut self, flag: &Flag) -> Option<BuildMount> {
        let at = flag.name.at;
        let mut mount = BuildMount {
            at,
            kind: "bind".to_owned(),
            target: None,
            source: None,
            id: None,
            from: None,
            variable: None,
            is_writable: None,
        };
        for part in flag.value.trim_matches('"').split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, "true"));
            let text = Some(value.to_owned());
            match name.to_ascii_lowercase().as_str() {
                "type" => mount.kind = value.to_ascii_lowercase(),
                "target" | "dst" | "destination" => mount.target = text,
                "source" | "src" => mount.source = text,
                "id" => mount.id = text,
                "from" => mount.from = text,
                "env" => mount.variable = text,
                "rw" | "readwrite" => mount.is_writable = Some(value == "true"),
                "ro" | "readonly" => mount.is_writable = Some(value != "true"),
                "sharing" | "required" | "mode" | "uid" | "gid" | "size" => {}
                _ => {
                    let name: String = name.chars().take(40).collect();
                    let detail = format!("`--mount` has no {name:?}; the mount is not read");
                    self.reading.problem_at(ProblemKind::Malformed, at, &detail);
                    return None;
                }
            }
        }
        if !["bind", "cache", "tmpfs", "secret", "ssh"].contains(&mount.kind.as_str()) {
            let kind: String = mount.kind.chars().take(40).collect();
            let detail = format!("`--mount` has no type {kind:?}; the mount is not read");
            self.reading.problem_at(ProblemKind::Unsupported, at, &detail);
            return None;
        }
        Some(mount)
    }
}
