//! Interned text: one copy of every string of a scan, compared by address.
//!
//! Interned text lives until the process ends. A scan interns what it read, which is bounded by the limits of the
//! readers; a long-lived process that scans the same things again adds nothing.

use rustc_hash::{FxBuildHasher, FxHasher};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{LazyLock, Mutex};

const SHARDS: usize = 32;
const BLOCK_BYTES: usize = 1 << 16;
const BLOCK_CELLS: usize = 1 << 10;

/// An interned string. Equality is an address comparison; the order is that of the text.
#[derive(Clone, Copy)]
pub struct Str(&'static &'static str);

impl Str {
    /// The interned copy of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        let shard = usize::try_from(hasher.finish() >> 59).unwrap_or(0) % SHARDS;
        let Some(shard) = INTERNER.get(shard) else { return Self(&"") };
        let mut shard = shard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shard.intern(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Default)]
struct Shard {
    known: HashSet<ByText, FxBuildHasher>,
    bytes: &'static mut [u8],
    cells: &'static mut [&'static str],
}

struct ByText(Str);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for ByText {}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_str().hash(state);
    }
}

impl Shard {
    fn intern(&mut self, text: &str) -> Str {
        if let Some(found) = self.known.get(text) {
            return found.0;
        }
        let kept = self.keep(text);
        if self.cells.is_empty() {
            self.cells = Box::leak(vec![""; BLOCK_CELLS].into_boxed_slice());
        }
        let cells = std::mem::take(&mut self.cells);
        let Some((cell, rest)) = cells.split_first_mut() else { return Str(&"") };
        self.cells = rest;
        *cell = kept;
        let interned = Str(cell);
        self.known.insert(ByText(interned));
        interned
    }

    fn keep(&mut self, text: &str) -> &'static str {
        if text.len() > BLOCK_BYTES / 8 {
            return Box::leak(text.to_owned().into_boxed_str());
        }
        if self.bytes.len() < text.len() {
            self.bytes = Box::leak(vec![0; BLOCK_BYTES].into_boxed_slice());
        }
        let (head, rest) = std::mem::take(&mut self.bytes).split_at_mut(text.len());
        self.bytes = rest;
        head.copy_from_slice(text.as_bytes());
        std::str::from_utf8(head).unwrap_or_default()
    }
}

static INTERNER: LazyLock<Vec<Mutex<Shard>>> =
    LazyLock::new(|| (0..SHARDS).map(|_| Mutex::new(Shard::default())).collect());

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Str {}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        *self.0 == other
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Deref for Str {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Default for Str {
    fn default() -> Self {
        Self::new("")
    }
}
