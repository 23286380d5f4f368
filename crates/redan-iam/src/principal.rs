//! Who makes a request, and which principals a policy can tell apart.
//!
//! Must not know actions or resources. A policy names principals one by one, so finitely many callers stand for all: each one
//! named, an unnamed user and role session in each account named, and the same in an account that nobody names.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::compile::{Atom, Compiled, Test};
use crate::glob::{Glob, Reading, Token};
use crate::language::Union;
use crate::operator::Quantifier;
use crate::policy::{Element, PrincipalEntry};
use crate::text::Text;

/// The principal of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// Nobody signed the request.
    Anonymous,
    /// An account's root user, by account number.
    Root(String),
    /// An IAM user, by ARN.
    User(String),
    /// A session of an IAM role: the role's ARN and the session's name.
    Session(String, String),
    /// A federated user session, by ARN.
    FederatedUser(String),
    /// A service of the vendor.
    Service(String),
    /// Somebody with a token of an identity provider.
    Federated(String),
    /// A canonical user id of S3.
    Canonical(String),
}

impl Principal {
    /// The principal with this ARN (user, role, session, root) or account number.
    pub fn from_arn(arn: &str) -> Option<Self> {
        let segments: Vec<&str> = arn.splitn(6, ':').collect();
        match segments.as_slice() {
            [account] if account.len() == 12 && account.chars().all(|c| c.is_ascii_digit()) => {
                Some(Self::Root((*account).to_owned()))
            }
            ["arn", _, "iam", _, account, "root"] => Some(Self::Root((*account).to_owned())),
            ["arn", partition, "sts", _, account, rest] => match rest.split('/').collect::<Vec<_>>().as_slice() {
                ["assumed-role", role, session] => {
                    Some(Self::Session(format!("arn:{partition}:iam::{account}:role/{role}"), (*session).to_owned()))
                }
                ["federated-user", _] => Some(Self::FederatedUser(arn.to_owned())),
                _ => None,
            },
            ["arn", _, "iam", _, _, rest] if rest.starts_with("user/") => Some(Self::User(arn.to_owned())),
            ["arn", _, "iam", _, _, rest] if rest.starts_with("role/") => {
                Some(Self::Session(arn.to_owned(), "session".to_owned()))
            }
            _ => None,
        }
    }

    /// The account that the principal belongs to.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Root(account) => Some(account),
            Self::User(arn) | Self::Session(arn, _) | Self::FederatedUser(arn) => arn.split(':').nth(4),
            _ => None,
        }
    }

    /// The ARN, name or id that identifies the principal.
    pub fn id(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Root(account) => format!("arn:aws:iam::{account}:root"),
            Self::User(id)
            | Self::FederatedUser(id)
            | Self::Service(id)
            | Self::Federated(id)
            | Self::Canonical(id) => id.clone(),
            Self::Session(role, name) => session_arn(role, name),
        }
    }

    fn is_listed(&self, entry: &PrincipalEntry) -> bool {
        match (self, entry) {
            (_, PrincipalEntry::Everyone) => true,
            (_, PrincipalEntry::Account(account)) => self.account() == Some(account),
            (Self::User(arn) | Self::FederatedUser(arn), PrincipalEntry::Arn(own)) => arn == own,
            (Self::Session(role, name), PrincipalEntry::Arn(own)) => role == own || session_arn(role, name) == *own,
            (Self::Service(name), PrincipalEntry::Service(own)) => name == own || own == "*",
            (Self::Federated(id), PrincipalEntry::Federated(own)) => id == own,
            (Self::Canonical(id), PrincipalEntry::Canonical(own)) => id == own,
            _ => false,
        }
    }

    /// Whether a `Principal` or `NotPrincipal` element takes this principal, as far as it is known.
    pub(crate) fn is_taken(&self, element: &Element<PrincipalEntry>) -> bool {
        let entries = &element.entries;
        if !element.negated {
            return entries.iter().any(|entry| self.is_listed(entry));
        }
        // `NotPrincipal` lets a user or session go only if its account is listed as well.
        let own = entries.iter().any(|entry| !matches!(entry, PrincipalEntry::Account(_)) && self.is_listed(entry));
        let account = entries.iter().any(|entry| {
            matches!(entry, PrincipalEntry::Account(_) | PrincipalEntry::Everyone) && self.is_listed(entry)
        });
        match self {
            Self::Root(_) => !account,
            Self::User(_) | Self::Session(..) | Self::FederatedUser(_) => !(own && account),
            _ => !own,
        }
    }
}

