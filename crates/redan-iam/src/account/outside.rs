//! Access from outside: who beyond the account may use its resources, by their own policies.
//!
//! Must not know commands. What an external-access analyzer reports:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html>. S3's own meaning of *public*:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>.

use std::sync::Arc;

use super::allowed::{Given, Grant};
use super::guard::Guard;
use super::{Account, Identity, IdentityKind, Protected, StatementOf};
use crate::compile::{Atom, Compiled, Test};
use crate::glob::{Glob, Token};
use crate::policy::{Effect, Element, Policy, PrincipalEntry};
use crate::principal::{Principal, Who};
use crate::question::{Answer, Shape, allows};

/// That somebody outside may use a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who: `anybody`, an account, an ARN, an identity provider.
    pub who: String,
    /// Whether that is anybody.
    pub public: bool,
    /// A request as proof, or why it is not known.
    pub answer: Answer,
    /// The statements that allow it.
    pub statements: Vec<StatementOf>,
}

/// A resource that somebody outside may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The resource's ARN.
    pub resource: String,
    /// Its address in code.
    pub address: Option<String>,
    /// The vendor's type.
    pub kind: String,
    /// Whether strangers may use it; `None`: not known.
    pub public: Option<bool>,
    /// For buckets: what S3 itself calls the policy.
    pub s3_public: Option<bool>,
    /// Why something is not known.
    pub reason: Option<String>,
    /// Who may use it.
    pub access: Vec<Access>,
}

/// What carries policies, as outsiders see it.
struct Held<'a> {
    arn: &'a str,
    address: &'a Option<String>,
    kind: &'a str,
    account: &'a str,
    policies: Vec<usize>,
    unknown: Option<String>,
    closed: Option<bool>,
    open: Option<bool>,
}

impl<'a> Held<'a> {
    fn role(role: &'a Identity) -> Self {
        Self {
            arn: &role.arn,
            address: &role.address,
            kind: "AWS::IAM::Role",
            account: role.account(),
            policies: role.trust.into_iter().collect(),
            unknown: role.trust.is_none().then(|| "the trust policy is not known".to_owned()),
            closed: Some(false),
            open: Some(false),
        }
    }

    fn resource(resource: &'a Protected) -> Self {
        Self {
            arn: &resource.arn,
            address: &resource.address,
            kind: &resource.kind,
            account: &resource.account,
            policies: resource.policies.clone(),
            unknown: resource.unknown.clone(),
            closed: resource.closed,
            open: resource.open,
        }
    }
}

impl Account {
    /// All resources and roles that somebody outside may use, or may be able to use.
    pub fn exposures(&self) -> Vec<Exposure> {
        let roles = self.identities.iter().filter(|identity| identity.kind == IdentityKind::Role).map(Held::role);
        let resources = self.resources.iter().map(Held::resource);
        resources.chain(roles).filter_map(|held| self.exposure(&held)).collect()
    }

    /// The same of the resource or role with this ARN.
    pub(crate) fn exposure_of(&self, arn: &str) -> Option<Exposure> {
        let own = |identity: &&Identity| identity.kind == IdentityKind::Role && identity.arn == arn;
        let role = || self.identities.iter().find(own).map(Held::role);
        let held = self.resources.iter().find(|resource| resource.arn == arn).map(Held::resource).or_else(role)?;
        self.exposure(&held)
    }

    fn exposure(&self, held: &Held<'_>) -> Option<Exposure> {
        let mut access = Vec::new();
        for place in &held.policies {
            access.extend(self.access(*place, held));
        }
        if held.closed == Some(true) {
            access.retain(|access| !access.public);
        }
        let mut reason = held.unknown.clone();
        let by_policy = access.iter().any(|access| access.public && access.answer.is_yes());
        let open_question = held.unknown.is_some()
            || access.iter().any(|access| access.public && !access.answer.is_yes())
            || held.open.is_none();
        let public = match held.open {
            Some(true) => Some(true),
            _ if by_policy => held.closed.map(|_| true),
            _ if open_question => None,
            _ => Some(false),
        };
        if held.open == Some(true) {
            access.push(Access {
                who: "anybody, by the ACL".to_owned(),
                public: true,
                answer: Answer::No,
                statements: Vec::new(),
            });
        }
        if public.is_none() && reason.is_none() {
            reason = Some(if held.closed.is_none() {
                "whether public access is blocked is not known".to_owned()
            } else {
                "a part of the policies is not known".to_owned()
            });
        }
        if access.is_empty() && public == Some(false) {
            return None;
        }
        let s3_public = (held.kind == "AWS::S3::Bucket").then(|| {
            held.policies.iter().filter_map(|place| self.policy(*place)).any(|named| is_public_to_s3(&named.policy))
        });
        Some(Exposure {
            resource: held.arn.to_owned(),
            address: held.address.clone(),
            kind: held.kind.to_owned(),
            public,
            s3_public,
            reason,
            access,
        })
    }

