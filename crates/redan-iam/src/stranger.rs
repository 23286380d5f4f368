//! What a stranger cannot have: the values that tie a policy to somebody.
//!
//! Must not know the decision procedure. S3's meaning of "public"
//! (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>): a policy is public unless it is
//! limited to fixed values of certain keys; an address range wider than /8 (IPv4) or /32 (IPv6) is not fixed.

use std::sync::Arc;

use crate::compile::{Atom, Compiled, Test};
use crate::glob::{Class, Glob, Token};
use crate::operator::Quantifier;
use crate::principal::{Who, none_of};
use crate::range::{Ranges, Scale};

/// Keys that the vendor, not the caller, sets from where or for whom the request comes.
const FIXED: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:userid",
    "aws:vpcesourceip",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "saml:aud",
    "saml:iss",
];

/// Claims of identity providers that tell one customer from another.
const CLAIMS: &[&str] = &[
    "sub",
    "repository",
    "repository_owner",
    "repository_owner_id",
    "namespace_path",
    "amr",
    "app_id",
    "org_id",
    "organization_id",
    "oaud",
    "id",
    "user_id",
];

/// What holds of everything that these callers send.
pub(crate) fn stranger_facts(who: &Who, statements: &[&Compiled]) -> Vec<Atom> {
    if let Who::OutsideOrganization(id) = who {
        return vec![none_of("aws:principalorgid", Arc::new([Glob::literal(id)]))];
    }
    if *who != Who::Anyone {
        return Vec::new();
    }
    let mut facts = Vec::new();
    for atom in statements.iter().flat_map(|statement| &statement.atoms) {
        match &atom.test {
            Test::Text(union) if is_fixed_key(&atom.key) => {
                let fixed: Vec<Glob> = union.iter().filter(|glob| is_fixed(glob)).cloned().collect();
                if !fixed.is_empty() {
                    // No value at all of a stranger's request is among them.
                    facts.push(Atom { quantifier: Quantifier::All, ..none_of(&atom.key, fixed.into()) });
                }
            }
            Test::Range(Scale::Address, set) if atom.key.starts_with("aws:") => {
                facts.push(Atom {
                    key: atom.key.clone(),
                    quantifier: Quantifier::One,
                    test: Test::Range(Scale::Address, narrow(set)),
                    negated: true,
                    absent: true,
                    unknown: false,
                });
            }
            _ => {}
        }
    }
    facts
}

fn is_fixed_key(key: &str) -> bool {
    if FIXED.contains(&key) {
        return true;
    }
    // Some providers let the caller choose the audience; these give it out.
    let audience = ["accounts.google.com", "cognito-identity.amazonaws.com"];
    key.rsplit_once(':').is_some_and(|(provider, claim)| {
        provider.contains('.') && (CLAIMS.contains(&claim) || (claim == "aud" && audience.contains(&provider)))
    })
}

/// A value that names somebody: no wildcard, or none before the part that names.
fn is_fixed(glob: &Glob) -> bool {
    let wild = |token: &Token| matches!(token, Token::Many(_) | Token::One(_) | Token::Variable(..));
    let head = glob.tokens.iter().take_while(|token| !wild(token)).count();
    if head == glob.tokens.len() {
        return true;
    }
    if names_account(glob) {
        return true;
    }
    let text: String = glob
        .tokens
        .iter()
        .take(head)
        .filter_map(|token| if let Token::Char(c) = token { Some(*c) } else { None })
        .collect();
    match text.split(':').collect::<Vec<_>>().as_slice() {
        // In an ARN the account, or for S3 the bucket, names somebody.
        ["arn", _, "s3", "", "", name] => !name.is_empty(),
        ["arn", _, _, _, account, ..] => account.len() == 12,
        ["arn", ..] => false,
        // An organization's path, a role's unique id, the repository of a token's subject.
        [text] => text.starts_with("o-") && text.len() > 4,
        ["repo", name, ..] => name.contains('/') && !name.starts_with('/'),
        [head, ..] => !head.is_empty() && *head != "repo",
        [] => false,
    }
}

/// Whether an ARN names its account in whole, and wildcards before that cannot leave their own segments.
fn names_account(glob: &Glob) -> bool {
    let mut segments: Vec<Vec<&Token>> = vec![Vec::new()];
    for token in &glob.tokens {
        match token {
            Token::Char(':') => segments.push(Vec::new()),
            other => segments.last_mut().into_iter().for_each(|segment| segment.push(other)),
        }
    }
    let digit = |token: &&Token| matches!(token, Token::Char(c) if c.is_ascii_digit());
    let within =
        |token: &&Token| matches!(token, Token::Char(_) | Token::Many(Class::NoColon) | Token::One(Class::NoColon));
    matches!(segments.as_slice(), [arn, partition, service, region, account, ..]
        if arn.iter().filter_map(|token| if let Token::Char(c) = token { Some(*c) } else { None }).eq("arn".chars())
            && [partition, service, region].iter().all(|segment| segment.iter().all(within))
            && account.len() == 12 && account.iter().all(digit))
}

/// The part of a set of addresses that counts as fixed: blocks of at most a /8 or /32, and private ranges.
fn narrow(set: &Ranges) -> Ranges {
    let mut fixed = Ranges::none();
    for (low, high) in set.intervals() {
        let v4 = low >> 32 == 0xffff;
        let limit = if v4 { 1u128 << 24 } else { 1u128 << 96 };
        if high - low < limit {
            fixed = fixed.union(&Ranges::between(*low, *high));
        }
    }
    for block in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"] {
        if let Some((low, high, ..)) = crate::range::cidr(block) {
            fixed = fixed.union(&Ranges::between(low, high));
        }
    }
    fixed
}
