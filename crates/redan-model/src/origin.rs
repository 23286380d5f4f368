//! Where a value came from: a span of a file, an API call, a documented default, an assumption, the vendor.
//!
//! An [`Origin`] is twelve bytes and means something only beside the [`Sources`] that gave it out.

use crate::Str;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The number of a source in its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    /// The source at this position of its [`Sources`].
    #[must_use]
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// The position in its [`Sources`].
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// A place: a byte range `start..end` of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Origin {
    /// The origin of what nobody stated: source 0, which is [`Source::Nowhere`].
    pub const NOWHERE: Self = Self { source: SourceId(0), start: 0, end: 0 };

    /// A byte range of a source.
    #[must_use]
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    /// The whole of a source that has no text (a call, a default).
    #[must_use]
    pub const fn whole(source: SourceId) -> Self {
        Self { source, start: 0, end: 0 }
    }

    /// Whether this lies inside `outer`, in the same source.
    #[must_use]
    pub fn within(self, outer: Self) -> bool {
        self.source == outer.source && outer.start <= self.start && self.end <= outer.end
    }
}

/// What a source is.
#[derive(Clone, Debug)]
pub enum Source {
    /// Nobody stated it: a computed or missing value.
    Nowhere,
    /// A file, by the path that is shown to people, with its text.
    File {
        /// The path as shown: relative to where the scan began, with `/`.
        path: Str,
        /// The text that spans refer to.
        text: Arc<str>,
    },
    /// The answer of an API call.
    Call {
        /// Service and operation, as in `ec2:DescribeVpcs`.
        operation: Str,
        /// Account and region, or subscription.
        scope: Str,
    },
    /// The vendor's documented default.
    Default {
        /// Address of the documentation that states it.
        docs: Str,
    },
    /// Taken for granted because the input does not show it.
    Assumed {
        /// The assumption, as a sentence fragment.
        what: Str,
    },
    /// What the vendor owns: a row of a dated table.
    Vendor {
        /// Name and date of the table.
        table: Str,
    },
    /// A value that is used at one place and was written at another (a variable's default, a caller's argument).
    Derived {
        /// Where it is used: the attribute of the resource.
        at: Origin,
        /// Where it was written.
        from: Origin,
    },
}

/// A place for people: path, line and column (from 1), with the byte range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path as shown.
    pub path: Str,
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// Byte range in the text.
    pub bytes: (u32, u32),
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// All sources of a scan. Shared between threads; only grows.
#[derive(Debug)]
pub struct Sources {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    all: Vec<Source>,
    derived: FxHashMap<(Origin, Origin), SourceId>,
    named: FxHashMap<(u8, Str), SourceId>,
    /// Where each file's lines begin, found when first asked for.
    lines: FxHashMap<SourceId, OnceLock<Lines>>,
}

impl Default for Sources {
    fn default() -> Self {
        Self::new()
    }
}

impl Sources {
    /// No sources but [`Source::Nowhere`].
    #[must_use]
    pub fn new() -> Self {
        let inner = Inner { all: vec![Source::Nowhere], ..Inner::default() };
        Self { inner: RwLock::new(inner) }
    }

    /// Adds a file that was read.
    pub fn add_file(&self, path: &str, text: Arc<str>) -> SourceId {
        self.push(Source::File { path: Str::new(path), text })
    }

    /// Adds the answer of a call.
    pub fn add_call(&self, operation: &str, scope: &str) -> SourceId {
        self.push(Source::Call { operation: Str::new(operation), scope: Str::new(scope) })
    }

    /// The source of defaults that `docs` documents.
    pub fn default_of(&self, docs: Str) -> SourceId {
        self.named(0, docs, Source::Default { docs })
    }

    /// The source of what is assumed because of `what`.
    pub fn assumed(&self, what: Str) -> SourceId {
        self.named(1, what, Source::Assumed { what })
    }

    /// The source of what the vendor owns, by the table's name and date.
    pub fn vendor(&self, table: Str) -> SourceId {
        self.named(2, table, Source::Vendor { table })
    }

    /// The origin of a value used `at` one place and written `from` another.
    pub fn derived(&self, at: Origin, from: Origin) -> Origin {
        if at == from {
            return at;
        }
        if let Some(id) = self.read().derived.get(&(at, from)) {
            return Origin::whole(*id);
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let next = next_id(&inner.all);
        let id = *inner.derived.entry((at, from)).or_insert(next);
        if id == next {
            inner.all.push(Source::Derived { at, from });
        }
        Origin::whole(id)
    }

    /// The source behind an id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Source {
        let inner = self.read();
        usize::try_from(id.0).ok().and_then(|at| inner.all.get(at)).cloned().unwrap_or(Source::Nowhere)
    }

