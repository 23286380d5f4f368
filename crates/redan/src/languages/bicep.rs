//! Bicep and ARM templates.

use super::{Item, Language};
use crate::Input;
use redan_bicep::Options;
use redan_model::Sources;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) const LANGUAGE: Language =
    Language { claims: |name, text| redan_bicep::is_bicep(name) || redan_bicep::is_template(text), read };

fn read(items: &[&Item], input: &Input, sources: &Sources) -> redan_kinds::Input {
    let inputs = items.iter().map(|item| match item {
        Item::Tree(tree) => redan_bicep::Input::Tree(Arc::clone(tree)),
        Item::Text { name, text, path } => {
            redan_bicep::Input::Text { name: name.clone(), text: Arc::clone(text), path: path.clone() }
        }
    });
    let options = Options {
        parameters: input.parameters.clone(),
        parameter_files: input.parameter_files.clone(),
        installed: installed(&input.environment),
        ..Options::default()
    };
    let loaded = redan_bicep::load(&inputs.collect::<Vec<_>>(), &options, sources);
    redan_kinds::Input { raw: loaded.resources, problems: loaded.problems, ..redan_kinds::Input::default() }
}

/// Where the Bicep compiler keeps restored modules unless `bicepconfig.json` says otherwise.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config>
fn installed(environment: &[(String, String)]) -> Option<PathBuf> {
    let home = environment.iter().find(|(name, _)| name == "HOME" || name == "USERPROFILE");
    home.map(|(_, home)| Path::new(home).join(".bicep")).filter(|folder| folder.is_dir())
}
