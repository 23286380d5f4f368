//! All pages of an answer as one: lists joined where the operation has its results, everything else from the first page.

use crate::table::{Operation, Pages};
use redan_model::{Node, Origin, Str, Value};
use rustc_hash::FxHashSet;

/// No answer has as many pages.
const MAX_PAGES: usize = 10_000;

/// The pages of one answer that have come.
#[derive(Default)]
pub(crate) struct Joined {
    first: Option<Node>,
    results: Vec<Vec<Node>>,
    last: Vec<Vec<Node>>,
    seen: FxHashSet<Vec<Option<Str>>>,
}

/// What follows a page.
pub(crate) enum Next {
    /// Another, asked with these parameters.
    Page(Vec<(Str, Value)>),
    /// Nothing: the whole answer.
    Whole(Node),
    /// Pages without end, and how one can tell.
    Endless(&'static str),
}

impl Joined {
    /// Takes a page that was asked with these parameters.
    pub(crate) fn add(&mut self, operation: &Operation, page: Node, mut parameters: Vec<(Str, Value)>) -> Next {
        let Some(pages) = &operation.pages else { return Next::Whole(page) };
        let found: Vec<Vec<Node>> = pages.results.iter().map(|path| list_at(&page, path)).collect();
        let tokens = next(pages, &page);
        if self.first.is_none() {
            if tokens.is_none() {
                return Next::Whole(page);
            }
            self.results.clone_from(&found);
            self.first = Some(page);
        } else {
            if found.iter().any(|list| !list.is_empty()) && self.last == found {
                return Next::Endless("two pages of the answer are the same");
            }
            for (all, list) in self.results.iter_mut().zip(&found) {
                all.extend(list.iter().cloned());
            }
        }
        self.last = found;
        let Some(values) = tokens else { return Next::Whole(self.finish(pages)) };
        if !self.seen.insert(values.clone()) {
            return Next::Endless("a token of the answer comes twice");
        }
        if self.seen.len() > MAX_PAGES {
            return Next::Endless("the answer has too many pages");
        }
        for (name, value) in pages.tokens_in.iter().zip(&values) {
            parameters.retain(|(known, _)| known.as_str() != name);
            if let Some(value) = value {
                parameters.push((Str::new(name), Value::Text(*value)));
            }
        }
        Next::Page(parameters)
    }

    fn finish(&mut self, pages: &Pages) -> Node {
        let first = self.first.take().unwrap_or_else(Node::null);
        let results = std::mem::take(&mut self.results);
        let joined = pages.results.iter().zip(results).fold(first, |node, (path, all)| {
            let steps: Vec<&str> = path.split('.').collect();
            put(&node, &steps, all)
        });
        pages.tokens_out.iter().fold(joined, |node, token| drop_member(&node, token))
    }
}

/// The tokens of the next page; none if this is the last.
fn next(pages: &Pages, page: &Node) -> Option<Vec<Option<Str>>> {
    if let Some(more) = &pages.more
        && !matches!(at(page, more).map(|node| node.value), Some(Value::Bool(true)))
    {
        return None;
    }
    let values: Vec<Option<Str>> = pages.tokens_out.iter().map(|path| token(page, path)).collect();
    values.iter().any(Option::is_some).then_some(values)
}

/// A token by botocore's expression: `NextMarker || Buckets[-1].Name`.
fn token(page: &Node, expression: &str) -> Option<Str> {
    let found = expression.split("||").find_map(|path| at(page, path.trim()))?;
    found.value.as_text().filter(|text| !text.is_empty())
}

fn at(node: &Node, path: &str) -> Option<Node> {
    let mut current = node.clone();
    for step in path.split('.') {
        let (name, last) = step.strip_suffix("[-1]").map_or((step, false), |name| (name, true));
        current = current.get(Str::new(name))?.clone();
        if last {
            current = current.value.as_list()?.items.last()?.clone();
        }
    }
    Some(current)
}

fn list_at(node: &Node, path: &str) -> Vec<Node> {
    let found = at(node, path);
    found.and_then(|found| Some(found.value.as_list()?.items.to_vec())).unwrap_or_default()
}

/// The tree with a list at a path; a path that leads nowhere and an empty list change nothing.
fn put(node: &Node, path: &[&str], all: Vec<Node>) -> Node {
    let Some((step, rest)) = path.split_first() else { return Node::list(all, Origin::NOWHERE) };
    let key = Str::new(step);
    if all.is_empty() && node.get(key).is_none() {
        return node.clone();
    }
    let mut pairs = node.value.as_map().map(redan_model::Map::pairs).unwrap_or_default();
    let inner = node.get(key).cloned().unwrap_or_else(|| Node::map(Vec::new(), Origin::NOWHERE));
    pairs.push((key, put(&inner, rest, all)));
    Node::map(pairs, Origin::NOWHERE)
}

fn drop_member(node: &Node, name: &str) -> Node {
    let pairs = node.value.as_map().map(redan_model::Map::pairs).unwrap_or_default();
    Node::map(pairs.into_iter().filter(|(key, _)| key.as_str() != name).collect(), Origin::NOWHERE)
}
