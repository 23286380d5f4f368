//! YAML for `loadYamlContent`: one document anchors included.

use redan_model::{Node, Origin, SourceId, Str, Value};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

const MAX_DEPTH: usize = 90;
/// Values of one document, those that aliases repeat included.
const MAX_VALUES: usize = 100_000;

/// The first document of a text; `None` if it is not YAML, or too large.
pub(super) fn parse(text: &str, source: SourceId) -> Option<Node> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: FxHashMap::default(),
        source,
        ascii: text.is_ascii(),
        values: 0,
    };
    loop {
        match reader.next()? {
            (Event::DocumentStart(_), _) => break,
            (Event::StreamEnd, span) => return Some(Node::new(Value::Null, reader.origin(span))),
            _ => {}
        }
    }
    let (event, span) = reader.next()?;
    reader.node(event, span, 0)
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// Values by anchor, with the number of values in each.
    anchors: FxHashMap<usize, (Node, usize)>,
    source: SourceId,
    /// Places count characters; they are bytes only then.
    ascii: bool,
    values: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        self.parser.next_event()?.ok()
    }

    fn origin(&self, span: Span) -> Origin {
        let at = |index: usize| if self.ascii { u32::try_from(index).unwrap_or(u32::MAX) } else { 0 };
        Origin::new(self.source, at(span.start.index()), at(span.end.index()))
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Option<Node> {
        let before = self.values;
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return None;
        }
        let origin = self.origin(span);
        let (node, anchor) = match event {
            Event::Alias(anchor) => {
                let (node, size) = self.anchors.get(&anchor).cloned()?;
                self.values += size;
                return (self.values <= MAX_VALUES).then_some(node);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = if plain { redan_model::yaml::plain(&text) } else { Value::text(&text) };
                (Node::new(value, origin), anchor)
            }
            Event::SequenceStart(anchor, _) => (self.sequence(origin, depth)?, anchor),
            Event::MappingStart(anchor, _) => (self.mapping(origin, depth)?, anchor),
            _ => return None,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.values - before));
        }
        Some(node)
    }

    fn sequence(&mut self, origin: Origin, depth: usize) -> Option<Node> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Some(Node::list(items, origin)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, origin: Origin, depth: usize) -> Option<Node> {
        let mut entries: Vec<(Str, Node)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Some(Node::map(entries, origin)),
                (Event::Scalar(text, ..), _) => Str::new(&text),
                _ => return None,
            };
            let (event, span) = self.next()?;
            entries.push((key, self.node(event, span, depth + 1)?));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use redan_model::{Shown, Sources};

    fn read(text: &str) -> Option<String> {
        let sources = Sources::new();
        let source = sources.add_file("a.yaml", text.into());
        parse(text, source).map(|node| Shown(&node.value).to_string())
    }

    #[test]
    fn documents() {
        let text = "a: 1\nb: [true, 'true', 16, ~]\nc: &x {d: 1.5}\ne: *x\n";
        let shown = read(text).unwrap();
        for part in ["1", "true", "\"true\"", "16", "null", "1.5"] {
            assert!(shown.contains(part), "{shown}");
        }
        assert!(read("a: [").is_none());
    }

    #[test]
    fn repeated_aliases_are_refused() {
        let mut text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
        for level in 1..20 {
            let alias = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 8].join(", ")));
        }
        assert!(read(&text).is_none());
    }
}
