//! Expressions.

use super::{Env, World};
use crate::ir::{Expr, ExprKind, Item, Loop, Member, Over, Piece};
use redan_model::{List, Map, Node, Origin, Part, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

impl<'t> World<'t> {
    /// The value of an expression. Its origin is where the value was written, or the call that computes it.
    pub(crate) fn eval(&self, expr: &'t Expr, env: &Env<'t>) -> Node {
        if let Err(bound) = self.limits.enter() {
            return self.stopped(bound, expr.origin);
        }
        let node = self.kind(expr, env);
        self.limits.leave();
        node
    }

    fn kind(&self, expr: &'t Expr, env: &Env<'t>) -> Node {
        let with = |value| Node::new(value, expr.origin);
        match &expr.kind {
            ExprKind::Null => with(Value::Null),
            ExprKind::Bool(value) => with(Value::Bool(*value)),
            ExprKind::Int(value) => with(Value::Int(*value)),
            ExprKind::Float(value) => with(Value::Float(*value)),
            ExprKind::Text(text) => with(Value::Text(*text)),
            ExprKind::Interpolation(pieces) => with(self.interpolation(pieces, env)),
            ExprKind::Object(members) => with(self.object(members, env, Self::eval)),
            ExprKind::Array(items) => with(self.array(items, env, Self::eval)),
            ExprKind::For(repeat, body) => with(self.repeat(repeat, body, env, Self::eval)),
            ExprKind::Access(base, steps) => self.access(expr, base, steps, env),
            ExprKind::Call { namespace, name, arguments } => self.call(expr.origin, *namespace, *name, arguments, env),
            ExprKind::Lambda(_) => self.wrong(expr.origin, "a lambda stands where a value is wanted"),
            ExprKind::If(sides) => {
                let [condition, then, otherwise] = &**sides;
                self.choose(expr, condition, then, otherwise, env)
            }
            ExprKind::Parameter(name) => self.parameter(*name, expr.origin, env),
            ExprKind::Variable(name) => self.variable(*name, expr.origin, env),
            ExprKind::Local(name) => match env.local(*name) {
                Some(node) => node.clone(),
                None => self.wrong(expr.origin, &format!("variable {name:?} does not exist here")),
            },
            ExprKind::Resource(symbol) => self.symbol(*symbol, expr.origin, env),
            ExprKind::Unknown(reason) => with(Value::Unknown(Unknown::of(*reason))),
        }
    }

    /// The value of an expression where it is used for an attribute: what was written elsewhere keeps both places.
    pub(crate) fn placed(&self, expr: &'t Expr, env: &Env<'t>) -> Node {
        if let Err(bound) = self.limits.enter() {
            return self.stopped(bound, expr.origin);
        }
        let with = |value| Node::new(value, expr.origin);
        let node = match &expr.kind {
            ExprKind::Object(members) => with(self.object(members, env, Self::placed)),
            ExprKind::Array(items) => with(self.array(items, env, Self::placed)),
            ExprKind::For(repeat, body) => with(self.repeat(repeat, body, env, Self::placed)),
            _ => self.rebased(self.kind(expr, env), expr.origin),
        };
        self.limits.leave();
        node
    }

    fn rebased(&self, node: Node, at: redan_model::Origin) -> Node {
        if !self.limits.spend(1) {
            return self.stopped(super::limits::WORK, at);
        }
        let origin = if node.origin.within(at) { node.origin } else { self.sources.derived(at, node.origin) };
        let value = match node.value {
            Value::List(list) => {
                let items = list.items.iter().map(|item| self.rebased(item.clone(), at)).collect();
                Value::List(Arc::new(List { items, rest: list.rest.clone() }))
            }
            Value::Map(map) => {
                let entries = map.entries().iter().map(|entry| (entry.key, self.rebased(entry.node.clone(), at)));
                Value::Map(Arc::new(Map::new(entries.collect(), map.rest.clone())))
            }
            other => other,
        };
        Node::new(value, origin)
    }

    fn interpolation(&self, pieces: &'t [Piece], env: &Env<'t>) -> Value {
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Part::Literal(*text),
            Piece::Hole(expr) => crate::functions::formatted(&self.eval(expr, env)),
        });
        let value = crate::functions::assembled(parts);
        if self.limits.made(&value) { value } else { self.stopped(super::limits::WORK, Origin::NOWHERE).value }
    }

    fn object(&self, members: &'t [Member], env: &Env<'t>, eval: fn(&Self, &'t Expr, &Env<'t>) -> Node) -> Value {
        let mut entries: Vec<(Str, Node)> = Vec::with_capacity(members.len());
        let mut rest = Rest::Absent;
        for member in members {
            match member {
                Member::Property(key, value) => {
                    let key = self.eval(key, env);
                    match crate::functions::text_of(&key) {
                        Ok(Value::Text(key)) => super::merge::put(&mut entries, key, eval(self, value, env)),
                        Ok(_) | Err(_) => super::merge::open(&mut rest, &key),
                    }
                }
                Member::Spread(other) => super::merge::spread(&mut entries, &mut rest, &eval(self, other, env)),
            }
        }
        Value::Map(Arc::new(Map::new(entries, rest)))
    }

    fn array(&self, items: &'t [Item], env: &Env<'t>, eval: fn(&Self, &'t Expr, &Env<'t>) -> Node) -> Value {
        let mut all = Vec::with_capacity(items.len());
        let mut rest = None;
        for item in items {
            match item {
                Item::One(expr) => all.push(eval(self, expr, env)),
                Item::Spread(expr) => super::merge::append(&mut all, &mut rest, &eval(self, expr, env)),
            }
        }
        Value::List(Arc::new(List { items: all.into_boxed_slice(), rest }))
    }

    /// A list made by a loop.
    fn repeat(
        &self,
        repeat: &'t Loop,
        body: &'t Expr,
        env: &Env<'t>,
        eval: fn(&Self, &'t Expr, &Env<'t>) -> Node,
    ) -> Value {
        let turns = self.turns(repeat, env);
        let items = turns.all.into_iter().map(|turn| eval(self, body, &turn.env)).collect();
        Value::List(Arc::new(List { items, rest: turns.rest }))
    }

    /// The turns of a loop.
    pub(super) fn turns(&self, repeat: &'t Loop, env: &Env<'t>) -> Turns<'t> {
        let (over, counted) = match &repeat.over {
            Over::Count(expr) => (self.eval(expr, env), true),
            Over::Items(expr) => (self.eval(expr, env), false),
        };
        let unknown = |unknown: &Arc<Unknown>| Turns { all: Vec::new(), rest: Some(Arc::clone(unknown)) };
        let count = match &over.value {
            Value::Int(count) => usize::try_from(*count).unwrap_or(0).min(super::limits::MAX_TURNS),
            Value::List(list) => list.items.len(),
            _ => 0,
        };
        if !self.limits.spend(count as u64)
            && let Value::Unknown(reason) = self.stopped(super::limits::WORK, repeat.origin).value
        {
            return unknown(&reason);
        }
        match &over.value {
            Value::Unknown(reason) => unknown(reason),
            Value::Int(count) if counted => {
                let count = usize::try_from(*count).unwrap_or(0);
                let kept = count.min(super::limits::MAX_TURNS);
                let all = (0..kept).map(|at| self.turn(repeat, at, None, env)).collect();
                Turns { all, rest: (kept < count).then(|| self.too_many(repeat)) }
            }
            Value::List(list) if !counted => {
                let kept = list.items.iter().take(super::limits::MAX_TURNS).enumerate();
                let all: Vec<_> = kept.map(|(at, item)| self.turn(repeat, at, Some(item.clone()), env)).collect();
                let rest = if all.len() < list.items.len() { Some(self.too_many(repeat)) } else { list.rest.clone() };
                Turns { all, rest }
            }
            Value::Null => Turns { all: Vec::new(), rest: None },
            other => {
                let what = if counted { "a whole number" } else { "a list" };
                let message = format!("a loop needs {what}, not {}", crate::functions::kind_of(other));
                match self.wrong(over.origin, &message).value {
                    Value::Unknown(reason) => unknown(&reason),
                    _ => Turns { all: Vec::new(), rest: None },
                }
            }
        }
    }

    fn too_many(&self, repeat: &Loop) -> Arc<Unknown> {
        let message = format!("a loop makes more than {} elements", super::limits::MAX_TURNS);
        self.problem(redan_model::Problem::at(repeat.origin, redan_model::ProblemKind::Limit, message));
        Unknown::new(ReasonClass::Bound, "turns of one loop", repeat.origin)
    }

    fn turn(&self, repeat: &'t Loop, at: usize, item: Option<Node>, env: &Env<'t>) -> Turn<'t> {
        let index = Node::new(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)), repeat.origin);
        Turn { env: self.bound(repeat, index, item, env), at }
    }

    /// The place of a turn, with the variables of the loop.
    pub(super) fn bound(&self, repeat: &'t Loop, index: Node, item: Option<Node>, env: &Env<'t>) -> Env<'t> {
        let mut inner = env.clone();
        if let Some(name) = repeat.index {
            inner = inner.with(name, index);
        }
        if let (Some(name), Some(item)) = (repeat.item, item) {
            inner = inner.with(name, item);
        }
        inner
    }
}

/// The turns of a loop, and if there may be more: why they are not known.
pub(super) struct Turns<'t> {
    pub(super) all: Vec<Turn<'t>>,
    pub(super) rest: Option<Arc<Unknown>>,
}

/// A turn of a loop.
pub(super) struct Turn<'t> {
    pub(super) env: Env<'t>,
    pub(super) at: usize,
}
