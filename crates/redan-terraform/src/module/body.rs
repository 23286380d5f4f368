//! A resource's arguments and blocks, evaluated, with `dynamic` blocks expanded.
//! <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>

use super::expand::by_each;
use super::instance::{Expansion, Repetition};
use super::run::{Outcome, Run};
use crate::config::Section;
use crate::syntax::ast::{Attribute, Block, Body, Expr, Text};
use crate::value::{Class, Error, Kind, Origin, PathStep, Reference, Rest, Value, Why};

/// Blocks that one `dynamic` block may make.
const MAX_BLOCKS: usize = 5_000;

/// An evaluated argument.
#[derive(Debug)]
pub(crate) struct Argument<'a> {
    pub(crate) name: &'a Text,
    pub(crate) file: u32,
    pub(crate) expr: &'a Expr,
    pub(crate) value: Value,
}

/// All blocks of one type, in order.
#[derive(Debug)]
pub(crate) struct BlockGroup<'a> {
    pub(crate) kind: &'a Text,
    /// Each with its place.
    pub(crate) blocks: Vec<(Origin, Evaluated<'a>)>,
    /// Why there may be more.
    pub(crate) rest: Option<Why>,
}

/// An evaluated body.
#[derive(Debug, Default)]
pub(crate) struct Evaluated<'a> {
    pub(crate) arguments: Vec<Argument<'a>>,
    pub(crate) groups: Vec<BlockGroup<'a>>,
    /// Why arguments and blocks may be missing here.
    pub(crate) damage: Option<Why>,
}

impl<'a> Evaluated<'a> {
    /// Adds a block, or that there may be more of its type.
    fn add(&mut self, kind: &'a Text, block: Option<(Origin, Self)>, rest: Option<Why>) {
        if !self.groups.iter().any(|group| group.kind == kind) {
            self.groups.push(BlockGroup { kind, blocks: Vec::new(), rest: None });
        }
        let Some(group) = self.groups.iter_mut().find(|group| group.kind == kind) else { return };
        group.blocks.extend(block);
        group.rest = match (group.rest.take(), rest) {
            (Some(before), Some(rest)) => Some(before.and(&rest)),
            (before, rest) => before.or(rest),
        };
    }

    /// The value of an argument.
    pub(crate) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|argument| &**argument.name == name).map(|argument| &argument.value)
    }

    /// Arguments and blocks as attributes of `reference`. Of blocks too the provider computes what is not stated.
    pub(crate) fn attributes(&self, class: Class, reference: &Reference, here: Origin) -> Vec<(Text, Value)> {
        let arguments = self.arguments.iter().filter(|argument| !argument.value.is_null());
        let mut all: Vec<(Text, Value)> = arguments.map(|a| (a.name.clone(), a.value.clone())).collect();
        for group in &self.groups {
            let base = reference.step(PathStep::Attr(group.kind.clone()));
            let blocks = group.blocks.iter().zip(0..).map(|((place, block), at)| {
                let reference = base.step(PathStep::Index(at));
                let items = block.attributes(class, &reference, here);
                Value::resource(items, class, reference, here).with_origin(*place)
            });
            let rest = group.rest.clone().map(|why| Rest { prefix: 0, why });
            all.push((group.kind.clone(), Value::open_tuple(blocks.collect(), rest)));
        }
        all
    }
}

/// Evaluates bodies within one instance.
pub(super) struct BodyReader<'r, 'a> {
    pub(super) run: &'r Run<'a>,
    pub(super) instance: usize,
    pub(super) repetition: &'r Repetition,
    pub(super) errors: &'r mut Vec<Error>,
}

