//! Files of rules for secrets, as people write them.

use boltseal_model::Severity;
use serde::Deserialize;

use super::check::Check;
use super::verify::Verify;

/// One file: the rules for what one provider issues.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretFile {
    /// Who issues it, for people.
    pub provider: String,
    /// What to do when one is found.
    pub remedy: String,
    /// Where the formats are documented.
    #[serde(default)]
    pub references: Vec<String>,
    /// The rules.
    #[serde(rename = "rule")]
    pub rules: Vec<SecretRule>,
}

/// One rule. A match begins where an anchor is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRule {
    /// Its id, which begins with the name of the file.
    pub id: String,
    /// One line for people, without the word "found".
    pub title: String,
    /// How bad it is that others can read it.
    pub severity: Severity,
    /// Texts of at least four bytes, one of which begins every match. Nothing else is looked at with the pattern.
    pub anchors: Vec<String>,
    /// Class of the one character that follows every anchor, named as in cases: with it anchors of three bytes suffice, and those
    /// of four cost the filter less.
    pub then: Option<String>,
    /// Whether the anchors match in either case.
    #[serde(default)]
    pub any_case: bool,
    /// Regular expression that matches from the anchor on. The group `secret` is the secret, or else all of it, and what is
    /// `behind` before it.
    pub pattern: Option<String>,
    /// Instead of a pattern, where the anchor is (part of) a name: regular expression of the value that is assigned to it, in
    /// any of the ways that programs, settings and command lines have. Names may begin with anything: see `within_word`. A value
    /// without a digit is a word of a program and no secret.
    pub assigned: Option<String>,
    /// Regular expression that must match right before the anchor, up to it. If it has a group `secret`, the secret begins there.
    pub behind: Option<String>,
    /// Whether the match may begin within a word: names of variables end with what is searched for, tokens begin with it.
    #[serde(default)]
    pub within_word: bool,
    /// How many bytes from the anchor on the pattern looks at.
    #[serde(default = "default_reach")]
    pub reach: usize,
    /// The least entropy of the secret, in bits for each byte.
    pub entropy: Option<f64>,
    /// Files that it is searched in: names, ends of paths, or `*` and an ending. All files where none is given.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Files that it is not searched in, although `paths` has them: as there, or `NAME/` for everything below folders of a name,
    /// or the beginning of a file's name and `*`. For rules that cannot tell a secret from what a test makes up.
    #[serde(default)]
    pub unless_paths: Vec<String>,
    /// Whether it is searched in text only: patterns that are no more than words match by chance in programs.
    #[serde(default)]
    pub text_only: bool,
    /// What must hold of the secret besides: a checksum, a structure.
    pub check: Option<Check>,
    /// Regular expressions; a secret that one of them matches is none.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Regular expressions; a match that one of them matches, with what is around the secret, is none.
    #[serde(default)]
    pub unless_around: Vec<String>,
    /// Whether it gives way to a rule that knows the same secret better.
    #[serde(default)]
    pub generic: bool,
    /// How whoever issued it is asked whether it still opens something, where the user wants that.
    pub verify: Option<Verify>,
    /// Cases in which it fires, with placeholders as [`super::case`] describes them.
    pub fires: Vec<String>,
    /// Cases in which it does not.
    pub quiet: Vec<String>,
}

/// As much as a line of configuration has.
const fn default_reach() -> usize {
    256
}

/// The farthest a pattern may look: a private key of 16,384 bits in PEM.
pub const LONGEST_REACH: usize = 16_384;
