//! What was found: never the value.

use std::fmt;
use std::ops::Range;

/// A kind of credential.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind {
    /// Stable: `github-token`.
    pub id: &'static str,
    /// As people read it: `GitHub token`.
    pub title: &'static str,
}

/// A credential: its kind and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The kind.
    pub kind: &'static Kind,
    /// The bytes of the text that must not be shown: the credential, or what encodes it.
    pub span: Range<usize>,
    /// What it was assigned to, where it was; empty otherwise.
    pub name: String,
    /// Identifies the same credential elsewhere; only of what nobody can guess.
    pub mark: Option<Mark>,
    /// Whether it was found in decoded text.
    pub encoded: bool,
}

/// A salted hash of a credential. Short on purpose: it tells credentials apart and gives nothing back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark([u8; 8]);

/// Parts the marks of this program from hashes of the same credential made elsewhere.
const SALT: &str = "redan 2026 marks of credentials";

impl Mark {
    /// The mark of a credential. Whoever calls this must know that it cannot be guessed: a hash of a password is an oracle.
    pub(crate) fn of(value: &str) -> Self {
        let hash = blake3::derive_key(SALT, value.as_bytes());
        let mut mark = [0; 8];
        mark.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(mark)
    }
}

impl Mark {
    /// The mark that was written so.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = u64::from_str_radix(text, 16).ok().filter(|_| text.len() == 16)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
