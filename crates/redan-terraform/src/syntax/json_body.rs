//! JSON configuration as the syntax tree of HCL. Which words open blocks is Terraform's own choice; inside resources,
//! whose schemas are not known here, a property is an argument unless it holds `dynamic` blocks.
//! Language: <https://developer.hashicorp.com/terraform/language/syntax/json>

use rustc_hash::FxHashSet;

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Ident, ObjectItem, ObjectKey, Part, Span, Step, Text};
use super::json::{Json, JsonKind, JsonText};
use super::parser::SyntaxError;
use super::template::{parse_template, parse_template_at};

/// What a block may hold besides arguments: the block types inside it, with their number of labels.
struct Shape {
    blocks: &'static [(&'static str, usize, &'static Self)],
}

static LEAF: Shape = Shape { blocks: &[] };
static RESOURCE: Shape = Shape {
    blocks: &[
        ("lifecycle", 0, &LIFECYCLE),
        ("provisioner", 1, &LEAF),
        ("connection", 0, &LEAF),
        ("dynamic", 1, &DYNAMIC),
    ],
};
static LIFECYCLE: Shape = Shape { blocks: &[("precondition", 0, &LEAF), ("postcondition", 0, &LEAF)] };
static DYNAMIC: Shape = Shape { blocks: &[("content", 0, &RESOURCE)] };
static VARIABLE: Shape = Shape { blocks: &[("validation", 0, &LEAF)] };
static TERRAFORM: Shape = Shape {
    blocks: &[
        ("required_providers", 0, &LEAF),
        ("backend", 1, &LEAF),
        ("cloud", 0, &LEAF),
        ("provider_meta", 1, &LEAF),
    ],
};
static FILE: Shape = Shape {
    blocks: &[
        ("resource", 2, &RESOURCE),
        ("data", 2, &RESOURCE),
        ("ephemeral", 2, &RESOURCE),
        ("module", 1, &LEAF),
        ("provider", 1, &RESOURCE),
        ("variable", 1, &VARIABLE),
        ("output", 1, &LEAF),
        ("locals", 0, &LEAF),
        ("terraform", 0, &TERRAFORM),
        ("check", 1, &LEAF),
        ("moved", 0, &LEAF),
        ("import", 0, &LEAF),
        ("removed", 0, &LEAF),
    ],
};

/// The body of a `.tf.json` file.
pub(crate) fn file_body(text: &str, json: &Json) -> (Body, Vec<SyntaxError>) {
    let mut reader = Converter { text, errors: Vec::new() };
    let mut body = Body { span: json.span, damaged: !json.complete, ..Body::default() };
    for object in one_or_more(json) {
        reader.fill(&mut body, object, &FILE);
    }
    (body, reader.errors)
}

/// The arguments of a `.tfvars.json` file: values without templates.
pub(crate) fn values_body(json: &Json) -> Body {
    let mut converter = Converter { text: "", errors: Vec::new() };
    let attributes = json.members().iter().map(|(key, value)| attribute(key, converter.literal(value))).collect();
    Body { attributes, span: json.span, damaged: !json.complete, ..Body::default() }
}

fn one_or_more(json: &Json) -> &[Json] {
    match &json.kind {
        JsonKind::Array(elements) => elements,
        JsonKind::Null => &[],
        _ => std::slice::from_ref(json),
    }
}

fn attribute(key: &JsonText, value: Expr) -> Attribute {
    let span = key.span.to(value.span);
    Attribute { name: ident(key), value, span }
}

fn ident(key: &JsonText) -> Ident {
    Ident { text: key.text.clone(), span: key.span }
}

struct Converter<'a> {
    text: &'a str,
    errors: Vec<SyntaxError>,
}

