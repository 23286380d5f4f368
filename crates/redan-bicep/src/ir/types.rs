//! Types of parameters, as far as values depend on them.

use redan_model::Str;

/// A type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum TypeExpr {
    #[default]
    Any,
    String,
    Int,
    Bool,
    Null,
    /// Any object.
    Object,
    /// Any list.
    Array,
    Struct {
        properties: Vec<Property>,
        /// The type of all others (`*: string`), if there may be any.
        others: Option<Box<Self>>,
    },
    List(Box<Self>),
    Tuple(Vec<Self>),
    Union(Vec<Self>),
    /// May be null; a parameter of it may be left out.
    Nullable(Box<Self>),
    /// A type that the template declares.
    Named(Str),
}

/// A property of an object type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: Str,
    pub(crate) ty: TypeExpr,
}

impl super::Template {
    /// Whether null is a value of a type.
    pub(crate) fn admits_null(&self, ty: &TypeExpr) -> bool {
        self.admits_null_within(ty, 32)
    }

    fn admits_null_within(&self, ty: &TypeExpr, fuel: usize) -> bool {
        let Some(fuel) = fuel.checked_sub(1) else { return false };
        match ty {
            TypeExpr::Null | TypeExpr::Nullable(_) => true,
            TypeExpr::Union(members) => members.iter().any(|member| self.admits_null_within(member, fuel)),
            TypeExpr::Named(name) => {
                let declared = self.types.iter().find(|declared| declared.name.eq_ignore_ascii_case(name));
                declared.is_some_and(|declared| self.admits_null_within(&declared.ty, fuel))
            }
            _ => false,
        }
    }
}
