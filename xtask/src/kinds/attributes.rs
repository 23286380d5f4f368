//! The attributes of a kind against its type in the vendor's schema: they exist, and have its type.

use super::beyond::Beyond;
use crate::schemas::{Field as Published, Shape, Type as Vendor, nearest, shape};
use redan_model::{Field, StructType, Type};

/// Compares a kind's attributes; says how many were compared.
pub(crate) fn check(
    body: &StructType,
    vendor: &Vendor,
    beyond: &Beyond,
    about: &str,
    wrong: &mut Vec<String>,
) -> usize {
    let mut check = Check { vendor, beyond, about, wrong, compared: 0 };
    check.structure(body, "", "");
    check.compared
}

struct Check<'a> {
    vendor: &'a Vendor,
    beyond: &'a Beyond,
    about: &'a str,
    wrong: &'a mut Vec<String>,
    compared: usize,
}

impl Check<'_> {
    fn structure(&mut self, ours: &StructType, theirs: &str, path: &str) {
        for (name, field) in &ours.fields {
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            if field.observed || self.beyond.has(&self.vendor.name, &path) {
                continue;
            }
            self.compared += 1;
            match self.vendor.structure(theirs).iter().find(|published| published.name == **name) {
                Some(published) => self.field(field, published, &path),
                None => {
                    let names = self.vendor.structure(theirs).iter().map(|published| published.name.as_str());
                    let near = nearest(name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    self.say(&path, &format!("the vendor's schema has no such attribute{near}"));
                }
            }
        }
    }

    fn field(&mut self, ours: &Field, theirs: &Published, path: &str) {
        if ours.required && !theirs.required {
            self.say(path, "required here, not in the vendor's schema");
        }
        if let Shape::Enumeration(members) = &theirs.shape {
            for member in &ours.members {
                if !members.iter().any(|known| known.eq_ignore_ascii_case(member)) {
                    let near = nearest(member, members.iter().map(String::as_str));
                    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    self.say(path, &format!("the vendor's enumeration has no member `{member}`{near}"));
                }
            }
        }
        self.shape(&ours.ty, &theirs.shape, path);
    }

    fn shape(&mut self, ours: &Type, theirs: &Shape, path: &str) {
        match (ours, theirs) {
            (Type::Any, _) | (_, Shape::Any) => {}
            (Type::Struct(ours), Shape::Structure(theirs)) => self.structure(ours, theirs, path),
            (Type::List(ours), Shape::List(theirs)) => self.shape(&ours.element, theirs, path),
            (Type::Map(ours), Shape::Map(theirs)) => self.shape(ours, theirs, path),
            (Type::Struct(ours), Shape::Map(theirs)) => {
                for (name, field) in &ours.fields {
                    self.shape(&field.ty, theirs, &format!("{path}.{name}"));
                }
            }
            (ours, theirs) if scalars_agree(ours, theirs) => {}
            (ours, theirs) => {
                let message = format!("{} here, `{}` in the vendor's schema", word(ours), shape(theirs));
                self.say(path, &message);
            }
        }
    }

    fn say(&mut self, path: &str, message: &str) {
        self.wrong.push(format!("{}: {path}: {message}", self.about));
    }
}

/// Values are brought to the type of the kind where nothing is lost: text holds booleans, numbers, moments, spans of
/// time, documents and references; seconds hold moments and spans.
fn scalars_agree(ours: &Type, theirs: &Shape) -> bool {
    let text = matches!(theirs, Shape::Text | Shape::Enumeration(_) | Shape::Identifier(_));
    match ours {
        Type::Bool => text || matches!(theirs, Shape::Boolean),
        Type::Integer | Type::Number | Type::Time | Type::Duration => {
            text || matches!(theirs, Shape::Integer | Shape::Number)
        }
        Type::String => text || matches!(theirs, Shape::Integer | Shape::Number),
        Type::Ref(_) | Type::Document => text,
        _ => false,
    }
}

const fn word(ours: &Type) -> &'static str {
    match ours {
        Type::Any => "any",
        Type::Bool => "bool",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::String => "string",
        Type::Time => "time",
        Type::Duration => "duration",
        Type::Document => "document",
        Type::List(_) => "list",
        Type::Map(_) => "map",
        Type::Struct(_) => "structure",
        Type::Ref(_) => "ref",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::read;
    use redan_model::Str;
    use std::sync::Arc;

    fn field(name: &str, ty: Type) -> (Str, Field) {
        (Str::new(name), Field { ty, ..Field::default() })
    }

    #[test]
    fn misspelt_mistyped_and_right() {
        let vendor =
            read("K\n  Mode \"On|Off\"\n  Rules [@Rule]\n  Size integer\n@Rule\n  Port integer\n").unwrap().remove(0);
        let rule = Type::Struct(Arc::new(StructType { fields: vec![field("Prot", Type::Integer)] }));
        let list = Type::List(Arc::new(redan_model::ListType { element: rule, keyed: None }));
        let mode = Field { ty: Type::String, members: vec![Str::new("of")], ..Field::default() };
        let hidden = Field { observed: true, ..Field::default() };
        let body = StructType {
            fields: vec![
                (Str::new("Hidden"), hidden),
                (Str::new("Mode"), mode),
                field("Rules", list),
                field("Size", Type::Bool),
            ],
        };
        let mut wrong = Vec::new();
        assert_eq!(check(&body, &vendor, &Beyond::read(""), "kind K", &mut wrong), 4);
        assert_eq!(
            wrong,
            [
                "kind K: Mode: the vendor's enumeration has no member `of`; did you mean `Off`?",
                "kind K: Rules.Prot: the vendor's schema has no such attribute; did you mean `Port`?",
                "kind K: Size: bool here, `integer` in the vendor's schema",
            ]
        );
    }
}
