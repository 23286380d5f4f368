//! What is known about condition keys beyond the table: the global keys, their types and who can have them.
//!
//! Must not know policies. Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use std::sync::{Arc, OnceLock};

use crate::glob::{Class, Glob, Reading, Token};
use crate::language::Union;
use crate::table::{KeyType, table};
use crate::text::Text;

/// Global keys in lower case with type and whether they have many values.
const GLOBAL: &[(&str, KeyType, bool)] = &[
    ("aws:calledvia", KeyType::Text, true),
    ("aws:calledviafirst", KeyType::Text, false),
    ("aws:calledvialast", KeyType::Text, false),
    ("aws:currenttime", KeyType::Date, false),
    ("aws:ec2instancesourceprivateipv4", KeyType::Address, false),
    ("aws:ec2instancesourcevpc", KeyType::Text, false),
    ("aws:epochtime", KeyType::Date, false),
    ("aws:federatedprovider", KeyType::Text, false),
    ("aws:multifactorauthage", KeyType::Number, false),
    ("aws:multifactorauthpresent", KeyType::Bool, false),
    ("aws:principalaccount", KeyType::Text, false),
    ("aws:principalarn", KeyType::Arn, false),
    ("aws:principalisawsservice", KeyType::Bool, false),
    ("aws:principalorgid", KeyType::Text, false),
    ("aws:principalorgpaths", KeyType::Text, true),
    ("aws:principalservicename", KeyType::Text, false),
    ("aws:principalservicenameslist", KeyType::Text, true),
    ("aws:principaltype", KeyType::Text, false),
    ("aws:referer", KeyType::Text, false),
    ("aws:requestedregion", KeyType::Text, false),
    ("aws:resourceaccount", KeyType::Text, false),
    ("aws:resourceorgid", KeyType::Text, false),
    ("aws:resourceorgpaths", KeyType::Text, true),
    ("aws:securetransport", KeyType::Bool, false),
    ("aws:sourceaccount", KeyType::Text, false),
    ("aws:sourcearn", KeyType::Arn, false),
    ("aws:sourceidentity", KeyType::Text, false),
    ("aws:sourceip", KeyType::Address, false),
    ("aws:sourceorgid", KeyType::Text, false),
    ("aws:sourceorgpaths", KeyType::Text, true),
    ("aws:sourceowner", KeyType::Text, false),
    ("aws:sourcevpc", KeyType::Text, false),
    ("aws:sourcevpcarn", KeyType::Arn, false),
    ("aws:sourcevpce", KeyType::Text, false),
    ("aws:tagkeys", KeyType::Text, true),
    ("aws:tokenissuetime", KeyType::Date, false),
    ("aws:useragent", KeyType::Text, false),
    ("aws:userid", KeyType::Text, false),
    ("aws:username", KeyType::Text, false),
    ("aws:viaawsservice", KeyType::Bool, false),
    ("aws:vpcesourceip", KeyType::Address, false),
    ("aws:vpceaccount", KeyType::Text, false),
    ("aws:vpceorgid", KeyType::Text, false),
    ("aws:vpceorgpaths", KeyType::Text, true),
];

/// Global keys that end in a tag's name.
const TAGGED: &[&str] = &["aws:principaltag/", "aws:requesttag/", "aws:resourcetag/"];

/// Keys that the principal of a request settles.
pub(crate) const OF_PRINCIPAL: &[&str] = &[
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:username",
    "aws:userid",
    "aws:federatedprovider",
];

/// Keys of requests that credentials of an account sign; requests of strangers without any, of services and with tokens of
/// identity providers lack them.
const SIGNED: &[&str] = &[
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceidentity",
    "aws:tokenissuetime",
];

/// Whether only signed requests have the key.
pub(crate) fn is_signed(key: &str) -> bool {
    SIGNED.contains(&key) || key.starts_with("aws:principaltag/")
}

/// Keys whose value is an account's number.
const ACCOUNTS: &[&str] = &["aws:principalaccount", "aws:sourceaccount", "aws:resourceaccount", "s3:resourceaccount"];

/// Type of a key and whether it has many values; `None` for a key nobody documents.
pub(crate) fn key_type(key: &str) -> Option<(KeyType, bool)> {
    if let Ok(place) = GLOBAL.binary_search_by(|(name, ..)| (*name).cmp(key)) {
        return GLOBAL.get(place).map(|(_, kind, many)| (*kind, *many));
    }
    if TAGGED.iter().any(|prefix| key.len() > prefix.len() && key.starts_with(prefix)) {
        return Some((KeyType::Text, false));
    }
    table().key_type(key)
}

/// Names of global keys, for messages.
pub(crate) fn global_keys() -> impl Iterator<Item = &'static str> {
    GLOBAL.iter().map(|(name, ..)| *name)
}

/// The values that a key can have at all, where that is less than any text.
pub(crate) fn domain(key: &str) -> Option<&'static Union> {
    static BOOL: OnceLock<Union> = OnceLock::new();
    static ACCOUNT: OnceLock<Union> = OnceLock::new();
    static ARN: OnceLock<Union> = OnceLock::new();
    if ACCOUNTS.contains(&key) {
        return Some(ACCOUNT.get_or_init(|| Arc::new([Glob { tokens: vec![Token::One(Class::Digit); 12] }])));
    }
    match key_type(key)? {
        (KeyType::Bool, _) => Some(BOOL.get_or_init(|| Arc::new([Glob::literal("true"), Glob::literal("false")]))),
        (KeyType::Arn, _) if key.starts_with("aws:") => Some(ARN.get_or_init(|| {
            let text = Text::from("arn:*:*:*:*:?*");
            Arc::new([Glob::read(&text, Reading::Arn, false)])
        })),
        _ => None,
    }
}
