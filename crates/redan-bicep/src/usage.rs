//! How a compiled template uses its parameters: `parameters('a').b[0].c`. For parameters whose type says nothing.

use redan_model::{Node, Value};
use std::collections::BTreeMap;

/// Uses by the name of the parameter.
pub(crate) type Usage = BTreeMap<String, Used>;

/// How a value is used.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Used {
    #[default]
    Value,
    /// As a condition.
    Flag,
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

/// The uses in a template; those of the templates in it are of their own parameters.
pub(crate) fn of(root: &Node) -> Usage {
    let mut usage = Usage::new();
    collect(root, &mut usage);
    usage.retain(|_, used| *used != Used::Value);
    usage
}

fn collect(node: &Node, usage: &mut Usage) {
    match &node.value {
        Value::Text(text) if text.starts_with('[') => expressions(text, usage),
        Value::List(list) => list.items.iter().for_each(|item| collect(item, usage)),
        Value::Map(map) => {
            let outer = map.entries().iter().filter(|entry| entry.key != "template");
            outer.for_each(|entry| collect(&entry.node, usage));
        }
        _ => {}
    }
}

fn expressions(text: &str, usage: &mut Usage) {
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
        if condition && *used == Used::Value {
            *used = Used::Flag;
        }
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
