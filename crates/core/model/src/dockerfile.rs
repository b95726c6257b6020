//! How an image is to be built: the stages of a Dockerfile, and what each instruction says.
//!
//! Variables are resolved as far as the file itself tells: by `ARG` with a default value, and by `ENV`. What whoever builds it must
//! give is absent.

use schemars::JsonSchema;
use serde::Serialize;

use crate::workload::{EnvironmentVariable, Hook, Port};
use crate::{Located, Position};

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dockerfile {
    /// Path of the file.
    pub path: String,
    /// The frontend that reads it, by its directive `syntax`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Located<String>>,
    /// Arguments that stand before the first stage, which `FROM` may use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<BuildArgument>,
    /// Its stages, in order; the last is what is built, unless whoever builds it says otherwise.
    pub stages: Vec<Stage>,
}

/// A value that whoever builds it may give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BuildArgument {
    /// Its name.
    pub name: Located<String>,
    /// Whether it has a value of its own, which stays in the history of the image.
    pub has_default: bool,
}

/// What begins with a `FROM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stage {
    /// Its number, from 0.
    pub index: usize,
    /// Its name, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Located<String>>,
    /// Where its `FROM` begins.
    pub at: Position,
    /// Whether it is the last.
    pub is_final: bool,
    /// What it begins with.
    pub base: Base,
    /// The platform that its base is taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Located<String>>,
    /// Every instruction, its `FROM` included.
    pub instructions: Vec<Instruction>,
    /// Arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<BuildArgument>,
    /// What is run while it is built.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// What is copied into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyFiles>,
    /// Every `USER` of its own, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Located<String>>,
    /// The user that its containers start as: the last `USER`, also of the stages that it is built upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<String>>,
    /// Ports that its containers listen on, those of the stages that it is built upon included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    /// Variables of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<EnvironmentVariable>,
    /// Labels of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Located<String>, Located<String>)>,
    /// Every `WORKDIR`, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub working_directories: Vec<Located<String>>,
    /// Volumes of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Located<String>>,
    /// How its containers are asked whether they live; also of the stages that it is built upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Hook>,
    /// What its containers run; also of the stages that it is built upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Invocation>,
    /// Arguments of that, or what is run if there is none; also of the stages that it is built upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Invocation>,
    /// The last `SHELL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<Invocation>,
    /// The signal that stops its containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<Located<String>>,
}

/// What a stage begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Base {
    /// As it is written.
    pub written: Located<String>,
    /// The reference of the image, with variables resolved; absent where it is a stage, nothing, or known to whoever builds it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Located<String>>,
    /// The reference without tag and digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Its tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Number of the stage that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<usize>,
    /// Whether it is nothing, `scratch`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_scratch: bool,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Instruction {
    /// Its name, in upper case.
    pub keyword: String,
    /// Where it begins.
    pub at: Position,
    /// What follows the name and its flags, in one line and as it is written; without what is embedded. Of `ENV` and `ARG` the names
    /// alone: values may be secret.
    pub text: Located<String>,
    /// Its flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Whether it waits until somebody builds upon the image: it stands behind `ONBUILD`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_on_build: bool,
}

/// A flag of an instruction, as `--from=build`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flag {
    /// Its name, without dashes.
    pub name: Located<String>,
    /// Its value; empty where it has none.
    pub value: String,
}

/// How a command is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CommandForm {
    /// As a list of words.
    Exec,
    /// As a text for a shell.
    Shell,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Invocation {
    /// Where the instruction begins.
    pub at: Position,
    /// How it is written.
    pub form: CommandForm,
    /// Its words; the whole text as one where it is for a shell.
    pub words: Vec<Located<String>>,
}

/// A command that is run while a stage is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Run {
    /// The command.
    pub command: Invocation,
    /// All that is run, in one text: the words, or the text of the shell, and what is embedded.
    pub script: String,
    /// What is embedded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heredocs: Vec<Heredoc>,
    /// What is mounted meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<BuildMount>,
    /// The network: `default`, `none` or `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Located<String>>,
    /// How it is confined: `sandbox` or `insecure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Located<String>>,
    /// Whether it waits until somebody builds upon the image.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_on_build: bool,
}

/// A text that is embedded in an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Heredoc {
    /// What it ends with.
    pub name: String,
    /// Whether variables in it are resolved.
    pub expands: bool,
    /// The text.
    pub body: Located<String>,
}

/// What is mounted while a command runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BuildMount {
    /// Where it is stated.
    pub at: Position,
    /// `bind`, `cache`, `tmpfs`, `secret` or `ssh`.
    pub kind: String,
    /// Path in the stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Path in what is mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Name of the cache or secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Stage or image that is mounted instead of what is sent to the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Name of the variable that holds the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// Whether it can be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_writable: Option<bool>,
}

/// A `COPY` or `ADD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CopyFiles {
    /// Where the instruction begins.
    pub at: Position,
    /// Whether it is `ADD`, which unpacks archives and fetches what has an address.
    pub is_add: bool,
    /// What is copied; empty where that is embedded.
    pub sources: Vec<Located<String>>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Located<String>>,
    /// Stage or image that it is taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Located<String>>,
    /// Who owns it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Located<String>>,
    /// Its permissions then, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Located<String>>,
    /// The digest that what is fetched must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Located<String>>,
    /// What is embedded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heredocs: Vec<Heredoc>,
    /// Whether it waits until somebody builds upon the image.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_on_build: bool,
}

impl Stage {
    /// A stage of which nothing is known but its base.
    pub const fn new(index: usize, base: Base, at: Position) -> Self {
        Self {
            index,
            name: None,
            at,
            is_final: false,
            base,
            platform: None,
            instructions: Vec::new(),
            arguments: Vec::new(),
            runs: Vec::new(),
            copies: Vec::new(),
            users: Vec::new(),
            user: None,
            ports: Vec::new(),
            environment: Vec::new(),
            labels: Vec::new(),
            working_directories: Vec::new(),
            volumes: Vec::new(),
            health_check: None,
            entrypoint: None,
            command: None,
            shell: None,
            stop_signal: None,
        }
    }
}
