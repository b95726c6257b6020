//! The way back: from a field of the model to where a platform's files say it.

use boltseal_policy::{Change, Edit};
use boltseal_yaml::Part;
use boltseal_yaml::edit::{Editor, Scalar, Splice};

use crate::engine;

/// Where a platform says what a field of the model is, in keys below where the structure begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum To {
    /// One value.
    Value(&'static [&'static str]),
    /// One value in words of the platform's own, each behind the model's.
    Words(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// A word that says true; without the key it is false.
    Word(&'static [&'static str]),
    /// A list of texts.
    List(&'static [&'static str]),
    /// That an option of the engine for security keeps privileges from growing, in these words.
    NoNewPrivileges(&'static [&'static str], &'static str),
    /// That an option of the engine for security, of this name, turns something off with this word; without it, it is on.
    TurnedOff(&'static [&'static str], &'static str, &'static str),
}

/// A structure of the model, a field of it, and the way there.
pub(super) type Way = (&'static str, &'static str, To);

/// What an edit does to a document: bytes that change, and the path of what may differ then.
pub(super) struct Planned {
    pub(super) splices: Vec<Splice>,
    pub(super) path: Vec<String>,
}

/// Plans an edit by the ways of a platform. `base` and `before` say where the structure begins, `spell` how keys are spelled.
pub(super) fn plan(
    editor: &Editor<'_>,
    edit: &Edit,
    (ways, platform): (&[Way], &str),
    (base, before): (Part, &[&str]),
    spell: impl Fn(&str) -> String,
) -> Result<Planned, String> {
    let found = ways.iter().find(|(of, field, _)| *of == edit.of && *field == edit.field);
    let (_, _, to) = found.ok_or_else(|| format!("{platform} has no one place for `{}`", edit.field))?;
    let keys = match to {
        To::Value(keys) | To::Words(keys, _) | To::Word(keys) | To::List(keys) => keys,
        To::NoNewPrivileges(keys, _) | To::TurnedOff(keys, _, _) => keys,
    };
    let spelled: Vec<String> =
        before.iter().map(|key| (*key).to_owned()).chain(keys.iter().map(|key| spell(key))).collect();
    let keys: Vec<&str> = spelled.iter().map(String::as_str).collect();
    let splices = to.splices(editor, base, &keys, &edit.change)?;
    finished(editor, base, spelled, splices)
}

/// Plans an edit of what has the platform's own names in the model.
pub(super) fn plan_own(editor: &Editor<'_>, base: Part, edit: &Edit) -> Result<Planned, String> {
    let body = edit.field.strip_prefix("body.").filter(|path| !path.contains('['));
    let path = body.ok_or_else(|| format!("`{}` is not edited", edit.field))?;
    let keys: Vec<&str> = path.split('.').collect();
    let splices = To::Value(&[]).splices(editor, base, &keys, &edit.change)?;
    finished(editor, base, keys.iter().map(|key| (*key).to_owned()).collect(), splices)
}

fn finished(editor: &Editor<'_>, base: Part, keys: Vec<String>, splices: Vec<Splice>) -> Result<Planned, String> {
    if splices.is_empty() {
        return Err("what the edit would change is not there".to_owned());
    }
    let path = editor.path(base).into_iter().chain(keys).collect();
    Ok(Planned { splices, path })
}

impl To {
    fn splices(self, editor: &Editor<'_>, base: Part, keys: &[&str], change: &Change) -> Result<Vec<Splice>, String> {
        let done = match (self, change) {
            (Self::Value(_), Change::Set(value)) => editor.set(base, keys, value),
            (Self::Words(_, words), Change::Set(value)) => {
                let meant = shown(value);
                let word =
                    words.iter().find(|(ours, _)| *ours == meant).map(|(_, theirs)| Scalar::Text((*theirs).to_owned()));
                editor.set(base, keys, &word.ok_or_else(|| format!("the platform has no word for {meant}"))?)
            }
            (Self::Word(_), Change::Set(Scalar::Flag(false))) => editor.remove(base, keys),
            (Self::Value(_) | Self::Words(..) | Self::Word(_), Change::Remove(values)) if values.is_empty() => {
                editor.remove(base, keys)
            }
            (Self::List(_), Change::Add(values)) => {
                let there: Vec<String> = editor.texts(base, keys).into_iter().map(engine::capability_name).collect();
                let new = values.iter().filter(|value| !there.contains(&engine::capability_name(value)));
                let new: Vec<Scalar> = new.map(|value| Scalar::Text(value.clone())).collect();
                if new.is_empty() {
                    return Err("it is there already, spelled in another way".to_owned());
                }
                editor.add(base, keys, &new)
            }
            (Self::List(_), Change::Remove(values)) => {
                let values: Vec<String> = values.iter().map(|value| engine::capability_name(value)).collect();
                editor.take_out(base, keys, |text| values.contains(&engine::capability_name(text)))
            }
            (Self::NoNewPrivileges(_, words), Change::Set(Scalar::Flag(false))) => {
                let is_said = |text: &str| option(text).0 == "no-new-privileges";
                match editor.texts(base, keys).into_iter().any(is_said) {
                    true => editor.replace(base, keys, is_said, words),
                    false => editor.add(base, keys, &[Scalar::Text(words.to_owned())]),
                }
            }
            (Self::TurnedOff(_, name, word), Change::Set(_)) => {
                editor.take_out(base, keys, |text| option(text) == (name, word))
            }
            _ => return Err("the platform says it in a way that such an edit does not fit".to_owned()),
        };
        done.map_err(|refusal| refusal.to_string())
    }
}

/// Name and value of an option of the engine.
fn option(text: &str) -> (&str, &str) {
    text.split_once(['=', ':']).unwrap_or((text, ""))
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}
