//! Credentials that say what they are: one row for each shape that an issuer documents.

mod clouds;
mod development;
mod services;

use crate::found::Kind;

/// A shape.
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// Texts that every such credential holds, as they are written: what the prefilter looks for.
    pub(crate) holds: &'static [&'static str],
    /// How many bytes before that text the credential can begin.
    pub(crate) back: usize,
    /// The credential from its begin on; the group `s`, if there is one, is what must not be shown.
    pub(crate) pattern: &'static str,
    /// What else is true of those that were issued.
    pub(crate) check: Check,
}

/// What a shape cannot say.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Random characters of at least this many tenths of a bit.
    Entropy(u32),
    /// The checksum of GitHub and npm.
    Base62Crc,
    /// An identifier of an AWS access key.
    AwsKeyId,
    /// The base 64 of this many bytes.
    Bytes(usize),
}

const fn rule(id: &'static str, title: &'static str, holds: &'static [&'static str], pattern: &'static str) -> Rule {
    Rule { kind: Kind { id, title }, holds, back: 0, pattern, check: Check::Entropy(28) }
}

const fn checked(rule: Rule, check: Check) -> Rule {
    Rule { check, ..rule }
}

const fn back(rule: Rule, back: usize) -> Rule {
    Rule { back, ..rule }
}

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    clouds::RULES.iter().chain(development::RULES).chain(services::RULES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn identifiers_are_unique_and_every_row_holds_something() {
        let ids: BTreeSet<&str> = all().map(|rule| rule.kind.id).collect();
        assert_eq!(ids.len(), all().count());
        assert!(all().all(|rule| rule.holds.iter().all(|text| text.len() >= 3)));
    }
}
