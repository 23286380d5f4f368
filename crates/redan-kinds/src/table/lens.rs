//! Lenses: how one argument or block of a source corresponds to a place in the vendor's schema.

use redan_model::{Str, Value};

/// A path in the vendor's schema; empty means the structure itself.
pub(crate) type Path = Box<[Str]>;

/// One argument and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArgumentLens {
    /// The argument or block type.
    pub(crate) argument: Str,
    /// Its lenses: usually one.
    pub(crate) lenses: Vec<Lens>,
}

/// What becomes of an argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lens {
    /// Its value goes to a path, after these steps.
    Move { to: Path, steps: Vec<Step> },
    /// A block (or several) becomes a structure (or a list of them).
    Block { to: Path, many: bool, body: Block },
    /// A map of arguments becomes a list of keys and values.
    Keyed { to: Path, key: Str, value: Str },
    /// Its value becomes one entry of a keyed list.
    Entry { to: Path, key: Str, value: Str, entry: Str, steps: Vec<Step> },
    /// It makes a resource of its own, contained in or referring to this one.
    Makes(Box<Makes>),
}

/// A resource that a part of another's block makes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Makes {
    /// The kind that is made.
    pub(crate) kind: Str,
    /// A constant name (ARM's `default`).
    pub(crate) name: Option<Str>,
    /// Where the made resource refers to this one; without it this one is its parent.
    pub(crate) owner: Option<Path>,
    /// Its body, if the argument is a block.
    pub(crate) body: Block,
    /// Where the argument's value goes, if it is not a block.
    pub(crate) value: Option<(Path, Vec<Step>)>,
}

/// The lenses of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Block {
    /// Its arguments.
    pub(crate) arguments: Vec<ArgumentLens>,
    /// Arguments that hold lists, of which each element makes an entry of its own.
    pub(crate) spread: Vec<Spread>,
    /// Constants that hold where the block stands.
    pub(crate) set: Vec<(Path, Value)>,
    /// Constants that hold where nothing states the path.
    pub(crate) absent: Vec<(Path, Value)>,
    /// Texts made of several arguments.
    pub(crate) compose: Vec<(Path, Vec<Piece>)>,
    /// Arguments that are known and deliberately not mapped.
    pub(crate) ignored: Vec<Str>,
}

/// A piece of a composed text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Literal text.
    Literal(Str),
    /// The value of an argument.
    Argument(Str),
}

/// An argument whose elements each make an entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The argument.
    pub(crate) argument: Str,
    /// The field of the entry that takes the element.
    pub(crate) field: Path,
    /// If the element is a structure: its lenses.
    pub(crate) body: Option<Block>,
    /// If set, the argument is a boolean, and true stands for a reference to the resource itself.
    pub(crate) when_true: bool,
    /// Whether each entry is a reference to the block that states it.
    pub(crate) this: bool,
}

/// One step on the way of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Named constants: what is not named passes unchanged.
    Values(Vec<(Value, Value)>),
    /// Boolean negation.
    Negate,
    /// JSON text into the tree that it encodes.
    Document,
    /// JSON or YAML text into the tree that it encodes.
    Tree,
    /// Base64 text into what it encodes.
    Base64,
    /// Text into a list, cut at a separator.
    Split(Str),
    /// A list of texts into one, with a separator between.
    Join(Str),
    /// A value into a list of it.
    Wrap,
    /// A list into its first element.
    First,
    /// Text with something before and after it.
    Around(Str, Str),
    /// Any scalar into text.
    Text,
    /// True where the argument is set.
    Present,
    /// A structure of one field around every element of a list: `["a"]` into `[{Name: "a"}]`.
    Each(Str),
    /// A field of a structure, or of every element of a list: `[{Name: "a"}]` into `["a"]`.
    Pick(Str),
    /// The elements of a list whose field has this value.
    Where(Str, Value),
    /// What stands behind the last of this separator.
    Behind(Str),
    /// URL-encoded text (RFC 3986) into what it encodes.
    Percent,
}
