//! XML as a tree of elements. Names lose their prefixes; comments, instructions and the text of parents are dropped.

use boltseal_model::ProblemKind;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::File;

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Self>,
    /// The text directly in it, without white space around it.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The children of a name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of a name, where it has one.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }
}

/// Reads the root element, without calling itself: what is open stands on a list, whose length is limited.
///
/// Entities that a document defines itself are never expanded: they are left out of the text.
pub fn parse(file: &mut File<'_>, text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let kind = match error {
                    quick_xml::Error::Syntax(_) => ProblemKind::Truncated,
                    _ => ProblemKind::Malformed,
                };
                file.problem(kind, format!("byte {}: {error}", reader.error_position()));
                return None;
            }
        };
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            count += 1;
            let limit = file.limits.xml_elements;
            file.within(count, limit, || format!("{count} elements"))?;
        }
        match event {
            Event::Start(start) => {
                if open.len() > file.limits.json_depth {
                    let limit = file.limits.json_depth;
                    file.problem(ProblemKind::TooDeep, format!("more than {limit} elements within each other"));
                    return None;
                }
                open.push(element(&start));
            }
            Event::Empty(start) => {
                if let Some(parent) = open.last_mut() {
                    parent.children.push(element(&start));
                }
            }
            Event::End(_) => close(&mut open),
            Event::Text(piece) => add(&mut open, &piece.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(piece) => add(&mut open, &piece.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let entity = reference.xml_content(XmlVersion::Implicit1_0);
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known =
                    character.or_else(|| quick_xml::escape::resolve_predefined_entity(&entity).map(str::to_owned));
                add(&mut open, &known.unwrap_or_default());
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if open.len() > 1 {
        file.problem(ProblemKind::Truncated, "ends within an element");
        return None;
    }
    let mut roots = open.pop().map_or_else(Vec::new, |document| document.children);
    match roots.len() {
        0 => file.problem(ProblemKind::Truncated, "has no element"),
        1 => return roots.pop(),
        count => file.problem(ProblemKind::Malformed, format!("{count} documents in one file")),
    }
    None
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().filter_map(Result::ok).map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default().into_owned();
        (attribute.key.local_name().as_ref().to_owned(), value)
    });
    Element { name: start.local_name().as_ref().to_owned(), attributes: attributes.collect(), ..Element::default() }
}

fn close(open: &mut Vec<Element>) {
    if let Some(mut element) = open.pop() {
        element.text = element.text.trim().to_owned();
        if let Some(parent) = open.last_mut() {
            parent.children.push(element);
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}
