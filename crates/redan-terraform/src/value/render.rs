//! Values as `terraform console` shows them. It is for people and tests; nothing reads it back.

use super::quote::quoted;
use super::{Kind, Type, Value};

/// The console's text for a value.
pub(crate) fn render(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    if value.sensitive && !value.is_unknown() {
        out.push_str("(sensitive value)");
        return;
    }
    match &value.kind {
        Kind::Null(ty) => out.push_str(&null(ty)),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(value) => out.push_str(&value.to_string()),
        Kind::String(text) => string(text, indent, out),
        Kind::Composite(composite) => match composite.literal() {
            Some(text) => string(text, indent, out),
            None => out.push_str("(known after apply)"),
        },
        Kind::Tuple(seq) => sequence(&seq.items, indent, out),
        Kind::List(seq) => {
            out.push_str("tolist(");
            sequence(&seq.items, indent, out);
            out.push(')');
        }
        Kind::Set(seq) => {
            out.push_str("toset(");
            sequence(&seq.items, indent, out);
            out.push(')');
        }
        Kind::Object(entries) => mapping(&entries.items, indent, out),
        Kind::Map(entries) => {
            out.push_str("tomap(");
            mapping(&entries.items, indent, out);
            out.push(')');
        }
        Kind::Unknown(_) => out.push_str("(known after apply)"),
    }
}

fn null(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::List(element) => format!("tolist(null) /* of {} */", element.friendly()),
        Type::Set(element) => format!("toset(null) /* of {} */", element.friendly()),
        Type::Map(element) => format!("tomap(null) /* of {} */", element.friendly()),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly()),
    }
}

fn newline(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn sequence(items: &[Value], indent: usize, out: &mut String) {
    out.push('[');
    for item in items {
        newline(indent + 2, out);
        write(item, indent + 2, out);
        out.push(',');
    }
    if !items.is_empty() {
        newline(indent, out);
    }
    out.push(']');
}

fn mapping(items: &[(crate::syntax::ast::Text, Value)], indent: usize, out: &mut String) {
    out.push('{');
    for (key, value) in items {
        newline(indent + 2, out);
        string(key, indent + 2, out);
        out.push_str(" = ");
        write(value, indent + 2, out);
    }
    if !items.is_empty() {
        newline(indent, out);
    }
    out.push('}');
}

fn string(text: &str, indent: usize, out: &mut String) {
    if text.contains('\n') { heredoc(text, indent, out) } else { out.push_str(&quoted(text)) }
}

fn heredoc(text: &str, indent: usize, out: &mut String) {
    let mut delimiter = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == delimiter) {
        delimiter.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&delimiter);
    for line in text.split('\n') {
        newline(indent, out);
        out.push_str(line);
    }
    newline(indent, out);
    out.push_str(&delimiter);
}