impl Converter<'_> {
    fn fill(&mut self, body: &mut Body, object: &Json, shape: &'static Shape) {
        body.damaged |= !object.complete;
        let mut names: FxHashSet<Text> = body.attributes.iter().map(|attribute| attribute.name.text.clone()).collect();
        for (key, value) in object.members() {
            if &*key.text == "//" {
                continue;
            }
            let known = shape.blocks.iter().find(|(kind, _, _)| *kind == &*key.text);
            if let Some((_, labels, inner)) = known {
                self.labelled(body, &ident(key), &mut Vec::new(), value, (*labels, inner));
            } else if std::ptr::eq(shape, &RESOURCE) && holds_dynamic(value) {
                self.labelled(body, &ident(key), &mut Vec::new(), value, (0, &RESOURCE));
            } else if names.insert(key.text.clone()) {
                let expr = self.expr(value);
                body.attributes.push(attribute(key, expr));
            } else {
                let message = format!("`{}` is set twice in this object; the first counts", key.text);
                self.errors.push(SyntaxError { span: key.span, message: message.into() });
            }
        }
    }

    /// Goes down one object per label; an array anywhere stands for several blocks.
    fn labelled(
        &mut self,
        body: &mut Body,
        kind: &Ident,
        labels: &mut Vec<Ident>,
        value: &Json,
        (missing, shape): (usize, &'static Shape),
    ) {
        for object in one_or_more(value) {
            if missing == 0 {
                if !matches!(object.kind, JsonKind::Object(_)) {
                    let message = format!("expected an object for block `{}`", kind.text);
                    self.errors.push(SyntaxError { span: object.span, message: message.into() });
                    body.damaged = true;
                    continue;
                }
                let mut inner = Body { span: object.span, ..Body::default() };
                self.fill(&mut inner, object, shape);
                let header = labels.last().map_or(kind.span, |label| label.span);
                let span = header.to(object.span);
                body.blocks.push(Block { kind: kind.clone(), labels: labels.clone(), body: inner, span, header });
                continue;
            }
            for (label, inner) in object.members().iter().filter(|(key, _)| &*key.text != "//") {
                labels.push(ident(label));
                self.labelled(body, kind, labels, inner, (missing - 1, shape));
                labels.pop();
            }
        }
    }

    fn expr(&mut self, json: &Json) -> Expr {
        let kind = match &json.kind {
            JsonKind::Text(text) => return self.template(text),
            JsonKind::Array(elements) => ExprKind::Tuple(elements.iter().map(|element| self.expr(element)).collect()),
            JsonKind::Object(members) => {
                ExprKind::Object(members.iter().map(|(key, value)| self.object_item(key, value)).collect())
            }
            _ => return self.literal(json),
        };
        let kind = if json.complete { kind } else { ExprKind::Invalid };
        Expr { kind, span: json.span }
    }

    fn object_item(&mut self, key: &JsonText, value: &Json) -> ObjectItem {
        let name = self.template(key);
        let key =
            if matches!(name.kind, ExprKind::Text(_)) { ObjectKey::Name(ident(key)) } else { ObjectKey::Expr(name) };
        ObjectItem { key, value: self.expr(value) }
    }

    /// A value in which text is just text.
    fn literal(&mut self, json: &Json) -> Expr {
        let kind = match &json.kind {
            _ if !json.complete => ExprKind::Invalid,
            JsonKind::Null => ExprKind::Null,
            JsonKind::Bool(value) => ExprKind::Bool(*value),
            JsonKind::Number(number) => match number.strip_prefix('-') {
                Some(positive) => {
                    let number = Expr { kind: ExprKind::Number(positive.into()), span: json.span };
                    ExprKind::Unary(super::ast::UnaryOp::Negate, Box::new(number))
                }
                None => ExprKind::Number(number.clone()),
            },
            JsonKind::Text(text) => ExprKind::Text(text.text.clone()),
            JsonKind::Array(elements) => ExprKind::Tuple(elements.iter().map(|e| self.literal(e)).collect()),
            JsonKind::Object(members) => ExprKind::Object(
                members
                    .iter()
                    .map(|(key, value)| ObjectItem { key: ObjectKey::Name(ident(key)), value: self.literal(value) })
                    .collect(),
            ),
        };
        Expr { kind, span: json.span }
    }

    fn template(&mut self, text: &JsonText) -> Expr {
        if !text.text.contains("${") && !text.text.contains("%{") {
            return Expr { kind: ExprKind::Text(text.text.clone()), span: text.span };
        }
        let (mut expr, errors) = if text.escaped {
            let (mut expr, mut errors) = parse_template(&text.text);
            relocate(&mut expr, text.span);
            errors.iter_mut().for_each(|error| error.span = text.span);
            (expr, errors)
        } else {
            let (start, end) = (text.span.start as usize + 1, text.span.end as usize - 1);
            parse_template_at(self.text, start, end)
        };
        expr.span = text.span;
        self.errors.extend(errors);
        expr
    }
}

