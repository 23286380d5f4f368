//! What a set of policies lets its holder become: whether it can change any policy, or take the place of any other identity.
//!
//! Must not know the estate. Targets are arbitrary: a permission on a few named roles is no way up by itself, one on all is.

use std::collections::BTreeSet;

use crate::account::methods::{EDIT_POLICY, EDIT_ROLE, EDIT_USER, PASSING, TAKE_USER};
use crate::compose::Binding;
use crate::glob::Token;
use crate::policy::Policy;
use crate::principal::Principal;
use crate::question::{Answer, Shape, Witness};

/// A name that nobody chose.
const NAME: &str = "zq7-arbitrary";
const ACCOUNT: &str = "123456789012";

/// Policies and who holds them.
pub(crate) struct Power<'a> {
    binding: Binding<'a>,
    accounts: Vec<String>,
}

impl<'a> Power<'a> {
    pub(crate) fn new(identity: Vec<&'a Policy>, boundary: Option<&'a Policy>) -> Self {
        let mut accounts: BTreeSet<String> = BTreeSet::new();
        let tests = identity.iter().flat_map(|policy| policy.compiled.iter()).filter_map(|s| s.resource.as_ref());
        for glob in tests.flat_map(|test| test.union.iter()) {
            let text: String =
                glob.tokens.iter().map(|token| if let Token::Char(c) = token { *c } else { '*' }).collect();
            let account = text.split(':').nth(4).filter(|part| part.len() == 12 && !part.contains('*'));
            accounts.extend(account.map(str::to_owned));
        }
        let accounts = accounts.into_iter().take(3).chain([ACCOUNT.to_owned()]).collect();
        Self { binding: Binding { identity, boundary, ..Binding::default() }, accounts }
    }

    fn allows(&self, account: &str, action: &str, kind: Option<&str>) -> Answer {
        let principal = Principal::User(format!("arn:aws:iam::{account}:user/{NAME}"));
        let resources = kind.map(|kind| format!("arn:aws:iam::{account}:{kind}/{NAME}").into());
        let shape =
            Shape { actions: vec![action.to_owned()], resources: resources.into_iter().collect(), ..Shape::default() };
        self.binding.allows(&principal, &shape)
    }

    /// Whether all of these are allowed in one account: the last witness, or why not.
    fn all(&self, needs: &[(&str, Option<&str>)]) -> Answer {
        let mut last = Answer::No;
        for account in &self.accounts {
            let mut answers = needs.iter().map(|(action, kind)| self.allows(account, action, *kind));
            last = answers
                .try_fold(Answer::No, |_, answer| if answer.is_yes() { Ok(answer) } else { Err(answer) })
                .unwrap_or_else(|no| no);
            if last.is_yes() {
                break;
            }
        }
        last
    }

    /// Whether the holder can change the policies of any user and any role.
    pub(crate) fn administers(&self) -> Answer {
        let mut last = Answer::No;
        for (user, role) in EDIT_USER.iter().zip(EDIT_ROLE) {
            last = self.all(&[(user, Some("user")), (role, Some("role"))]);
            if last.is_yes() {
                break;
            }
        }
        last
    }

    /// Whether the holder has a way to take any identity's place, and which actions make it.
    pub(crate) fn escalates(&self) -> (Answer, Vec<&'static str>) {
        let mut ways: Vec<Vec<(&'static str, Option<&str>)>> = Vec::new();
        let single = [(EDIT_USER, "user"), (EDIT_ROLE, "role"), (EDIT_POLICY, "policy"), (TAKE_USER, "user")];
        for (actions, kind) in single {
            ways.extend(actions.iter().map(|action| vec![(*action, Some(kind))]));
        }
        ways.push(vec![("iam:UpdateAssumeRolePolicy", Some("role"))]);
        ways.push(vec![("iam:AddUserToGroup", Some("group"))]);
        ways.push(vec![("sts:AssumeRole", Some("role"))]);
        for method in PASSING {
            let passes = std::iter::once(("iam:PassRole", Some("role")));
            ways.push(passes.chain(method.needs.iter().map(|action| (*action, None))).collect());
        }
        let mut unknown = None;
        for way in ways {
            match self.all(&way) {
                yes @ Answer::Yes(_) => return (yes, way.iter().map(|(action, _)| *action).collect()),
                Answer::Unknown(reason) => unknown = Some(Answer::Unknown(reason)),
                Answer::No => {}
            }
        }
        (unknown.unwrap_or(Answer::No), Vec::new())
    }
}

/// The request of an answer.
pub(crate) fn witness(answer: &Answer) -> Option<&Witness> {
    match answer {
        Answer::Yes(witness) => Some(witness),
        _ => None,
    }
}
