//! What the `live:` tables ask: the operations that they name, and the calls that are still to be made.
//!
//! The calls follow from the answers so far, by the same reading that makes resources of them: asking until nothing is
//! wanted collects exactly what is read. Must not know how calls are made.

use super::answers::Answers;
use super::aws::Reader;
use crate::registry::Kinds;
use crate::table::live::Call;
use redan_model::{Str, Value};

/// An operation that a kind names.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `service:Operation`.
    pub name: Str,
    /// The kind that names it.
    pub kind: Str,
    /// The parameters that are filled from what was read.
    pub parameters: Vec<Str>,
    /// The parameters that are always the same.
    pub constants: Vec<(Str, Value)>,
    /// Errors that mean that there is none.
    pub absent: Vec<Str>,
    /// Whether it lists, and needs nothing that was read.
    pub lists: bool,
    /// Whether one region answers for the whole account.
    pub global: bool,
}

/// A call to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// `service:Operation`.
    pub operation: Str,
    /// What the call is kept under in [`Answers`]: `Name=value` joined by commas.
    pub arguments: Str,
    /// The parameters with their values.
    pub parameters: Vec<(Str, Value)>,
    /// The region to ask.
    pub region: Str,
}

/// What is to be collected.
pub struct Scope<'a> {
    /// The regions that regional kinds are asked in.
    pub regions: &'a [Str],
    /// The region that answers for the whole account.
    pub home: Str,
    /// Whether a kind is wanted.
    pub kind: &'a dyn Fn(Str) -> bool,
}

/// Every operation that a kind names, with what is asked, by kind.
#[must_use]
pub fn operations(kinds: &Kinds) -> Vec<Operation> {
    let mut all = Vec::new();
    for (kind, table) in kinds.names().into_iter().filter_map(|name| Some((name, kinds.kind(name)?.live.as_ref()?))) {
        let mut add = |call: &Call, lists: bool| {
            let named = [Some(call.operation), call.before];
            all.extend(named.into_iter().flatten().map(|name| Operation {
                name,
                kind,
                parameters: call.ask.iter().map(|(name, _)| *name).collect(),
                absent: call.absent.iter().map(|(code, _)| *code).collect(),
                constants: call.with.concat(),
                lists: lists && table.of.is_none(),
                global: table.global,
            }));
        };
        table.lists().for_each(|call| add(call, true));
        table.each.iter().for_each(|call| add(call, false));
    }
    all
}

/// The calls that the tables still want, sorted, each once. After a call was answered (also by an error) it is not
/// wanted again.
#[must_use]
pub fn wanted(answers: &Answers, kinds: &Kinds, scope: &Scope<'_>) -> Vec<Ask> {
    let mut asks = Reader::wanted(answers, kinds, scope);
    asks.sort_by_key(|ask| (ask.operation, ask.region, ask.arguments));
    asks.dedup_by(|a, b| a.operation == b.operation && a.region == b.region && a.arguments == b.arguments);
    asks
}

/// The parameters of a call and their canonical text.
pub(super) fn text(parameters: &[(Str, Value)]) -> Str {
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
    Str::from(pairs.join(","))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::List(list) => list.items.iter().map(|item| plain(&item.value)).collect::<Vec<_>>().join("+"),
        Value::Map(map) => map
            .entries()
            .iter()
            .map(|entry| format!("{}:{}", entry.key, plain(&entry.node.value)))
            .collect::<Vec<_>>()
            .join("+"),
        other => other.as_text().map(|text| text.to_string()).unwrap_or_default(),
    }
}
