//! Configuration in JSON, plans and states: told apart by what they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_kinds::ProviderHooks;
use redan_model::Sources;
use redan_terraform::{Input, Options, load};

fuzz_target!(|text: &str| {
    let sources = Sources::new();
    for name in ["main.tf.json", "plan.json"] {
        let input = Input::Text { name: name.to_owned(), text: text.into(), path: None };
        let _ = load(&[input], &Options::default(), &sources, &ProviderHooks);
    }
});
