//! The file of parameter values that lies beside a template under its name: `main.parameters.json` beside `main.bicep` or
//! `main.json`. The Azure Developer CLI deploys a template with it, and replaces `${NAME}` in its values by variables of the
//! environment, which are unknown here; `az deployment` is told its files, which is what `--parameter-file` is for.
//!
//! <https://learn.microsoft.com/azure/developer/azure-developer-cli/azd-schema>,
//! <https://learn.microsoft.com/azure/developer/azure-developer-cli/manage-environment-variables>

use std::path::Path;
use std::sync::Arc;

use redan_files::{Boundary, ReadError, decode};
use redan_model::{Origin, Problem, ProblemKind, Reason, ReasonClass, Sources, Str};

use crate::ir::{Expr, ExprKind, Item, Member, Piece};
use crate::json;

/// The values for a template, if there is such a file.
pub(crate) fn values(
    template: (&Path, &str),
    boundary: &Boundary,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Vec<(Str, Expr)> {
    let (real, shown) = template;
    let path = real.with_extension("parameters.json");
    let shown = shown.rsplit_once('.').map_or(shown, |(stem, _)| stem);
    let shown = format!("{shown}.parameters.json");
    let bytes = match boundary.read(&path) {
        Ok(bytes) => bytes,
        Err(ReadError::Missing | ReadError::Outside) => return Vec::new(),
        Err(error) => {
            problems.push(Problem::path(&shown, ProblemKind::Unreadable, error.to_string()));
            return Vec::new();
        }
    };
    let text = decode(bytes).text;
    let source = sources.add_file(&shown, Arc::clone(&text));
    match json::read(&text, source) {
        Ok(read) => {
            let values = json::parameter_values(&read, &mut json::Alone, problems);
            values.into_iter().map(|(name, value)| (name, replaced(value))).collect()
        }
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    }
}

/// A value with the variables of the environment in its text.
fn replaced(expr: Expr) -> Expr {
    let origin = expr.origin;
    let kind = match expr.kind {
        ExprKind::Text(text) if text.contains("${") => ExprKind::Interpolation(pieces(&text, origin)),
        ExprKind::Object(members) => {
            let member = |member| match member {
                Member::Property(key, value) => Member::Property(key, replaced(value)),
                spread @ Member::Spread(_) => spread,
            };
            ExprKind::Object(members.into_iter().map(member).collect())
        }
        ExprKind::Array(items) => {
            let item = |item| match item {
                Item::One(value) => Item::One(replaced(value)),
                spread @ Item::Spread(_) => spread,
            };
            ExprKind::Array(items.into_iter().map(item).collect())
        }
        other => other,
    };
    Expr::new(kind, origin)
}

/// `a${NAME}b${OTHER=default}`
fn pieces(text: &str, origin: Origin) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, after)) = after.split_once('}') else { break };
        pieces.push(Piece::Text(Str::new(before)));
        let name = variable.split(['=', ':']).next().unwrap_or_default();
        let what = Str::from(format!("environment variable {name}"));
        let unknown = ExprKind::Unknown(Reason { class: ReasonClass::Input, what, origin });
        pieces.push(Piece::Hole(Expr::new(unknown, origin)));
        rest = after;
    }
    pieces.push(Piece::Text(Str::new(rest)));
    pieces
}
