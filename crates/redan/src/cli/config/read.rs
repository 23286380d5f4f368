//! Values of the settings with their places, and errors that say which was meant.

use redan_model::Severity;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with the settings, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Fault {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at: at.start, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

pub(super) type Read<T> = Result<T, Fault>;

/// A value with its place.
pub(super) type Placed<'a> = Spanned<DeValue<'a>>;

/// An entry: its name, the name's place, its value.
pub(super) type Entry<'t, 'a> = (&'t str, Range<usize>, &'t Placed<'a>);

/// The entries of a table, in the order of the text.
pub(super) fn entries<'t, 'a>(table: &'t DeTable<'a>) -> Vec<Entry<'t, 'a>> {
    let mut all: Vec<Entry<'t, 'a>> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    all.sort_by_key(|(_, place, _)| place.start);
    all
}

pub(super) fn table<'t, 'a>(name: &str, value: &'t Placed<'a>) -> Read<Vec<Entry<'t, 'a>>> {
    let table = value.get_ref().as_table();
    table.map(entries).ok_or_else(|| Fault::new(value.span(), format!("`{name}` must be a table")))
}

/// The tables of `[[name]]`.
pub(super) fn tables<'t, 'a>(name: &str, value: &'t Placed<'a>) -> Read<Vec<(Range<usize>, Vec<Entry<'t, 'a>>)>> {
    let wrong = || Fault::new(value.span(), format!("`{name}` must be tables")).help(format!("write [[{name}]]"));
    let list = value.get_ref().as_array().ok_or_else(wrong)?;
    list.iter().map(|one| Ok((one.span(), one.get_ref().as_table().map(entries).ok_or_else(wrong)?))).collect()
}

pub(super) fn text(name: &str, value: &Placed<'_>) -> Read<String> {
    let text = value.get_ref().as_str().map(str::to_owned);
    text.ok_or_else(|| Fault::new(value.span(), format!("`{name}` must be a text")))
}

/// A list of texts, or one text.
pub(super) fn texts(name: &str, value: &Placed<'_>) -> Read<Vec<String>> {
    if let Some(one) = value.get_ref().as_str() {
        return Ok(vec![one.to_owned()]);
    }
    let wrong = |at| Fault::new(at, format!("`{name}` must be a list of texts"));
    let list = value.get_ref().as_array().ok_or_else(|| wrong(value.span()))?;
    list.iter().map(|item| item.get_ref().as_str().map(str::to_owned).ok_or_else(|| wrong(item.span()))).collect()
}

pub(super) fn severities(name: &str, value: &Placed<'_>) -> Read<BTreeMap<String, Severity>> {
    let one = |(page, _, value): Entry<'_, '_>| {
        let severity = value.get_ref().as_str().and_then(Severity::parse).ok_or_else(|| {
            let message = format!("the severity of `{page}` must be critical, high, medium or low");
            Fault::new(value.span(), message)
        })?;
        Ok((page.to_owned(), severity))
    };
    table(name, value)?.into_iter().map(one).collect()
}

/// The error about a name that means nothing.
pub(super) fn unknown(name: &str, place: Range<usize>, known: &[&str]) -> Fault {
    let fault = Fault::new(place, format!("no such setting: `{name}`"));
    match redan::nearest(name, known.iter().copied()) {
        Some(meant) => fault.help(format!("did you mean `{meant}`?")),
        None => fault.help(format!("there are {}", known.join(", "))),
    }
}
