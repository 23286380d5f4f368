//! Parts of answers: items, fields, lines of tables. Must not know kinds.

use crate::table::live::Call;
use redan_model::{Node, Str, Value};

/// The items of an answer that count: a path through structures and lists, flattened; or the lines of a table.
pub(super) fn items(answer: &Node, call: &Call) -> Vec<Node> {
    let all = match &call.table {
        Some(table) => at(answer, table).map(lines).unwrap_or_default(),
        None => flattened(answer, &call.items),
    };
    let among = |item: &Node, (field, values): &(Box<[Str]>, Vec<Value>)| {
        at(item, field).is_some_and(|node| values.contains(&node.value))
    };
    let counts = |item: &Node| {
        call.only.iter().all(|rule| among(item, rule)) && !call.except.iter().any(|rule| among(item, rule))
    };
    all.into_iter().filter(counts).collect()
}

fn flattened(answer: &Node, path: &[Str]) -> Vec<Node> {
    let mut current = vec![answer.clone()];
    for step in path {
        current = current.iter().filter_map(|node| node.get(*step)).flat_map(flat).collect();
    }
    current.iter().flat_map(flat).map(named).collect()
}

/// A list of texts is read as one of structures: `["a"]` as `[{Item: "a"}]`.
fn named(item: Node) -> Node {
    match &item.value {
        Value::Text(_) => {
            let origin = item.origin;
            Node::map(vec![(Str::new("Item"), item)], origin)
        }
        _ => item,
    }
}

fn flat(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::List(list) => list.items.to_vec(),
        _ => vec![node.clone()],
    }
}

/// What stands at a path of fields.
pub(super) fn at<'n>(node: &'n Node, path: &[Str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| node.get(*step))
}

/// The text at a path of fields.
pub(super) fn text_at(node: &Node, path: &[Str]) -> Option<Str> {
    at(node, path)?.value.as_text()
}

/// The lines of a table in CSV (RFC 4180), perhaps in base64, as structures by the names in its first line.
fn lines(node: &Node) -> Vec<Node> {
    use base64::Engine as _;
    let Some(text) = node.value.as_text() else { return Vec::new() };
    let engine = base64::engine::general_purpose::STANDARD;
    let decoded = if text.contains(',') { None } else { engine.decode(text.as_bytes()).ok() };
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_string());
    let mut rows = text.lines().filter(|line| !line.is_empty()).map(fields);
    let Some(names) = rows.next() else { return Vec::new() };
    let names: Vec<Str> = names.iter().map(|name| Str::new(name)).collect();
    rows.map(|row| {
        let pairs = names.iter().zip(&row).map(|(name, field)| (*name, Node::text(field, node.origin)));
        Node::map(pairs.collect(), node.origin)
    })
    .collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => push(&mut fields, letter),
        }
    }
    fields
}

fn push(fields: &mut [String], letter: char) {
    if let Some(field) = fields.last_mut() {
        field.push(letter);
    }
}
