//! Chains of accesses: into objects and lists, and into what a resource declares or answers.

use super::instance::Instance;
use super::{Env, World};
use crate::ir::{Expr, ExprKind, Step};
use redan_model::{Map, Node, Origin, ReasonClass, Ref, Rest, Str, Unknown, Value};
use std::rc::Rc;
use std::sync::Arc;

/// What a step leads to.
enum Next {
    /// A value; the chain goes on.
    Value(Node),
    /// Null, and the rest of the chain with it.
    End,
}

impl<'t> World<'t> {
    /// The value at the end of a chain.
    pub(super) fn access(&self, expr: &'t Expr, base: &'t Expr, steps: &'t [Step], env: &Env<'t>) -> Node {
        let node = self.eval(base, env);
        if let (ExprKind::Resource(symbol), [index, attribute, rest @ ..]) = (&base.kind, steps)
            && let Some(found) = self.beyond(*symbol, &node, (index, attribute), expr.origin, env)
        {
            return if rest.is_empty() { found } else { self.follow(found, rest, expr.origin, env) };
        }
        self.follow(node, steps, expr.origin, env)
    }

    /// An attribute of one that a loop makes, of which it is not known which one, or that it does not make: its name and id
    /// are computed as if it were one of the loop. That is what the compiler writes for them.
    fn beyond(
        &self,
        symbol: Str,
        all: &Node,
        (index, attribute): (&'t Step, &'t Step),
        origin: Origin,
        env: &Env<'t>,
    ) -> Option<Node> {
        let (Value::List(all), ExprKind::Text(name)) = (&all.value, &attribute.key.kind) else { return None };
        if index.safe || index.from_end {
            return None;
        }
        let index = self.eval(&index.key, env);
        let made = |at: i64| usize::try_from(at).is_ok_and(|at| at < all.items.len());
        match index.value {
            Value::Int(at) if made(at) => return None,
            Value::Int(_) | Value::Unknown(_) | Value::Ref(_) => {}
            _ => return None,
        }
        let instance = self.any_instance(symbol, &index, env)?;
        let node = match name.to_ascii_lowercase().as_str() {
            "id" => instance.id.clone(),
            "name" => instance.own_name(),
            _ => self.undeclared(&instance.id, None, name, origin, env)?,
        };
        Some(Node::new(node.value, origin))
    }

    fn follow(&self, base: Node, steps: &'t [Step], origin: Origin, env: &Env<'t>) -> Node {
        let mut node = base;
        for step in steps {
            let key = self.eval(&step.key, env);
            match self.step(&node, &key, step, origin) {
                Next::Value(next) => node = next,
                Next::End => return Node::new(Value::Null, origin),
            }
        }
        node
    }

    /// `tryGet(base, keys…)`: null where there is none.
    pub(super) fn try_get(&self, base: &Node, keys: &[Node], origin: Origin) -> Node {
        let mut node = base.clone();
        for key in keys {
            let step = Step { key: Expr::new(ExprKind::Null, origin), safe: true, from_end: false, asserted: false };
            match self.step(&node, key, &step, origin) {
                Next::Value(next) => node = next,
                Next::End => return Node::new(Value::Null, origin),
            }
        }
        node
    }

    /// `list[index]`
    pub(super) fn element(&self, list: &Node, index: &Node, origin: Origin) -> Node {
        match self.step(list, index, &Step::to(Expr::new(ExprKind::Null, origin)), origin) {
            Next::Value(node) => node,
            Next::End => Node::new(Value::Null, origin),
        }
    }

    fn step(&self, node: &Node, key: &Node, step: &Step, origin: Origin) -> Next {
        let missing = |message: String| if step.safe { Next::End } else { Next::Value(self.wrong(origin, &message)) };
        let unknown = |unknown: &Arc<Unknown>| Next::Value(Node::new(Value::Unknown(Arc::clone(unknown)), origin));
        if let Value::Unknown(reason) = &key.value {
            return match &node.value {
                Value::Unknown(base) => unknown(&Unknown::merge(base, reason)),
                _ => unknown(reason),
            };
        }
        match (&node.value, &key.value) {
            (Value::Unknown(reason), _) => unknown(reason),
            (Value::Null, _) => missing(format!("{} is read of null", redan_model::Shown(&key.value))),
            (Value::Map(map), Value::Text(name)) => match (entry(map, *name), &map.rest) {
                (Some(found), _) => Next::Value(found.clone()),
                (None, Rest::Unknown(reason)) => unknown(reason),
                (None, Rest::Absent | Rest::Assumed(_)) => missing(format!("there is no property {name:?}")),
            },
            (Value::List(list), Value::Int(index)) => {
                if let Some(reason) = &list.rest {
                    return unknown(reason);
                }
                let index = usize::try_from(*index).ok();
                let at =
                    if step.from_end { index.and_then(|index| list.items.len().checked_sub(index)) } else { index };
                match at.and_then(|at| list.items.get(at)) {
                    Some(found) => Next::Value(found.clone()),
                    None => missing(format!(
                        "there is no element {} of {}",
                        redan_model::Shown(&key.value),
                        list.items.len()
                    )),
                }
            }
            (Value::Ref(reference), Value::Text(name)) => match self.handle(node) {
                Some(instance) => Next::Value(self.attribute(&instance, &reference.attribute, *name, origin)),
                None if self.is_undeclared(reference) => Next::Value(further(reference, name, origin)),
                None => Next::Value(node.clone()),
            },
            // `listKeys(…).keys[0]`
            (Value::Ref(reference), Value::Int(index)) if !reference.attribute.is_empty() => match self.handle(node) {
                Some(instance) => {
                    let path = format!("{}.{index}", reference.attribute);
                    Next::Value(self.refer(&instance, &path, origin))
                }
                None if self.is_undeclared(reference) => Next::Value(further(reference, &index.to_string(), origin)),
                None => Next::Value(node.clone()),
            },
            // A template stands for text that is not known in whole; only a document in text would have properties.
            (other, _) => {
                missing(format!("{} has no {}", crate::functions::kind_of(other), redan_model::Shown(&key.value)))
            }
        }
    }

