//! The configuration part of a plan: what each argument refers to, followed through variables and outputs of modules.
//! A plan lists the references of an expression, not the expression.

use redan_model::Str;
use rustc_hash::FxHashMap;

use crate::syntax::json::Json;

/// Variables and outputs that one reference is followed through.
const MAX_HOPS: u32 = 30;

/// A resource's block in the configuration.
#[derive(Clone, Copy)]
pub(super) struct Declared<'j> {
    pub(super) expressions: &'j Json,
    pub(super) provider: Option<&'j str>,
}

pub(super) struct Configuration<'j> {
    root: Option<&'j Json>,
    /// Blocks by their address without instance keys.
    blocks: FxHashMap<String, Declared<'j>>,
    /// Values of instances by address, in the order of the plan, for references.
    values: FxHashMap<&'j str, &'j Json>,
    /// Instances by block.
    instances: FxHashMap<String, Vec<&'j str>>,
}

/// An attribute of a resource instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target<'j> {
    pub(super) address: Str,
    pub(super) attribute: Str,
    /// Its value, if the plan knows it.
    pub(super) value: Option<&'j str>,
}

impl<'j> Configuration<'j> {
    pub(super) fn new(configuration: Option<&'j Json>, planned: &[&'j Json], prior: &[&'j Json]) -> Self {
        let root = configuration.and_then(|configuration| configuration.get("root_module"));
        let mut blocks = FxHashMap::default();
        let mut queue: Vec<(&'j Json, String)> = root.map(|root| (root, String::new())).into_iter().collect();
        while let Some((module, prefix)) = queue.pop() {
            for resource in module.get("resources").map(Json::elements).unwrap_or_default() {
                if let (Some(address), Some(expressions)) =
                    (resource.get("address").and_then(Json::text), resource.get("expressions"))
                {
                    let provider = resource.get("provider_config_key").and_then(Json::text);
                    blocks.insert(format!("{prefix}{address}"), Declared { expressions, provider });
                }
            }
            for (name, call) in module.get("module_calls").map(Json::members).unwrap_or_default() {
                if let Some(module) = call.get("module") {
                    queue.push((module, format!("{prefix}module.{}.", name.text)));
                }
            }
        }
        let mut values = FxHashMap::default();
        let mut instances: FxHashMap<String, Vec<&'j str>> = FxHashMap::default();
        for resource in planned.iter().chain(prior) {
            if let (Some(address), Some(value)) = (resource.get("address").and_then(Json::text), resource.get("values"))
            {
                values.insert(address, value);
                instances.entry(without_keys(address)).or_default().push(address);
            }
        }
        Self { root, blocks, values, instances }
    }

    pub(super) fn declared(&self, address: &str) -> Option<Declared<'j>> {
        self.blocks.get(&without_keys(address)).copied()
    }

    /// The one resource attribute that an expression of the resource at `address` refers to; none if there are several.
    pub(super) fn target(&self, address: &str, expression: &Json) -> Option<Target<'j>> {
        let (module, key) = split_address(address);
        self.follow(module, key, expression, MAX_HOPS)
    }

    fn follow(&self, module: &str, key: &str, expression: &Json, hops: u32) -> Option<Target<'j>> {
        let hops = hops.checked_sub(1)?;
        let mut references = expression.get("references")?.elements().iter().filter_map(Json::text);
        let first = references.next()?;
        let others: Vec<&str> = references
            .filter(|other| {
                !first.starts_with(other)
                    && !matches!(*other, "each.key" | "each.value" | "count.index" | "each" | "count")
            })
            .collect();
        if !others.is_empty() {
            return None;
        }
        let parts = split_reference(first);
        match parts.as_slice() {
            ["var", name, ..] => {
                let (parent, call) = self.call(module)?;
                let expression = call.get("expressions")?.get(name)?;
                let (parent_module, parent_key) = (parent, split_key(module).1);
                self.follow(&parent_module, parent_key, expression, hops)
            }
            ["module", name, output, ..] => {
                let call = self.module_at(module)?.get("module_calls")?.get(split_key(name).0)?;
                let expression = call.get("module")?.get("outputs")?.get(output)?.get("expression")?;
                let inner = format!("{module}module.{name}.");
                self.follow(&inner, "", expression, hops)
            }
            ["data", kind, name, attribute, ..] => self.resolve(module, key, &format!("data.{kind}.{name}"), attribute),
            [kind, name, attribute, ..] if kind.contains('_') => {
                self.resolve(module, key, &format!("{kind}.{name}"), attribute)
            }
            _ => None,
        }
    }

    /// The instance that a reference means: itself, the one with the same key, or the only one.
    fn resolve(&self, module: &str, key: &str, block: &str, attribute: &str) -> Option<Target<'j>> {
        let exact = format!("{module}{block}");
        let same_key = format!("{exact}{key}");
        let address = [exact.as_str(), same_key.as_str()].into_iter().find(|address| self.values.contains_key(address));
        let address = match address {
            Some(address) => address,
            None => match self.instances.get(&without_keys(&exact)).map(Vec::as_slice) {
                Some([only]) => only,
                _ => return None,
            },
        };
        let value = self.values.get(address).and_then(|values| values.get(attribute)).and_then(Json::text);
        Some(Target { address: Str::new(address), attribute: Str::new(attribute), value })
    }

    /// The module of a prefix like `module.a["x"].module.b.`.
    fn module_at(&self, prefix: &str) -> Option<&'j Json> {
        let mut module = self.root?;
        for call in module_names(prefix) {
            module = module.get("module_calls")?.get(split_key(call).0)?.get("module")?;
        }
        Some(module)
    }

    /// The caller of a module: its prefix, and the call.
    fn call(&self, prefix: &str) -> Option<(String, &'j Json)> {
        let names = module_names(prefix);
        let (last, parents) = names.split_last()?;
        let parent: String = parents.iter().map(|name| format!("module.{name}.")).collect();
        let call = self.module_at(&parent)?.get("module_calls")?.get(split_key(last).0)?;
        Some((parent, call))
    }
}

/// `module.a["x"].aws_b.c[0]` as `module.a["x"].` and `[0]`.
fn split_address(address: &str) -> (&str, &str) {
    let parts = split_reference(address);
    let modules = parts.chunks_exact(2).take_while(|pair| pair.first() == Some(&"module")).count();
    let length: usize = parts.iter().take(modules * 2).map(|part| part.len() + 1).sum();
    let module = address.get(..length).unwrap_or_default();
    (module, split_key(address.get(length..).unwrap_or_default()).1)
}

/// The names (with keys) of the calls in a prefix.
fn module_names(prefix: &str) -> Vec<&str> {
    split_reference(prefix.trim_end_matches('.')).chunks_exact(2).filter_map(|pair| pair.get(1).copied()).collect()
}

/// A last part's name and instance key.
fn split_key(part: &str) -> (&str, &str) {
    let at = if part.ends_with(']') { part.rfind('[') } else { None };
    part.split_at_checked(at.unwrap_or(part.len())).unwrap_or((part, ""))
}

/// At the dots outside of brackets.
fn split_reference(reference: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_u32, false);
    for (at, byte) in reference.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => depth = depth.saturating_sub(1),
            b'.' if !quoted && depth == 0 => {
                parts.push(reference.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(reference.get(start..).unwrap_or_default());
    parts
}

/// The address of the block: no instance keys.
fn without_keys(address: &str) -> String {
    let parts: Vec<&str> = split_reference(address).into_iter().map(|part| split_key(part).0).collect();
    parts.join(".")
}
