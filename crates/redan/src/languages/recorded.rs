//! Recorded API answers: what `aws ec2 describe-vpcs` and its like print, one file a call; a file of calls with their
//! answers; and bodies of Azure Resource Manager.
//!
//! In a folder the nearest folder that is named like an account or a region says whose answers they are.

use super::{Item, Language};
use crate::Input;
use crate::pipeline::kinds;
use redan_files::read_document;
use redan_kinds::Answers;
use redan_model::{Node, Sources, Str, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(super) const LANGUAGE: Language = Language { claims: |_, text| is_answer(text), read };

/// Whose answers they are where no folder says so.
const ACCOUNT: &str = "account";
const REGION: &str = "us-east-1";

/// Whether a text may be an answer: an object whose first member is spelt as AWS spells those of answers, a call, or a
/// body of Azure.
fn is_answer(text: &str) -> bool {
    let Some(inner) = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{') else { return false };
    let Some(key) = inner.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else { return false };
    let call = key.split_once(':').is_some_and(|(service, operation)| {
        let lower = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        service.chars().all(lower) && operation.starts_with(|letter: char| letter.is_ascii_uppercase())
    });
    const NOT_ANSWERS: [&str; 9] = [
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Statement",
        "Version",
    ];
    let member = key.starts_with(|letter: char| letter.is_ascii_uppercase()) && !NOT_ANSWERS.contains(&key);
    call || member || (key == "value" && text.contains("\"/subscriptions/"))
}

fn read(items: &[&Item], _: &Input, sources: &Sources) -> redan_kinds::Input {
    let mut recorded = Recorded { sources, accounts: BTreeMap::new(), input: redan_kinds::Input::default() };
    for item in items {
        match item {
            Item::Text { name, text, .. } => recorded.text(name, text),
            Item::Tree(tree) => {
                for listing in &tree.folders {
                    let json = listing.names.iter().filter(|name| name.ends_with(".json"));
                    for name in json.filter(|name| !name.ends_with(".tf.json")) {
                        let Ok(text) = read_document(&listing.folder.real.join(name)) else { continue };
                        if is_answer(&text) {
                            recorded.text(&listing.folder.file(name), &text.into());
                        }
                    }
                }
            }
        }
    }
    recorded.finish()
}

struct Recorded<'a> {
    sources: &'a Sources,
    accounts: BTreeMap<String, Answers>,
    input: redan_kinds::Input,
}

impl Recorded<'_> {
    fn text(&mut self, name: &str, text: &Arc<str>) {
        let source = self.sources.add_file(name, Arc::clone(text));
        let Ok(node) = redan_model::json::parse(text, source, 0) else { return };
        if node.get(Str::new("value")).is_some() {
            self.input.append(redan_kinds::read_azure(&node, kinds()));
            return;
        }
        let (account, region) = place(name);
        let answers = self.accounts.entry(account.clone()).or_insert_with(|| Answers::of(&account));
        if calls(&node) {
            answers.calls.extend(Answers::from_object(&node, &account).calls);
        } else {
            answers.add(&node, &region, kinds());
        }
    }

    fn finish(mut self) -> redan_kinds::Input {
        for answers in self.accounts.values().filter(|answers| !answers.calls.is_empty()) {
            self.input.append(redan_kinds::read_aws(answers, kinds()));
        }
        self.input
    }
}

/// Whether the members of an object are calls: `ec2:DescribeVpcs`.
fn calls(node: &Node) -> bool {
    let Value::Map(map) = &node.value else { return false };
    map.entries().iter().all(|entry| entry.key.contains(':'))
}

/// The account and region that a path names.
fn place(name: &str) -> (String, String) {
    let steps: Vec<&str> = Path::new(name).iter().filter_map(|step| step.to_str()).collect();
    let is_account = |step: &&&str| step.len() == 12 && step.bytes().all(|byte| byte.is_ascii_digit());
    let is_region = |step: &&&str| {
        let parts: Vec<&str> = step.split('-').collect();
        parts.len() >= 3 && parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit()))
    };
    let account = steps.iter().rev().find(is_account).map_or(ACCOUNT, |step| step);
    let region = steps.iter().rev().find(is_region).map_or(REGION, |step| step);
    (account.to_owned(), region.to_owned())
}
