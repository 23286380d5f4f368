//! What an extract holds of a vendor's type: names, types, requiredness and nesting, nothing else.

use std::collections::{BTreeMap, BTreeSet};

/// One resource type of a vendor or of a Terraform provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Type {
    /// `AWS::S3::Bucket`, `Microsoft.Storage/storageAccounts`, `aws_s3_bucket`, `data.aws_s3_bucket`.
    pub(crate) name: String,
    /// The API or provider version, where types of one file differ in it.
    pub(crate) version: String,
    /// Structures by name; the one with the empty name is the resource itself.
    pub(crate) structures: BTreeMap<String, Vec<Field>>,
}

/// One attribute or nested block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// Set by the vendor, never by the user.
    pub(crate) read_only: bool,
    /// Given by the user, never returned.
    pub(crate) write_only: bool,
    /// Written as a block in Terraform.
    pub(crate) block: bool,
    pub(crate) shape: Shape,
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Integer,
    Number,
    Boolean,
    Any,
    /// Text out of these.
    Enumeration(Vec<String>),
    /// Text that names another resource: `AWS::EC2::SecurityGroup.Id`.
    Identifier(String),
    List(Box<Self>),
    Map(Box<Self>),
    Structure(String),
}

impl Field {
    pub(crate) fn new(name: &str, shape: Shape) -> Self {
        Self { name: name.to_owned(), required: false, read_only: false, write_only: false, block: false, shape }
    }
}

impl Type {
    /// The fields of a named structure; none if there is no such structure.
    pub(crate) fn structure(&self, name: &str) -> &[Field] {
        self.structures.get(name).map_or(&[], Vec::as_slice)
    }

    /// Drops the structures that nothing reachable from the root mentions.
    pub(crate) fn prune(&mut self) {
        let mut reached = BTreeSet::from([String::new()]);
        let mut waiting = vec![String::new()];
        while let Some(name) = waiting.pop() {
            for field in self.structure(&name) {
                if let Some(inner) = field.shape.structure()
                    && reached.insert(inner.to_owned())
                {
                    waiting.push(inner.to_owned());
                }
            }
        }
        self.structures.retain(|name, _| reached.contains(name));
    }
}

impl Shape {
    /// The structure inside lists and maps, if there is one.
    pub(crate) fn structure(&self) -> Option<&str> {
        match self {
            Self::List(inner) | Self::Map(inner) => inner.structure(),
            Self::Structure(name) => Some(name),
            _ => None,
        }
    }
}
