//! A rule for secrets, ready to search.

use std::sync::OnceLock;

use boltseal_model::Severity;
use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

use super::check::Check;
use super::data::{LONGEST_REACH, SecretFile, SecretRule};
use super::verify::Verify;
use super::{case, entropy, example};
use crate::filter::SHORTEST;

/// Bytes before the anchor that [`SecretRule::behind`] looks at.
const BEHIND: usize = 64;
/// What may stand between the anchor of [`SecretRule::assigned`] and the value: the rest of the name, its quote, what assigns
/// and the quote of the value: `NAME=v`, `name: "v"`, `"name" => 'v'`, `name: string = "v"`, `--name=v`, `set("name", "v")`,
/// `<name>v<`, `key="name" value="v"`.
const ASSIGNS: &str = concat!(
    r#"[\w.\-]{0,24}(?:\\?["'`]\]?,[ \t]{0,4}|\\?["'`]?\]?[ \t]{0,8}"#,
    r#"(?:=>|:=|={1,3}|:[ \t]{0,2}&?[A-Za-z]{1,10}[ \t]{0,2}=|:|>|[ \t]value=)[ \t]{0,8})(?:\\?["'`])?"#,
);
/// What may stand behind such a value: nothing that it could go on with.
const ENDS: &str = r"(?:[^\w\-+/=.]|\.?\s|\.?$)";
/// Memory that one pattern may compile to. Ours need a tenth.
const PATTERN_BYTES: usize = 1 << 20;
/// Bytes that a pattern remembers of its states, once for each thread: there are hundreds of patterns, and each is asked about a few
/// lines.
const CACHE_BYTES: usize = 128 << 10;