fn session_arn(role: &str, name: &str) -> String {
    let account = role.split(':').nth(4).unwrap_or_default();
    let partition = role.split(':').nth(1).unwrap_or_default();
    let role = role.rsplit('/').next().unwrap_or_default();
    format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}")
}

/// A principal that stands for all that the documents cannot tell from it, with what that says about the request's keys.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// The name is not settled: the key `aws:PrincipalArn` may choose another.
    pub(crate) open: bool,
    pub(crate) facts: Vec<Atom>,
}

/// Which callers a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// Everybody.
    All,
    /// Whoever the policy is attached to: a user or a role session.
    Holder,
    /// A stranger: no account, organization, network or other fixed value that the document names.
    Anyone,
    /// Everybody who is not of this account.
    Outside(String),
    /// Everybody who is not of this organization (`o-…`).
    OutsideOrganization(String),
    /// This principal.
    Only(Principal),
}

/// Facts about keys as tests that hold.
pub(crate) fn one_of(key: &str, union: Union) -> Atom {
    Atom {
        key: key.into(),
        quantifier: Quantifier::One,
        test: Test::Text(union),
        negated: false,
        absent: false,
        unknown: false,
    }
}

pub(crate) fn none_of(key: &str, union: Union) -> Atom {
    Atom {
        key: key.into(),
        quantifier: Quantifier::One,
        test: Test::Text(union),
        negated: true,
        absent: true,
        unknown: false,
    }
}

pub(crate) fn absent(key: &str) -> Atom {
    Atom {
        key: key.into(),
        quantifier: Quantifier::One,
        test: Test::Present,
        negated: true,
        absent: true,
        unknown: false,
    }
}

fn literal(key: &str, value: &str) -> Atom {
    one_of(key, Arc::new([Glob::literal(value)]))
}

fn pattern(key: &str, text: &str) -> Atom {
    one_of(key, Arc::new([Glob::read(&Text::from(text), Reading::Wild, false)]))
}

/// What the documents name.
struct Named {
    entries: BTreeSet<PrincipalEntry>,
    accounts: BTreeSet<String>,
    /// Whether keys that the principal settles occur.
    keys: BTreeSet<String>,
    /// Keys that only requests signed with somebody's own credentials have.
    signed: BTreeSet<String>,
}

const SPARE: &[&str] =
    &["444455556666", "777788889999", "123456789012", "210987654321", "555566667777", "888899990000"];

impl Named {
    fn gather(statements: &[&Compiled]) -> Self {
        let mut named = Self {
            entries: BTreeSet::new(),
            accounts: BTreeSet::new(),
            keys: BTreeSet::new(),
            signed: BTreeSet::new(),
        };
        for statement in statements {
            if let Some(element) = &statement.principal {
                named.entries.extend(element.entries.iter().cloned());
            }
            for atom in &statement.atoms {
                named.note_key(&atom.key);
                if let Test::Text(union) = &atom.test {
                    union.iter().for_each(|glob| named.note_glob(&atom.key, glob));
                }
            }
            if let Some(test) = &statement.resource {
                test.union.iter().for_each(|glob| named.note_glob("", glob));
            }
        }
        for entry in &named.entries {
            match entry {
                PrincipalEntry::Account(account) => named.accounts.insert(account.clone()),
                PrincipalEntry::Arn(arn) => {
                    arn.split(':').nth(4).is_some_and(|account| named.accounts.insert(account.to_owned()))
                }
                _ => false,
            };
        }
        named
    }

    fn note_key(&mut self, key: &str) {
        if crate::keys::OF_PRINCIPAL.contains(&key) {
            self.keys.insert(key.to_owned());
        } else if crate::keys::is_signed(key) {
            self.signed.insert(key.to_owned());
        }
    }

