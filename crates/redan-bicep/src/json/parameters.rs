//! Parameter files: values by name.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files>

use super::tree::{Reader, entries, get};
use super::{Json, Links, reason};
use crate::ir::{Expr, ExprKind};
use redan_model::{Problem, ReasonClass, Str};

/// The values that a file gives.
pub(crate) fn read(json: &Json, links: &mut dyn Links, problems: &mut Vec<Problem>) -> Vec<(Str, Expr)> {
    let mut reader = Reader::new(&json.text, links, problems);
    let section = get(&json.node, "parameters").unwrap_or(&json.node);
    let values = entries(section).into_iter().filter(|entry| !entry.key.starts_with('$'));
    let read = values.filter_map(|entry| {
        if let Some(value) = get(&entry.node, "value") {
            return Some((entry.key, reader.expr(value)));
        }
        let reference = get(&entry.node, "reference")?;
        let what = reason(ReasonClass::Input, "a secret of a key vault", reference.origin);
        Some((entry.key, Expr::new(ExprKind::Unknown(what), reference.origin)))
    });
    read.collect()
}
