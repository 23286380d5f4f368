//! What names mean inside one module instance.

use std::cell::RefCell;

use super::instance::{CallState, Expansion, Instance, Repetition, ResourceInstance, ResourceState, Slot};
use super::run::Run;
use crate::config::{ModuleConfig, Resource, output_name};
use crate::eval::Scope;
use crate::syntax::ast::{Span, Step, Text};
use crate::value::{Class, Error, Kind, Origin, PathStep, Reference, Rest, Type, Unknown, Value, Why};

type Resolved = Result<(Value, usize), Error>;

pub(super) struct InstanceScope<'r, 'a> {
    pub(super) run: &'r Run<'a>,
    pub(super) instance: &'r Instance<'a>,
    pub(super) repetition: Option<&'r Repetition>,
    pub(super) file: u32,
    /// Problems with names that do not keep a value from being used.
    pub(super) notes: RefCell<Vec<Error>>,
}

impl Scope for InstanceScope<'_, '_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Resolved {
        let names = &self.instance.config.names;
        let here = Origin::new(self.file, span);
        let Some(name) = steps.first().and_then(attribute) else {
            return Err(Error::new(format!("there is nothing called `{root}` here")).at(here));
        };
        match root {
            "var" => {
                let slot = names.variables.get(name).and_then(|at| self.instance.variables.get(*at));
                Ok((self.plain(slot, "var", name, here)?, 1))
            }
            "local" => {
                let slot = names.locals.get(name).and_then(|at| self.instance.locals.get(*at));
                Ok((self.plain(slot, "local", name, here)?, 1))
            }
            "path" | "terraform" | "tofu" => Ok((self.about_run(root, name, here)?, 1)),
            "each" | "count" => Ok((self.repeated(root, name, here)?, 1)),
            "module" => self.module(name, steps, here),
            "data" | "ephemeral" => {
                let Some(second) = steps.get(1).and_then(attribute) else {
                    return Err(Error::new(format!("`{root}.{name}` needs the name of a block")).at(here));
                };
                let found = if root == "data" { names.data(name, second) } else { names.ephemeral(name, second) };
                let written = format!("{root}.{name}.{second}");
                self.resource(found, &written, steps, 2, here)
            }
            _ => {
                let found = names.managed(root, name);
                let known = found.is_some() || root.contains('_') || names.managed.contains_key(root);
                if !known {
                    return Err(Error::new(format!("there is nothing called `{root}` here")).at(here));
                }
                self.resource(found, &format!("{root}.{name}"), steps, 1, here)
            }
        }
    }
}

pub(super) fn attribute(step: &Step) -> Option<&str> {
    match step {
        Step::Attr(name) => Some(&name.text),
        _ => None,
    }
}

impl InstanceScope<'_, '_> {
    fn plain(&self, slot: Option<&Slot<Value>>, root: &str, name: &str, here: Origin) -> Result<Value, Error> {
        match slot {
            Some(Slot::Done(value)) => Ok(value.clone()),
            Some(_) => Ok(in_circle(&format!("{root}.{name}"), here)),
            None => self.undeclared(&format!("{root}.{name}"), here),
        }
    }

    /// A name that the module does not declare; if a file is damaged it may have been declared there.
    fn undeclared(&self, written: &str, here: Origin) -> Result<Value, Error> {
        if self.instance.config.damaged {
            return Ok(Value::unknown(Type::Dynamic, Why::new(Class::Parse, written, here)));
        }
        Err(undeclared(written, here))
    }

    fn about_run(&self, root: &str, name: &str, here: Origin) -> Result<Value, Error> {
        let unknown = |class| Value::unknown(Type::String, Why::new(class, &format!("{root}.{name}"), here));
        match (root, name) {
            ("path", "module") => Ok(Value::from(self.instance.path.as_str())),
            ("path", "root") => Ok(Value::from(".")),
            ("path", "cwd") => Ok(self.run.working_folder(unknown(Class::Impure))),
            ("terraform" | "tofu", "workspace") => {
                Ok(self.run.workspace.as_deref().map_or_else(|| unknown(Class::Input), Value::from))
            }
            ("terraform" | "tofu", "applying") => Ok(unknown(Class::Impure)),
            _ => Err(Error::new(format!("there is no `{root}.{name}`")).at(here)),
        }
    }

