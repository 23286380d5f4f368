//! Nodes as compact JSON text. Must not know who reads it: what a language escapes beyond RFC 8259 it says itself.

use crate::{Node, Part, Value};

/// What nests deeper cannot be read back.
const MAX_DEPTH: usize = super::MAX_DEPTH;

/// A value as compact JSON; `None` if that is longer than `limit` bytes or nests too deeply. What is unknown is null, and a
/// hole in text is `…`: who cares asks before.
#[must_use]
pub fn write(node: &Node, limit: usize) -> Option<String> {
    let mut out = String::new();
    value(node, &mut out, limit, 0)?;
    (out.len() <= limit).then_some(out)
}

fn value(node: &Node, out: &mut String, limit: usize, depth: usize) -> Option<()> {
    if depth > MAX_DEPTH || out.len() > limit {
        return None;
    }
    match &node.value {
        Value::Null | Value::Unknown(_) | Value::Ref(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&value.to_string()),
        Value::Text(text) => quote(text, out),
        Value::Template(template) => {
            out.push('"');
            for part in &template.parts {
                match part {
                    Part::Literal(text) => escape(text, out, |_| false),
                    Part::Hole(_) => out.push('…'),
                }
            }
            out.push('"');
        }
        Value::List(list) => {
            out.push('[');
            for (at, item) in list.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                value(item, out, limit, depth + 1)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, entry) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote(&entry.key, out);
                out.push(':');
                value(&entry.node, out, limit, depth + 1)?;
            }
            out.push('}');
        }
    }
    Some(())
}

/// Text in quotes.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out, |_| false);
    out.push('"');
}

/// Text as it stands between quotes; characters that are `also` escaped are written as `\u…`.
pub fn escape(text: &str, out: &mut String, also: fn(char) -> bool) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            other if other < ' ' || also(other) => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::{Node, Origin, Str, Value, json};
    use proptest::prelude::*;

    fn read(text: &str) -> Node {
        json::parse_with(text, &|_, _| Origin::NOWHERE).unwrap()
    }

    fn node() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            ".{0,12}".prop_map(|text| Value::text(&text)),
        ];
        let leaf = leaf.prop_map(|value| Node::new(value, Origin::NOWHERE));
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|items| Node::list(items, Origin::NOWHERE)),
                prop::collection::vec((".{0,6}", inner), 0..5).prop_map(|entries| {
                    let entries = entries.into_iter().map(|(key, node)| (Str::new(&key), node));
                    Node::map(entries.collect(), Origin::NOWHERE)
                }),
            ]
        })
    }

    proptest! {
        /// What is written reads back.
        #[test]
        fn what_is_written_reads_back(node in node()) {
            prop_assert_eq!(read(&write(&node, usize::MAX).unwrap()), node);
        }
    }

    #[test]
    fn escapes_are_those_of_the_standard() {
        let text = "\u{1}\u{8}\u{c}\n\r\t\"\\/é\u{7f}";
        assert_eq!(
            write(&Node::text(text, Origin::NOWHERE), usize::MAX).unwrap(),
            "\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\/é\u{7f}\""
        );
    }

    #[test]
    fn long_or_deep_values_are_refused() {
        assert_eq!(write(&read("[1, 2]"), 3), None);
        let deep = (0..300).fold(Node::null(), |node, _| Node::list(vec![node], Origin::NOWHERE));
        assert_eq!(write(&deep, usize::MAX), None);
    }
}
