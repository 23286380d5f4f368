//! Bicep through parser, lowering, evaluation and assembly: any text ends with resources and problems, within bounded time
//! and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_bicep::{Input, Options, load};
use redan_kinds::Kinds;
use redan_model::Sources;
use std::sync::Arc;

fuzz_target!(|text: &str| {
    let sources = Arc::new(Sources::new());
    let input = Input::Text { name: "main.bicep".to_owned(), text: text.into(), path: None };
    let loaded = load(&[input], &Options::default(), &sources);
    let raw = redan_kinds::Input { raw: loaded.resources, problems: loaded.problems, ..redan_kinds::Input::default() };
    let _ = redan_kinds::assemble(raw, &Arc::new(Kinds::builtin()), &sources);
    let _ = redan_bicep::syntax_problems("main.bicepparam", text, &sources);
});
