//! Types of parameters, as far as values depend on them: what kind of value it is, and whether it may be left out.

use std::sync::Arc;

use super::import::Exporter;
use super::template::Lower;
use super::unit::Unit;
use crate::bind::Symbol;
use crate::ir::TypeExpr;
use crate::syntax::ast::DeclarationKind;
use crate::syntax::types::{self, TypeKind};

/// Types that are declared by other types, no deeper than this.
const MAX_ALIASES: usize = 32;

impl Lower<'_, '_> {
    pub(super) fn type_of(&mut self, of: &types::TypeExpr) -> TypeExpr {
        let unit = Arc::clone(&self.unit);
        self.type_in(&unit, of, MAX_ALIASES)
    }

    fn type_in(&mut self, unit: &Arc<Unit>, of: &types::TypeExpr, fuel: usize) -> TypeExpr {
        match &of.kind {
            TypeKind::Null => TypeExpr::Null,
            TypeKind::Bool(_) => TypeExpr::Bool,
            TypeKind::Integer(_) => TypeExpr::Int,
            TypeKind::Text(_) => TypeExpr::String,
            TypeKind::Object(_) => TypeExpr::Object,
            TypeKind::Array(_) | TypeKind::Tuple(_) => TypeExpr::Array,
            TypeKind::Union(members) => {
                TypeExpr::Union(members.iter().map(|member| self.type_in(unit, member, fuel)).collect())
            }
            TypeKind::Nullable(inner) => TypeExpr::Nullable(Box::new(self.type_in(unit, inner, fuel))),
            TypeKind::NotNull(inner) => match self.type_in(unit, inner, fuel) {
                TypeExpr::Nullable(inner) => *inner,
                other => other,
            },
            TypeKind::Name(name) => self.named(unit, name, fuel),
            TypeKind::Property(target, name) => match &target.kind {
                TypeKind::Name(namespace) => match unit.names.type_named(namespace) {
                    Some(Symbol::Namespace(at)) => self.exported_type(unit, *at, &name.text, fuel),
                    None if &**namespace == "sys" => ambient(&name.text),
                    _ => TypeExpr::Any,
                },
                _ => TypeExpr::Any,
            },
            TypeKind::Invalid
            | TypeKind::Apply(..)
            | TypeKind::Items(_)
            | TypeKind::Additional(_)
            | TypeKind::Index(..)
            | TypeKind::Resource(_) => TypeExpr::Any,
        }
    }

    fn named(&mut self, unit: &Arc<Unit>, name: &str, fuel: usize) -> TypeExpr {
        let Some(fuel) = fuel.checked_sub(1) else { return TypeExpr::Any };
        match unit.names.type_named(name) {
            Some(Symbol::Type(at)) => match unit.file.declarations.get(*at).map(|declaration| &declaration.kind) {
                Some(DeclarationKind::Type { of, .. }) => self.type_in(unit, of, fuel),
                _ => TypeExpr::Any,
            },
            Some(Symbol::Imported(at, original)) => self.exported_type(unit, *at, original, fuel),
            _ => ambient(name),
        }
    }

    fn exported_type(&mut self, unit: &Arc<Unit>, at: usize, name: &str, fuel: usize) -> TypeExpr {
        match self.exporter(unit, at) {
            Ok(Exporter::Bicep(other)) => self.named(&other, name, fuel),
            Ok(Exporter::Json(library)) => library.type_named(name),
            Err(_) => TypeExpr::Any,
        }
    }
}

/// The types that every file knows.
fn ambient(name: &str) -> TypeExpr {
    match name {
        "string" => TypeExpr::String,
        "int" => TypeExpr::Int,
        "bool" => TypeExpr::Bool,
        "object" => TypeExpr::Object,
        "array" => TypeExpr::Array,
        _ => TypeExpr::Any,
    }
}
