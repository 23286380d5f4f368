//! The extract as text, one line a field, and back.
//!
//! ```text
//! AWS::EC2::SecurityGroup
//!   GroupDescription! string
//!   SecurityGroupIngress [@Ingress]
//! @Ingress
//!   IpProtocol! string
//! ```
//! `!` required, `=` read only, `^` write only, `&` a Terraform block; `[…]` list, `{…}` map, `@Name` structure.

use super::model::{Field, Shape, Type};

/// Writes types in the given order.
pub(crate) fn write(types: &[Type]) -> String {
    let mut text = String::new();
    for one in types {
        text.push_str(&one.name);
        if !one.version.is_empty() {
            text.push(' ');
            text.push_str(&one.version);
        }
        text.push('\n');
        for (name, fields) in &one.structures {
            if !name.is_empty() {
                text.push_str(&format!("@{name}\n"));
            }
            for field in fields {
                text.push_str(&format!("  {}{} {}\n", field.name, flags(field), shape(&field.shape)));
            }
        }
    }
    text
}

/// The marks of a field: required, read only, write only, block.
pub(crate) fn flags(field: &Field) -> String {
    let marks = [(field.required, '!'), (field.read_only, '='), (field.write_only, '^'), (field.block, '&')];
    marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect()
}

/// A shape as it is written.
pub(crate) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Integer => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Any => "any".to_owned(),
        Shape::Enumeration(members) => format!("\"{}\"", members.join("|")),
        Shape::Identifier(of) => format!("<{of}>"),
        Shape::List(inner) => format!("[{}]", self::shape(inner)),
        Shape::Map(inner) => format!("{{{}}}", self::shape(inner)),
        Shape::Structure(name) => format!("@{name}"),
    }
}

/// Reads what [`write`] wrote; the error names the line.
pub(crate) fn read(text: &str) -> Result<Vec<Type>, String> {
    let mut types: Vec<Type> = Vec::new();
    let mut structure = String::new();
    for (index, line) in text.lines().enumerate() {
        let broken = || format!("schema extract, line {}: `{line}` is not understood", index + 1);
        if let Some(field) = line.strip_prefix("  ") {
            let (name, shape) = field.split_once(' ').ok_or_else(broken)?;
            let field = read_field(name, read_shape(shape).ok_or_else(broken)?);
            let last = types.last_mut().ok_or_else(broken)?;
            last.structures.entry(structure.clone()).or_default().push(field);
        } else if let Some(name) = line.strip_prefix('@') {
            name.clone_into(&mut structure);
            types.last_mut().ok_or_else(broken)?.structures.entry(structure.clone()).or_default();
        } else {
            let (name, version) = line.split_once(' ').unwrap_or((line, ""));
            structure.clear();
            let mut one = Type { name: name.to_owned(), version: version.to_owned(), ..Type::default() };
            one.structures.insert(String::new(), Vec::new());
            types.push(one);
        }
    }
    Ok(types)
}

fn read_field(marked: &str, shape: Shape) -> Field {
    let name = marked.trim_end_matches(['!', '=', '^', '&']);
    let marks = marked.strip_prefix(name).unwrap_or_default();
    let has = |mark: char| marks.contains(mark);
    Field { required: has('!'), read_only: has('='), write_only: has('^'), block: has('&'), ..Field::new(name, shape) }
}

fn read_shape(text: &str) -> Option<Shape> {
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|t| t.strip_suffix(close));
    Some(match text {
        "string" => Shape::Text,
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "boolean" => Shape::Boolean,
        "any" => Shape::Any,
        _ => {
            if let Some(inner) = inside('[', ']') {
                Shape::List(Box::new(read_shape(inner)?))
            } else if let Some(inner) = inside('{', '}') {
                Shape::Map(Box::new(read_shape(inner)?))
            } else if let Some(members) = inside('"', '"') {
                Shape::Enumeration(members.split('|').map(str::to_owned).collect())
            } else if let Some(of) = inside('<', '>') {
                Shape::Identifier(of.to_owned())
            } else {
                Shape::Structure(text.strip_prefix('@')?.to_owned())
            }
        }
    })
}

/// Attribute paths with their types, for people: structures are laid open where they are used.
pub(crate) fn listing(one: &Type) -> String {
    let mut text = format!("{} {}\n", one.name, one.version);
    text.push_str("(! required, = read only, ^ write only, & Terraform block, [] list, {} map)\n");
    let mut above = Vec::new();
    list_fields(one, "", "", &mut above, &mut text);
    text
}

const LISTING_LINES: usize = 6000;

fn list_fields(one: &Type, structure: &str, prefix: &str, above: &mut Vec<String>, text: &mut String) {
    if above.iter().any(|name| name == structure) || text.len() > LISTING_LINES * 80 {
        text.push_str(&format!("{prefix} … (as above)\n"));
        return;
    }
    above.push(structure.to_owned());
    for field in one.structure(structure) {
        let (suffix, leaf) = unwrap(&field.shape);
        let path = format!("{prefix}{}{suffix}", field.name);
        match leaf {
            Shape::Structure(inner) => {
                text.push_str(&format!("{path}{} {}\n", flags(field), shape(&Shape::Structure(inner.clone()))));
                list_fields(one, inner, &format!("{path}."), above, text);
            }
            leaf => text.push_str(&format!("{path}{} {}\n", flags(field), shape(leaf))),
        }
    }
    above.pop();
}

fn unwrap(shape: &Shape) -> (String, &Shape) {
    match shape {
        Shape::List(inner) => {
            let (suffix, leaf) = unwrap(inner);
            (format!("[]{suffix}"), leaf)
        }
        Shape::Map(inner) => {
            let (suffix, leaf) = unwrap(inner);
            (format!("{{}}{suffix}"), leaf)
        }
        leaf => (String::new(), leaf),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "AWS::X::Y 2020\n  A! string\n  B= [@Inner]\n  C& {any}\n  D^ \"on|off\"\n  E <AWS::X::Z.Id>\n@Inner\n  F! integer\n";
        let types = read(text).unwrap();
        assert_eq!(types.len(), 1);
        assert_eq!(write(&types), text);
        assert!(types[0].structure("")[1].read_only);
        assert_eq!(types[0].structure("Inner")[0].shape, Shape::Integer);
    }

    #[test]
    fn a_broken_line_is_named() {
        assert!(read("T\n  A ???\n").unwrap_err().contains("line 2"));
    }

    #[test]
    fn a_listing_ends_on_recursion() {
        let types = read("T\n  A @S\n@S\n  B [@S]\n").unwrap();
        assert!(listing(&types[0]).contains("A.B[]"));
    }
}