    /// Who outside of the account one policy lets in, entry by entry.
    fn access(&self, place: usize, held: &Held<'_>) -> Vec<Access> {
        let account = held.account;
        let shape = match held.kind {
            "AWS::IAM::Role" => {
                Shape { actions: vec!["sts:*".to_owned()], resources: vec![held.arn.into()], ..Shape::default() }
            }
            _ => Shape::default(),
        };
        let Some(named) = self.policy(place) else { return Vec::new() };
        let mut entries: Vec<&PrincipalEntry> = named
            .policy
            .compiled
            .iter()
            .filter(|s| s.effect != Some(Effect::Deny))
            .filter_map(|s| s.principal.as_ref())
            .flat_map(|element| if element.negated { &[PrincipalEntry::Everyone] } else { element.entries.as_slice() })
            .collect();
        entries.sort();
        entries.dedup();
        let mut out = Vec::new();
        for entry in entries {
            if let Some(number) = unplaced(entry) {
                out.push(Access {
                    who: format!("account {number}"),
                    public: false,
                    answer: Answer::Unknown(format!("whether {number} is this account is not known; give --account")),
                    statements: Vec::new(),
                });
                continue;
            }
            let own = match entry {
                PrincipalEntry::Account(number) => number == account,
                PrincipalEntry::Arn(arn) => super::number_of(arn) == account,
                PrincipalEntry::Service(_) => true,
                _ => false,
            };
            if own {
                continue;
            }
            let narrow = narrowed(&named.policy, entry);
            let ask = |who: Who| allows(&narrow, &Shape { principal: Some(who), ..shape.clone() });
            let open = ask(Who::Anyone);
            let answer = if open == Answer::No { ask(Who::Outside(account.to_owned())) } else { open.clone() };
            if answer == Answer::No {
                continue;
            }
            let indices = match &answer {
                Answer::Yes(witness) => witness.statements.as_slice(),
                _ => &[],
            };
            let statements = indices.iter().filter_map(|index| self.statement(place, *index)).collect();
            out.push(Access { who: shown(entry), public: open != Answer::No, answer, statements });
        }
        out
    }

    /// Principals that were not read and that a resource's own policy lets in: services, other accounts, strangers.
    pub(crate) fn outsiders(
        &self,
        action: &str,
        resource: Option<&str>,
        given: &Given,
        guard: &Guard<'_>,
    ) -> Vec<Grant> {
        let Some(statements) = &guard.statements else { return Vec::new() };
        let mut entries: Vec<&PrincipalEntry> = statements
            .iter()
            .filter(|(_, s)| s.effect != Some(Effect::Deny))
            .filter_map(|(_, s)| s.principal.as_ref())
            .flat_map(|element| element.entries.as_slice())
            .collect();
        entries.sort();
        entries.dedup();
        let around = statements.iter().chain(guard.levels.iter().flatten()).map(|(_, s)| Arc::clone(s));
        let policy = Policy::of(around.collect());
        let mut out = Vec::new();
        for entry in entries {
            let who = match entry {
                PrincipalEntry::Account(number) if self.numbers.contains(number) => continue,
                PrincipalEntry::Arn(arn) if self.identities.iter().any(|identity| identity.arn == *arn) => continue,
                PrincipalEntry::Service(name) => Who::Only(Principal::Service(name.clone())),
                PrincipalEntry::Everyone => Who::Anyone,
                PrincipalEntry::Unknown(_) => continue,
                _ => Who::Outside(guard.account.unwrap_or_default().to_owned()),
            };
            let shape = Shape {
                principal: Some(who),
                actions: vec![action.to_owned()],
                resources: resource.into_iter().map(Into::into).collect(),
                context: given.iter().map(|(key, values)| (key.clone(), values.clone())).collect(),
            };
            let answer = allows(&narrowed(&policy, entry), &shape);
            let (allowed, reason, context) = match answer {
                Answer::No => continue,
                Answer::Unknown(reason) => (None, Some(reason), Given::new()),
                Answer::Yes(witness) => (Some(true), None, witness.request.context),
            };
            let matching = statements.iter().filter(|(_, s)| {
                s.effect == Some(Effect::Allow)
                    && s.principal.as_ref().is_some_and(|element| element.entries.contains(entry))
            });
            let statements = matching.filter_map(|(place, s)| self.statement(*place, s.index)).collect();
            out.push(Grant { identity: shown(entry), address: None, allowed, reason, context, statements });
        }
        out
    }
}

