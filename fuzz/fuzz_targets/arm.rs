//! ARM templates, whole and as one expression: any text ends with resources and problems, within bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_bicep::{Input, Options, load};
use redan_kinds::Kinds;
use redan_model::Sources;
use std::sync::Arc;

/// A template whose storage account has the expression as a property.
fn around(expression: &str) -> String {
    let quoted: String = expression.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    format!(
        r#"{{"$schema": "deploymentTemplate.json", "parameters": {{"p": {{"type": "string"}}}}, "resources": [
            {{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "a",
              "properties": {{"x": "[{quoted}]"}}}}]}}"#
    )
}

fuzz_target!(|text: &str| {
    for text in [text.to_owned(), around(text)] {
        let sources = Arc::new(Sources::new());
        let input = Input::Text { name: "main.json".to_owned(), text: text.as_str().into(), path: None };
        let loaded = load(&[input], &Options::default(), &sources);
        let raw = redan_kinds::Input { raw: loaded.resources, problems: loaded.problems, ..Default::default() };
        let _ = redan_kinds::assemble(raw, &Arc::new(Kinds::builtin()), &sources);
    }
});
