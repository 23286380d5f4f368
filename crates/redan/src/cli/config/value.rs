//! Values of the settings as values of the model: parameters of pages, assumptions.

use crate::cli::config::read::{Entry, Fault, Placed, Read, entries, table};
use redan_model::{Node, Origin, Rest, Str, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::DeValue;

const MAX_DEPTH: usize = 32;

/// Parameters by page, then by name.
pub(super) fn parameters(name: &str, value: &Placed<'_>) -> Read<BTreeMap<String, BTreeMap<String, Value>>> {
    let of_page = |(page, _, values): Entry<'_, '_>| {
        let one = |(name, _, value): Entry<'_, '_>| Ok((name.to_owned(), node(value, 0)?.value));
        let values = table(page, values)?.into_iter().map(one).collect::<Read<_>>()?;
        Ok((page.to_owned(), values))
    };
    table(name, value)?.into_iter().map(of_page).collect()
}

/// Leaves by their dotted path: `account.PublicAccessBlockConfiguration.BlockPublicAcls`.
pub(super) fn assumptions(
    into: &mut BTreeMap<String, Value>,
    path: &str,
    value: &Placed<'_>,
    depth: usize,
) -> Read<()> {
    let Some(table) = value.get_ref().as_table().filter(|_| depth < MAX_DEPTH) else {
        if path.is_empty() {
            return Err(Fault::new(value.span(), "`assume` must be a table"));
        }
        into.insert(path.to_owned(), node(value, depth)?.value);
        return Ok(());
    };
    for (key, _, value) in entries(table) {
        let dot = if path.is_empty() { "" } else { "." };
        assumptions(into, &format!("{path}{dot}{key}"), value, depth + 1)?;
    }
    Ok(())
}

fn node(value: &Placed<'_>, depth: usize) -> Read<Node> {
    if depth > MAX_DEPTH {
        return Err(Fault::new(value.span(), "nested too deeply"));
    }
    let number = || Fault::new(value.span(), "a number that is too large");
    let value = match value.get_ref() {
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(value) => {
            Value::Int(i64::from_str_radix(value.as_str(), value.radix()).map_err(|_| number())?)
        }
        DeValue::Float(value) => Value::Float(value.as_str().parse().map_err(|_| number())?),
        DeValue::String(value) => Value::text(value),
        DeValue::Datetime(value) => Value::text(&value.to_string()),
        DeValue::Array(items) => Value::list(items.iter().map(|item| node(item, depth + 1)).collect::<Read<_>>()?),
        DeValue::Table(table) => {
            let one = |(key, _, value): Entry<'_, '_>| Ok((Str::new(key), node(value, depth + 1)?));
            let pairs = entries(table).into_iter().map(one).collect::<Read<Vec<_>>>()?;
            Value::Map(Arc::new(redan_model::Map::new(pairs, Rest::Absent)))
        }
    };
    Ok(Node::new(value, Origin::NOWHERE))
}
