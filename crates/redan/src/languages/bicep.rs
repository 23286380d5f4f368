//! Bicep and ARM templates.

use super::{Item, Language};
use crate::Input;
use redan_bicep::Options;
use redan_model::Sources;
use std::sync::Arc;

pub(super) const LANGUAGE: Language = Language { claims: |_, text| redan_bicep::is_template(text), read };

fn read(items: &[&Item], input: &Input, sources: &Sources) -> redan_kinds::Input {
    let inputs = items.iter().map(|item| match item {
        Item::Tree(tree) => redan_bicep::Input::Tree(Arc::clone(tree)),
        Item::Text { name, text, path } => {
            redan_bicep::Input::Text { name: name.clone(), text: Arc::clone(text), path: path.clone() }
        }
    });
    let options = Options { parameters: input.parameters.clone(), parameter_files: input.parameter_files.clone() };
    let loaded = redan_bicep::load(&inputs.collect::<Vec<_>>(), &options, sources);
    redan_kinds::Input { raw: loaded.resources, problems: loaded.problems, ..redan_kinds::Input::default() }
}
