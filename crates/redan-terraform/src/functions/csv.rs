//! CSV text with a header line, as RFC 4180 has it, to a list of objects.

use std::collections::BTreeSet;

use super::signature::{Context, Function, STRING, Shape, text};
use crate::value::{Error, Field, Result, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function::new("csvdecode", &[STRING], Shape::Any, csvdecode)];

fn csvdecode(args: &[Value], context: &Context<'_>) -> Result {
    let source = text(args, 0);
    context.budget.spend(source.len() / 16)?;
    let mut records = records(source)?.into_iter();
    let header = records.next().ok_or_else(|| Error::new("the header line is missing"))?;
    if header.iter().collect::<BTreeSet<_>>().len() != header.len() {
        return Err(Error::new("two columns have the same name"));
    }
    let mut items = Vec::new();
    for record in records {
        if record.len() != header.len() {
            return Err(Error::new("a line has another number of fields than the header"));
        }
        context.budget.spend(record.len())?;
        let fields = header.iter().zip(&record).map(|(name, field)| (name.as_str().into(), field.as_str().into()));
        items.push(Value::object(fields.collect()));
    }
    let field = |name: &String| Field { name: name.as_str().into(), ty: Type::String, optional: false, default: None };
    Ok(Value::list(items, Type::object(header.iter().map(field).collect())))
}

fn records(source: &str) -> Result<Vec<Vec<String>>> {
    let mut records = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")) {
            rest = after;
            continue;
        }
        let (record, after) = record(rest)?;
        records.push(record);
        rest = after;
    }
    Ok(records)
}

fn record(source: &str) -> Result<(Vec<String>, &str)> {
    let mut fields = Vec::new();
    let mut rest = source;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => plain_field(rest)?,
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => {
                let after = after.strip_prefix('\r').filter(|a| a.is_empty() || a.starts_with('\n')).unwrap_or(after);
                return Ok((fields, after.strip_prefix('\n').unwrap_or(after)));
            }
        }
    }
}

fn plain_field(source: &str) -> Result<(String, &str)> {
    let end = source.find([',', '\n']).unwrap_or(source.len());
    let (field, rest) = source.split_at(end);
    let (field, rest) = match field.strip_suffix('\r') {
        Some(field) if rest.starts_with('\n') || rest.is_empty() => (field, rest),
        _ => (field, rest),
    };
    if field.contains('"') {
        return Err(Error::new("a quote inside an unquoted field"));
    }
    Ok((field.to_owned(), rest))
}

fn quoted_field(source: &str) -> Result<(String, &str)> {
    let mut field = String::new();
    let mut rest = source;
    loop {
        let end = rest.find('"').ok_or_else(|| Error::new("a quoted field does not end"))?;
        field.push_str(rest.get(..end).unwrap_or(""));
        rest = rest.get(end + 1..).unwrap_or("");
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None if rest.is_empty() || rest.starts_with([',', '\n']) || rest.starts_with("\r\n") => {
                return Ok((field.replace("\r\n", "\n"), rest));
            }
            None => return Err(Error::new("text after a quoted field")),
        }
    }
}
