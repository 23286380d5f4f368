//! The seam between the sources and the kinds: raw resources, in the words of the source language.
//!
//! A source crate evaluates its language and hands over [`RawResource`]s; [`crate::assemble`] maps them into the
//! vendors' own schemas. What only one cloud's provider knows reaches the evaluator through [`Hooks`].

use redan_model::{Existence, Node, Origin, Str};
use std::sync::Arc;

/// Whether the code makes a resource or looks one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}

/// A resource as its source spells it, evaluated.
///
/// The body is a map of arguments and nested blocks. A block type is a list of maps, one per block (after `dynamic` is
/// expanded), also where only one is allowed: so blocks, attributes that hold lists of objects, and plans have one
/// shape. An argument that is not set, or is null, is left out. The origin of an argument's node is its expression; the
/// origin of a block's map is the whole block. Where the deciding literal stands elsewhere (a variable's default, a
/// caller's argument, a local) the origin is [`redan_model::Sources::derived`] of both.
///
/// A reference to an attribute that the provider computes is a [`redan_model::Ref`] with the target's address
/// ([`redan_model::Target::Address`]) and the attribute's dotted path; inside text it is a hole of a template. Text that
/// `jsonencode` made (or a hook's document) and that is used whole is handed over as the tree it encodes, so that every
/// leaf keeps its place.
#[derive(Clone, Debug)]
pub struct RawResource {
    /// The type in the source: `aws_s3_bucket`.
    pub kind: Str,
    /// The full address with module path and instance keys: `module.a["x"].aws_s3_bucket.b[0]`, `data.` before the type
    /// for data sources.
    pub address: Str,
    /// Managed or data.
    pub mode: Mode,
    /// The arguments and blocks.
    pub body: Node,
    /// The whole block.
    pub origin: Origin,
    /// Whether the instance exists for certain (an unknown `count` or `for_each` leaves it uncertain).
    pub existence: Existence,
    /// The `module` blocks that lead to it, outermost first.
    pub calls: Arc<[Origin]>,
    /// The root module's folder as shown to people; empty for the folder of the scan itself.
    pub root: Str,
    /// The provider configuration it uses.
    pub provider: Arc<ProviderConfig>,
    /// The resource that contains it or that it extends, where the language says so beside its arguments (ARM): a reference,
    /// or the text of its id.
    pub parent: Option<Node>,
    /// Whether it, or one of its attributes, is passed to a module that was not read: then others may refer to it
    /// unseen.
    pub escapes: Option<Arc<redan_model::Unknown>>,
}

/// A provider configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    /// The provider's local type name: `aws`, `azurerm`, `azuread`.
    pub name: Str,
    /// Unique within a root: `aws`, `aws.west`, with the module path where a module configures its own.
    pub key: Str,
    /// The arguments and blocks of the `provider` block; an empty map where there is none.
    pub body: Node,
    /// The provider's major version: from the lock file, else the constraint; `None` if neither tells.
    pub major: Option<u32>,
}

/// What a source crate asks of those who know the providers.
pub trait Hooks: Send + Sync {
    /// The computed attributes of a data source, as a map, where its arguments determine them
    /// (`aws_iam_policy_document`: `json` as a tree). `None` if only the provider can answer.
    fn data(&self, kind: &str, arguments: &Node) -> Option<Node>;
}
