//! An account's own export of its permissions: what `aws iam get-account-authorization-details` prints.
//!
//! Only files that are named are read so, never what lies in a folder.

use super::{Item, Language};
use crate::Input;
use redan_kinds::Answers;
use redan_model::{Node, Origin, Problem, ProblemKind, Sources, Str, json};

pub(super) const LANGUAGE: Language = Language { claims, read };

/// Lists of `iam:GetAccountAuthorizationDetails`.
const DETAILS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

fn claims(_: &str, text: &str) -> bool {
    let first = text.trim_start().strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('"'));
    first.and_then(|rest| rest.split('"').next()).is_some_and(|key| DETAILS.contains(&key))
}

fn read(items: &[&Item], _: &Input, sources: &Sources) -> redan_kinds::Input {
    let mut all = redan_kinds::Input::default();
    for item in items {
        let Item::Text { name, text, .. } = item else { continue };
        let source = sources.add_file(name, text.clone());
        match json::parse(text, source, 0) {
            Ok(node) => {
                let origin = node.origin;
                let call = Node::map(vec![(Str::new("iam:GetAccountAuthorizationDetails"), node)], origin);
                let account = number(text).unwrap_or("000000000000");
                all.append(redan_kinds::read_aws(&Answers::from_object(&call, account), crate::pipeline::kinds()));
            }
            Err(error) => {
                let origin = Origin::new(source, error.at, error.at);
                all.problems.push(Problem::at(origin, ProblemKind::Syntax, error.message));
            }
        }
    }
    all
}

/// The number in the first ARN of the account's own.
fn number(text: &str) -> Option<&str> {
    let starts = ["arn:aws:iam::", "arn:aws-cn:iam::", "arn:aws-us-gov:iam::"];
    let mut found = starts.iter().flat_map(|start| text.match_indices(start).map(|(at, start)| at + start.len()));
    found.find_map(|at| text.get(at..at + 12).filter(|piece| piece.chars().all(|c| c.is_ascii_digit())))
}
