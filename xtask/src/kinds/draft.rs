//! `cargo xtask kinds draft TYPE`: a first version of a kind file, for a person to finish.
//!
//! Attributes come from the vendor's schema; Terraform arguments are placed by the similarity of names alone, and what
//! could not be placed is listed in a comment.

use crate::schemas::{Schemas, Shape, Type, unknown};

/// How deep attributes are laid open.
const DEEPEST: usize = 6;

/// The draft.
pub(crate) fn draft(schemas: &Schemas, name: &str) -> Result<String, String> {
    let one = schemas.ignoring_case(name).ok_or_else(|| unknown(schemas, name))?;
    let mut text = format!("kind: {}\ndocs: {}\n", one.name, documentation(&one.name));
    if !one.version.is_empty() {
        text.push_str(&format!("version: {}\n", one.version));
    }
    text.push_str("attributes:\n");
    attributes(one, "", 1, &mut text);
    let candidates = candidates(schemas, one);
    if !candidates.is_empty() {
        text.push_str("terraform:\n");
    }
    for candidate in candidates {
        table(one, candidate, &mut text);
    }
    Ok(text)
}

fn documentation(name: &str) -> String {
    match name.strip_prefix("AWS::") {
        Some(rest) => {
            let path = rest.replace("::", "-").to_lowercase();
            format!("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{path}.html")
        }
        None => format!("https://learn.microsoft.com/en-us/azure/templates/{}", name.to_lowercase()),
    }
}

fn attributes(one: &Type, structure: &str, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for field in one.structure(structure) {
        let flags = if field.required { " required" } else { "" };
        match &field.shape {
            Shape::Structure(inner) if depth < DEEPEST => {
                text.push_str(&format!("{indent}{}:\n", field.name));
                attributes(one, inner, depth + 1, text);
            }
            Shape::List(item) if depth < DEEPEST && matches!(**item, Shape::Structure(_)) => {
                text.push_str(&format!("{indent}{}:\n{indent}  $list:\n", field.name));
                attributes(one, item.structure().unwrap_or_default(), depth + 2, text);
            }
            shape => text.push_str(&format!("{indent}{}: {}{flags}\n", field.name, notation(shape))),
        }
    }
}

fn notation(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Integer => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Boolean => "bool".to_owned(),
        Shape::Any | Shape::Structure(_) => "any".to_owned(),
        Shape::Enumeration(members) => format!("enum({})", members.join(" | ")),
        Shape::Identifier(of) => match of.split_once('.') {
            Some((kind, "Id" | "Arn" | "Name")) => format!("ref({kind})"),
            _ => "string".to_owned(),
        },
        Shape::List(inner) => format!("list({})", notation(inner)),
        Shape::Map(inner) => format!("map({})", notation(inner)),
    }
}

/// Provider types whose name resembles the kind's, the best three.
fn candidates<'a>(schemas: &'a Schemas, one: &Type) -> Vec<&'a Type> {
    let (provider, wanted) = match one.name.strip_prefix("AWS::") {
        Some(rest) => ("aws_", plain(rest)),
        None => ("azurerm_", plain(one.name.split_once('/').map_or("", |(_, rest)| rest))),
    };
    let mut scored: Vec<(f64, &str)> = schemas
        .names()
        .filter_map(|name| {
            let rest = name.strip_prefix(provider)?;
            let service = wanted.strip_prefix(&plain(rest)).map_or(0.0, |_| 0.1);
            let tail = if wanted.ends_with(&plain(rest)) { 0.15 } else { 0.0 };
            Some((strsim::jaro_winkler(&plain(rest), &wanted) + service + tail, name))
        })
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.iter().take(3).filter_map(|(_, name)| schemas.get(name)).collect()
}

fn table(one: &Type, candidate: &Type, text: &mut String) {
    let mut paths = Vec::new();
    gather(one, "", "", 0, &mut paths);
    text.push_str(&format!("  {}:\n", candidate.name));
    let mut left = Vec::new();
    for field in candidate.structure("").iter().filter(|field| !field.read_only && field.name != "timeouts") {
        let wanted = plain(&field.name);
        let best = paths.iter().map(|path| (likeness(path, &wanted), path)).max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((score, path)) if score > 0.9 && field.shape.structure().is_none() => {
                text.push_str(&format!("    {}: {path}\n", field.name));
            }
            _ => left.push(field.name.as_str()),
        }
    }
    if !left.is_empty() {
        text.push_str(&format!("    # not placed: {}\n", left.join(" ")));
    }
}

fn likeness(path: &str, wanted: &str) -> f64 {
    let last = path.rsplit('.').next().unwrap_or_default();
    strsim::jaro_winkler(&plain(last), wanted).max(strsim::jaro_winkler(&plain(path), wanted))
}

fn gather(one: &Type, structure: &str, prefix: &str, depth: usize, paths: &mut Vec<String>) {
    for field in one.structure(structure) {
        let path = format!("{prefix}{}", field.name);
        if let Shape::Structure(inner) = &field.shape
            && depth < DEEPEST
        {
            gather(one, inner, &format!("{path}."), depth + 1, paths);
        }
        paths.push(path);
    }
}

/// Letters and digits alone, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_a_real_type() {
        let text = draft(&Schemas::load().unwrap(), "AWS::KMS::Key").unwrap();
        assert!(text.starts_with("kind: AWS::KMS::Key\n"), "{text}");
        assert!(text.contains("  EnableKeyRotation: bool\n"), "{text}");
        assert!(
            text.contains("  aws_kms_key:\n") && text.contains("    enable_key_rotation: EnableKeyRotation\n"),
            "{text}"
        );
    }
}
