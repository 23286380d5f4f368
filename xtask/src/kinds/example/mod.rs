//! `cargo xtask kinds example [TYPE…] [--write]`: drafts the example of a kind, the same resource in every language that
//! can express it, for a person to check. What a draft says is proven by the test that reads all examples.

mod hcl;
mod tree;

use crate::run::root;
use crate::schemas::{Schemas, Shape, Type};
use redan_kinds::Kinds;
use redan_model::{Node, Str, Value};
use std::fmt::Write as _;

/// Runs the command: prints the drafts, or appends them to the kind files that have none.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let write = words.contains(&"--write");
    let kinds = Kinds::builtin();
    let schemas = Schemas::load()?;
    let wanted = |name: &str| words.iter().all(|word| *word == "--write") || words.contains(&name);
    for name in kinds.names() {
        let Some(file) = kinds.file(name).filter(|_| wanted(&name)) else { continue };
        let path = root().join("kinds").join(file);
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        if write && text.contains("\nexample:\n") {
            continue;
        }
        match draft(&kinds, &schemas, name) {
            Ok(Some(example)) if write => {
                let whole = format!("{}\n{example}", text.trim_end());
                std::fs::write(&path, whole).map_err(|e| format!("{}: {e}", path.display()))?;
            }
            Ok(Some(example)) => crate::out::print(&format!("# {name}\n{example}")),
            Ok(None) => {}
            Err(why) => crate::out::note(&format!("{name}: {why}")),
        }
    }
    Ok(true)
}

/// The section `example` of a kind; none if no Terraform type makes it.
fn draft(kinds: &Kinds, schemas: &Schemas, kind: Str) -> Result<Option<String>, String> {
    let Some((terraform, sample)) = kinds.sample(kind) else { return Ok(None) };
    let sample = match schemas.ignoring_case(&kind) {
        Some(vendor) => named(&sample, vendor, &Shape::Structure(String::new())),
        None => sample,
    };
    let arguments = kinds.terraform_arguments(kind, terraform, &sample).ok_or("the table cannot be read backwards")?;
    let schema = schemas.get(&terraform).ok_or_else(|| crate::schemas::unknown(schemas, &terraform))?;
    let hcl = hcl::resource(schema, "example", &arguments);
    let body = canonical(kind, &hcl)?;
    let version = schemas.ignoring_case(&kind).map(|vendor| vendor.version.clone()).unwrap_or_default();
    let mut text = String::from("example:\n");
    section(&mut text, "terraform", &hcl);
    if kind.starts_with("AWS::") {
        if schemas.ignoring_case(&kind).is_some() {
            section(&mut text, "cloudformation", &tree::cloudformation(kind, &body));
        }
    } else if !version.is_empty() {
        section(&mut text, "bicep", &tree::bicep(kind, &version, &body));
        section(&mut text, "arm", &tree::arm(kind, &version, &body));
    }
    Ok(Some(text))
}

/// The sample in which a text that the vendor enumerates is the first member.
fn named(node: &Node, vendor: &Type, shape: &Shape) -> Node {
    let value = match (&node.value, shape) {
        (Value::Text(text), Shape::Enumeration(members)) if !members.iter().any(|member| *member == **text) => {
            members.first().map_or_else(|| node.value.clone(), |member| Value::text(member))
        }
        (Value::List(list), Shape::List(element)) => {
            Value::list(list.items.iter().map(|item| named(item, vendor, element)).collect())
        }
        (Value::Map(map), Shape::Structure(name)) => {
            let shape = |key: Str| {
                let field = vendor.structure(name).iter().find(|field| field.name == *key);
                field.map_or(Shape::Any, |field| field.shape.clone())
            };
            let pairs = map.pairs().into_iter().map(|(key, inner)| (key, named(&inner, vendor, &shape(key))));
            return Node::map(pairs.collect(), node.origin);
        }
        _ => return node.clone(),
    };
    Node::new(value, node.origin)
}

fn section(text: &mut String, name: &str, body: &str) {
    let _ = writeln!(text, "  {name}: |");
    for line in body.lines() {
        let _ = writeln!(text, "    {line}");
    }
}

/// What the text means in the vendor's schema, read by the product.
fn canonical(kind: Str, hcl: &str) -> Result<Node, String> {
    let input = redan::Input { paths: vec!["-".into()], stdin: Some(hcl.into()), ..redan::Input::default() };
    let loaded = redan::read(&input);
    if let Some(problem) = loaded.problems.first() {
        return Err(format!("{}\n{hcl}", problem.message));
    }
    let found = loaded.estate.of_kind(kind).iter().filter_map(|id| loaded.estate.get(*id));
    let made = found.into_iter().find(|resource| !resource.partial && resource.address.ends_with(".example"));
    made.map(|resource| resource.body.clone()).ok_or_else(|| format!("no resource of the kind is made by\n{hcl}"))
}
