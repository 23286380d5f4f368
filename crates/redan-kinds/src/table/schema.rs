//! The attributes of a kind: their types, defaults and members, from the compact notation of kind files.
//!
//! `bool = false` · `string required` · `enum(Enabled | Suspended)` · `ref(AWS::KMS::Key | AWS::KMS::Alias)` · `list(string) = []` ·
//! `time observed` · `string secret`; structures are mappings; `$list`, `$type`, `$default`, `$expr`, `$docs`, `$key`,
//! `$value` and `$entries` say the rest.

use redan_model::yaml::{Yaml, YamlError, YamlValue, plain};
use redan_model::{DefaultRule, DefaultValue, Field, Keyed, ListType, Str, StructType, Type};
use std::sync::Arc;

/// Reads attributes; collects the texts of default expressions by their number.
pub(crate) struct SchemaReader {
    /// The documentation that defaults cite unless they name their own.
    pub(crate) docs: Str,
    /// The default expressions met so far, with their lines.
    pub(crate) expressions: Vec<(String, usize)>,
}

impl SchemaReader {
    /// A structure.
    pub(crate) fn structure(&mut self, node: &Yaml) -> Result<StructType, YamlError> {
        let mut fields = Vec::new();
        for (name, spec) in node.mapping()? {
            if !name.starts_with('$') {
                fields.push((Str::new(name), self.field(spec)?));
            }
        }
        fields.sort_by_key(|(name, _)| *name);
        Ok(StructType { fields })
    }

    fn field(&mut self, spec: &Yaml) -> Result<Field, YamlError> {
        match &spec.value {
            YamlValue::Scalar { text, .. } => self.notation(text, spec.line),
            YamlValue::Sequence(_) => Err(spec.error("write `list(…)` or `$list`")),
            YamlValue::Mapping(_) => self.long(spec),
        }
    }

    fn long(&mut self, spec: &Yaml) -> Result<Field, YamlError> {
        for (key, node) in spec.mapping()? {
            let known = ["$list", "$type", "$map", "$default", "$expr", "$docs", "$key", "$value", "$entries"];
            if key.starts_with('$') && !known.contains(&key.as_str()) {
                return Err(node.error(format!("{key} is not known here; known: {}", known.join(" "))));
            }
        }
        let mut field = if let Some(element) = spec.get("$list") {
            let element = self.element(element)?;
            Field { ty: Type::List(Arc::new(ListType { element, keyed: self.keyed(spec)? })), ..Field::default() }
        } else if let Some(element) = spec.get("$map") {
            Field { ty: Type::Map(Arc::new(self.element(element)?)), ..Field::default() }
        } else if let Some(ty) = spec.get("$type") {
            self.field(ty)?
        } else {
            Field { ty: Type::Struct(Arc::new(self.structure(spec)?)), ..Field::default() }
        };
        let docs = match spec.get("$docs") {
            Some(docs) => Str::new(docs.text()?),
            None => self.docs,
        };
        if let Some(default) = spec.get("$default") {
            field.default = Some(DefaultRule { value: DefaultValue::Constant(default.constant()), docs });
        }
        if let Some(expression) = spec.get("$expr") {
            let number = u32::try_from(self.expressions.len()).unwrap_or(u32::MAX);
            self.expressions.push((expression.text()?.to_owned(), expression.line));
            field.default = Some(DefaultRule { value: DefaultValue::Expression(number), docs });
        }
        if let Some(default) = &mut field.default {
            default.docs = docs;
        }
        Ok(field)
    }

    fn element(&mut self, spec: &Yaml) -> Result<Type, YamlError> {
        Ok(self.field(spec)?.ty)
    }

    fn keyed(&mut self, spec: &Yaml) -> Result<Option<Keyed>, YamlError> {
        let Some(key) = spec.get("$key") else { return Ok(None) };
        let value = spec.get("$value").map(Yaml::text).transpose()?.map(Str::new);
        let mut entries = Vec::new();
        if let Some(list) = spec.get("$entries") {
            for (name, entry) in list.mapping()? {
                entries.push((Str::new(name), self.field(entry)?));
            }
        }
        Ok(Some(Keyed { key: Str::new(key.text()?), value, entries }))
    }

    fn notation(&mut self, text: &str, line: usize) -> Result<Field, YamlError> {
        let (head, default) = match text.split_once(" = ") {
            Some((head, default)) => (head.trim(), Some(default.trim())),
            None => (text.trim(), None),
        };
        let (ty, flags) = split_type(head);
        let mut field = Field::default();
        if let Some(inner) = call(ty, "enum") {
            field.ty = Type::String;
            field.members = inner.split('|').map(|member| Str::new(member.trim())).collect();
        } else {
            field.ty = parse_type(ty).ok_or_else(|| YamlError::new(line, format!("{ty:?} is not a type")))?;
        }
        for flag in flags.split_whitespace() {
            match flag {
                "required" => field.required = true,
                "observed" => field.observed = true,
                "secret" => field.secret = true,
                _ => {
                    return Err(YamlError::new(
                        line,
                        format!("{flag:?} is not a flag; known: required observed secret"),
                    ));
                }
            }
        }
        if let Some(default) = default {
            let value = if let Some(reason) = default.strip_prefix('?') {
                DefaultValue::Unknown(Str::new(reason.trim()))
            } else if default == "[]" || default == "empty" {
                DefaultValue::Constant(redan_model::Value::list(Vec::new()))
            } else if let Some(quoted) = default.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                DefaultValue::Constant(redan_model::Value::text(quoted))
            } else if field.ty == Type::String {
                DefaultValue::Constant(redan_model::Value::text(default))
            } else {
                DefaultValue::Constant(plain(default))
            };
            field.default = Some(DefaultRule { value, docs: self.docs });
        }
        Ok(field)
    }
}

/// Splits `list(string) required` into the type and its flags, at the first space outside parentheses.
fn split_type(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 => return (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default()),
            _ => {}
        }
    }
    (text, "")
}

fn call<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')
}

fn parse_type(text: &str) -> Option<Type> {
    Some(match text {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "string" => Type::String,
        "time" => Type::Time,
        "duration" => Type::Duration,
        "document" => Type::Document,
        _ => {
            if let Some(inner) = call(text, "list") {
                return Some(Type::List(Arc::new(ListType { element: parse_type(inner.trim())?, keyed: None })));
            }
            if let Some(inner) = call(text, "map") {
                return Some(Type::Map(Arc::new(parse_type(inner.trim())?)));
            }
            let kinds = call(text, "ref")?;
            Type::Ref(kinds.split('|').map(str::trim).filter(|kind| !kind.is_empty()).map(Str::new).collect())
        }
    })
}
