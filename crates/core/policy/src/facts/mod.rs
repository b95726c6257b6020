//! What is judged: a tree of values that know where they were declared.

mod error;
mod serializer;

use std::borrow::Cow;

use boltseal_model::Position;
use serde::Serialize;

pub use error::FactsError;
use serializer::FactSerializer;

/// A tree of facts about one subject, made of any type that serialises.
///
/// A `Located` is its value, and stands where it says. A structure stands where its field `at` says, which is no fact itself.
/// A `Collected` is what was found out, or unknown. What is `None`, or is left out when it is serialised, is absent. A list of pairs
/// whose first part is a text is a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub(crate) root: Fact,
}

impl Facts {
    /// The facts that a value holds.
    ///
    /// # Errors
    /// When the value cannot be serialised: a key that is no text, bytes, or what its own implementation refuses.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Result<Self, FactsError> {
        Ok(Self { root: value.serialize(FactSerializer)? })
    }
}

/// One value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) content: Content,
    pub(crate) at: Option<Position>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Nothing,
    Flag(bool),
    Integer(i64),
    /// A whole number that no [`Content::Integer`] holds.
    Large(u64),
    Number(f64),
    Text(Box<str>),
    List(Vec<Fact>),
    /// A list of fixed length, whose elements differ in type.
    Tuple(Vec<Fact>),
    Mapping(Entries),
    /// What nobody could find out, with the reason.
    Unknown(Box<str>),
}

/// Entries sorted by name, so that a look-up in what an attacker made large takes few steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entries(Vec<(Cow<'static, str>, Fact)>);

impl Entries {
    /// The last counts where a name is there twice.
    fn of(mut entries: Vec<(Cow<'static, str>, Fact)>) -> Self {
        entries.reverse();
        entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        entries.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Self(entries)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Fact> {
        // Of the few fields of a structure most differ in length, which is the cheapest to compare.
        const FEW: usize = 20;
        if self.0.len() <= FEW {
            return self.0.iter().find(|(key, _)| key == name).map(|(_, fact)| fact);
        }
        let index = self.0.binary_search_by(|(key, _)| key.as_ref().cmp(name)).ok()?;
        self.0.get(index).map(|(_, fact)| fact)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (name.as_ref(), fact))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn entry(&self, index: usize) -> Option<(&str, &Fact)> {
        self.0.get(index).map(|(name, fact)| (name.as_ref(), fact))
    }
}

impl Fact {
    pub(crate) fn new(content: Content) -> Self {
        Self { content, at: None }
    }

    /// What stands under a name, if this is a mapping and has it.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        match &self.content {
            Content::Mapping(entries) => entries.find(name),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Located, Redacted};

    use super::*;

    #[derive(Serialize)]
    enum Source {
        Literal(#[serde(skip)] Redacted<String>),
        Secret(Located<String>),
    }

    #[derive(Serialize)]
    struct Thing {
        at: Position,
        size: u64,
        share: f32,
        name: Option<Located<String>>,
        absent: Option<i64>,
        pairs: Vec<(Located<String>, Option<Located<String>>)>,
        sources: Vec<Source>,
    }

    fn place(line: u32) -> Position {
        Position { line, column: 7 }
    }

    #[test]
    fn values_keep_their_places_and_what_is_none_is_absent() {
        let facts = Facts::of(&Thing {
            at: place(1),
            size: u64::MAX,
            share: 0.5,
            name: Some(Located::new("shop".into(), place(2))),
            absent: None,
            pairs: vec![
                (Located::new("b".into(), place(3)), None),
                (Located::new("a".into(), place(4)), Some(Located::new("1".into(), place(5)))),
            ],
            sources: vec![
                Source::Literal(Redacted::new("hunter2".into())),
                Source::Secret(Located::new("s".into(), place(6))),
            ],
        })
        .unwrap();
        let root = &facts.root;
        assert_eq!(root.at, Some(place(1)));
        assert_eq!(root.child("at"), None, "a place is no fact");
        assert_eq!(root.child("absent"), None);
        assert_eq!(root.child("size").unwrap().content, Content::Large(u64::MAX));
        assert_eq!(root.child("share").unwrap().content, Content::Number(0.5));
        let name = root.child("name").unwrap();
        assert_eq!((name.text(), name.at), (Some("shop"), Some(place(2))));
        let pairs = root.child("pairs").unwrap();
        assert_eq!(pairs.child("b").unwrap(), &Fact { content: Content::Nothing, at: Some(place(3)) });
        assert_eq!(pairs.child("a").unwrap().at, Some(place(5)), "the value's own place counts");
        let Content::List(sources) = &root.child("sources").unwrap().content else { panic!("no list") };
        assert_eq!(sources[0].text(), Some("Literal"), "a secret is no fact");
        assert_eq!(sources[1].child("Secret").unwrap().at, Some(place(6)));
    }

    #[test]
    fn the_last_of_entries_with_one_name_counts() {
        let entry = |number| (Cow::Borrowed("a"), Fact::new(Content::Integer(number)));
        assert_eq!(Entries::of(vec![entry(1), entry(2)]).find("a").unwrap().content, Content::Integer(2));
    }
}
