//! YAML events into trees. Depth, and the size of what aliases repeat, are bounded.

use super::ast::{Kind, Seq, Tree};
use super::build::{self, Builder};
use super::scalar;
use redan_model::{Origin, Problem, ProblemKind, SourceId, Str};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use std::sync::Arc;

const MAX_DEPTH: usize = 128;
/// Nodes that aliases may repeat in one text.
const MAX_REPEATED: usize = 100_000;

/// Reads the documents of a text.
pub(super) fn parse(text: &str, source: SourceId) -> (Vec<Tree>, Vec<Problem>) {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        text,
        offsets: offsets(text),
        source,
        anchors: FxHashMap::default(),
        nodes: 0,
        repeated: 0,
        failed: false,
        problems: Vec::new(),
    };
    let mut documents = Vec::new();
    while let Some((event, span)) = reader.next() {
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => break,
            _ => documents.push(reader.node(event, span, 0)),
        }
    }
    (documents, reader.problems)
}

/// The byte of each character; empty if they are the same.
fn offsets(text: &str) -> Vec<u32> {
    if text.is_ascii() {
        return Vec::new();
    }
    text.char_indices().map(|(at, _)| byte(at)).chain([byte(text.len())]).collect()
}

fn byte(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    text: &'t str,
    offsets: Vec<u32>,
    source: SourceId,
    /// What an anchor names, and how many nodes it holds.
    anchors: FxHashMap<usize, (Tree, usize)>,
    /// Nodes so far, those that aliases repeat included.
    nodes: usize,
    repeated: usize,
    failed: bool,
    problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    /// The next event; `None` after an error, and at the end.
    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        if self.failed {
            return None;
        }
        match self.events.next()? {
            Ok(found) => Some(found),
            Err(error) => {
                self.fail(&error);
                None
            }
        }
    }

    fn fail(&mut self, error: &ScanError) {
        self.failed = true;
        let at = error.marker().index();
        let problem =
            Problem::at(self.origin(at, at), ProblemKind::Syntax, format!("the YAML is wrong: {}", error.info()));
        self.problems.push(problem.help("what follows in this file was not read"));
    }

    fn origin(&self, start: usize, end: usize) -> Origin {
        let at = |index: usize| match self.offsets.last() {
            None => byte(index.min(self.text.len())),
            Some(last) => self.offsets.get(index).copied().unwrap_or(*last),
        };
        Origin::new(self.source, at(start), at(end))
    }

    fn place(&self, span: Span) -> Origin {
        self.origin(span.start.index(), span.end.index())
    }

    /// A scalar's place without the line breaks and comments behind it.
    fn trimmed(&self, span: Span, style: ScalarStyle) -> Origin {
        let mut place = self.place(span);
        let bytes = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        if let Some(text) = self.text.get(bytes(place.start)..bytes(place.end)) {
            let mut kept = text.trim_end();
            while matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
                && let Some((before, last)) = kept.rsplit_once('\n')
                && last.starts_with('#')
            {
                kept = before.trim_end();
            }
            place.end = place.start.saturating_add(byte(kept.len()));
        }
        place
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Tree {
        self.nodes = self.nodes.saturating_add(1);
        if depth > MAX_DEPTH {
            return self.too_deep(&event, span);
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let origin = self.trimmed(span, style);
                let plain = style == ScalarStyle::Plain;
                let tree = match short(tag.as_deref()) {
                    Some(name) => build::tagged(name, Tree::new(value(&text, plain), origin)),
                    None => Tree::new(value(&text, plain && tag.is_none_or(|tag| tag.suffix != "str")), origin),
                };
                self.anchored(anchor, tree, 1)
            }
            Event::SequenceStart(anchor, tag) => {
                let before = self.nodes;
                let tree = self.sequence(span, depth);
                self.collection(anchor, tag.as_deref(), tree, self.nodes - before)
            }
            Event::MappingStart(anchor, tag) => {
                let before = self.nodes;
                let tree = self.mapping(span, depth);
                self.collection(anchor, tag.as_deref(), tree, self.nodes - before)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Tree::new(Kind::Null, self.place(span)),
        }
    }

    fn collection(&mut self, anchor: usize, tag: Option<&Tag>, tree: Tree, size: usize) -> Tree {
        let tree = match short(tag) {
            Some(name) => build::tagged(name, tree),
            None => tree,
        };
        self.anchored(anchor, tree, size)
    }

    fn anchored(&mut self, anchor: usize, tree: Tree, size: usize) -> Tree {
        if anchor > 0 {
            self.anchors.insert(anchor, (tree.clone(), size));
        }
        tree
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Tree {
        let origin = self.place(span);
        let Some((tree, size)) = self.anchors.get(&anchor).cloned() else {
            return Tree::new(Kind::Broken("an alias inside what it names"), origin);
        };
        self.repeated = self.repeated.saturating_add(size);
        self.nodes = self.nodes.saturating_add(size);
        if self.repeated > MAX_REPEATED {
            let message = format!("aliases repeat more than {MAX_REPEATED} values");
            self.problems.push(Problem::at(origin, ProblemKind::Limit, message).help("write them out once"));
            return Tree::new(Kind::Broken("aliases repeat too much"), origin);
        }
        tree
    }

    fn sequence(&mut self, span: Span, depth: usize) -> Tree {
        let mut origin = self.place(span);
        let mut seq = Seq::default();
        loop {
            match self.next() {
                None => {
                    seq.broken = true;
                    break;
                }
                Some((Event::SequenceEnd, end)) => {
                    self.close(&mut origin, end);
                    break;
                }
                Some((event, span)) => {
                    let tree = self.node(event, span, depth + 1);
                    origin.end = origin.end.max(inner_end(&tree, self.source));
                    seq.items.push(tree);
                }
            }
        }
        if let Some(first) = seq.items.first().filter(|first| first.origin.source == self.source) {
            origin.start = origin.start.min(first.origin.start);
        }
        Tree::new(Kind::List(Arc::new(seq)), origin)
    }

    fn mapping(&mut self, span: Span, depth: usize) -> Tree {
        let mut origin = self.place(span);
        let mut builder = Builder::default();
        let broken = loop {
            let (event, span) = match self.next() {
                None => break true,
                Some((Event::MappingEnd, end)) => {
                    self.close(&mut origin, end);
                    break false;
                }
                Some(found) => found,
            };
            let plain = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, ..));
            let key = self.node(event, span, depth + 1);
            let Some((event, value_span)) = self.next() else { break true };
            let value = self.node(event, value_span, depth + 1);
            origin.end = origin.end.max(inner_end(&value, self.source)).max(key.origin.end);
            match key_text(&key) {
                Some(text) if plain && text == "<<" => builder.merge(value),
                Some(text) => builder.add(text, key.origin, value, &mut self.problems),
                None => {
                    let problem = Problem::at(key.origin, ProblemKind::Syntax, "a key that is no text");
                    self.problems.push(problem.help("keys of templates are names"));
                }
            }
        };
        build::map(builder.finish(broken), origin)
    }

    /// A closing bracket ends a collection; in block style its last value does.
    fn close(&self, origin: &mut Origin, end: Span) {
        if end.end.index() > end.start.index() {
            origin.end = origin.end.max(self.place(end).end);
        }
    }

    fn too_deep(&mut self, event: &Event<'t>, span: Span) -> Tree {
        let origin = self.place(span);
        let mut open = usize::from(matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)));
        while open > 0 {
            match self.next() {
                None => break,
                Some((Event::SequenceStart(..) | Event::MappingStart(..), _)) => open += 1,
                Some((Event::SequenceEnd | Event::MappingEnd, _)) => open -= 1,
                Some(_) => {}
            }
        }
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        self.problems.push(Problem::at(origin, ProblemKind::Limit, message).help("flatten the template"));
        Tree::new(Kind::Broken("nested too deeply"), origin)
    }
}

fn inner_end(tree: &Tree, source: SourceId) -> u32 {
    if tree.origin.source == source { tree.origin.end } else { 0 }
}

fn key_text(key: &Tree) -> Option<Str> {
    match &key.kind {
        Kind::Null => Some(Str::default()),
        _ => scalar::as_text(key),
    }
}

fn value(text: &str, plain: bool) -> Kind {
    if plain { scalar::resolve(text) } else { Kind::Text(Str::new(text)) }
}

/// The name of a short form: `Sub` of `!Sub`.
fn short(tag: Option<&Tag>) -> Option<&str> {
    let tag = tag?;
    (tag.handle == "!" && !tag.suffix.is_empty()).then_some(tag.suffix.as_str())
}