/// One rule. Its patterns are compiled when they are first needed: of hundreds, an image needs a few.
#[derive(Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What to do.
    pub remedy: String,
    /// Texts, one of which begins every match.
    pub anchors: Vec<String>,
    /// Whether they match in either case.
    pub any_case: bool,
    /// Whether it is searched in text only.
    pub text_only: bool,
    /// Whether it gives way to a rule that knows the same secret better.
    pub generic: bool,
    /// How whoever issued it is asked about it.
    pub verify: Option<Verify>,
    paths: Vec<String>,
    unless_paths: Vec<String>,
    within_word: bool,
    reach: usize,
    entropy: Option<f64>,
    check: Option<Check>,
    pattern: Pattern,
    /// Whether the secret must have a digit: what is assigned without one is a word of a program.
    needs_digit: bool,
    behind: Option<Pattern>,
    unless: Vec<Pattern>,
    unless_around: Vec<Pattern>,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The filter could not rule anything out.
    #[error(
        "rule {id}: the anchor {anchor:?} has fewer than {SHORTEST} bytes; name a longer text that begins every match"
    )]
    ShortAnchor {
        /// The rule.
        id: String,
        /// The anchor.
        anchor: String,
    },
    /// It could never match.
    #[error("rule {id}: no anchor is given; name the texts that begin a match")]
    NoAnchor {
        /// The rule.
        id: String,
    },
    /// It is not known what follows the anchors.
    #[error("rule {id}: then: {class:?} is no class of characters; name one, such as alnum")]
    NoClass {
        /// The rule.
        id: String,
        /// What it says.
        class: String,
    },
    /// It is no regular expression, or one that would cost too much.
    #[error("rule {id}: {member}: {reason}")]
    Pattern {
        /// The rule.
        id: String,
        /// Where it stands.
        member: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// It is not known what to look for, or there are two things.
    #[error("rule {id}: give either pattern or assigned")]
    NoPattern {
        /// The rule.
        id: String,
    },
    /// The secret could go to others than whoever issued it, or nobody would know what the answer means.
    #[error("rule {id}: verify: {reason}")]
    Verify {
        /// The rule.
        id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It would make every anchor cost too much.
    #[error("rule {id}: reach is {reach}, and the most is {LONGEST_REACH}")]
    Reach {
        /// The rule.
        id: String,
        /// What it says.
        reach: usize,
    },
}

impl Rule {
    /// Takes a rule from a file. Its patterns are taken as they are; [`Self::compile`] tries them.
    ///
    /// # Errors
    /// When its anchors, its pattern or its reach cannot be.
    pub fn new(file: &SecretFile, data: &SecretRule) -> Result<Self, RuleError> {
        let id = || data.id.clone();
        if data.anchors.is_empty() {
            return Err(RuleError::NoAnchor { id: id() });
        }
        let anchors = anchors(data)?;
        if let Some(anchor) = anchors.iter().find(|anchor| anchor.len() < SHORTEST) {
            return Err(RuleError::ShortAnchor { id: id(), anchor: anchor.clone() });
        }
        if data.reach > LONGEST_REACH {
            return Err(RuleError::Reach { id: id(), reach: data.reach });
        }
        if let Some(reason) = data.verify.as_ref().and_then(Verify::fault) {
            return Err(RuleError::Verify { id: id(), reason });
        }
        let pattern = match (&data.pattern, &data.assigned) {
            (Some(pattern), None) => Pattern::new("pattern", pattern.clone()),
            (None, Some(value)) => Pattern::new("assigned", assigned(data, value)),
            (Some(_), Some(_)) | (None, None) => return Err(RuleError::NoPattern { id: id() }),
        };
        Ok(Self {
            id: id(),
            title: data.title.clone(),
            severity: data.severity,
            remedy: file.remedy.clone(),
            anchors,
            any_case: data.any_case,
            text_only: data.text_only,
            generic: data.generic,
            verify: data.verify.clone(),
            paths: data.paths.clone(),
            unless_paths: data.unless_paths.clone(),
            within_word: data.within_word || data.assigned.is_some(),
            reach: data.reach,
            entropy: data.entropy,
            check: data.check,
            pattern,
            needs_digit: data.assigned.is_some(),
            behind: data.behind.as_ref().map(|behind| Pattern::new("behind", format!("(?:{behind})$"))),
            unless: patterns("unless", &data.unless),
            unless_around: patterns("unless_around", &data.unless_around),
        })
    }

    /// Compiles every pattern now.
    ///
    /// # Errors
    /// When one is no regular expression, or too large.
    pub fn compile(&self) -> Result<(), RuleError> {
        for pattern in [&self.pattern].into_iter().chain(&self.behind).chain(&self.unless).chain(&self.unless_around) {
            if let Err(reason) = pattern.regex() {
                return Err(RuleError::Pattern { id: self.id.clone(), member: pattern.member, reason: reason.clone() });
            }
        }
        Ok(())
    }

    /// Whether it is for files of this path.
    pub fn wants(&self, path: &str) -> bool {
        let is_one_of = |patterns: &[String]| patterns.iter().any(|pattern| is_named(path, pattern));
        (self.paths.is_empty() || is_one_of(&self.paths)) && !is_one_of(&self.unless_paths)
    }

    /// The place of the secret whose match begins with the anchor at `at`.
    pub fn secret_at(&self, text: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
        // Where the match begins, and the secret, if it begins with what is behind.
        let (begin, behind) = match &self.behind {
            None => (at, None),
            Some(behind) => {
                // The text ends here, so that the end of the pattern is here too.
                let input = Input::new(text.get(..at)?).span(at.saturating_sub(BEHIND)..at);
                let regex = behind.regex().as_ref().ok()?;
                let mut captures = regex.create_captures();
                regex.captures(input, &mut captures);
                let begin = captures.get_match()?.start();
                (begin, captures.get_group_by_name("secret").map(|span| span.start))
            }
        };
        let before = begin.checked_sub(1).and_then(|before| text.get(before));
        if !self.within_word && before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            return None;
        }
        let regex = self.pattern.regex().as_ref().ok()?;
        let end = at.saturating_add(self.reach).min(text.len());
        let input = Input::new(text).span(at..end).anchored(regex_automata::Anchored::Yes);
        let mut captures = regex.create_captures();
        regex.captures(input, &mut captures);
        let whole = begin..captures.get_match()?.end();
        let mut place = captures.get_group_by_name("secret").map_or_else(|| whole.clone(), |span| span.range());
        place.start = behind.unwrap_or(place.start);
        let is_secret = self.is_secret(text.get(place.clone())?) && !matches_any(&self.unless_around, text.get(whole)?);
        is_secret.then_some(place)
    }

    fn is_secret(&self, secret: &[u8]) -> bool {
        self.entropy.is_none_or(|least| entropy::bits_per_byte(secret) >= least)
            && (!self.needs_digit || secret.iter().any(u8::is_ascii_digit))
            && !example::is_example(secret)
            && !matches_any(&self.unless, secret)
            && self.check.is_none_or(|check| check.holds(secret))
    }
}

