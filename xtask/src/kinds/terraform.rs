//! The Terraform tables of a kind: their arguments exist in the provider, their targets in the kind.

use super::beyond::Beyond;
use crate::schemas::{Schemas, Shape, Type as Vendor, nearest, unknown};
use redan_kinds::Kinds;
use redan_model::Str;
use std::collections::BTreeSet;

/// Compares all tables of a kind; says how many arguments were compared.
///
/// A table may be laid over another one (`$like`), so an argument need only exist in one of the kind's Terraform types.
pub(crate) fn check(
    kinds: &Kinds,
    kind: Str,
    schemas: &Schemas,
    beyond: &Beyond,
    about: &str,
    wrong: &mut Vec<String>,
) -> usize {
    let mut compared = 0;
    let mapped = kinds.mapped(kind);
    let vendor = |name: &str| schemas.get(name).or_else(|| schemas.get(&format!("data.{name}")));
    let siblings: BTreeSet<Str> = mapped.iter().map(|one| one.terraform).collect();
    let siblings: Vec<&Vendor> = siblings.iter().filter_map(|name| vendor(name)).collect();
    for mapped in mapped {
        let argument = mapped.argument.iter().map(|part| &**part).collect::<Vec<_>>().join(".");
        if let Some((target, path)) = &mapped.target
            && !kinds.declares(*target, path)
        {
            let path = path.iter().map(|part| &**part).collect::<Vec<_>>().join(".");
            let whence = if argument.is_empty() { "a constant".to_owned() } else { format!("`{argument}`") };
            wrong.push(format!(
                "{about}: {}: {whence} goes to {target} {path}, which that kind does not declare",
                mapped.terraform
            ));
        }
        if mapped.argument.is_empty() {
            continue;
        }
        compared += 1;
        let name = &*mapped.terraform;
        if beyond.has(name, &argument) || beyond.has(name, "*") {
            continue;
        }
        let steps: Vec<&str> = mapped.argument.iter().map(|part| &**part).collect();
        match vendor(name) {
            None => wrong.push(format!("{about}: {}", unknown(schemas, name))),
            Some(vendor) => {
                if let Err(message) = find(vendor, "", &steps)
                    && !siblings.iter().any(|sibling| find(sibling, "", &steps).is_ok())
                {
                    wrong.push(format!("{about}: {name}: {message}"));
                }
            }
        }
    }
    compared
}

/// Follows an argument through blocks.
fn find(vendor: &Vendor, structure: &str, steps: &[&str]) -> Result<(), String> {
    let [step, rest @ ..] = steps else { return Ok(()) };
    let fields = vendor.structure(structure);
    let Some(field) = fields.iter().find(|field| field.name == *step) else {
        let near = nearest(step, fields.iter().map(|field| field.name.as_str()));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("the provider has no argument `{step}`{near}"));
    };
    match (field.shape.structure(), rest) {
        (_, []) => Ok(()),
        (Some(inner), rest) => find(vendor, inner, rest),
        (None, _) if leaf(&field.shape) == &Shape::Any => Ok(()),
        (None, [next, ..]) => Err(format!("`{step}` is no block, so it has no `{next}`")),
    }
}

fn leaf(shape: &Shape) -> &Shape {
    match shape {
        Shape::List(inner) | Shape::Map(inner) => leaf(inner),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::read;

    #[test]
    fn arguments_are_followed_through_blocks() {
        let vendor = read("aws_x\n  rule& [@R]\n  tags {string}\n@R\n  port number\n").unwrap().remove(0);
        assert_eq!(find(&vendor, "", &["rule", "port"]), Ok(()));
        assert_eq!(
            find(&vendor, "", &["rule", "prot"]),
            Err("the provider has no argument `prot`; did you mean `port`?".to_owned())
        );
        assert!(find(&vendor, "", &["tags", "x"]).unwrap_err().contains("no block"));
    }
}
