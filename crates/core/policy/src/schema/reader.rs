//! From the JSON schema of a type of the model to ours.
//!
//! Source: JSON Schema 2020-12, as schemars writes it for what serde serialises.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Field, Schema, Shape, Type};

const DEFINITIONS: &str = "#/$defs/";

pub(super) fn read(schema: &Value) -> Schema {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let mut reader = Reader { definitions, known: HashMap::new(), shapes: Vec::new() };
    let root = reader.ty(schema, schema.get("title").and_then(Value::as_str).unwrap_or_default());
    Schema { root, shapes: reader.shapes.into() }
}

struct Reader<'s> {
    definitions: Option<&'s Map<String, Value>>,
    /// Types of definitions. One that is still being read is a structure, or it could not hold itself.
    known: HashMap<&'s str, Type>,
    shapes: Vec<Shape>,
}

impl<'s> Reader<'s> {
    fn ty(&mut self, schema: &'s Value, name: &'s str) -> Type {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix(DEFINITIONS)) {
            return self.definition(name);
        }
        if let Some(words) = words(schema) {
            return Type::Word(words.into());
        }
        if let Some(choices) = choices(schema) {
            return self.choice(choices, name);
        }
        match kind(schema) {
            Some("boolean") => Type::Bool,
            Some("integer") => Type::Int,
            Some("number") => Type::Double,
            Some("string") => Type::Text,
            Some("null") => Type::Null,
            Some("array") => self.list(schema),
            Some("object") => self.object(schema, name),
            _ => Type::Dyn,
        }
    }

    fn definition(&mut self, name: &'s str) -> Type {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let Some(schema) = self.definitions.and_then(|definitions| definitions.get(name)) else { return Type::Dyn };
        // What is `Located` stands for its value.
        if let Some(value) = located(schema) {
            return self.ty(value, name);
        }
        let ty = self.ty(schema, name);
        self.known.insert(name, ty.clone());
        ty
    }

    fn list(&mut self, schema: &'s Value) -> Type {
        let Some(items) = schema.get("items") else { return Type::list(Type::Dyn) };
        if let Some([key, value]) = self.pair(items) {
            // A value that can be nothing is known only when it is evaluated.
            let (value, can_be_absent) = self.optional(value);
            let value = if can_be_absent { Type::Dyn } else { value };
            if self.ty(key, "").is_text() {
                return Type::map(Type::Text, value);
            }
        }
        Type::list(self.ty(items, ""))
    }

    /// The two parts, if a list is one of pairs.
    fn pair(&self, items: &'s Value) -> Option<[&'s Value; 2]> {
        if kind(items) != Some("array") || items.get("maxItems").and_then(Value::as_u64) != Some(2) {
            return None;
        }
        match items.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice) {
            Some([key, value]) => Some([key, value]),
            Some(_) => None,
            None => items.get("items").map(|item| [item, item]),
        }
    }

    fn object(&mut self, schema: &'s Value, name: &'s str) -> Type {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let value = match schema.get("additionalProperties") {
                Some(Value::Bool(_)) | None => Type::Dyn,
                Some(value) => self.ty(value, ""),
            };
            return Type::map(Type::Text, value);
        };
        let index = self.shapes.len();
        let ty = Type::Shape(index);
        self.shapes.push(Shape { name: name.to_owned(), fields: Vec::new(), words: None });
        if !name.is_empty() {
            self.known.insert(name, ty.clone());
        }
        let fields = self.fields(properties, schema);
        if let Some(shape) = self.shapes.get_mut(index) {
            shape.fields = fields;
        }
        ty
    }

    fn fields(&mut self, properties: &'s Map<String, Value>, schema: &'s Value) -> Vec<Field> {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = Vec::new();
        for (name, property) in properties {
            if name == "at" && is_position(property) {
                continue;
            }
            let (ty, can_be_null) = self.optional(property);
            let is_many = matches!(ty, Type::List(_) | Type::Map(..)) && !can_be_null;
            let is_optional = !is_many && (can_be_null || !required.contains(&name.as_str()));
            let documentation = property.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            fields.push(Field { name: name.clone(), ty, is_optional, documentation });
        }
        fields
    }

    /// The type without `null`, and whether it can be that.
    fn optional(&mut self, schema: &'s Value) -> (Type, bool) {
        if let Some(kinds) = schema.get("type").and_then(Value::as_array) {
            let can_be_null = kinds.iter().any(|kind| kind == "null");
            return (self.ty(schema, ""), can_be_null);
        }
        let Some(choices) = choices(schema) else { return (self.ty(schema, ""), false) };
        let real: Vec<&Value> = choices.iter().filter(|choice| kind(choice) != Some("null")).collect();
        match real.as_slice() {
            [only] => (self.ty(only, ""), real.len() < choices.len()),
            _ => (self.ty(schema, ""), real.len() < choices.len()),
        }
    }

    /// An enumeration some of whose variants hold something: a text, or a mapping with the name of the variant.
    fn choice(&mut self, choices: &'s [Value], name: &'s str) -> Type {
        let mut alternatives: Vec<String> = Vec::new();
        let mut fields = Vec::new();
        for choice in choices {
            if let Some(words) = words(choice) {
                alternatives.extend(words);
            } else if let Some(properties) = choice.get("properties").and_then(Value::as_object) {
                let documentation = choice.get("description").and_then(Value::as_str).unwrap_or_default();
                for mut field in self.fields(properties, choice) {
                    // A variant whose content is no fact is written as its name alone.
                    if field.ty == Type::Null {
                        alternatives.push(field.name);
                        continue;
                    }
                    field.is_optional = true;
                    if field.documentation.is_empty() {
                        field.documentation = documentation.to_owned();
                    }
                    // Variants that are told apart by a field of theirs all have it.
                    match fields.iter_mut().find(|known: &&mut Field| known.name == field.name) {
                        Some(known) => known.ty = known.ty.clone().join(field.ty),
                        None => fields.push(field),
                    }
                }
            } else if kind(choice) != Some("null") {
                return Type::Dyn;
            }
        }
        if fields.is_empty() {
            return Type::Word(alternatives.into());
        }
        let words: Arc<[String]> = alternatives.into();
        self.shapes.push(Shape { name: name.to_owned(), fields, words: Some(words) });
        Type::Shape(self.shapes.len().saturating_sub(1))
    }
}

/// The texts, if a schema is nothing but a choice of them.
fn words(schema: &Value) -> Option<Vec<String>> {
    if let Some(word) = schema.get("const").and_then(Value::as_str) {
        return Some(vec![word.to_owned()]);
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    }
    let choices = choices(schema)?;
    let all: Option<Vec<Vec<String>>> = choices.iter().map(words).collect();
    all.map(|all| all.into_iter().flatten().collect())
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array)
}

/// The type, without `null` where it can be that too.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}

fn is_position(schema: &Value) -> bool {
    schema.get("$ref").and_then(Value::as_str) == Some("#/$defs/Position")
}

/// The schema of the value, if a structure is one that says where its value stands.
fn located(schema: &Value) -> Option<&Value> {
    let properties = schema.get("properties")?.as_object()?;
    let is_located = properties.len() == 2 && properties.get("at").is_some_and(is_position);
    properties.get("value").filter(|_| is_located)
}