impl<'a> BodyReader<'_, 'a> {
    pub(super) fn section(&mut self, section: &'a Section) -> Evaluated<'a> {
        let mut evaluated = Evaluated::default();
        for attribute in &section.attributes {
            self.argument(&mut evaluated, attribute.file, &attribute.item, &[]);
        }
        for block in &section.blocks {
            self.block(&mut evaluated, block.file, &block.item, &[]);
        }
        if section.damaged {
            evaluated.damage = Some(damage(Origin::NONE));
        }
        evaluated
    }

    fn body(&mut self, file: u32, body: &'a Body, names: &[(Text, Value)]) -> Evaluated<'a> {
        let mut evaluated = Evaluated::default();
        for attribute in &body.attributes {
            self.argument(&mut evaluated, file, attribute, names);
        }
        for block in &body.blocks {
            self.block(&mut evaluated, file, block, names);
        }
        if body.damaged {
            evaluated.damage = Some(damage(Origin::new(file, body.span)));
        }
        evaluated
    }

    fn argument(&mut self, into: &mut Evaluated<'a>, file: u32, attribute: &'a Attribute, names: &[(Text, Value)]) {
        let value = self.value(file, &attribute.value, names);
        into.arguments.push(Argument { name: &attribute.name.text, file, expr: &attribute.value, value });
    }

    fn value(&mut self, file: u32, expr: &Expr, names: &[(Text, Value)]) -> Value {
        let Outcome { value, errors } = self.run.evaluate(self.instance, Some(self.repetition), file, expr, names);
        self.errors.extend(errors);
        value
    }

    fn block(&mut self, into: &mut Evaluated<'a>, file: u32, block: &'a Block, names: &[(Text, Value)]) {
        match (&*block.kind.text, block.labels.first()) {
            ("provisioner" | "connection", _) => {}
            ("lifecycle", _) => self.lifecycle(into, file, block),
            ("dynamic", Some(label)) => self.dynamic(into, file, block, &label.text, names),
            _ => {
                let evaluated = self.body(file, &block.body, names);
                into.add(&block.kind.text, Some((Origin::new(file, block.span), evaluated)), None);
            }
        }
    }

    /// Of `lifecycle` only what is a plain flag is a value; the rest names attributes.
    fn lifecycle(&mut self, into: &mut Evaluated<'a>, file: u32, block: &'a Block) {
        let mut evaluated = Evaluated::default();
        for attribute in &block.body.attributes {
            if matches!(&*attribute.name.text, "prevent_destroy" | "create_before_destroy") {
                self.argument(&mut evaluated, file, attribute, &[]);
            }
        }
        into.add(&block.kind.text, Some((Origin::new(file, block.span), evaluated)), None);
    }

    fn dynamic(
        &mut self,
        into: &mut Evaluated<'a>,
        file: u32,
        block: &'a Block,
        label: &'a Text,
        names: &[(Text, Value)],
    ) {
        let place = Origin::new(file, block.span);
        let Some(content) = block.body.blocks_of("content").next() else {
            self.errors.push(Error::new("a dynamic block needs a content block").at(place));
            into.add(label, None, Some(damage(place)));
            return;
        };
        let Some(for_each) = block.body.attribute("for_each") else {
            self.errors.push(Error::new("a dynamic block needs for_each").at(place));
            into.add(label, None, Some(damage(place)));
            return;
        };
        let collection = self.value(file, &for_each.value, names);
        let (items, rest) = match elements(&collection) {
            Ok(elements) => elements,
            Err(error) => {
                let error = error.at(Origin::new(file, for_each.value.span));
                let why = Why::new(error.class, &error.message, error.origin);
                self.errors.push(error);
                (Vec::new(), Some(why))
            }
        };
        let iterator = match block.body.attribute("iterator").map(|iterator| &iterator.value.kind) {
            Some(crate::syntax::ast::ExprKind::Variable(name) | crate::syntax::ast::ExprKind::Text(name)) => name,
            _ => label,
        };
        if rest.is_some() {
            into.add(label, None, rest);
        }
        for (key, value) in items {
            let entry = Value::object(vec![("key".into(), key), ("value".into(), value)]);
            let mut names = names.to_vec();
            names.push((iterator.clone(), entry));
            let evaluated = self.body(file, &content.body, &names);
            into.add(label, Some((Origin::new(file, content.span), evaluated)), None);
        }
    }
}

type Elements = (Vec<(Value, Value)>, Option<Why>);

/// What a `dynamic` block goes through: any collection, a list by its indices.
fn elements(collection: &Value) -> Result<Elements, Error> {
    let (items, rest) = match &collection.kind {
        Kind::Unknown(unknown) => return Ok((Vec::new(), Some(unknown.why.clone()))),
        Kind::Map(_) | Kind::Object(_) => match by_each(collection)? {
            Expansion::Each(items, rest) => {
                let keyed = items.into_iter().map(|(key, value)| (Value::text(key), value));
                (keyed.collect::<Vec<_>>(), rest)
            }
            _ => (Vec::new(), None),
        },
        Kind::List(seq) | Kind::Tuple(seq) => {
            let indexed = seq.items.iter().enumerate().map(|(at, item)| (Value::from(at), item.clone()));
            (indexed.collect(), seq.rest.as_ref().map(|rest| rest.why.clone()))
        }
        Kind::Set(seq) => {
            let same = seq.items.iter().map(|item| (item.clone(), item.clone()));
            (same.collect(), seq.rest.as_ref().map(|rest| rest.why.clone()))
        }
        Kind::Null(_) => {
            return Err(Error::new("for_each of a dynamic block cannot be null"));
        }
        _ => return Err(Error::new("for_each of a dynamic block takes a collection")),
    };
    if items.len() > MAX_BLOCKS {
        return Err(Error::limit(format!("more than {MAX_BLOCKS} blocks from one dynamic block")));
    }
    Ok((items, rest))
}

fn damage(place: Origin) -> Why {
    Why::new(Class::Parse, "a part of this block that does not parse", place)
}