    fn note_glob(&mut self, key: &str, glob: &Glob) {
        for token in &glob.tokens {
            if let Token::Variable(key, _) = token {
                self.note_key(key);
            }
        }
        let text: String = glob
            .tokens
            .iter()
            .map(|token| match token {
                Token::Char(c) | Token::Fold(c) => *c,
                Token::One(_) => '1',
                _ => '*',
            })
            .collect();
        let account = match key {
            "aws:principalarn" => text.split(':').nth(4),
            "aws:principalaccount" => Some(text.as_str()),
            _ => None,
        };
        let Some(account) = account.filter(|account| *account != "*") else { return };
        // A pattern such as `1234*` stands for one account that it matches.
        let missing = 12usize.saturating_sub(account.chars().filter(|c| *c != '*').count());
        let account = account.replacen('*', &"0".repeat(missing), 1).replace('*', "");
        if account.len() == 12 && account.chars().all(|c| c.is_ascii_digit()) {
            self.accounts.insert(account);
        }
    }

    fn fresh_account(&self) -> String {
        let free = SPARE.iter().find(|account| !self.accounts.contains(**account)).copied().unwrap_or("909090909090");
        free.to_owned()
    }

    /// Names of the account's users that are named: no other user of the account has them.
    fn user_names(&self, account: &str) -> Union {
        let users = self.entries.iter().filter_map(|entry| match entry {
            PrincipalEntry::Arn(arn) => Principal::from_arn(arn),
            _ => None,
        });
        let own = users.filter(|user| matches!(user, Principal::User(_)) && user.account() == Some(account));
        own.map(|user| Glob::literal(user.id().rsplit('/').next().unwrap_or_default())).collect()
    }

    /// ARNs that are named and so not among the unnamed.
    fn arns(&self) -> Union {
        let arns = self.entries.iter().filter_map(|entry| match entry {
            PrincipalEntry::Arn(arn) => Some(match Principal::from_arn(arn) {
                Some(Principal::Session(role, _)) => Glob::literal(&role),
                _ => Glob::literal(arn),
            }),
            _ => None,
        });
        arns.collect()
    }
}

/// The callers that stand for everybody the question is about, for these statements.
pub(crate) fn callers(who: &Who, statements: &[&Compiled]) -> Vec<Caller> {
    let named = Named::gather(statements);
    let fresh = named.fresh_account();
    if let Who::Only(principal) = who {
        return vec![caller(principal.clone(), false, &named)];
    }
    if *who == Who::Holder && named.keys.is_empty() {
        return vec![caller(Principal::User(format!("arn:aws:iam::{fresh}:user/example")), true, &named)];
    }
    let mut accounts = vec![fresh.clone()];
    accounts.extend(named.accounts.iter().cloned());
    let mut principals: Vec<(Principal, bool)> = Vec::new();
    for account in &accounts {
        principals
            .push((Principal::Session(format!("arn:aws:iam::{account}:role/example"), "session".to_owned()), true));
        principals.push((Principal::User(format!("arn:aws:iam::{account}:user/example")), true));
        if *who != Who::Holder && !named.keys.is_empty() {
            principals.push((Principal::Root(account.clone()), false));
        }
    }
    if *who != Who::Holder {
        principals.push((Principal::Anonymous, false));
        for entry in &named.entries {
            let principal = match entry {
                PrincipalEntry::Arn(arn) => Principal::from_arn(arn),
                PrincipalEntry::Service(name) if name != "*" => Some(Principal::Service(name.clone())),
                PrincipalEntry::Service(_) => Some(Principal::Service("ec2.amazonaws.com".to_owned())),
                PrincipalEntry::Federated(id) => Some(Principal::Federated(id.clone())),
                PrincipalEntry::Canonical(id) => Some(Principal::Canonical(id.clone())),
                _ => None,
            };
            principals.extend(principal.map(|principal| (principal, false)));
        }
    }
    principals.retain(|(principal, _)| match who {
        Who::Anyone => {
            *principal == Principal::Anonymous || principal.account() == Some(&fresh) || is_shared_provider(principal)
        }
        Who::Outside(account) => principal.account() != Some(account) && !matches!(principal, Principal::Service(_)),
        Who::OutsideOrganization(_) => !matches!(principal, Principal::Service(_)),
        _ => true,
    });
    let mut seen = BTreeSet::new();
    principals
        .into_iter()
        .filter(|(principal, _)| {
            let taken: Vec<bool> = statements
                .iter()
                .filter_map(|s| s.principal.as_ref())
                .map(|element| principal.is_taken(element))
                .collect();
            let shape = if named.keys.is_empty() { None } else { Some(principal.clone()) };
            seen.insert((taken, shape, !named.signed.is_empty() && is_unsigned(principal)))
        })
        .map(|(principal, open)| caller(principal, open, &named))
        .collect()
}

