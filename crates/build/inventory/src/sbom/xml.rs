//! CycloneDX 1.x in XML, as the document that its JSON form gives.
//!
//! Source: the XML schemas of CycloneDX, `bom-1.0.xsd` to `bom-1.6.xsd`. What is a member of an object in JSON is an element here,
//! or an attribute.

use boltseal_model::Limits;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::SbomError;
use super::cyclonedx::{Component, Document, Evidence, Licence, LicenceChoice, Occurrence, Property};

/// The namespace of the root, before the version.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// A component whose end is still to come.
struct Open {
    component: Component,
    /// How many elements it lies in.
    depth: usize,
    place: Place,
}

/// Where a component lies.
enum Place {
    /// In the list of components, or in that of another component.
    Listed,
    /// It is what the whole document is about.
    Subject,
    /// Among the ancestors of a component, the tools, the formulas: it is not in the subject.
    Elsewhere,
}

/// Reads a document.
///
/// # Errors
/// When it is no XML, no CycloneDX, or deeper than it may be. Entities that it defines itself are never expanded.
pub(super) fn document(text: &str, limits: &Limits) -> Result<Document, SbomError> {
    let mut reading = Reading::default();
    let mut reader = Reader::from_str(text);
    let mut elements = 0usize;
    loop {
        let event = reader.read_event().map_err(|error| {
            let detail: String = error.to_string().chars().take(200).collect();
            SbomError::Malformed(format!("byte {}: {detail}", reader.error_position()))
        })?;
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            elements = elements.saturating_add(1);
            if elements > limits.xml_elements {
                return Err(SbomError::Malformed(format!("more than {} elements", limits.xml_elements)));
            }
            if reading.path.len() >= limits.json_depth {
                return Err(SbomError::Malformed(format!("nested deeper than {} levels", limits.json_depth)));
            }
        }
        match event {
            Event::Start(element) => reading.start(&element, limits)?,
            Event::Empty(element) => {
                reading.start(&element, limits)?;
                reading.end();
            }
            Event::End(_) => reading.end(),
            Event::Text(text) => reading.content.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => reading.content.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let entity = reference.xml_content(XmlVersion::Implicit1_0);
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known =
                    character.or_else(|| quick_xml::escape::resolve_predefined_entity(&entity).map(str::to_owned));
                let unknown = || SbomError::Malformed("refers to an entity that XML does not define".to_owned());
                reading.content.push_str(&known.ok_or_else(unknown)?);
            }
            Event::Eof if !reading.path.is_empty() => {
                return Err(SbomError::Malformed("ends within an element".to_owned()));
            }
            Event::Eof if !reading.is_begun => return Err(SbomError::Unknown),
            Event::Eof => return Ok(reading.document),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The way through a document.
#[derive(Default)]
struct Reading {
    is_begun: bool,
    document: Document,
    path: Vec<String>,
    content: String,
    open: Vec<Open>,
    /// Components so far, wherever they lie.
    components: usize,
}

impl Reading {
    fn start(&mut self, element: &BytesStart<'_>, limits: &Limits) -> Result<(), SbomError> {
        let name = element.local_name().as_ref().to_owned();
        if self.path.is_empty() {
            self.is_begun = true;
            version(&name, element)?;
        }
        self.content.clear();
        let depth = self.path.len();
        if name == "component" {
            self.components = self.components.saturating_add(1);
            if self.components > limits.packages {
                return Err(SbomError::Malformed(format!("more than {} components", limits.packages)));
            }
            let component = Component { r#type: attribute(element, "type"), ..Component::default() };
            self.open.push(Open { component, depth: depth.saturating_add(1), place: self.place() });
        } else if let Some(Open { component, .. }) = self.open.last_mut() {
            match name.as_str() {
                "property" => {
                    component.properties.push(Property { name: attribute(element, "name"), value: None });
                }
                "license" => {
                    component.licenses.push(LicenceChoice { license: Some(Licence::default()), expression: None });
                }
                _ => {}
            }
        }
        self.path.push(name);
        Ok(())
    }

    /// Where a component lies that begins here.
    fn place(&self) -> Place {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["bom", "metadata"] => Place::Subject,
            ["bom", rest @ ..] if !rest.is_empty() && rest.len() % 2 == 1 => {
                let is_listed = rest
                    .iter()
                    .enumerate()
                    .all(|(at, name)| *name == if at % 2 == 0 { "components" } else { "component" });
                if is_listed { Place::Listed } else { Place::Elsewhere }
            }
            _ => Place::Elsewhere,
        }
    }

    fn end(&mut self) {
        let content = std::mem::take(&mut self.content);
        if let Some(open) = self.open.last_mut() {
            let within: Vec<&str> = self.path.iter().skip(open.depth).map(String::as_str).collect();
            take(&mut open.component, &within, content.trim());
        }
        if self.open.last().is_some_and(|open| open.depth == self.path.len()) {
            self.close();
        }
        self.path.pop();
    }

    fn close(&mut self) {
        let Some(Open { component, place, .. }) = self.open.pop() else { return };
        match (place, self.open.last_mut()) {
            (Place::Listed, None) => self.document.components.push(component),
            (Place::Listed, Some(parent)) => parent.component.components.push(component),
            (Place::Subject, _) => self.document.metadata.component = Some(component),
            (Place::Elsewhere, _) => {}
        }
    }
}

/// Takes an element within a component when it ends.
fn take(component: &mut Component, within: &[&str], content: &str) {
    let text = || Some(content.to_owned());
    let licence = component.licenses.last_mut().and_then(|choice| choice.license.as_mut());
    match within {
        ["name"] => content.clone_into(&mut component.name),
        ["version"] => component.version = text(),
        ["description"] => component.description = text(),
        ["purl"] => component.purl = text(),
        ["licenses", "expression"] => {
            component.licenses.push(LicenceChoice { expression: text(), license: None });
        }
        ["licenses", "license", "id"] => {
            if let Some(licence) = licence {
                licence.id = text();
            }
        }
        ["licenses", "license", "name"] => {
            if let Some(licence) = licence {
                licence.name = text();
            }
        }
        ["properties", "property"] => {
            if let Some(property) = component.properties.last_mut() {
                property.value = text();
            }
        }
        ["evidence", "occurrences", "occurrence", "location"] => {
            let evidence = component.evidence.get_or_insert_with(Evidence::default);
            evidence.occurrences.push(Occurrence { location: text() });
        }
        _ => {}
    }
}

/// Whether a root is that of a version that is understood.
fn version(name: &str, root: &BytesStart<'_>) -> Result<(), SbomError> {
    let values = root.attributes().filter_map(Result::ok);
    let values = values.filter(|attribute| attribute.key.as_ref().starts_with("xmlns"));
    let mut values = values.filter_map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok());
    let version = values.find_map(|value| value.strip_prefix(NAMESPACE).map(str::to_owned)).filter(|_| name == "bom");
    match version {
        Some(version) if version.starts_with("1.") => Ok(()),
        Some(version) => Err(SbomError::version("CycloneDX", &version)),
        None => Err(SbomError::Unknown),
    }
}

/// The value of an attribute, empty where there is none.
fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let mut attributes = element.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name);
    let value = found.and_then(|attribute| {
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    });
    value.unwrap_or_default()
}