    fn repeated(&self, root: &str, name: &str, here: Origin) -> Result<Value, Error> {
        let value = match (root, name, self.repetition) {
            ("count", "index", Some(repetition)) => repetition.count_index.clone(),
            ("each", "key", Some(repetition)) => repetition.each.as_ref().map(|(key, _)| key.clone()),
            ("each", "value", Some(repetition)) => repetition.each.as_ref().map(|(_, value)| value.clone()),
            _ => None,
        };
        value.ok_or_else(|| Error::new(format!("`{root}.{name}` has no meaning here")).at(here))
    }

    fn module(&self, name: &str, steps: &[Step], here: Origin) -> Resolved {
        let written = format!("module.{name}");
        let slot = self.instance.config.names.calls.get(name).and_then(|at| self.instance.made.get(*at));
        let (expansion, children) = match slot {
            Some(Slot::Done(CallState::Made { expansion, children })) => (expansion, children),
            Some(Slot::Done(CallState::Missing(why))) => return Ok((Value::unknown(Type::Dynamic, why.clone()), 1)),
            Some(_) => return Ok((in_circle(&written, here), 1)),
            None => return Ok((self.undeclared(&written, here)?, 1)),
        };
        let first = children.first().and_then(|at| self.run.instances.get(*at));
        let rest = steps.get(1..).unwrap_or_default();
        match (expansion, first) {
            (Expansion::Single, Some(child)) => self.outputs_of(child, rest, 1, &written, here),
            (Expansion::Unknown(_), Some(child))
                if matches!(rest.first(), Some(Step::Index(_) | Step::LegacyIndex(..))) =>
            {
                self.outputs_of(child, rest.get(1..).unwrap_or_default(), 2, &written, here)
            }
            _ => {
                let only = output_name(rest)
                    .filter(|name| first.is_some_and(|child| child.config.names.outputs.contains_key(*name)));
                let object = |at: &usize| self.run.instances.get(*at).map(|child| outputs(child, only, here));
                let objects: Vec<Value> = children.iter().filter_map(object).collect();
                Ok((collect(expansion, objects), 1))
            }
        }
    }

    fn outputs_of(&self, child: &Instance<'_>, rest: &[Step], used: usize, written: &str, here: Origin) -> Resolved {
        let Some(name) = rest.first().and_then(attribute) else { return Ok((outputs(child, None, here), used)) };
        match child.config.names.outputs.get(name).and_then(|at| child.outputs.get(*at)) {
            Some(Slot::Done(value)) => Ok((value.clone(), used + 1)),
            Some(_) => Ok((in_circle(&format!("{written}.{name}"), here), used + 1)),
            None if child.config.damaged => {
                let why = Why::new(Class::Parse, &format!("{written}.{name}"), here);
                Ok((Value::unknown(Type::Dynamic, why), used + 1))
            }
            None => Err(Error::new(format!("module `{written}` has no output `{name}`")).at(here)),
        }
    }

    fn resource(&self, found: Option<usize>, written: &str, steps: &[Step], used: usize, here: Origin) -> Resolved {
        let config: &ModuleConfig = self.instance.config;
        let slot = found.and_then(|at| Some((config.resources.get(at)?, self.instance.resources.get(at)?)));
        let (resource, state) = match slot {
            Some((resource, Slot::Done(state))) => (resource, state),
            Some(_) => return Ok((in_circle(written, here), used)),
            None => return Ok((self.undeclared_resource(written, here), used)),
        };
        match (&state.expansion, state.instances.first(), steps.get(used)) {
            (Expansion::Single, Some(instance), Some(Step::Attr(name))) => {
                Ok((attribute_of(resource, instance, &name.text, here), used + 1))
            }
            (Expansion::Unknown(_), Some(instance), Some(Step::Index(_) | Step::LegacyIndex(..))) => {
                match steps.get(used + 1) {
                    Some(Step::Attr(name)) => Ok((attribute_of(resource, instance, &name.text, here), used + 2)),
                    _ => Ok((whole_instance(resource, instance, here), used + 1)),
                }
            }
            _ => Ok((state.whole.get_or_init(|| whole(resource, state, here)).clone(), used)),
        }
    }

    /// A resource that nothing declares still has an identity: others may refer to it too.
    fn undeclared_resource(&self, written: &str, here: Origin) -> Value {
        let class = if self.instance.config.damaged { Class::Parse } else { Class::Undeclared };
        if class == Class::Undeclared {
            self.notes.borrow_mut().push(undeclared(written, here));
        }
        let address = format!("{}{written}", self.instance.prefix);
        Unknown::reference(class, Reference::new(address), here).into()
    }
}

