//! A sample of a kind: one value for each place that its first Terraform table maps, from which the kind's example is
//! drafted. It knows the kind's own schema and its lenses; what a value means it does not know.

use crate::registry::Kinds;
use crate::table::Mode;
use crate::table::lens::{Block, Lens, Piece, Step};
use crate::tree::Tree;
use redan_model::{DefaultValue, Field, Node, Origin, Schemas as _, Str, StructType, Type, Value};

const MAX_DEPTH: usize = 8;

impl Kinds {
    /// A body in the vendor's schema that states every place of the kind's first Terraform table once, with the name of
    /// that Terraform type; none if no table creates the kind.
    #[must_use]
    pub fn sample(&self, kind: Str) -> Option<(Str, Node)> {
        let schema = self.schema(kind)?;
        let table = self.kind(kind)?.terraform.iter().find(|table| table.mode == Mode::Creates)?;
        let root = Field { ty: Type::Struct(schema.body.clone()), ..Field::default() };
        let mut tree = Tree::empty(Origin::NOWHERE);
        block(&table.body, &root, &[], &mut tree, 0);
        Some((table.name, tree.finish()))
    }
}

fn join(base: &[Str], path: &[Str]) -> Vec<Str> {
    base.iter().chain(path).copied().collect()
}

/// Lays samples of a block's lenses into the structure at `base`.
fn block(block: &Block, root: &Field, base: &[Str], tree: &mut Tree, depth: usize) {
    for (to, value) in &block.set {
        tree.put(&join(base, to), leaf(value.clone()), Origin::NOWHERE);
    }
    for (to, pieces) in &block.compose {
        let text: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.as_str(),
                Piece::Argument(_) => "example",
            })
            .collect();
        tree.put(&join(base, to), leaf(Value::text(&text)), Origin::NOWHERE);
    }
    for argument in &block.arguments {
        if let Some(first) = argument.lenses.first() {
            lens(first, root, base, tree, depth);
        }
    }
    for spread in block.spread.iter().filter(|spread| spread.body.is_none() && !spread.when_true) {
        let path = join(base, &spread.field);
        if tree.node(&path).is_none()
            && let Some(value) = field(root, &path).and_then(|field| value(field, spread.argument))
        {
            tree.put(&path, leaf(value), Origin::NOWHERE);
        }
    }
}

fn lens(lens: &Lens, root: &Field, base: &[Str], tree: &mut Tree, depth: usize) {
    match lens {
        Lens::Move { to, steps } => {
            let path = join(base, to);
            if tree.node(&path).is_some() {
                return;
            }
            let name = path.last().copied().unwrap_or_default();
            let known = steps.iter().rev().find_map(constant);
            let value = known.or_else(|| field(root, &path).and_then(|field| value(field, name)));
            if let Some(value) = value {
                tree.put(&path, leaf(value), Origin::NOWHERE);
            }
        }
        Lens::Block { to, many: false, body } if depth < MAX_DEPTH => {
            block(body, root, &join(base, to), tree, depth + 1);
        }
        Lens::Block { to, many: true, body } if depth < MAX_DEPTH => {
            let path = join(base, to);
            let element = field(root, &path).map(|field| &field.ty);
            if let Some(Type::List(list)) = element
                && tree.node(&path).is_none()
            {
                let element = Field { ty: list.element.clone(), ..Field::default() };
                let mut inner = Tree::empty(Origin::NOWHERE);
                block(body, &element, &[], &mut inner, depth + 1);
                tree.push(&path, inner, Origin::NOWHERE);
            }
        }
        Lens::Keyed { to, key, value } => {
            let pair =
                vec![(*key, Node::text("team", Origin::NOWHERE)), (*value, Node::text("example", Origin::NOWHERE))];
            tree.push(&join(base, to), Tree::Leaf(Node::map(pair, Origin::NOWHERE)), Origin::NOWHERE);
        }
        Lens::Entry { to, key, value, entry, steps } => {
            let constant = steps.iter().rev().find_map(constant).unwrap_or_else(|| Value::text("example"));
            let pair = vec![
                (*key, Node::new(Value::Text(*entry), Origin::NOWHERE)),
                (*value, Node::new(constant, Origin::NOWHERE)),
            ];
            tree.push(&join(base, to), Tree::Leaf(Node::map(pair, Origin::NOWHERE)), Origin::NOWHERE);
        }
        Lens::Block { .. } | Lens::Makes(_) => {}
    }
}

/// The last named constant that a lens gives and that only one argument leads to.
fn constant(step: &Step) -> Option<Value> {
    let Step::Values(values) = step else { return None };
    let unique =
        |(_, to): &&(Value, Value)| *to != Value::Null && values.iter().filter(|(_, other)| other == to).count() == 1;
    values.iter().rfind(unique).map(|(_, to)| to.clone())
}

fn leaf(value: Value) -> Tree {
    Tree::Leaf(Node::new(value, Origin::NOWHERE))
}

/// The field at a path, through structures.
fn field<'f>(root: &'f Field, path: &[Str]) -> Option<&'f Field> {
    let [first, rest @ ..] = path else { return Some(root) };
    let Type::Struct(structure) = &root.ty else { return None };
    structure.field(*first).and_then(|inner| field(inner, rest))
}

/// A value of a field that is not its default.
fn value(field: &Field, name: Str) -> Option<Value> {
    let default = match &field.default {
        Some(rule) => match &rule.value {
            DefaultValue::Constant(value) => Some(value),
            DefaultValue::Expression(_) | DefaultValue::Unknown(_) => None,
        },
        None => None,
    };
    if let Some(member) = field.members.iter().find(|member| default != Some(&Value::Text(**member))) {
        return Some(Value::Text(*member));
    }
    of_type(&field.ty, name, default)
}

fn of_type(ty: &Type, name: Str, default: Option<&Value>) -> Option<Value> {
    let text = |text: &str| Some(Value::text(text));
    match ty {
        Type::Bool => Some(Value::Bool(default != Some(&Value::Bool(true)))),
        Type::Integer | Type::Number => Some(Value::Int(if default == Some(&Value::Int(7)) { 8 } else { 7 })),
        Type::String => text(if name.ends_with("Arn") || name.ends_with("ARN") {
            "arn:aws:example:eu-west-1:111122223333:example/one"
        } else {
            "example"
        }),
        Type::Time => text("2026-01-01T00:00:00Z"),
        Type::Duration | Type::Any => None,
        Type::Ref(_) => text("example"),
        Type::Document => {
            let version = (Str::new("Version"), Node::text("2012-10-17", Origin::NOWHERE));
            let statement = (Str::new("Statement"), Node::list(Vec::new(), Origin::NOWHERE));
            Some(Node::map(vec![version, statement], Origin::NOWHERE).value)
        }
        Type::List(list) => {
            let element = of_type(&list.element, name, None)?;
            Some(Value::list(vec![Node::new(element, Origin::NOWHERE)]))
        }
        Type::Map(element) => {
            let element = of_type(element, name, None)?;
            Some(Node::map(vec![(Str::new("one"), Node::new(element, Origin::NOWHERE))], Origin::NOWHERE).value)
        }
        Type::Struct(structure) => structure_of(structure),
    }
}

fn structure_of(structure: &StructType) -> Option<Value> {
    let mut entries = Vec::new();
    for (name, field) in &structure.fields {
        if !matches!(field.ty, Type::Struct(_))
            && let Some(value) = value(field, *name)
        {
            entries.push((*name, Node::new(value, Origin::NOWHERE)));
        }
    }
    (!entries.is_empty()).then(|| Node::map(entries, Origin::NOWHERE).value)
}
