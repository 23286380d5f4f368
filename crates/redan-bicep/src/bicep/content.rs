//! Functions that the compiler evaluates by reading files: `loadTextContent` and its like, inside the tree only.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-files>

use redan_model::{Node, Reason, ReasonClass, Str, Value};

use super::files;
use super::template::Lower;
use crate::ir::{Expr, ExprKind, Item, Member};
use crate::syntax::ast::{self, Span};

/// The bytes of all files that one compilation loads; a single one may have 131,072 characters.
const MAX_LOADED: usize = 64 << 20;

impl Lower<'_, '_> {
    /// A call of one of these functions.
    pub(super) fn content(&mut self, function: &str, path: &ast::Expr, rest: &[ast::Expr], span: Span) -> ExprKind {
        let origin = self.origin(span);
        let unknown = |class, what: String| ExprKind::Unknown(Reason { class, what: Str::from(what), origin });
        let Some(path) = self.constant(path) else {
            return unknown(ReasonClass::Unsupported, format!("{function}() of a computed path"));
        };
        if function == "loadDirectoryFileInfo" {
            return unknown(ReasonClass::Unsupported, "loadDirectoryFileInfo()".to_owned());
        }
        let file = self.unit.path.beside(&path);
        let bytes = match files::read(&self.compiler.boundary, &file, origin) {
            Ok(bytes) => bytes,
            Err(reason) => return ExprKind::Unknown(reason),
        };
        self.compiler.loaded += bytes.len();
        if self.compiler.loaded > MAX_LOADED {
            return unknown(ReasonClass::Bound, format!("{function}(): files of more than {MAX_LOADED} bytes"));
        }
        let words: Vec<Option<String>> = rest.iter().map(|argument| self.constant(argument)).collect();
        match (function, words.as_slice()) {
            ("loadFileAsBase64", _) => ExprKind::Text(Str::from(base64(&bytes))),
            ("loadTextContent", [Some(encoding), ..]) => match decoded(&bytes, encoding) {
                Some(text) => ExprKind::Text(Str::from(text)),
                None => unknown(ReasonClass::Unsupported, format!("{path} in {encoding}")),
            },
            ("loadTextContent", _) => ExprKind::Text(Str::new(files::text(bytes).trim_start_matches('\u{feff}'))),
            (_, selected) => {
                let text = match selected {
                    [_, Some(encoding), ..] => decoded(&bytes, encoding).map(Into::into),
                    _ => Some(files::text(bytes)),
                };
                let selected = selected.first().cloned().flatten();
                match text.ok_or(()).and_then(|text| self.document(function, &file.shown, &text)) {
                    Ok(node) => match select(&node, selected.as_deref()) {
                        Some(node) => expr_of(node).kind,
                        None => unknown(ReasonClass::Unsupported, format!("the path into {path}")),
                    },
                    Err(()) => unknown(ReasonClass::Problem, format!("{path} cannot be read as a document")),
                }
            }
        }
    }

    /// A text that the compiler knows: literal, or a variable that is one.
    fn constant(&self, expr: &ast::Expr) -> Option<String> {
        let mut expr = expr;
        for _ in 0..16 {
            match &expr.kind {
                ast::ExprKind::Text(text) => return Some(text.to_string()),
                ast::ExprKind::Paren(inner) => expr = inner,
                ast::ExprKind::Name(name) if self.inner(name).is_none() => {
                    let Some(crate::bind::Symbol::Variable(at)) = self.unit.names.get(name) else { return None };
                    match &self.unit.file.declarations.get(*at)?.kind {
                        ast::DeclarationKind::Variable { value, .. } => expr = value,
                        _ => return None,
                    }
                }
                ast::ExprKind::Template(parts) => {
                    let mut text = String::new();
                    for part in parts {
                        match part {
                            ast::Part::Literal(literal) => text.push_str(literal),
                            ast::Part::Interpolation(inner) => match &inner.kind {
                                ast::ExprKind::Text(literal) => text.push_str(literal),
                                _ => return None,
                            },
                        }
                    }
                    return Some(text);
                }
                _ => return None,
            }
        }
        None
    }

    fn document(&mut self, function: &str, shown: &str, text: &str) -> Result<Node, ()> {
        let source = self.compiler.sources.add_file(shown, text.into());
        if function == "loadYamlContent" {
            return super::yaml::parse(text, source).ok_or(());
        }
        crate::json::read(text, source).map(|json| json.node).map_err(|_| ())
    }
}

/// The part of a document that a path leads to: `.a.b[0]`, `$.a`.
fn select<'n>(node: &'n Node, path: Option<&str>) -> Option<&'n Node> {
    let Some(path) = path.map(str::trim).filter(|path| !path.is_empty() && *path != "$") else { return Some(node) };
    let mut node = node;
    let path = path.strip_prefix('$').unwrap_or(path);
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let step = step.trim_end_matches(']').trim_matches('\'');
        node = match &node.value {
            Value::List(list) => list.items.get(step.parse::<usize>().ok()?)?,
            _ => node.get(Str::new(step))?,
        };
    }
    Some(node)
}

/// A document as an expression; each value keeps its place in the document.
fn expr_of(node: &Node) -> Expr {
    let kind = match &node.value {
        Value::Null | Value::Template(_) | Value::Ref(_) => ExprKind::Null,
        Value::Bool(value) => ExprKind::Bool(*value),
        Value::Int(value) => ExprKind::Int(*value),
        Value::Float(value) => ExprKind::Float(*value),
        Value::Text(text) => ExprKind::Text(*text),
        Value::List(list) => ExprKind::Array(list.items.iter().map(|item| Item::One(expr_of(item))).collect()),
        Value::Map(map) => {
            let member = |entry: &redan_model::Entry| {
                let key = Expr::new(ExprKind::Text(entry.key), entry.node.origin);
                Member::Property(key, expr_of(&entry.node))
            };
            ExprKind::Object(map.entries().iter().map(member).collect())
        }
        Value::Unknown(unknown) => match unknown.reasons().first() {
            Some(reason) => ExprKind::Unknown(*reason),
            None => ExprKind::Null,
        },
    };
    Expr::new(kind, node.origin)
}

fn decoded(bytes: &[u8], encoding: &str) -> Option<String> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
        String::from_utf16_lossy(&units).trim_start_matches('\u{feff}').to_owned()
    };
    match encoding {
        "utf-8" => Some(String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned()),
        "us-ascii" => bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned()),
        "iso-8859-1" => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        "utf-16" => Some(utf16(u16::from_le_bytes)),
        "utf-16BE" => Some(utf16(u16::from_be_bytes)),
        _ => None,
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
