//! Estates and accounts out of recorded answers.

#![cfg(test)]

use std::sync::Arc;

use redan_iam::Account;
use redan_kinds::{Answers, Kinds, assemble, read_aws};
use redan_model::{Estate, Origin, Sources, json};
use serde_json::Value;

/// The estate that these answers show of account 111122223333.
pub(crate) fn estate(answers: &Value) -> Estate {
    let object = json::parse_with(&answers.to_string(), &|_, _| Origin::NOWHERE).expect("JSON");
    let kinds = Arc::new(Kinds::builtin());
    assemble(read_aws(&Answers::from_object(&object, "111122223333"), &kinds), &kinds, &Arc::new(Sources::new()))
}

/// The account of what `iam:GetAccountAuthorizationDetails` answers.
pub(crate) fn of_details(details: &Value) -> Account {
    Account::from_estate(&estate(&serde_json::json!({"iam:GetAccountAuthorizationDetails": details})), None)
}
