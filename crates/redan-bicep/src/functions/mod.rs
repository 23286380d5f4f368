//! The functions of ARM templates, by name. Total: what they cannot say of values that are not known is unknown, and
//! they keep what is known of them (a prefix of text, the known part of a list).
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions>. Functions that need the
//! deployment or a lambda are in `crate::eval`.

mod arrays;
mod cidr;
mod comparison;
mod dates;
mod encoding;
mod format;
mod hashes;
mod numbers;
mod objects;
mod strings;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub(crate) use comparison::same;
pub(crate) use text::{assembled, formatted, limited, text_of};
pub(crate) use values::{boolean, kind_of};

use redan_model::{Node, Origin, Unknown, Value};
use std::sync::Arc;

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// Its arguments are not known.
    Unknown(Arc<Unknown>),
    /// It cannot be called like this: a lowercase fragment.
    Wrong(String),
}

type Outcome = Result<Value, Fault>;

/// A call under evaluation.
struct Call<'a> {
    arguments: &'a [Node],
    origin: Origin,
}

/// The families, in the order in which a name is looked for.
const FAMILIES: [fn(&str, &Call<'_>) -> Option<Outcome>; 8] = [
    strings::call,
    comparison::call,
    arrays::call,
    objects::call,
    numbers::call,
    encoding::call,
    dates::call,
    cidr::call,
];

/// Functions that give text whatever they are given: not known, it is still no null.
const TEXT: [&str; 22] = [
    "base64",
    "base64tostring",
    "cidrhost",
    "cidrsubnet",
    "datauri",
    "datauritostring",
    "datetimeadd",
    "datetimefromepoch",
    "format",
    "guid",
    "join",
    "padleft",
    "replace",
    "string",
    "substring",
    "tolower",
    "toupper",
    "trim",
    "uniquestring",
    "uri",
    "uricomponent",
    "uricomponenttostring",
];

/// Text of which nothing is known.
pub(crate) fn unknown_text(unknown: &Arc<Unknown>, origin: Origin) -> Value {
    let hole = Node::new(Value::Unknown(Arc::clone(unknown)), origin);
    Value::template([redan_model::Part::Hole(hole)])
}

/// Calls a function by its name in lower case.
pub(crate) fn call(name: &str, arguments: &[Node], origin: Origin) -> Outcome {
    let call = Call { arguments, origin };
    let found = FAMILIES.iter().find_map(|family| family(name, &call));
    match found.unwrap_or_else(|| wrong("there is no such function")) {
        Err(Fault::Unknown(unknown)) if TEXT.contains(&name) => Ok(unknown_text(&unknown, origin)),
        outcome => outcome,
    }
}

fn wrong<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Wrong(message.into()))
}
