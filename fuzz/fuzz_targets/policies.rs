//! Policies: any text is a policy or a list of problems, and every question about it ends; so do the lint and accounts.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use redan_iam::{Account, Policy, PolicyKind, Shape, allows, lint, new_access, public, spares_some};
use redan_kinds::{Answers, Kinds, assemble, read_aws};
use redan_model::{Origin, Sources, json};

fuzz_target!(|text: &str| {
    let policy = Policy::from_json(text);
    let _ = allows(&policy, &Shape::default());
    let _ = spares_some(&policy, &Shape::default());
    let _ = public(&policy);
    let _ = new_access(&policy, &policy);
    let _ = lint(&policy, PolicyKind::Identity);
    let answers = format!("{{\"iam:GetAccountAuthorizationDetails\": {text}}}");
    let Ok(object) = json::parse_with(&answers, &|_, _| Origin::NOWHERE) else { return };
    let kinds = Arc::new(Kinds::builtin());
    let input = read_aws(&Answers::from_object(&object, "111122223333"), &kinds);
    let account = Account::from_estate(&assemble(input, &kinds, &Arc::new(Sources::new())), None);
    let _ = account.escalations();
});
