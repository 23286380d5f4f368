//! YAML text into a small tree with line numbers: kind files, heads of pages, patches, frameworks.
//!
//! Anchors, aliases and tags are refused: our own files need none, and they are how YAML bombs are built.

use crate::{Map, Node, Origin, Rest, Str, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};
use std::sync::Arc;

const MAX_DEPTH: usize = 64;

/// A node of a YAML text.
#[derive(Clone, Debug, PartialEq)]
pub struct Yaml {
    /// The value.
    pub value: YamlValue,
    /// The line, from 1.
    pub line: usize,
}

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub enum YamlValue {
    /// A scalar.
    Scalar {
        /// What is written.
        text: String,
        /// Whether it is written without quotes.
        plain: bool,
    },
    /// A sequence.
    Sequence(Vec<Yaml>),
    /// A mapping in the order of the text.
    Mapping(Vec<(String, Yaml)>),
}

/// A line and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
}

impl YamlError {
    /// An error at a line.
    #[must_use]
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl Yaml {
    /// An error at this node.
    #[must_use]
    pub fn error(&self, message: impl Into<String>) -> YamlError {
        YamlError::new(self.line, message)
    }

    /// The text of a scalar.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            YamlValue::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that is not empty.
    ///
    /// # Errors
    /// Anything else.
    pub fn text(&self) -> Result<&str, YamlError> {
        self.scalar().filter(|text| !text.is_empty()).ok_or_else(|| self.error("expected a text"))
    }

    /// The entries of a mapping; nothing at all is an empty one.
    ///
    /// # Errors
    /// Anything else.
    pub fn mapping(&self) -> Result<&[(String, Self)], YamlError> {
        match &self.value {
            YamlValue::Mapping(entries) => Ok(entries),
            YamlValue::Scalar { text, plain: true } if text.is_empty() => Ok(&[]),
            _ => Err(self.error("expected a map: `{key: value}`")),
        }
    }

    /// The items of a sequence.
    ///
    /// # Errors
    /// Anything else.
    pub fn sequence(&self) -> Result<&[Self], YamlError> {
        match &self.value {
            YamlValue::Sequence(items) => Ok(items),
            _ => Err(self.error("expected a list: `[a, b]`")),
        }
    }

    /// The node under a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            YamlValue::Mapping(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The value as a constant of the model.
    #[must_use]
    pub fn constant(&self) -> Value {
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

/// A scalar without quotes: null, booleans, numbers, else text.
#[must_use]
pub fn plain(text: &str) -> Value {
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
///
/// # Errors
/// The line and what is wrong there.
pub fn parse(text: &str) -> Result<Option<Yaml>, YamlError> {
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
            Some(Err(error)) => Err(YamlError::new(error.marker().line(), error.info().to_owned())),
            None => Err(YamlError::new(self.line, "unexpected end of text".to_owned())),
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Yaml, YamlError> {
        let line = self.line;
        if depth > MAX_DEPTH {
            return Err(YamlError::new(line, "nested too deeply".to_owned()));
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
            _ => return Err(YamlError::new(line, "anchors, aliases and tags are not used here".to_owned())),
        };
        Ok(Yaml { value, line })
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(String, Yaml)>, YamlError> {
        let mut entries: Vec<(String, Yaml)> = Vec::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(key, _, 0, None) => key.into_owned(),
                _ => return Err(YamlError::new(self.line, "expected a key".to_owned())),
            };
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(YamlError::new(self.line, format!("the key `{key}` stands twice")));
            }
            let event = self.next()?;
            entries.push((key, self.node(event, depth + 1)?));
        }
    }
}
