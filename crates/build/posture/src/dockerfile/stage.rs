//! Stages, and the instructions that say what their containers are like.

use boltseal_model::dockerfile::{Base, Instruction, Stage};
use boltseal_model::workload::{EnvironmentSource, EnvironmentVariable, Hook, HookKind, Port};
use boltseal_model::{Located, ProblemKind};

use super::instruction::Parsed;
use super::words;
use super::{Build, Scope};
use crate::engine;

impl Build<'_, '_> {
    /// Begins a stage, and says whether there is room for it.
    pub(super) fn from(&mut self, parsed: &Parsed<'_>) -> bool {
        let words = parsed.words();
        let (written, name) = match &words[..] {
            [base] => (base, None),
            [base, word, name] if word.value.eq_ignore_ascii_case("as") => (base, Some(name)),
            _ => {
                self.wrong(parsed, "an image, and may have a name behind `AS`");
                return true;
            }
        };
        let index = self.dockerfile.stages.len();
        let base = self.base(written);
        let mut stage = Stage::new(index, base, parsed.at);
        stage.platform = parsed.flag("platform");
        stage.name = name.map(|name| Located::new(name.value.to_lowercase(), name.at));
        let variables = (std::mem::take(&mut self.variables), std::mem::take(&mut self.set));
        if let Some(before) = self.dockerfile.stages.last().filter(|before| before.name.is_some()) {
            self.of_stages.insert(before.index, variables);
        }
        self.variables.are_all = stage.base.is_scratch;
        if let Some(parent) = stage.base.stage {
            self.upon(&mut stage, parent);
        }
        stage.instructions.push(instruction(parsed));
        if let Some(name) = &stage.name {
            self.names.insert(name.value.clone(), index);
        }
        self.dockerfile.stages.push(stage);
        true
    }

    fn base(&mut self, written: &Located<String>) -> Base {
        let image = self.needed("FROM", &written.value, written.at, Scope::Global);
        let mut base = Base { written: written.clone(), ..Base::default() };
        let Some(image) = image else { return base };
        if let Some(stage) = self.names.get(&image.value.to_lowercase()) {
            base.stage = Some(*stage);
        } else if image.value == "scratch" {
            base.is_scratch = true;
        } else {
            let (rest, digest) = match image.value.split_once('@') {
                Some((rest, digest)) => (rest, Some(digest.to_owned())),
                None => (image.value.as_str(), None),
            };
            let name = rest.rfind('/').map_or(0, |slash| slash + 1);
            let colon = rest.get(name..).and_then(|name| name.find(':')).map(|colon| name + colon);
            let (repository, tag) = match colon.and_then(|colon| rest.split_at_checked(colon)) {
                Some((repository, tag)) => (repository, tag.strip_prefix(':').map(str::to_owned)),
                None => (rest, None),
            };
            (base.repository, base.tag, base.digest) = (Some(repository.to_owned()), tag, digest);
            base.image = Some(image);
        }
        base
    }

    /// Gives a stage what the one has that it is built upon.
    fn upon(&mut self, stage: &mut Stage, parent: usize) {
        let variables = self.of_stages.get(&parent);
        let Some(base) = self.dockerfile.stages.get(parent) else { return };
        let mut cost = base.ports.len() * size_of::<Port>();
        cost += base.user.as_ref().map_or(0, |user| user.value.len());
        let invocations = [&base.entrypoint, &base.command, &base.shell].into_iter().flatten();
        cost += invocations.flat_map(|it| &it.words).map(|word| word.value.len() + 16).sum::<usize>();
        cost += base.health_check.iter().flat_map(|it| &it.command).map(|word| word.value.len() + 16).sum::<usize>();
        let of_variables = variables.into_iter().flat_map(|(variables, _)| &variables.values);
        cost += of_variables.map(|(name, value)| name.len() + value.as_ref().map_or(0, String::len)).sum::<usize>();
        if !self.pay(cost, stage.at) {
            return;
        }
        let Some(base) = self.dockerfile.stages.get(parent) else { return };
        stage.user.clone_from(&base.user);
        stage.ports.clone_from(&base.ports);
        stage.entrypoint.clone_from(&base.entrypoint);
        stage.command.clone_from(&base.command);
        stage.shell.clone_from(&base.shell);
        stage.health_check.clone_from(&base.health_check);
        stage.stop_signal.clone_from(&base.stop_signal);
        if let Some((variables, set)) = self.of_stages.get(&parent) {
            self.variables.clone_from(variables);
            self.set.clone_from(set);
        }
    }

