//! What is replaced before a template is evaluated: loops (`Fn::ForEach`) and included files (`AWS::Include`).
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use crate::eval::Evaluator;
use crate::stack::Stack;
use crate::syntax::{Entry, Kind, Mapping, Seq, Tree};
use redan_model::{Problem, ProblemKind, Str, Value};
use std::sync::Arc;

const MAX_DEPTH: usize = 128;
/// Entries that loops and included files may make in one template.
const MAX_MADE: usize = 20_000;

/// The template without loops and includes; `None` if it has none.
pub(crate) fn expand(stack: &Stack<'_>) -> Option<Tree> {
    let template = stack.template();
    if !has_work(template, 0) {
        return None;
    }
    let mut expander = Expander { stack, names: Vec::new(), made: 0 };
    Some(expander.tree(template, 0))
}

fn has_work(tree: &Tree, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match &tree.kind {
        Kind::Map(map) => map.entries.iter().any(|entry| {
            entry.key.starts_with("Fn::ForEach::") || included(entry).is_some() || has_work(&entry.value, depth + 1)
        }),
        Kind::List(list) => list.items.iter().any(|item| has_work(item, depth + 1)),
        _ => false,
    }
}

/// The location of an `AWS::Include`, in either of its spellings.
fn included(entry: &Entry) -> Option<&Tree> {
    match entry.key.as_str() {
        "Fn::Transform" if entry.value.get("Name")?.as_str()? == "AWS::Include" => {
            entry.value.get("Parameters")?.get("Location")
        }
        "Transform" if entry.value.get("Name")?.as_str()? == "AWS::Include" => {
            entry.value.get("Parameters")?.get("Location")
        }
        _ => None,
    }
}

struct Expander<'a, 's> {
    stack: &'a Stack<'s>,
    /// Loop names and their values, innermost last.
    names: Vec<(Str, Str)>,
    made: usize,
}

impl Expander<'_, '_> {
    fn tree(&mut self, tree: &Tree, depth: usize) -> Tree {
        if depth > MAX_DEPTH {
            return Tree::new(Kind::Broken("nested too deeply"), tree.origin);
        }
        let kind = match &tree.kind {
            Kind::Text(text) => Kind::Text(self.text(*text)),
            Kind::List(list) => {
                let items = list.items.iter().map(|item| self.tree(item, depth + 1)).collect();
                Kind::List(Arc::new(Seq { items, broken: list.broken }))
            }
            Kind::Map(map) => {
                if let Some(value) = self.loop_name(tree) {
                    return value;
                }
                let mut broken = map.broken;
                let mut entries = Vec::with_capacity(map.entries.len());
                for entry in &map.entries {
                    if entry.key.starts_with("Fn::ForEach::") {
                        broken |= !self.repeat(entry, depth, &mut entries);
                    } else if let Some(location) = included(entry) {
                        broken |= !self.include(location, depth, &mut entries);
                    } else {
                        let key = self.text(entry.key);
                        entries.push(Entry { key, at: entry.at, value: self.tree(&entry.value, depth + 1) });
                    }
                }
                Kind::Map(Arc::new(Mapping { entries, broken }))
            }
            other => other.clone(),
        };
        Tree::new(kind, tree.origin)
    }

    /// The value of a `Ref` to a loop's name.
    fn loop_name(&self, tree: &Tree) -> Option<Tree> {
        let (name, argument) = tree.call()?;
        let wanted = argument.as_str().filter(|_| name == "Ref")?;
        let value = self.names.iter().rev().find(|(known, _)| *known == wanted)?;
        Some(Tree::new(Kind::Text(value.1), tree.origin))
    }

    /// A text with the values of loop names; `&{name}` leaves out what no logical id may hold.
    fn text(&self, text: Str) -> Str {
        if self.names.is_empty() || !text.contains('{') {
            return text;
        }
        let mut out = text.to_string();
        for (name, value) in self.names.iter().rev() {
            out = out.replace(&format!("${{{name}}}"), value);
            let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            out = out.replace(&format!("&{{{name}}}"), &plain);
        }
        Str::from(out)
    }

    /// Lays what a loop makes into `out`; false if that is not known.
    fn repeat(&mut self, entry: &Entry, depth: usize, out: &mut Vec<Entry>) -> bool {
        let problem = |what: &str| Problem::at(entry.at, ProblemKind::Evaluation, format!("{}: {what}", entry.key));
        let Some([name, collection, body]) = entry.value.as_list() else {
            self.stack.problem(problem("expected a name, a list and what is repeated"));
            return false;
        };
        let Some(name) = name.as_str() else {
            self.stack.problem(problem("the name is no text"));
            return false;
        };
        let collection = self.tree(collection, depth + 1);
        let collection = Evaluator::new(self.stack).node(&collection);
        let texts = match &collection.value {
            Value::List(list) if list.rest.is_none() => {
                list.items.iter().map(crate::eval::whole).collect::<Option<Vec<Str>>>()
            }
            Value::Text(text) => Some(text.split(',').map(|item| Str::new(item.trim())).collect()),
            _ => None,
        };
        let Some(texts) = texts else {
            self.stack.problem(
                problem("the list is not known: what it makes was not read").help("give the parameters a value"),
            );
            return false;
        };
        for text in texts {
            self.names.push((name, text));
            for inner in body.entries() {
                self.made += 1;
                if self.made > MAX_MADE {
                    self.names.pop();
                    let message = format!("loops and includes make more than {MAX_MADE} entries");
                    self.stack.problem(Problem::at(entry.at, ProblemKind::Limit, message).help("split the template"));
                    return false;
                }
                if inner.key.starts_with("Fn::ForEach::") {
                    let nested = inner.clone();
                    if !self.repeat(&nested, depth + 1, out) {
                        self.names.pop();
                        return false;
                    }
                    continue;
                }
                let key = self.text(inner.key);
                let value = self.tree(&inner.value, depth + 1);
                out.push(Entry { key, at: inner.at, value });
            }
            self.names.pop();
        }
        true
    }

    /// Lays the entries of a local file into `out`; false if it is not at hand.
    fn include(&mut self, location: &Tree, depth: usize, out: &mut Vec<Entry>) -> bool {
        let node = Evaluator::new(self.stack).node(location);
        let path = crate::eval::whole(&node);
        let found = path.and_then(|path| self.stack.nest()?.read_tree(&path, self.stack));
        let Some(tree) = found else {
            let what = path.map_or_else(|| "a file whose name is not known".to_owned(), |path| path.to_string());
            let message = format!("the included file {what} is not at hand");
            self.stack.problem(
                Problem::at(location.origin, ProblemKind::ModuleMissing, message).help("put it beside the template"),
            );
            return false;
        };
        self.made += tree.entries().len();
        if self.made > MAX_MADE {
            return false;
        }
        for entry in tree.entries() {
            let value = self.tree(&entry.value, depth + 1);
            out.push(Entry { key: entry.key, at: entry.at, value });
        }
        true
    }
}
