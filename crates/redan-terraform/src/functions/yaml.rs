//! YAML to values, with the scalar forms that Terraform's reader knows, anchors and merge keys.
//! Forms: <https://github.com/zclconf/go-cty-yaml/blob/master/resolve.go>

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::duration::Instant;
use super::signature::{Function, RAW, STRING, Shape, argument, text};
use super::yaml_encode;
use crate::eval::Budget;
use crate::syntax::ast::Text;
use crate::value::{Error, Number, Result, Type, Value};

const MAX_DEPTH: usize = 90;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("yamldecode", &[STRING], Shape::Any, |args, c| decode(text(args, 0), c.budget)),
    Function::new("yamlencode", &[RAW], Shape::String, |args, _| yaml_encode::encode(argument(args, 0)?)).never_fails(),
];

fn decode(source: &str, budget: &Budget) -> Result {
    budget.spend(source.len() / 16)?;
    let directive = source.lines().take_while(|l| !l.starts_with("---")).find_map(|l| l.strip_prefix("%YAML"));
    if directive.is_some_and(|version| version.trim() != "1.1") {
        return Err(Error::new("only YAML 1.1 can be asked for"));
    }
    let mut reader = Reader { parser: Parser::new_from_str(source), anchors: BTreeMap::new(), budget };
    loop {
        match reader.next()? {
            Event::DocumentStart(_) => break,
            Event::StreamEnd => return Err(Error::new("the YAML document is missing")),
            _ => {}
        }
    }
    let first = reader.next()?;
    let value = reader.value(first, 0)?;
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(value),
            Event::DocumentStart(_) => return Err(Error::new("more than one YAML document")),
            _ => {}
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Value>,
    budget: &'t Budget,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(Error::new(format!("invalid YAML in line {}", error.marker().line()))),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Result {
        self.budget.spend(1)?;
        if depth > MAX_DEPTH {
            return Err(Error::limit("YAML nests deeper than the limit allows"));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned();
                return value.ok_or_else(|| Error::new("a YAML alias stands within its own anchor"));
            }
            Event::Scalar(text, style, anchor, tag) => (resolve(&text, style, tag.as_deref())?, anchor),
            Event::SequenceStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "seq")?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "map")?;
                (self.mapping(depth)?, anchor)
            }
            _ => return Err(Error::new("invalid YAML")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(items)),
                event => items.push(self.value(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result {
        let mut items: Vec<(Text, Value)> = Vec::new();
        loop {
            let event = self.next()?;
            let (text, style, anchor, tag) = match event {
                Event::MappingEnd => return Ok(Value::object(items)),
                Event::Scalar(text, style, anchor, tag) => (text, style, anchor, tag),
                _ => return Err(Error::new("a YAML key must be a scalar")),
            };
            if text == "<<" && tag.is_none() {
                let next = self.next()?;
                let merged = self.value(next, depth + 1)?;
                merge(&merged, &mut items)?;
                continue;
            }
            let key = resolve(&text, style, tag.as_deref())?;
            if anchor > 0 {
                self.anchors.insert(anchor, key.clone());
            }
            let key = crate::value::convert(&key, &Type::String)?;
            let key = key.as_str().ok_or_else(|| Error::new("a YAML key must not be null"))?.into();
            let next = self.next()?;
            items.push((key, self.value(next, depth + 1)?));
        }
    }
}

/// Lays merged mappings over what is there; of several, the first wins.
fn merge(value: &Value, items: &mut Vec<(Text, Value)>) -> Result<()> {
    if let Some(entries) = value.as_entries() {
        items.extend(entries.items.iter().cloned());
        return Ok(());
    }
    let seq = value.as_seq().ok_or_else(|| Error::new("only mappings can be merged"))?;
    for part in &seq.items {
        let entries = part.as_entries().ok_or_else(|| Error::new("only mappings can be merged"))?;
        items.extend(entries.items.iter().cloned());
    }
    Ok(())
}

fn core_tag(tag: Option<&Tag>) -> Result<Option<&str>> {
    match tag {
        None => Ok(None),
        Some(tag) if tag.is_yaml_core_schema() => Ok(Some(tag.suffix.as_str())),
        Some(_) => Err(Error::new("unsupported YAML tag")),
    }
}

fn collection_tag(tag: Option<&Tag>, wanted: &str) -> Result<()> {
    match core_tag(tag)? {
        None => Ok(()),
        Some(name) if name == wanted => Ok(()),
        Some(_) => Err(Error::new("unsupported YAML tag")),
    }
}

fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result {
    let tag = core_tag(tag)?;
    if tag == Some("str") || tag == Some("binary") {
        return Ok(text.into());
    }
    let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let hinted = text.is_empty() || text.starts_with(|c: char| "+-.~yYnNtTfFoO".contains(c) || c.is_ascii_digit());
    if quoted && (tag.is_none() || hinted) {
        return Ok(text.into());
    }
    let wrong = || Error::new("a YAML scalar does not fit its tag");
    match (tag, word(text)) {
        (None | Some("bool"), Some(Word::Bool(value))) => return Ok(value.into()),
        (None | Some("null"), Some(Word::Null)) => return Ok(Value::null(Type::Dynamic)),
        (None | Some("float"), Some(Word::Special)) => return Err(Error::limit("infinite numbers are not supported")),
        (Some("bool" | "null"), _) => return Err(wrong()),
        _ => {}
    }
    if let (None | Some("timestamp"), Some(instant)) = (tag, timestamp(text)) {
        return Ok(instant.rfc3339().into());
    }
    if tag == Some("timestamp") {
        return Err(wrong());
    }
    match (number(text), tag) {
        (Some(number), _) => Ok(number.into()),
        (None, None) => Ok(text.into()),
        (None, Some(_)) => Err(wrong()),
    }
}

/// Words that are not text.
enum Word {
    Bool(bool),
    Null,
    Special,
}

fn word(text: &str) -> Option<Word> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Word::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(Word::Bool(false)),
        "" | "~" | "null" | "Null" | "NULL" => Some(Word::Null),
        _ => {
            let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
            matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN").then_some(Word::Special)
        }
    }
}

fn number(text: &str) -> Option<Number> {
    let based = |prefix: &str, radix: u32| {
        let digits = text.strip_prefix(prefix).filter(|d| !d.is_empty())?;
        u64::from_str_radix(digits, radix).ok().and_then(|v| Number::from_integer(&v.into()))
    };
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    based("0x", 16).or_else(|| based("0o", 8)).or_else(|| Number::parse(text))
}

/// A date, or a date and a time in one of three notations.
fn timestamp(text: &str) -> Option<Instant> {
    let (year, rest) = text.split_once('-')?;
    if year.len() != 4 {
        return None;
    }
    let (month, rest) = rest.split_once('-')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, time) = rest.split_at(end);
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !short(month) || !short(day) {
        return None;
    }
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    match time.chars().next() {
        None => Instant::parse(&format!("{date}T00:00:00Z")),
        Some('T' | 't') => Instant::parse(&format!("{date}T{}", padded_time(time.get(1..)?)?)),
        Some(' ') => Instant::parse(&format!("{date}T{}Z", padded_time(time.get(1..)?)?)),
        _ => None,
    }
}

fn padded_time(time: &str) -> Option<String> {
    let (hour, rest) = time.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (second, rest) = rest.split_at(end);
    Some(format!("{hour:0>2}:{minute:0>2}:{second:0>2}{rest}"))
}