    /// The origin where a value is used: follows [`Source::Derived`] to its `at`.
    #[must_use]
    pub fn used_at(&self, origin: Origin) -> Origin {
        self.follow(origin, |at, _| at)
    }

    /// The origin where a value was written: follows [`Source::Derived`] to its `from`.
    #[must_use]
    pub fn written_at(&self, origin: Origin) -> Origin {
        self.follow(origin, |_, from| from)
    }

    /// Whether an origin, where it is used, lies in a file.
    #[must_use]
    pub fn is_in_file(&self, origin: Origin) -> bool {
        matches!(self.get(self.used_at(origin).source), Source::File { .. })
    }

    /// The place of an origin where it is used, if it lies in a file.
    #[must_use]
    pub fn place(&self, origin: Origin) -> Option<Place> {
        let origin = self.used_at(origin);
        let inner = self.read();
        let at = usize::try_from(origin.source.0).ok()?;
        let Source::File { path, text } = inner.all.get(at)? else { return None };
        let lines = inner.lines.get(&origin.source)?.get_or_init(|| Lines::of(text));
        Some(Place {
            path: *path,
            start: lines.position(text, origin.start),
            end: lines.position(text, origin.end),
            bytes: (origin.start, origin.end),
        })
    }

    /// The number, the path and the text of every file that was read, by path: files are read side by side, in an order
    /// that chance decides.
    #[must_use]
    pub fn texts(&self) -> Vec<(SourceId, Str, Arc<str>)> {
        let text = |(at, source): (usize, &Source)| match source {
            Source::File { path, text } => Some((SourceId(u32::try_from(at).ok()?), *path, Arc::clone(text))),
            _ => None,
        };
        let mut all: Vec<(SourceId, Str, Arc<str>)> = self.read().all.iter().enumerate().filter_map(text).collect();
        all.sort_by_key(|(_, path, _)| *path);
        all
    }

    /// All files that were read, by the path that is shown to people, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<(Str, Arc<str>)> {
        self.texts().into_iter().map(|(_, path, text)| (path, text)).collect()
    }

    /// The number and the path of every file that was read, by path.
    #[must_use]
    pub fn file_ids(&self) -> Vec<(SourceId, Str)> {
        self.texts().into_iter().map(|(source, path, _)| (source, path)).collect()
    }

    fn follow(&self, mut origin: Origin, pick: fn(Origin, Origin) -> Origin) -> Origin {
        for _ in 0..64 {
            match self.get(origin.source) {
                Source::Derived { at, from } => origin = pick(at, from),
                _ => return origin,
            }
        }
        origin
    }

    fn named(&self, family: u8, name: Str, source: Source) -> SourceId {
        if let Some(id) = self.read().named.get(&(family, name)) {
            return *id;
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let next = next_id(&inner.all);
        let id = *inner.named.entry((family, name)).or_insert(next);
        if id == next {
            inner.all.push(source);
        }
        id
    }

    fn push(&self, source: Source) -> SourceId {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let id = next_id(&inner.all);
        if matches!(source, Source::File { .. }) {
            inner.lines.insert(id, OnceLock::new());
        }
        inner.all.push(source);
        id
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_id(all: &[Source]) -> SourceId {
    SourceId(u32::try_from(all.len()).unwrap_or(u32::MAX))
}

/// Bytes between two counts of [`Lines::inside`].
const BLOCK: usize = 1024;

/// What makes a place of a byte, also in a file of one long line.
#[derive(Debug)]
struct Lines {
    /// The first byte of each line.
    starts: Box<[u32]>,
    /// How many bytes before each block do not begin a character.
    inside: Box<[u32]>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect();
        let blocks = text.as_bytes().chunks(BLOCK).scan(0, |inside, block| {
            let before = *inside;
            *inside += continuations(block);
            Some(u32::try_from(before).unwrap_or(u32::MAX))
        });
        Self { starts, inside: blocks.collect() }
    }

    fn position(&self, text: &str, byte: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or_default();
        let to_usize = |at| usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        let column = self.characters(text, to_usize(byte)) - self.characters(text, to_usize(start)) + 1;
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// How many characters begin before a byte.
    fn characters(&self, text: &str, byte: usize) -> usize {
        let block = byte / BLOCK;
        let known = self.inside.get(block).or(self.inside.last()).copied().unwrap_or_default();
        let from = block.min(self.inside.len().saturating_sub(1)) * BLOCK;
        let rest = text.as_bytes().get(from..byte).unwrap_or_default();
        byte - usize::try_from(known).unwrap_or(usize::MAX).min(byte) - continuations(rest)
    }
}

fn continuations(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 == 0x80).count()
}
