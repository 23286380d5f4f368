//! YAML into a small tree with lines: heads of pages and patches need no more.
//!
//! Anchors, aliases and tags are refused: they are how YAML bombs are built.

use redan_model::{Map, Node, Origin, Rest, Str, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};
use std::sync::Arc;

const MAX_DEPTH: usize = 32;

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Yaml {
    pub(crate) value: YamlValue,
    /// The line in the text, from 1.
    pub(crate) line: usize,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum YamlValue {
    /// A scalar; plain if it is written without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Yaml>),
    Mapping(Vec<(String, Yaml)>),
}

/// A line and what is wrong there.
pub(crate) type YamlError = (usize, String);

impl Yaml {
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            YamlValue::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Result<&str, YamlError> {
        self.scalar().filter(|text| !text.is_empty()).ok_or_else(|| (self.line, "expected a text".to_owned()))
    }

    pub(crate) fn sequence(&self) -> Result<&[Self], YamlError> {
        match &self.value {
            YamlValue::Sequence(items) => Ok(items),
            _ => Err((self.line, "expected a list: `[a, b]`".to_owned())),
        }
    }

    pub(crate) fn mapping(&self) -> Result<&[(String, Self)], YamlError> {
        match &self.value {
            YamlValue::Mapping(entries) => Ok(entries),
            _ => Err((self.line, "expected a map: `{key: value}`".to_owned())),
        }
    }

    /// The value as a constant of the model.
    pub(crate) fn constant(&self) -> Value {
        let node = |yaml: &Self| Node::new(yaml.constant(), Origin::NOWHERE);
        match &self.value {
            YamlValue::Scalar { text, plain: true } => plain(text),
            YamlValue::Scalar { text, plain: false } => Value::text(text),
            YamlValue::Sequence(items) => Value::list(items.iter().map(node).collect()),
            YamlValue::Mapping(entries) => {
                let pairs = entries.iter().map(|(key, yaml)| (Str::new(key), node(yaml))).collect();
                Value::Map(Arc::new(Map::new(pairs, Rest::Absent)))
            }
        }
    }
}

/// A scalar without quotes.
pub(crate) fn plain(text: &str) -> Value {
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    match text {
        "" | "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) if numeric => Value::Int(whole),
            (_, Ok(number)) if numeric && number.is_finite() => Value::Float(number),
            _ => Value::text(text),
        },
    }
}

/// Reads a text; `None` if it holds nothing.
pub(crate) fn parse(text: &str) -> Result<Option<Yaml>, YamlError> {
    let mut reader = Reader { parser: Parser::new_from_str(text), line: 1 };
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd | Event::DocumentEnd => return Ok(None),
            event => {
                let node = reader.node(event, 0)?;
                return Ok(Some(node));
            }
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, YamlError> {
        match self.parser.next() {
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                Ok(event)
            }
            Some(Err(error)) => Err((error.marker().line(), error.info().to_owned())),
            None => Err((self.line, "unexpected end of text".to_owned())),
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Yaml, YamlError> {
        let line = self.line;
        if depth > MAX_DEPTH {
            return Err((line, "nested too deeply".to_owned()));
        }
        let value = match event {
            Event::Scalar(text, style, 0, None) => {
                YamlValue::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(0, None) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
                YamlValue::Sequence(items)
            }
            Event::MappingStart(0, None) => YamlValue::Mapping(self.entries(depth)?),
            _ => return Err((line, "anchors, aliases and tags are not used here".to_owned())),
        };
        Ok(Yaml { value, line })
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(String, Yaml)>, YamlError> {
        let mut entries: Vec<(String, Yaml)> = Vec::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(key, _, 0, None) => key.into_owned(),
                _ => return Err((self.line, "expected a key".to_owned())),
            };
            if entries.iter().any(|(known, _)| *known == key) {
                return Err((self.line, format!("the key `{key}` stands twice")));
            }
            let event = self.next()?;
            entries.push((key, self.node(event, depth + 1)?));
        }
    }
}