/// Whether a pattern of `paths` or `unless_paths` means a path.
fn is_named(path: &str, pattern: &str) -> bool {
    if let Some(ending) = pattern.strip_prefix('*') {
        return path.ends_with(ending);
    }
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    if let Some(folder) = pattern.strip_suffix('/') {
        return folders.split('/').any(|it| it == folder);
    }
    if let Some(beginning) = pattern.strip_suffix('*') {
        return name.starts_with(beginning);
    }
    path.strip_suffix(pattern).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The anchors of a rule, each with every character that may follow it.
fn anchors(data: &SecretRule) -> Result<Vec<String>, RuleError> {
    let Some(class) = &data.then else { return Ok(data.anchors.clone()) };
    let characters =
        case::class(class).ok_or_else(|| RuleError::NoClass { id: data.id.clone(), class: class.clone() })?;
    let with = |anchor: &String| characters.chars().map(|next| format!("{anchor}{next}")).collect::<Vec<_>>();
    Ok(data.anchors.iter().flat_map(with).collect())
}

/// The pattern of a value that is assigned to a name.
fn assigned(data: &SecretRule, value: &str) -> String {
    let names: Vec<String> = data.anchors.iter().map(|anchor| regex_syntax::escape(anchor)).collect();
    let flags = if data.any_case { "i" } else { "" };
    format!("(?{flags}:{}){ASSIGNS}(?P<secret>{value}){ENDS}", names.join("|"))
}

fn patterns(member: &'static str, texts: &[String]) -> Vec<Pattern> {
    texts.iter().map(|text| Pattern::new(member, text.clone())).collect()
}

fn matches_any(patterns: &[Pattern], text: &[u8]) -> bool {
    patterns.iter().any(|pattern| pattern.regex().as_ref().is_ok_and(|regex| regex.is_match(text)))
}

#[derive(Debug)]
struct Pattern {
    member: &'static str,
    text: String,
    regex: OnceLock<Result<Regex, String>>,
}

impl Pattern {
    const fn new(member: &'static str, text: String) -> Self {
        Self { member, text, regex: OnceLock::new() }
    }

    fn regex(&self) -> &Result<Regex, String> {
        self.regex.get_or_init(|| {
            let bytes = syntax::Config::new().unicode(false).utf8(false).multi_line(false);
            let limits =
                Config::new().nfa_size_limit(Some(PATTERN_BYTES)).hybrid_cache_capacity(CACHE_BYTES).utf8_empty(false);
            Regex::builder().syntax(bytes).configure(limits).build(&self.text).map_err(|error| reason(&error))
        })
    }
}

/// What is wrong with a pattern, in a line.
fn reason(error: &regex_automata::meta::BuildError) -> String {
    let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
    text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_meant_by_name_ending_beginning_and_folder() {
        for (pattern, inside, outside) in [
            ("*.env", "srv/app.env", "srv/app.environment"),
            (".kube/config", "root/.kube/config", "root/a.kube/config"),
            ("Dockerfile", "Dockerfile", "Dockerfile.old"),
            ("tests/", "usr/lib/tests/data/a.py", "usr/lib/mytests/a.py"),
            ("tests/", "tests/a.py", "lib/tests"),
            ("test_*", "lib/test_a.py", "lib/test_a/b.py"),
        ] {
            assert!(is_named(inside, pattern), "{pattern} {inside}");
            assert!(!is_named(outside, pattern), "{pattern} {outside}");
        }
    }
}
