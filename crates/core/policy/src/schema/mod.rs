//! What the facts of a kind of subject look like: the types that policies are checked against.

mod reader;
mod types;

use std::sync::Arc;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

pub(crate) use types::Type;

/// The shape of the facts under one root.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) root: Type,
    pub(crate) shapes: Arc<[Shape]>,
}

/// A structure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// Its name in the model.
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Texts that it can be instead of a structure, where it is a choice.
    pub(crate) words: Option<Arc<[String]>>,
}

/// A field of a structure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// Whether it can be absent. A list or mapping cannot: where it is, it is empty.
    pub(crate) is_optional: bool,
    /// What the model says of it.
    pub(crate) documentation: String,
}

impl Shape {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Schema {
    /// The schema of facts that are made of a type.
    pub fn of<T: JsonSchema>() -> Self {
        let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
        reader::read(schema.as_value())
    }

    pub(crate) fn shape(&self, index: usize) -> Option<&Shape> {
        self.shapes.get(index)
    }

    /// Every field that a policy can name, with its type and documentation: `containers[].image`, in the order of the model.
    pub fn fields(&self) -> Vec<FieldDocumentation> {
        let mut found = Vec::new();
        self.list(&self.root, "", &mut Vec::new(), &mut found);
        found
    }

    fn list(&self, ty: &Type, path: &str, within: &mut Vec<usize>, found: &mut Vec<FieldDocumentation>) {
        match ty {
            Type::List(element) => self.list(element, &format!("{path}[]"), within, found),
            Type::Map(_, value) => self.list(value, &format!("{path}[…]"), within, found),
            // A structure within itself is listed once.
            Type::Shape(index) if !within.contains(index) => {
                let Some(shape) = self.shape(*index) else { return };
                within.push(*index);
                for field in &shape.fields {
                    let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
                    found.push(FieldDocumentation {
                        path: path.clone(),
                        ty: field.ty.shown(&self.shapes),
                        is_optional: field.is_optional,
                        documentation: field.documentation.clone(),
                    });
                    self.list(&field.ty, &path, within, found);
                }
                within.pop();
            }
            _ => {}
        }
    }
}

/// A field, for the reference of whoever writes policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDocumentation {
    /// Its path from the root.
    pub path: String,
    /// Its type.
    pub ty: String,
    /// Whether it can be absent.
    pub is_optional: bool,
    /// What it is.
    pub documentation: String,
}

/// The roots that policies can name, each with its schema.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    roots: Vec<(String, Schema)>,
}

impl Schemas {
    /// These, and a further root.
    #[must_use]
    pub fn with(mut self, name: &str, schema: Schema) -> Self {
        self.roots.push((name.to_owned(), schema));
        self
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Schema> {
        self.roots.iter().find(|(root, _)| root == name).map(|(_, schema)| schema)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(|(name, _)| name.as_str())
    }
}
