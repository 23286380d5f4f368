//! Arithmetic on whole numbers.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric>

use super::values::mismatch;
use super::{Call, Fault, Outcome, wrong};
use redan_model::Value;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "add" => both(call, i64::checked_add),
        "sub" => both(call, i64::checked_sub),
        "mul" => both(call, i64::checked_mul),
        "div" => both(call, i64::checked_div),
        "mod" => both(call, i64::checked_rem),
        "int" => int(call),
        "float" => float(call),
        _ => return None,
    })
}

fn both(call: &Call<'_>, compute: fn(i64, i64) -> Option<i64>) -> Outcome {
    match compute(call.int(0)?, call.int(1)?) {
        Some(number) => Ok(Value::Int(number)),
        None => wrong("there is no such number of 64 bits"),
    }
}

fn int(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    match &node.value {
        Value::Text(text) => {
            text.trim().parse().map(Value::Int).map_err(|_| Fault::Wrong(format!("{text:?} is no whole number")))
        }
        Value::Int(_) => Ok(node.value.clone()),
        _ => call.int(0).map(Value::Int),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the result is a fraction by definition")]
fn float(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    match &node.value {
        Value::Float(_) => Ok(node.value.clone()),
        Value::Int(value) => Ok(Value::Float(*value as f64)),
        Value::Text(text) => match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            Ok(_) | Err(_) => wrong(format!("{text:?} is no number")),
        },
        _ => Err(mismatch(node, "a number")),
    }
}