fn undeclared(written: &str, here: Origin) -> Error {
    let message = format!("`{written}` is not declared in this module");
    Error { class: Class::Undeclared, ..Error::new(message) }.at(here)
}

fn in_circle(written: &str, here: Origin) -> Value {
    Value::unknown(Type::Dynamic, Why::new(Class::Problem, &format!("a circle of references through {written}"), here))
}

/// The outputs of a module instance as an object, or only one of them.
fn outputs(child: &Instance<'_>, only: Option<&str>, here: Origin) -> Value {
    let all = child.config.outputs.iter().zip(&child.outputs);
    let wanted = all.filter(|(output, _)| only.is_none_or(|only| &*output.name == only));
    let items = wanted.map(|(output, slot)| {
        let value = slot.done().cloned().unwrap_or_else(|| in_circle(&format!("output.{}", output.name), here));
        (output.name.clone(), value)
    });
    let damage = child.config.damaged.then(|| Why::new(Class::Parse, &child.prefix, here));
    Value::open_object(items.collect(), damage)
}

/// Instances as one value, in the shape that `count` or `for_each` gives them.
fn collect(expansion: &Expansion, mut objects: Vec<Value>) -> Value {
    match expansion {
        Expansion::Single => objects.pop().unwrap_or_else(|| Value::null(Type::Dynamic)),
        Expansion::Count(_) => Value::tuple(objects),
        Expansion::Each(items, rest) => {
            let keyed = items.iter().map(|(key, _)| key.clone()).zip(objects).collect();
            Value::open_object(keyed, rest.clone())
        }
        Expansion::Unknown(why) => {
            let prefix = objects.len();
            Value::open_tuple(objects, Some(Rest { prefix, why: why.clone() }))
        }
    }
}

fn whole(resource: &Resource, state: &ResourceState<'_>, here: Origin) -> Value {
    let objects = state.instances.iter().map(|instance| whole_instance(resource, instance, here)).collect();
    collect(&state.expansion, objects)
}

fn class_of(resource: &Resource) -> Class {
    match resource.mode {
        redan_kinds::Mode::Managed => Class::Computed,
        redan_kinds::Mode::Data => Class::DataSource,
    }
}

fn whole_instance(resource: &Resource, instance: &ResourceInstance<'_>, here: Origin) -> Value {
    let reference = Reference::new(instance.address.as_str());
    let mut items: Vec<(Text, Value)> = instance
        .body
        .attributes(class_of(resource), &reference, here)
        .into_iter()
        .map(|(name, value)| {
            let step = reference.step(PathStep::Attr(name.clone()));
            let value = stated(value, step);
            (name, value)
        })
        .collect();
    items.extend(instance.computed.iter().cloned());
    Value::resource(items, class_of(resource), reference, here)
}

fn attribute_of(resource: &Resource, instance: &ResourceInstance<'_>, name: &str, here: Origin) -> Value {
    if let Some((_, value)) = instance.computed.iter().find(|(known, _)| &**known == name) {
        return value.clone();
    }
    let reference = || Reference::new(instance.address.as_str()).step(PathStep::Attr(name.into()));
    if let Some(value) = instance.body.argument(name).filter(|value| !value.is_null()) {
        return stated(value.clone(), reference());
    }
    if instance.body.groups.iter().any(|group| &**group.kind == name) {
        let whole = Reference::new(instance.address.as_str());
        let attributes = instance.body.attributes(class_of(resource), &whole, here);
        if let Some((_, value)) = attributes.into_iter().find(|(known, _)| &**known == name) {
            return value;
        }
    }
    Unknown::reference(class_of(resource), reference(), here).into()
}

/// What the configuration states for an attribute is its value; text also stays a reference to the attribute.
fn stated(value: Value, reference: Reference) -> Value {
    if value.as_reference().is_some() || value.document().is_some() {
        return value;
    }
    match &value.kind {
        Kind::String(_) | Kind::Composite(_) => value.with_reference(reference),
        Kind::Unknown(unknown) => {
            let reference = Some(std::sync::Arc::new(reference));
            let unknown = Unknown { ty: unknown.ty.clone(), why: unknown.why.clone(), reference };
            Value { kind: Kind::Unknown(std::sync::Arc::new(unknown)), ..value }
        }
        _ => value,
    }
}