fn holds_dynamic(json: &Json) -> bool {
    match &json.kind {
        JsonKind::Array(elements) => elements.iter().any(holds_dynamic),
        JsonKind::Object(members) => members
            .iter()
            .any(|(key, value)| (&*key.text == "dynamic" && !value.members().is_empty()) || holds_dynamic(value)),
        _ => false,
    }
}

/// Gives a whole tree one place: offsets inside escaped text mean nothing in the file.
fn relocate(expr: &mut Expr, to: Span) {
    expr.span = to;
    match &mut expr.kind {
        ExprKind::Invalid
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Variable(_) => {}
        ExprKind::Template(parts) => parts.iter_mut().for_each(|part| relocate_part(part, to)),
        ExprKind::Tuple(elements) => elements.iter_mut().for_each(|element| relocate(element, to)),
        ExprKind::Object(items) => {
            for item in items {
                match &mut item.key {
                    ObjectKey::Name(name) => name.span = to,
                    ObjectKey::Expr(key) => relocate(key, to),
                }
                relocate(&mut item.value, to);
            }
        }
        ExprKind::For(for_expr) => {
            relocate(&mut for_expr.collection, to);
            for_expr.key.iter_mut().for_each(|key| relocate(key, to));
            relocate(&mut for_expr.value, to);
            for_expr.condition.iter_mut().for_each(|condition| relocate(condition, to));
        }
        ExprKind::Conditional(conditional) => {
            relocate(&mut conditional.condition, to);
            relocate(&mut conditional.then, to);
            relocate(&mut conditional.otherwise, to);
        }
        ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => relocate(operand, to),
        ExprKind::Binary(binary) => {
            relocate(&mut binary.left, to);
            relocate(&mut binary.right, to);
        }
        ExprKind::Call(call) => {
            call.name.span = to;
            call.arguments.iter_mut().for_each(|argument| relocate(argument, to));
        }
        ExprKind::Traversal(traversal) => {
            relocate(&mut traversal.root, to);
            traversal.steps.iter_mut().for_each(|step| relocate_step(step, to));
        }
    }
}

fn relocate_part(part: &mut Part, to: Span) {
    match part {
        Part::Literal(_, span) => *span = to,
        Part::Interpolation(expr) => relocate(expr, to),
        Part::If { condition, then, otherwise } => {
            relocate(condition, to);
            then.iter_mut().chain(otherwise).for_each(|part| relocate_part(part, to));
        }
        Part::For { collection, body, .. } => {
            relocate(collection, to);
            body.iter_mut().for_each(|part| relocate_part(part, to));
        }
    }
}

fn relocate_step(step: &mut Step, to: Span) {
    match step {
        Step::Attr(name) => name.span = to,
        Step::Index(expr) => relocate(expr, to),
        Step::LegacyIndex(_, span) => *span = to,
        Step::AttrSplat(each, span) | Step::FullSplat(each, span) => {
            *span = to;
            each.iter_mut().for_each(|step| relocate_step(step, to));
        }
    }
}