    /// An attribute of a resource, one step further down: what is declared of it, else what it answers when it runs.
    fn attribute(&self, instance: &Rc<Instance<'t>>, path: &str, name: Str, origin: Origin) -> Node {
        let lower = name.to_ascii_lowercase();
        if path.is_empty() {
            match lower.as_str() {
                "id" if !instance.resource.extension => return instance.id.clone(),
                "name" => return instance.own_name(),
                "type" => return Node::new(Value::Text(instance.ty), origin),
                "apiversion" if instance.version.is_some() => {
                    return Node::new(Value::Text(instance.version.unwrap_or_default()), origin);
                }
                _ => {}
            }
        }
        if instance.resource.module.is_some() && lower == "outputs" {
            return self.outputs(instance, !path.is_empty(), origin);
        }
        let full = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        if instance.resource.module.is_some() {
            let what = format!("{}.{full}", instance.address);
            return Node::unknown(ReasonClass::Computed, &what, origin);
        }
        if instance.resource.existing {
            return self.refer(instance, &full, origin);
        }
        let body = self.body(instance);
        let declared = full.split('.').try_fold(&body, |node, step| entry(node.value.as_map()?, Str::new(step)));
        match declared.map(|node| &node.value) {
            None | Some(Value::Map(_)) => self.refer(instance, &full, origin),
            Some(_) => declared.cloned().unwrap_or_else(Node::null),
        }
    }

    /// `listOutputsWithSecureValues(deployment)`: the outputs, also the secret ones.
    pub(super) fn secure_outputs(&self, subject: &Node, origin: Origin, env: &Env<'t>) -> Node {
        match self.declared(subject, env).filter(|instance| instance.resource.module.is_some()) {
            Some(instance) => self.outputs(&instance, false, origin),
            None => Node::unknown(ReasonClass::Computed, "listOutputsWithSecureValues()", origin),
        }
    }

    /// The outputs of a module: by name, in JSON as `{value: …}`.
    fn outputs(&self, instance: &Rc<Instance<'t>>, wrapped: bool, origin: Origin) -> Node {
        let Some(deployment) = self.deployment_of(instance) else {
            return Node::unknown(ReasonClass::Module, &format!("outputs of {}", instance.address), origin);
        };
        let env = Env { deployment: Rc::clone(&deployment), locals: None };
        let entries = deployment.template.outputs.iter().map(|output| {
            let value = self.output(output, &env);
            let value = if wrapped { Node::map(vec![(Str::new("value"), value)], origin) } else { value };
            (output.name, value)
        });
        Node::new(Value::Map(Arc::new(Map::new(entries.collect(), Rest::Absent))), origin)
    }

    fn output(&self, output: &'t crate::ir::Output, env: &Env<'t>) -> Node {
        let origin = output.value.origin;
        match output.condition.as_ref().map(|condition| self.truth(&self.eval(condition, env))) {
            None | Some(Ok(true)) => self.bounded(self.eval(&output.value, env)),
            Some(Ok(false)) => Node::new(Value::Null, origin),
            Some(Err(unknown)) => Node::new(Value::Unknown(unknown), origin),
        }
    }
}

/// One step further into what a resource answers.
fn further(reference: &Ref, step: &str, origin: Origin) -> Node {
    let outer = &reference.attribute;
    let attribute = if outer.is_empty() { Str::new(step) } else { Str::from(format!("{outer}.{step}")) };
    let target = reference.target.clone();
    Node::new(Value::Ref(Arc::new(Ref { target, attribute, text: None })), origin)
}

/// The node of a key, in any case.
pub(super) fn entry(map: &Map, name: Str) -> Option<&Node> {
    map.get(name)
        .or_else(|| map.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(&name)).map(|entry| &entry.node))
}