    /// Takes an instruction of the stage that is read.
    pub(super) fn of_stage(&mut self, parsed: &Parsed<'_>) {
        self.stage(|stage| stage.instructions.push(instruction(parsed)));
        // What waits for another build changes nothing of this one, but is looked at.
        if parsed.is_on_build && !["RUN", "COPY", "ADD"].contains(&parsed.keyword) {
            return;
        }
        match parsed.keyword {
            "ADD" | "COPY" => self.copy(parsed),
            "RUN" => self.run(parsed),
            "ARG" => self.argument(parsed),
            "ENV" => self.environment(parsed),
            "LABEL" => self.labels(parsed),
            "USER" => {
                if let Some(user) = self.one(parsed) {
                    self.stage(|stage| {
                        stage.users.push(user.clone());
                        stage.user = Some(user);
                    });
                } else {
                    // Whoever it is, it is no longer the one before.
                    self.stage(|stage| stage.user = None);
                }
            }
            "WORKDIR" => {
                let at = parsed.at(0);
                let written = parsed.text();
                let folder = self.resolve(written, at, Scope::Here).unwrap_or_else(|| written.to_owned());
                self.stage(|stage| stage.working_directories.push(Located::new(folder, at)));
            }
            "STOPSIGNAL" => {
                let signal = self.one(parsed);
                self.stage(|stage| stage.stop_signal = signal);
            }
            "VOLUME" => {
                let mut volumes = Vec::new();
                for word in parsed.words() {
                    if self.reading.admits(1, word.at, "volumes") {
                        volumes.push(self.or_written(word));
                    }
                }
                self.stage(|stage| stage.volumes.append(&mut volumes));
            }
            "EXPOSE" => self.expose(parsed),
            "CMD" => {
                let command = Some(parsed.invocation());
                self.stage(|stage| stage.command = command);
            }
            "ENTRYPOINT" => {
                let entrypoint = Some(parsed.invocation());
                self.stage(|stage| {
                    stage.entrypoint = entrypoint;
                    // A command that was there for another entry point counts no more.
                    if stage.base.stage.is_some() {
                        stage.command.take_if(|command| command.at < stage.at);
                    }
                });
            }
            "SHELL" => match words::json(parsed.text()) {
                Some(words) if !words.is_empty() => {
                    let shell = Some(parsed.invocation());
                    self.stage(|stage| stage.shell = shell);
                }
                _ => self.wrong(parsed, "a list of texts in JSON"),
            },
            "HEALTHCHECK" => self.health_check(parsed),
            // `MAINTAINER`, which says nothing of what is built.
            _ => {}
        }
    }

    pub(super) fn stage<T>(&mut self, change: impl FnOnce(&mut Stage) -> T) -> Option<T> {
        self.dockerfile.stages.last_mut().map(change)
    }

    /// The one value of an instruction.
    fn one(&mut self, parsed: &Parsed<'_>) -> Option<Located<String>> {
        if parsed.text().is_empty() {
            self.wrong(parsed, "a value");
            return None;
        }
        self.needed(parsed.keyword, parsed.text(), parsed.at(0), Scope::Here)
    }

    fn argument(&mut self, parsed: &Parsed<'_>) {
        for (argument, value) in self.arguments(parsed) {
            let name = argument.name.value.clone();
            let value = match value {
                None if !argument.has_default => self.global.values.get(&name).cloned().flatten(),
                value => value,
            };
            // What `ENV` says counts before.
            if !self.set.contains(&name) {
                self.variables.values.insert(name, value);
            }
            self.stage(|stage| stage.arguments.push(argument));
        }
    }

    fn environment(&mut self, parsed: &Parsed<'_>) {
        // Each value is resolved with what the variables were before the instruction.
        let mut found = Vec::new();
        for (name, value) in self.pairs(parsed) {
            let resolved = self.resolve(&value.value, value.at, Scope::Here);
            found.push((name, resolved));
        }
        for (name, resolved) in found {
            let source = match &resolved {
                Some(value) => EnvironmentSource::literal(value.clone()),
                None => EnvironmentSource::Deployer {},
            };
            self.variables.values.insert(name.value.clone(), resolved);
            self.set.insert(name.value.clone());
            self.stage(|stage| stage.environment.push(EnvironmentVariable { name, source }));
        }
    }

