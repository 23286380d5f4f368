//! What an expression refers to, read from its text: enough to evaluate everything in an order without recursion.

use super::module::{Names, Placed, Section};
use crate::syntax::ast::{Block, Body, Expr, ExprKind, ObjectKey, Part, Step, Text};

/// A declaration of the same module, by position, that has to be evaluated first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dependency {
    Variable(usize),
    Local(usize),
    Resource(usize),
    /// A module call, and one output of it by position in `Names` of the called module; all outputs if none.
    Call(usize, Option<OutputName>),
}

/// An output's name as an interned number of the module that refers to it.
pub(crate) type OutputName = redan_model::Str;

/// Collects the dependencies of one declaration.
pub(crate) struct Collector<'a> {
    names: &'a Names,
    found: Vec<Dependency>,
    bound: Vec<Text>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(names: &'a Names) -> Self {
        Self { names, found: Vec::new(), bound: Vec::new() }
    }

    pub(crate) fn finish(mut self) -> Vec<Dependency> {
        self.found.sort_unstable();
        self.found.dedup();
        self.found
    }

    pub(crate) fn placed(&mut self, expr: Option<&Placed<Expr>>) {
        if let Some(expr) = expr {
            self.expr(&expr.item);
        }
    }

    pub(crate) fn section(&mut self, section: &Section) {
        section.attributes.iter().for_each(|attribute| self.expr(&attribute.item.value));
        section.blocks.iter().for_each(|block| self.block(&block.item));
    }

    fn block(&mut self, block: &Block) {
        if !matches!(&*block.kind.text, "lifecycle" | "provisioner" | "connection") {
            self.body(&block.body);
        }
    }

    fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            if &*attribute.name.text != "iterator" {
                self.expr(&attribute.value);
            }
        }
        body.blocks.iter().for_each(|block| self.block(block));
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Variable(_) => {}
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::Tuple(elements) => elements.iter().for_each(|element| self.expr(element)),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::For(for_expr) => {
                self.expr(&for_expr.collection);
                let before = self.bound.len();
                self.bound.extend(for_expr.key_name.iter().map(|name| name.text.clone()));
                self.bound.push(for_expr.value_name.text.clone());
                for_expr.key.iter().for_each(|key| self.expr(key));
                self.expr(&for_expr.value);
                for_expr.condition.iter().for_each(|condition| self.expr(condition));
                self.bound.truncate(before);
            }
            ExprKind::Conditional(conditional) => {
                self.expr(&conditional.condition);
                self.expr(&conditional.then);
                self.expr(&conditional.otherwise);
            }
            ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => self.expr(operand),
            ExprKind::Binary(binary) => {
                self.expr(&binary.left);
                self.expr(&binary.right);
            }
            ExprKind::Call(call) => call.arguments.iter().for_each(|argument| self.expr(argument)),
            ExprKind::Traversal(traversal) => {
                match &traversal.root.kind {
                    ExprKind::Variable(root) if self.bound.contains(root) => {}
                    ExprKind::Variable(root) => self.found.extend(dependency(self.names, root, &traversal.steps)),
                    _ => self.expr(&traversal.root),
                }
                self.steps(&traversal.steps);
            }
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Literal(..) => {}
                Part::Interpolation(expr) => self.expr(expr),
                Part::If { condition, then, otherwise } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { key_name, value_name, collection, body } => {
                    self.expr(collection);
                    let before = self.bound.len();
                    self.bound.extend(key_name.iter().map(|name| name.text.clone()));
                    self.bound.push(value_name.text.clone());
                    self.parts(body);
                    self.bound.truncate(before);
                }
            }
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Index(expr) => self.expr(expr),
                Step::AttrSplat(each, _) | Step::FullSplat(each, _) => self.steps(each),
                Step::Attr(_) | Step::LegacyIndex(..) => {}
            }
        }
    }
}

fn dependency(names: &Names, root: &str, steps: &[Step]) -> Option<Dependency> {
    let first = attribute(steps.first()?)?;
    match root {
        "var" => names.variables.get(first).copied().map(Dependency::Variable),
        "local" => names.locals.get(first).copied().map(Dependency::Local),
        "module" => {
            let call = names.calls.get(first).copied()?;
            Some(Dependency::Call(call, output_name(steps.get(1..).unwrap_or_default()).map(redan_model::Str::new)))
        }
        "data" => names.data(first, attribute(steps.get(1)?)?).map(Dependency::Resource),
        "ephemeral" => names.ephemeral(first, attribute(steps.get(1)?)?).map(Dependency::Resource),
        _ => names.managed(root, first).map(Dependency::Resource),
    }
}

fn attribute(step: &Step) -> Option<&str> {
    match step {
        Step::Attr(name) => Some(&name.text),
        _ => None,
    }
}

/// The output that the steps after `module.name` lead to, through an index or a splat.
pub(crate) fn output_name(steps: &[Step]) -> Option<&str> {
    match steps.first()? {
        Step::Attr(name) => Some(&name.text),
        Step::Index(_) | Step::LegacyIndex(..) => attribute(steps.get(1)?),
        Step::AttrSplat(each, _) | Step::FullSplat(each, _) => attribute(each.first()?),
    }
}
