//! Terraform: configuration, plans and states.

use super::{Item, Language};
use crate::Input;
use redan_kinds::ProviderHooks;
use redan_model::Sources;
use redan_terraform::{Options, VariableInput};
use std::sync::Arc;

/// Terraform takes whatever no other language claims: plans and states have no ending of their own.
pub(super) const LANGUAGE: Language = Language { claims: |_, _| true, read };

fn read(items: &[&Item], input: &Input, sources: &Sources) -> redan_kinds::Input {
    let inputs = items.iter().map(|item| match item {
        Item::Tree(tree) => redan_terraform::Input::Tree(Arc::clone(tree)),
        Item::Text { name, text, path } => {
            redan_terraform::Input::Text { name: name.clone(), text: Arc::clone(text), path: path.clone() }
        }
    });
    let values = input.variables.iter().cloned().map(|(name, text)| VariableInput::Value { name, text });
    let files = input.variable_files.iter().cloned().map(VariableInput::File);
    let options =
        Options { variables: files.chain(values).collect(), environment: input.environment.clone(), workspace: None };
    let loaded = redan_terraform::load(&inputs.collect::<Vec<_>>(), &options, sources, &ProviderHooks);
    redan_kinds::Input { raw: loaded.resources, problems: loaded.problems, ..redan_kinds::Input::default() }
}
