//! The Serverless Application Model: its resources as what the transform creates from them.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>
//!
//! It knows what the transform writes, and nothing of how resources are judged.

mod api;
mod build;
mod events;
mod function;
mod globals;
mod policies;
mod schedule;
mod state;

use crate::syntax::{Entry, Tree};
use build::Made;

/// The template with every resource of the model replaced by what it creates; `None` if it has none.
pub(crate) fn transform(template: &Tree) -> Option<Tree> {
    let resources = template.get("Resources")?.entries();
    if !resources.iter().any(|entry| kind(&entry.value).starts_with("AWS::Serverless::")) {
        return None;
    }
    let globals = template.get("Globals");
    let mut made = Made::of(template.get("Resources")?);
    for entry in resources {
        let kind = kind(&entry.value);
        let Some(name) = kind.strip_prefix("AWS::Serverless::") else {
            made.keep(entry);
            continue;
        };
        let merged = globals::merged(globals.and_then(|globals| globals.get(name)), &entry.value);
        let entry = Entry { value: merged, ..entry.clone() };
        match name {
            "Function" => function::function(&entry, &mut made),
            "Api" => api::rest(&entry, &mut made),
            "HttpApi" => api::http(&entry, &mut made),
            "SimpleTable" => state::table(&entry, &mut made),
            "StateMachine" => state::machine(&entry, &mut made),
            "LayerVersion" => state::layer(&entry, &mut made),
            "Application" => state::application(&entry, &mut made),
            _ => made.keep(&entry),
        }
    }
    api::implicit(template, globals, &mut made);
    made.notify();
    Some(build::with_resources(template, made.entries))
}

fn kind(resource: &Tree) -> &str {
    resource.get("Type").and_then(Tree::as_str).map_or("", |kind| kind.as_str())
}
