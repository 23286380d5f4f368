//! YAML text into a small tree with line numbers, for kind files and cases.
//!
//! Anchors, aliases and tags are refused: a kind file needs none, and they are how YAML bombs are built.

use saphyr_parser::{Event, Parser, ScalarStyle};

const MAX_DEPTH: usize = 64;

/// A node of a YAML text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Yaml {
    /// The value.
    pub(crate) value: YamlValue,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum YamlValue {
    /// A scalar; `plain` if it is written without quotes.
    Scalar { text: String, plain: bool },
    /// A sequence.
    Sequence(Vec<Yaml>),
    /// A mapping in the order of the text.
    Mapping(Vec<(String, Yaml)>),
}

/// An error of a kind file: line and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableError {
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is wrong: a lowercase fragment.
    pub(crate) message: String,
}

impl TableError {
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl Yaml {
    pub(crate) fn error(&self, message: impl Into<String>) -> TableError {
        TableError::new(self.line, message)
    }

    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            YamlValue::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Result<&str, TableError> {
        self.scalar().ok_or_else(|| self.error("expected text"))
    }

    pub(crate) fn mapping(&self) -> Result<&[(String, Self)], TableError> {
        match &self.value {
            YamlValue::Mapping(entries) => Ok(entries),
            YamlValue::Scalar { text, plain: true } if text.is_empty() => Ok(&[]),
            _ => Err(self.error("expected a mapping")),
        }
    }

    pub(crate) fn sequence(&self) -> Result<&[Self], TableError> {
        match &self.value {
            YamlValue::Sequence(items) => Ok(items),
            _ => Err(self.error("expected a sequence")),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            YamlValue::Mapping(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The value as a constant of the model.
    pub(crate) fn constant(&self) -> redan_model::Value {
        use redan_model::{Map, Node, Origin, Rest, Str, Value};
        match &self.value {
            YamlValue::Scalar { text, plain: true } => constant_of(text),
            YamlValue::Scalar { text, plain: false } => Value::text(text),
            YamlValue::Sequence(items) => {
                Value::list(items.iter().map(|item| Node::new(item.constant(), Origin::NOWHERE)).collect())
            }
            YamlValue::Mapping(entries) => {
                let pairs = entries
                    .iter()
                    .map(|(key, item)| (Str::new(key), Node::new(item.constant(), Origin::NOWHERE)))
                    .collect();
                Value::Map(std::sync::Arc::new(Map::new(pairs, Rest::Absent)))
            }
        }
    }
}

/// A plain scalar as a constant: null, booleans, numbers, else text.
pub(crate) fn constant_of(text: &str) -> redan_model::Value {
    use redan_model::Value;
    match text {
        "" | "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => {
            let numeric = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            if let (true, Ok(whole)) = (numeric, text.parse::<i64>()) {
                return Value::Int(whole);
            }
            if let (true, Ok(number)) = (numeric, text.parse::<f64>()) {
                return Value::Float(number);
            }
            Value::text(text)
        }
    }
}

/// Reads the first document of a text.
pub(crate) fn parse(text: &str) -> Result<Yaml, TableError> {
    let mut parser = Parser::new_from_str(text);
    loop {
        match next(&mut parser)? {
            (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
            (Event::StreamEnd | Event::DocumentEnd, line) => return Err(TableError::new(line, "empty file")),
            (event, line) => return node(&mut parser, event, line, 0),
        }
    }
}

fn next<'a, T: saphyr_parser::Input>(parser: &mut Parser<'a, T>) -> Result<(Event<'a>, usize), TableError>
where
    Parser<'a, T>: Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), saphyr_parser::ScanError>>,
{
    match parser.next() {
        Some(Ok((event, span))) => Ok((event, span.start.line())),
        Some(Err(error)) => Err(TableError::new(error.marker().line(), error.info().to_owned())),
        None => Err(TableError::new(0, "unexpected end of text")),
    }
}

fn node<'a, T: saphyr_parser::Input>(
    parser: &mut Parser<'a, T>,
    event: Event<'a>,
    line: usize,
    depth: usize,
) -> Result<Yaml, TableError>
where
    Parser<'a, T>: Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), saphyr_parser::ScanError>>,
{
    if depth > MAX_DEPTH {
        return Err(TableError::new(line, "nested too deeply"));
    }
    let value = match event {
        Event::Scalar(text, style, 0, None) => {
            YamlValue::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
        }
        Event::SequenceStart(0, None) => {
            let mut items = Vec::new();
            loop {
                match next(parser)? {
                    (Event::SequenceEnd, _) => break,
                    (event, line) => items.push(node(parser, event, line, depth + 1)?),
                }
            }
            YamlValue::Sequence(items)
        }
        Event::MappingStart(0, None) => YamlValue::Mapping(mapping(parser, depth)?),
        _ => return Err(TableError::new(line, "anchors, aliases and tags are not used here")),
    };
    Ok(Yaml { value, line })
}

fn mapping<'a, T: saphyr_parser::Input>(
    parser: &mut Parser<'a, T>,
    depth: usize,
) -> Result<Vec<(String, Yaml)>, TableError>
where
    Parser<'a, T>: Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), saphyr_parser::ScanError>>,
{
    let mut entries: Vec<(String, Yaml)> = Vec::new();
    loop {
        let (key, line) = match next(parser)? {
            (Event::MappingEnd, _) => return Ok(entries),
            (Event::Scalar(key, _, 0, None), line) => (key.into_owned(), line),
            (_, line) => return Err(TableError::new(line, "expected a key")),
        };
        if entries.iter().any(|(known, _)| *known == key) {
            return Err(TableError::new(line, format!("duplicate key {key:?}")));
        }
        let (event, line) = next(parser)?;
        entries.push((key, node(parser, event, line, depth + 1)?));
    }
}
