//! How a compiled template uses its parameters: `parameters('a').b[0].c`. For parameters whose type says nothing.

use redan_model::{Node, Str, Value};
use std::collections::BTreeMap;

/// Uses by the name of the parameter.
pub(crate) type Usage = BTreeMap<String, Used>;

/// How a value is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Used {
    #[default]
    Value,
    /// As a condition.
    Flag,
    Number,
    /// As the whole name of a resource whose type has so many parts.
    Name(usize),
    Object(BTreeMap<String, Self>),
    /// With so many elements at least.
    List(Box<Self>, usize),
}

/// A step into a value.
enum Step {
    Name(String),
    /// With its number, where that is literal.
    Element(usize),
}

/// The uses in a template; those of the templates in it are of their own parameters, and tell how what is handed to them
/// is used.
pub(crate) fn of(root: &Node) -> Usage {
    let mut usage = within(root);
    usage.retain(|_, used| *used != Used::Value);
    usage
}

fn within(root: &Node) -> Usage {
    let mut usage = Usage::new();
    collect(root, &mut usage);
    usage
}

/// What a deployment hands on is used as the parameter of its template is.
fn handed_on(deployment: &Node, usage: &mut Usage) {
    let part = |key: &str| deployment.get(Str::new(key));
    let (Some(template), Some(Value::Map(given))) = (part("template"), part("parameters").map(|node| &node.value))
    else {
        return;
    };
    let mut inner = within(template);
    for entry in given.entries() {
        let Some(text) = entry.node.get(Str::new("value")).and_then(|value| value.value.as_text()) else { continue };
        let declared = template.get(Str::new("parameters")).and_then(|all| all.get(entry.key));
        let used = match inner.remove(entry.key.as_str()) {
            None | Some(Used::Value) => declared.map(of_type).unwrap_or_default(),
            Some(used) => used,
        };
        if used != Used::Value && ["[parameters(", "[union("].iter().any(|start| text.starts_with(start)) {
            each_use(&text, usage, &mut |known, _| known.merge(&used));
        }
    }
}

fn of_type(declared: &Node) -> Used {
    let ty = declared.get(Str::new("type")).and_then(|ty| ty.value.as_text()).unwrap_or_default();
    match ty.to_ascii_lowercase().as_str() {
        "bool" => Used::Flag,
        "int" => Used::Number,
        "array" => Used::List(Box::default(), 0),
        "object" => Used::Object(BTreeMap::new()),
        _ => Used::Value,
    }
}

fn collect(node: &Node, usage: &mut Usage) {
    match &node.value {
        Value::Text(text) if text.starts_with('[') => expressions(text, usage),
        Value::List(list) => list.items.iter().for_each(|item| collect(item, usage)),
        Value::Map(map) => {
            let outer = map.entries().iter().filter(|entry| entry.key != "template");
            outer.for_each(|entry| collect(&entry.node, usage));
            handed_on(node, usage);
            names(node, usage);
        }
        _ => {}
    }
}

/// A parameter that is the whole name of a resource has as many parts as the type.
fn names(resource: &Node, usage: &mut Usage) {
    let part = |key: &str| resource.get(Str::new(key)).and_then(|node| node.value.as_text());
    let (Some(ty), Some(name)) = (part("type"), part("name")) else { return };
    let parameter = name.strip_prefix("[parameters('").and_then(|rest| rest.strip_suffix("')]"));
    let count = ty.matches('/').count();
    if let (Some(parameter), 2..) = (parameter.filter(|name| !name.contains('\'')), count) {
        usage.insert(parameter.to_owned(), Used::Name(count));
    }
}

fn expressions(text: &str, usage: &mut Usage) {
    each_use(text, usage, &mut |used, condition| {
        if condition && *used == Used::Value {
            *used = Used::Flag;
        }
    });
}

/// Calls `found` with each use of a parameter, and whether it stands as a condition.
fn each_use(text: &str, usage: &mut Usage, found: &mut dyn FnMut(&mut Used, bool)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("parameters('") {
        let condition = ["if(", "not(", "and(", "or("].iter().any(|word| before.ends_with(word));
        rest = after;
        let Some((name, after)) = after.split_once("')") else { return };
        let mut used = usage.entry(name.to_owned()).or_default();
        for step in steps(after) {
            used = match step {
                Step::Name(name) => used.member(name),
                Step::Element(at) => used.element(at),
            };
        }
        found(used, condition);
    }
}

/// The steps that follow a value: `.a`, `['b']`, `[…]`.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix("['").and_then(|after| after.split_once("']")) {
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        } else if let Some((index, after)) = rest.strip_prefix('[').and_then(|inside| Some((inside, closed(inside)?))) {
            let literal = index.split(']').next().and_then(|index| index.trim().parse::<usize>().ok());
            steps.push(Step::Element(literal.unwrap_or_default().min(20)));
            rest = after;
        } else {
            return steps;
        }
    }
}

/// What follows the bracket that closes one already open.
fn closed(text: &str) -> Option<&str> {
    let mut open = 1_u32;
    for (at, c) in text.char_indices() {
        match c {
            '[' => open += 1,
            ']' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return text.get(at + 1..);
        }
    }
    None
}

impl Used {
    fn member(&mut self, name: String) -> &mut Self {
        if !matches!(self, Self::Object(_)) {
            *self = Self::Object(BTreeMap::new());
        }
        match self {
            Self::Object(members) => members.entry(name).or_default(),
            other => other,
        }
    }

    /// Also used like this.
    fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Value | Self::Flag, _) => *self = other.clone(),
            (Self::Object(own), Self::Object(others)) => {
                for (name, used) in others {
                    own.entry(name.clone()).or_default().merge(used);
                }
            }
            (Self::List(own, count), Self::List(item, others)) => {
                *count = (*count).max(*others);
                own.merge(item);
            }
            _ => {}
        }
    }

    fn element(&mut self, at: usize) -> &mut Self {
        if !matches!(self, Self::List(..)) {
            *self = Self::List(Box::default(), 2);
        }
        match self {
            Self::List(item, count) => {
                *count = (*count).max(at + 1);
                item
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Used, of};
    use redan_model::{Origin, json};

    #[test]
    fn shapes_follow_the_steps() {
        let text = r#"{"a": "[concat(parameters('x').b, parameters('x')['c'].d, parameters('y')[copyIndex()].e)]",
            "template": {"b": "[parameters('z').q]"}, "c": "[parameters('v')]"}"#;
        let usage = of(&json::parse_with(text, &|_, _| Origin::NOWHERE).unwrap());
        let object = |entries: Vec<(&str, Used)>| {
            Used::Object(entries.into_iter().map(|(name, used)| (name.to_owned(), used)).collect())
        };
        assert_eq!(usage["x"], object(vec![("b", Used::Value), ("c", object(vec![("d", Used::Value)]))]));
        assert_eq!(usage["y"], Used::List(Box::new(object(vec![("e", Used::Value)])), 2));
        assert_eq!(usage.len(), 2);
    }
}
