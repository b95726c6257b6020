//! What an expression can name.

use std::sync::Arc;

use crate::program::Operation;
use crate::schema::{Field, Schema, Schemas, Shape, Type};

/// The types of the roots that a rule can name, made once for all rules on the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shapes {
    roots: Vec<(String, Type)>,
    shapes: Arc<[Shape]>,
}

impl Shapes {
    /// Of roots that have a schema; the names of the others are left out.
    pub(crate) fn of(names: &[String], schemas: &Schemas) -> Self {
        let known: Vec<(&String, &Schema)> =
            names.iter().filter_map(|name| Some((name, schemas.find(name)?))).collect();
        if let [(name, schema)] = known.as_slice() {
            return Self { roots: vec![((*name).clone(), schema.root.clone())], shapes: Arc::clone(&schema.shapes) };
        }
        let mut roots = Vec::new();
        let mut shapes: Vec<Shape> = Vec::new();
        for (name, schema) in known {
            let before = shapes.len();
            roots.push((name.clone(), moved(&schema.root, before)));
            for shape in schema.shapes.iter() {
                let field = |field: &Field| Field { ty: moved(&field.ty, before), ..field.clone() };
                shapes.push(Shape { fields: shape.fields.iter().map(field).collect(), ..shape.clone() });
            }
        }
        Self { roots, shapes: shapes.into() }
    }
}

/// The type with its structures further down in the list.
fn moved(ty: &Type, by: usize) -> Type {
    match ty {
        Type::Shape(index) => Type::Shape(index + by),
        Type::List(element) => Type::list(moved(element, by)),
        Type::Map(key, value) => Type::map(moved(key, by), moved(value, by)),
        Type::Optional(value) => Type::optional(moved(value, by)),
        other => other.clone(),
    }
}

/// What an expression can name: roots, the element that is judged, and variables.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    shapes: Shapes,
    pub(crate) binding: Option<(String, Type)>,
    pub(crate) variables: Vec<(String, Type)>,
    /// Paths that are known to be there wherever the rule applies.
    pub(crate) given: Vec<String>,
}

impl Scope {
    pub(crate) const fn new(shapes: Shapes) -> Self {
        Self { shapes, binding: None, variables: Vec::new(), given: Vec::new() }
    }

    pub(crate) fn shapes(&self) -> &[Shape] {
        &self.shapes.shapes
    }

    /// The type of a root.
    pub(crate) fn root(&self, index: usize) -> Option<&Type> {
        self.shapes.roots.get(index).map(|(_, ty)| ty)
    }

    /// The field of the subject that is judged, if it has it.
    pub(crate) fn subject_field(&self, name: &str) -> Option<&Field> {
        match self.shapes.roots.first() {
            Some((_, Type::Shape(index))) => self.shapes().get(*index)?.field(name),
            _ => None,
        }
    }

    /// The name under which the variables are, where nothing else has it.
    pub(crate) const VARIABLES: &'static str = "variables";

    pub(crate) fn name(&self, name: &str) -> Option<(Operation, Type)> {
        if let Some((_, ty)) = self.binding.as_ref().filter(|(binding, _)| binding == name) {
            return Some((Operation::Local(0), ty.clone()));
        }
        let index = self.shapes.roots.iter().position(|(root, _)| root == name)?;
        self.shapes.roots.get(index).map(|(_, ty)| (Operation::Root(index), ty.clone()))
    }

    pub(crate) fn variable(&self, name: &str) -> Option<(Operation, Type)> {
        let index = self.variables.iter().position(|(variable, _)| variable == name)?;
        self.variables.get(index).map(|(_, ty)| (Operation::Variable(index), ty.clone()))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let binding = self.binding.iter().map(|(name, _)| name.as_str());
        let variables = (!self.variables.is_empty()).then_some(Self::VARIABLES);
        binding.chain(self.shapes.roots.iter().map(|(name, _)| name.as_str())).chain(variables)
    }
}
