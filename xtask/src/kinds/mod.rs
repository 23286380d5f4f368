//! `cargo xtask kinds check`, `kinds draft` and `kinds example`: kind files and the vendors' published schemas.

mod attributes;
mod beyond;
mod draft;
#[cfg(feature = "product")]
mod example;
mod terraform;

use crate::out;
use crate::run::root;
use crate::schemas::Schemas;
use beyond::Beyond;
use redan_kinds::Kinds;
use redan_model::Schemas as _;

/// Kinds that no published schema has: places, what only an API knows, the tenant's directory, source text.
const WITHOUT_SCHEMA: &[&str] = &[
    "AWS::Account",
    "AWS::Region",
    "Source::Text",
    "AWS::IAM::AccessKey",
    "AWS::IAM::PolicyDocument",
    "Microsoft.Resources/subscriptions",
];

/// Runs the command.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        ["check", only @ ..] => check(only),
        ["draft", name] => {
            out::print(&draft::draft(&Schemas::load()?, name)?);
            Ok(true)
        }
        #[cfg(feature = "product")]
        ["example", rest @ ..] => example::run(rest),
        _ => Err("usage: cargo xtask kinds check [TYPE…] | draft TYPE | example [TYPE…] [--write]".to_owned()),
    }
}

fn check(only: &[&str]) -> Result<bool, String> {
    let kinds = Kinds::builtin();
    let file = root().join("schemas/beyond.txt");
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let beyond = Beyond::read(&text);
    let schemas = Schemas::load()?;
    let mut wrong: Vec<String> = kinds.check().iter().map(ToString::to_string).collect();
    let (mut attributes, mut arguments) = (0, 0);
    for name in kinds.names() {
        if !only.is_empty() && !only.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)) {
            continue;
        }
        let Some(schema) = kinds.schema(name) else { continue };
        let about = format!("kind {name}");
        if !(beyond.has(&name, "*") || WITHOUT_SCHEMA.contains(&&*name) || name.starts_with("Microsoft.Graph/")) {
            match schemas.ignoring_case(&name) {
                Some(vendor) => attributes += attributes::check(&schema.body, vendor, &beyond, &about, &mut wrong),
                None => wrong.push(format!("{about}: {}", crate::schemas::unknown(&schemas, &name))),
            }
        }
        arguments += terraform::check(&kinds, name, &schemas, &beyond, &about, &mut wrong);
    }
    wrong.sort();
    wrong.dedup();
    wrong.iter().for_each(|message| out::line(message));
    out::line(&format!(
        "kinds: {} kinds, {attributes} attributes and {arguments} Terraform arguments compared, {} wrong",
        kinds.names().len(),
        wrong.len()
    ));
    Ok(wrong.is_empty())
}
