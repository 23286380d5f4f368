//! Policies: any text is a policy or a list of problems, and every question about it ends; so do the lint and accounts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_iam::{Account, Policy, PolicyKind, Shape, allows, lint, new_access, public, spares_some};

fuzz_target!(|text: &str| {
    let policy = Policy::from_json(text);
    let _ = allows(&policy, &Shape::default());
    let _ = spares_some(&policy, &Shape::default());
    let _ = public(&policy);
    let _ = new_access(&policy, &policy);
    let _ = lint(&policy, PolicyKind::Identity);
    let (account, _) = Account::from_details(text);
    let _ = account.escalations();
});
