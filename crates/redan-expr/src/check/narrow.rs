//! What a condition tells about the null-ness of paths, once it is known to hold or not to hold.

use crate::{Comparison, Expr, ExprKind};

/// Paths that are not null where the condition holds.
pub(super) fn when_true(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::And(operands) => operands.iter().flat_map(when_true).collect(),
        ExprKind::Not(inner) => when_false(inner),
        ExprKind::Compare(Comparison::NotEqual, a, b) => tested(a, b, is_null),
        ExprKind::Compare(Comparison::Equal, a, b) => tested(a, b, is_literal),
        ExprKind::In(item, _) => item.path_key().into_iter().collect(),
        ExprKind::Call(None, name, args) if name == "declared" => args.iter().filter_map(Expr::path_key).collect(),
        ExprKind::Call(Some(receiver), name, _) if matches!(name.as_str(), "startsWith" | "endsWith" | "matches") => {
            receiver.path_key().into_iter().collect()
        }
        _ => expr.path_key().into_iter().collect(),
    }
}

/// Paths that are not null where the condition does not hold.
pub(super) fn when_false(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Or(operands) => operands.iter().flat_map(when_false).collect(),
        ExprKind::Not(inner) => when_true(inner),
        ExprKind::Compare(Comparison::Equal, a, b) => tested(a, b, is_null),
        ExprKind::Compare(Comparison::NotEqual, a, b) => tested(a, b, is_literal),
        _ => Vec::new(),
    }
}

fn tested(a: &Expr, b: &Expr, against: fn(&Expr) -> bool) -> Vec<String> {
    let tested = if against(b) {
        a
    } else if against(a) {
        b
    } else {
        return Vec::new();
    };
    tested.path_key().into_iter().collect()
}

fn is_null(expr: &Expr) -> bool {
    expr.kind == ExprKind::Null
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Text(_))
}