/// Providers whose tokens anybody can get: the claims, not the provider, tell one customer from another.
fn is_shared_provider(principal: &Principal) -> bool {
    const SHARED: &[&str] = &[
        "token.actions.githubusercontent.com",
        "gitlab.com",
        "app.terraform.io",
        "accounts.google.com",
        "www.amazon.com",
        "graph.facebook.com",
        "cognito-identity.amazonaws.com",
        "oidc.circleci.com",
        "agent.buildkite.com",
    ];
    let Principal::Federated(id) = principal else { return false };
    let host = id.rsplit_once("oidc-provider/").map_or(id.as_str(), |(_, host)| host);
    SHARED.iter().any(|shared| host == *shared || host.strip_prefix(shared).is_some_and(|rest| rest.starts_with('/')))
}

fn caller(principal: Principal, open: bool, named: &Named) -> Caller {
    let mut facts = facts(&principal, open, named);
    facts.retain(|atom| named.keys.contains(&*atom.key));
    if is_unsigned(&principal) {
        facts.extend(named.signed.iter().map(|key| absent(key)));
    }
    Caller { principal, open, facts }
}

/// Whether no credentials of an account sign the request.
fn is_unsigned(principal: &Principal) -> bool {
    matches!(principal, Principal::Anonymous | Principal::Service(_) | Principal::Federated(_))
}

fn facts(principal: &Principal, open: bool, named: &Named) -> Vec<Atom> {
    let mut facts = Vec::new();
    let account = principal.account().unwrap_or_default().to_owned();
    let service = matches!(principal, Principal::Service(_));
    facts.push(literal("aws:principalisawsservice", if service { "true" } else { "false" }));
    match principal {
        Principal::Service(name) => {
            facts.push(literal("aws:principalservicename", name));
            facts.extend(["aws:principalarn", "aws:principalaccount", "aws:username"].map(absent));
            return facts;
        }
        Principal::Federated(id) => {
            facts.push(literal("aws:federatedprovider", id));
            facts.extend(
                ["aws:principalarn", "aws:principalaccount", "aws:username", "aws:principalservicename"].map(absent),
            );
            return facts;
        }
        Principal::Anonymous | Principal::Canonical(_) => {
            facts.push(literal("aws:principaltype", "Anonymous"));
            facts.extend(
                ["aws:principalarn", "aws:principalaccount", "aws:username", "aws:principalservicename"].map(absent),
            );
            facts.push(literal("aws:userid", "anonymous"));
            return facts;
        }
        Principal::Root(_) => {
            facts.push(literal("aws:principalarn", &principal.id()));
            facts.push(literal("aws:principaltype", "Account"));
            facts.push(literal("aws:userid", &account));
            facts.push(absent("aws:username"));
        }
        Principal::User(arn) => {
            facts.push(literal("aws:principaltype", "User"));
            if open {
                facts.push(pattern("aws:principalarn", &format!("arn:aws:iam::{account}:user/?*")));
                facts.push(one_of("aws:username", Arc::new([name_pattern()])));
                facts.push(none_of("aws:username", named.user_names(&account)));
                facts.push(pattern("aws:userid", "AIDA?*"));
            } else {
                facts.push(literal("aws:principalarn", arn));
                facts.push(literal("aws:username", arn.rsplit('/').next().unwrap_or_default()));
            }
        }
        Principal::Session(role, name) => {
            facts.push(literal("aws:principaltype", "AssumedRole"));
            facts.push(absent("aws:username"));
            facts.push(pattern("aws:userid", &format!("AROA?*:{}", if open { "?*" } else { name })));
            let role = if open {
                pattern("aws:principalarn", &format!("arn:aws:iam::{account}:role/?*"))
            } else {
                literal("aws:principalarn", role)
            };
            facts.push(role);
        }
        Principal::FederatedUser(arn) => {
            facts.push(literal("aws:principaltype", "FederatedUser"));
            facts.push(literal("aws:principalarn", arn));
            facts.push(absent("aws:username"));
        }
    }
    if open {
        facts.push(none_of("aws:principalarn", named.arns()));
    }
    facts.push(literal("aws:principalaccount", &account));
    facts.push(absent("aws:principalservicename"));
    facts.push(absent("aws:principalservicenameslist"));
    facts
}

fn name_pattern() -> Glob {
    let class = crate::glob::Class::Until('/');
    Glob { tokens: vec![Token::One(class), Token::Many(class)] }
}