    fn labels(&mut self, parsed: &Parsed<'_>) {
        for (name, value) in self.pairs(parsed) {
            let text = self.resolve(&value.value, value.at, Scope::Here).unwrap_or(value.value);
            self.stage(|stage| stage.labels.push((name, Located::new(text, value.at))));
        }
    }

    /// Names and values, each with `=` between, or one name and what follows it.
    fn pairs(&mut self, parsed: &Parsed<'_>) -> Vec<(Located<String>, Located<String>)> {
        let text = parsed.text();
        let mut found = Vec::new();
        for (byte, word) in words::split(text, self.escape, true) {
            let at = parsed.at(byte);
            if !self.reading.admits(1, at, "variables") {
                break;
            }
            match word.split_once('=') {
                Some((name, value)) => {
                    let name = words::unquoted(name, self.escape);
                    let value_at = parsed.at(byte + word.len() - value.len());
                    found.push((Located::new(name, at), Located::new(value.to_owned(), value_at)));
                }
                None if found.is_empty() => {
                    let rest = text.get(byte + word.len()..).unwrap_or_default();
                    let value = rest.trim();
                    let value_at = parsed.at(byte + word.len() + (rest.len() - rest.trim_start().len()));
                    if value.is_empty() {
                        break;
                    }
                    return vec![(Located::new(word.to_owned(), at), Located::new(value.to_owned(), value_at))];
                }
                None => {
                    let word: String = word.chars().take(40).collect();
                    let detail = format!("`{}` lacks `=` in {word:?}; it is not read", parsed.keyword);
                    self.reading.problem_at(ProblemKind::Malformed, at, &detail);
                }
            }
        }
        if found.is_empty() {
            self.wrong(parsed, "names with values");
        }
        found
    }

    fn expose(&mut self, parsed: &Parsed<'_>) {
        for word in parsed.words() {
            if !self.reading.admits(1, word.at, "ports") {
                break;
            }
            let Some(resolved) = self.needed("EXPOSE", &word.value, word.at, Scope::Here) else { continue };
            for part in resolved.value.split_whitespace() {
                match engine::exposed(part, word.at) {
                    Some(port) => {
                        self.stage(|stage| stage.ports.push(port));
                    }
                    None => {
                        let part: String = part.chars().take(40).collect();
                        let detail = format!("`EXPOSE` must have ports, as 80/tcp, and has {part:?}");
                        self.reading.problem_at(ProblemKind::Malformed, word.at, &detail);
                    }
                }
            }
        }
    }

    fn health_check(&mut self, parsed: &Parsed<'_>) {
        let text = parsed.text();
        let kind = text.split(char::is_whitespace).next().unwrap_or_default();
        let rest = text.get(kind.len()..).unwrap_or_default();
        let (command, is_disabled) = if kind.eq_ignore_ascii_case("NONE") && rest.trim().is_empty() {
            (Vec::new(), true)
        } else if kind.eq_ignore_ascii_case("CMD") && !rest.trim().is_empty() {
            let start = text.len() - rest.trim_start().len();
            (parsed.invocation_from(start).words, false)
        } else {
            return self.wrong(parsed, "`NONE`, or `CMD` with a command");
        };
        let hook = Hook { kind: HookKind::Liveness, at: parsed.at, hosts: Vec::new(), command, is_disabled };
        self.stage(|stage| stage.health_check = Some(hook));
    }
}

fn instruction(parsed: &Parsed<'_>) -> Instruction {
    let mut text = parsed.located();
    if ["ARG", "ENV"].contains(&parsed.keyword) {
        text.value = names(parsed);
    }
    Instruction {
        keyword: parsed.keyword.to_owned(),
        at: parsed.at,
        text,
        flags: parsed.flags.clone(),
        is_on_build: parsed.is_on_build,
    }
}

/// The names that an instruction gives values, which may be secret.
fn names(parsed: &Parsed<'_>) -> String {
    let text = parsed.text();
    let mut names = Vec::new();
    for (_, word) in words::split(text, parsed.escape, true) {
        let (name, is_pair) = word.split_once('=').map_or((word, false), |(name, _)| (name, true));
        names.push(name);
        if !is_pair && parsed.keyword == "ENV" {
            break;
        }
    }
    names.join(" ")
}
