//! Single steps: attributes, keys, children, parents, referrers.

use super::Checker;
use super::types::{DOCUMENT, Nullness, Ty, Typed, class, did_you_mean, label};
use crate::code::{Base, Code, EntryStep, FieldInfo, FieldStep, Path, Step};
use crate::{Expr, ExprError, ExprKind, Span};
use redan_model::{Field, Schema, Str, StructType, Type};
use std::sync::Arc;

type Holder = (Option<Str>, Arc<StructType>);

impl Checker<'_> {
    pub(super) fn schema(&self, kind: Str) -> Option<&Schema> {
        self.words.schemas.schema(kind)
    }

    /// Whether a name is an attribute, a child or the parent: those go before facts and questions.
    pub(super) fn is_member(&self, kinds: &[Str], name: &str) -> bool {
        let known = |schema: &Schema| {
            schema.body.field(Str::new(name)).is_some()
                || schema.children.iter().any(|(segment, _)| *segment == *name)
                || name == "parent" && schema.parent.is_some()
        };
        kinds.iter().filter_map(|kind| self.schema(*kind)).any(known)
    }

    pub(super) fn field(&self, state: Typed, name: &str, span: Span) -> Result<Typed, ExprError> {
        match &state.ty {
            Ty::Plain(Type::Struct(fields)) => {
                let holders = vec![(None, Arc::clone(fields))];
                self.select(state, holders, name, span)
            }
            Ty::Plain(Type::Document) => self.select(state, vec![(None, Arc::clone(&DOCUMENT))], name, span),
            Ty::Plain(Type::Map(element)) => {
                let element = (**element).clone();
                Ok(free(state, name, element))
            }
            Ty::Plain(Type::Any) => Ok(free(state, name, Type::Any)),
            Ty::Split(alternatives) => {
                let structs = alternatives.iter().filter_map(|(kind, ty)| match ty {
                    Type::Struct(fields) => Some((Some(*kind), Arc::clone(fields))),
                    _ => None,
                });
                let holders = structs.collect();
                self.select(state, holders, name, span)
            }
            Ty::Resource(kinds) => {
                let kinds = kinds.clone();
                self.member(state, &kinds, name, span)
            }
            Ty::Plain(Type::Ref(kinds)) => {
                let kinds = kinds.to_vec();
                let state = Typed { null: Nullness::Null, ..state };
                self.member(state, &kinds, name, span)
            }
            Ty::Plain(Type::List(list)) => {
                let help = if list.keyed.is_some() { "name the entry: `[\"key\"]`" } else { "ask `exists` or `all`" };
                Err(ExprError::new(span, format!("a list has no field `{name}`")).help(help))
            }
            Ty::Set(_) => {
                let error = ExprError::new(span, format!("a set of resources has no field `{name}`"));
                Err(error.help("name one (`[\"name\"]`), or ask `exists` or `all`"))
            }
            ty => {
                let found = class(ty).map_or("a value", label);
                Err(ExprError::new(span, format!("{found} has no field `{name}`")))
            }
        }
    }

    fn member(&self, state: Typed, kinds: &[Str], name: &str, span: Span) -> Result<Typed, ExprError> {
        let schemas: Vec<&Schema> = kinds.iter().filter_map(|kind| self.schema(*kind)).collect();
        if schemas.is_empty() {
            let error = ExprError::new(span, format!("`{name}` is read from a resource whose kind is not known"));
            return Err(match kinds.first() {
                Some(kind) => self.unknown_kind(kind, span),
                None => error.help("name the kind: `referrers(\"KIND\")`"),
            });
        }
        let holders: Vec<Holder> = schemas.iter().map(|schema| (Some(schema.kind), Arc::clone(&schema.body))).collect();
        let attribute = Str::new(name);
        if !holders.iter().any(|(_, body)| body.field(attribute).is_some()) {
            let child =
                schemas.iter().find_map(|schema| schema.children.iter().find(|(segment, _)| *segment == attribute));
            if let Some((segment, kind)) = child {
                let step = Step::Children(*kind, *segment);
                return Ok(Typed::new(append(state.code, step), Ty::Set(vec![*kind]), Nullness::No));
            }
            if name == "parent" {
                let parents: Vec<Str> = schemas.iter().filter_map(|schema| schema.parent).collect();
                if !parents.is_empty() {
                    return Ok(Typed::new(append(state.code, Step::Parent), Ty::Resource(parents), state.null));
                }
            }
        }
        self.select(state, holders, name, span)
    }

    fn select(&self, state: Typed, holders: Vec<Holder>, name: &str, span: Span) -> Result<Typed, ExprError> {
        let attribute = Str::new(name);
        let found: Vec<(Option<Str>, &Field)> =
            holders.iter().filter_map(|(kind, body)| Some((*kind, body.field(attribute)?))).collect();
        let Some((_, first)) = found.first() else {
            return Err(self.no_field(&state, &holders, name, span));
        };
        let everywhere = found.len() == holders.len();
        let null = if state.null == Nullness::Null || !everywhere {
            Nullness::Null
        } else if found.iter().all(|(_, f)| f.default.is_some() || f.required && state.null == Nullness::No) {
            Nullness::No
        } else {
            Nullness::Absent
        };
        let same = found.iter().all(|(_, field)| field.ty == first.ty);
        let ty = if same {
            Ty::Plain(first.ty.clone())
        } else {
            Ty::Split(found.iter().filter_map(|(kind, field)| Some(((*kind)?, field.ty.clone()))).collect())
        };
        let members = if same { first.members.clone() } else { Vec::new() };
        let fold = self.words.kind.contains('/') && (!first.members.is_empty() || name == "name");
        let infos = found.iter().map(|(kind, field)| (*kind, FieldInfo::from(*field))).collect();
        let step = Step::Field(FieldStep { name: attribute, infos });
        Ok(Typed { code: append(state.code, step), ty, null, members, fold })
    }

    fn no_field(&self, state: &Typed, holders: &[Holder], name: &str, span: Span) -> ExprError {
        let mut known: Vec<Str> =
            holders.iter().flat_map(|(_, body)| body.fields.iter().map(|(name, _)| *name)).collect();
        let mut of = String::from("the structure");
        if let Some(kinds) = state.kinds() {
            known.extend(self.words.engines.names(&kinds));
            for schema in kinds.iter().filter_map(|kind| self.schema(*kind)) {
                known.extend(schema.children.iter().map(|(segment, _)| *segment));
            }
            of = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        }
        let help = did_you_mean(name, known.iter().map(|name| name.as_str())).or_else(|| {
            known.sort();
            known.dedup();
            let few = known.iter().take(12).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            Some(format!("there are {few}")).filter(|_| !known.is_empty())
        });
        ExprError::new(span, format!("{of} has no `{name}`")).maybe(help)
    }

    pub(super) fn index(&self, state: Typed, index: &Expr) -> Result<Typed, ExprError> {
        let ExprKind::Text(key) = &index.kind else {
            let error = ExprError::new(index.span, "the key is no literal");
            return Err(error.help("write a text in quotes, or a name that `[\"A\", \"B\"].all(k, …)` binds"));
        };
        match &state.ty {
            Ty::Plain(Type::List(list)) => {
                let Some(keyed) = &list.keyed else {
                    let error = ExprError::new(index.span, "the kind names no key for this list");
                    return Err(error.help("ask `exists` or `all`"));
                };
                let key = Str::new(key);
                let entry = keyed.entries.iter().find(|(known, _)| *known == key).map(|(_, field)| field);
                let inner = keyed.value.and_then(|value| match &list.element {
                    Type::Struct(fields) => fields.field(value).map(|field| field.ty.clone()),
                    _ => None,
                });
                let ty = entry.map(|field| field.ty.clone()).filter(|ty| *ty != Type::Any);
                let ty = ty.or(inner).unwrap_or_else(|| list.element.clone());
                let defaulted = entry.is_some_and(|field| field.default.is_some());
                let null = match (state.null, defaulted) {
                    (Nullness::Null, _) => Nullness::Null,
                    (_, true) => Nullness::No,
                    (_, false) => Nullness::Null,
                };
                let info = [(None, entry.map(FieldInfo::from).unwrap_or_default())];
                let (key_field, value_field) = (keyed.key, keyed.value);
                let step = Step::Entry(Box::new(EntryStep { key, key_field, value_field, info }));
                Ok(Typed::new(append(state.code, step), Ty::Plain(ty), null))
            }
            Ty::Set(kinds) => {
                let ty = Ty::Resource(kinds.clone());
                Ok(Typed::new(append(state.code, Step::Named(Str::new(key))), ty, Nullness::Null))
            }
            _ => self.field(state, key, index.span),
        }
    }

    /// Whether a path of attributes exists in a kind; lists are passed through.
    pub(super) fn has_path(&self, kind: Str, path: &str) -> bool {
        let Some(schema) = self.schema(kind) else { return false };
        let mut ty = Type::Struct(Arc::clone(&schema.body));
        for step in path.split('.') {
            while let Type::List(list) = &ty {
                ty = list.element.clone();
            }
            let next = match &ty {
                Type::Struct(fields) => fields.field(Str::new(step)).map(|field| field.ty.clone()),
                Type::Map(element) => Some((**element).clone()),
                Type::Any | Type::Document => Some(Type::Any),
                _ => None,
            };
            let Some(next) = next else { return false };
            ty = next;
        }
        true
    }
}

fn free(state: Typed, name: &str, ty: Type) -> Typed {
    let step = Step::Field(FieldStep { name: Str::new(name), infos: Box::default() });
    Typed::new(append(state.code, step), Ty::Plain(ty), Nullness::Null)
}

/// The code with one more step.
pub(super) fn append(code: Code, step: Step) -> Code {
    match code {
        Code::Path(mut path) => {
            path.steps.push(step);
            Code::Path(path)
        }
        code => Code::Path(Box::new(Path { base: Base::Code(code), steps: vec![step] })),
    }
}