/// The policy with this entry alone in its allows.
fn narrowed(policy: &Policy, entry: &PrincipalEntry) -> Policy {
    let only = |statement: &Arc<Compiled>| {
        if statement.effect == Some(Effect::Deny) {
            return Some(Arc::clone(statement));
        }
        let element = statement.principal.as_ref()?;
        if element.negated && *entry == PrincipalEntry::Everyone {
            return Some(Arc::clone(statement));
        }
        if !element.entries.contains(entry) {
            return None;
        }
        let principal = Element { entries: vec![entry.clone()], ..element.clone() };
        Some(Arc::new(Compiled { principal: Some(principal), ..(**statement).clone() }))
    };
    Policy::of(policy.compiled.iter().filter_map(only).collect())
}

/// The number of an account that may be the own one, whose number is not known.
fn unplaced(entry: &PrincipalEntry) -> Option<&str> {
    let PrincipalEntry::Unknown(text) = entry else { return None };
    let (_, rest) = text.split_once("${account ")?;
    rest.split_once('}').map(|(number, _)| number)
}

fn shown(entry: &PrincipalEntry) -> String {
    match entry {
        PrincipalEntry::Everyone => "anybody".to_owned(),
        PrincipalEntry::Account(number) => format!("account {number}"),
        PrincipalEntry::Arn(text)
        | PrincipalEntry::Service(text)
        | PrincipalEntry::Federated(text)
        | PrincipalEntry::Canonical(text) => text.clone(),
        PrincipalEntry::Unknown(text) => format!("somebody not known ({text})"),
    }
}

/// Keys that S3 takes as a limit if they have fixed values.
const FIXED: &[&str] = &[
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

/// Whether S3 itself calls a bucket's policy public: some statement allows every principal and no fixed value limits it.
pub(crate) fn is_public_to_s3(policy: &Policy) -> bool {
    let fixed = |atom: &Atom| {
        FIXED.contains(&&*atom.key)
            && !atom.negated
            && !atom.absent
            && match &atom.test {
                Test::Text(union) => union.iter().all(is_fixed),
                // Networks wider than /8 (IPv4) or /32 (IPv6) are no limit.
                Test::Range(_, set) => !set.is_wide(),
                Test::Present => false,
            }
    };
    policy.compiled.iter().any(|statement| {
        let everyone = statement
            .principal
            .as_ref()
            .is_some_and(|element| element.negated || element.entries.contains(&PrincipalEntry::Everyone));
        statement.effect == Some(Effect::Allow) && everyone && !statement.atoms.iter().any(fixed)
    })
}

/// Whether a value has no wildcard in the part that tells owners apart.
fn is_fixed(glob: &Glob) -> bool {
    let wild = glob.tokens.iter().position(|token| matches!(token, Token::Many(_) | Token::Variable(..)));
    let colons = glob
        .tokens
        .iter()
        .take(wild.unwrap_or(usize::MAX))
        .filter(|t| matches!(t, Token::Char(':') | Token::Fold(':')));
    wild.is_none() || colons.count() >= 5
}
