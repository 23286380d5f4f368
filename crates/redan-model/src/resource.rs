//! Resources: one thing that exists, or that code says will exist, in the shape of its vendor's own schema.

use crate::{Node, Origin, Str, Unknown};
use std::sync::Arc;

/// The number of a resource in its estate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(u32);

impl ResourceId {
    /// The id of the resource at this position of its estate.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The position in its estate.
    #[must_use]
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Whether a resource will exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Existence {
    /// It exists, or applying the code makes it.
    #[default]
    Certain,
    /// It may not exist: its `count`, condition or `if` is unknown.
    Uncertain(Arc<Unknown>),
}

/// A block of the source that states a resource or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// Its address in the source.
    pub address: Str,
    /// The type's name in the source (`aws_s3_bucket_public_access_block`).
    pub kind: Str,
    /// Its span.
    pub origin: Origin,
    /// Whether it makes the resource, or only touches it (a satellite, a data source).
    pub creates: bool,
}

/// The places in which a resource lives; each is a resource of its own kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// `AWS::Account`.
    pub account: Option<ResourceId>,
    /// `AWS::Region`.
    pub region: Option<ResourceId>,
    /// `AWS::Organizations::Organization`.
    pub organization: Option<ResourceId>,
    /// `Microsoft.Resources/subscriptions`.
    pub subscription: Option<ResourceId>,
    /// `Microsoft.Graph/organization`.
    pub tenant: Option<ResourceId>,
}

impl Places {
    /// The place that a rule calls by this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<ResourceId> {
        match name {
            "account" => self.account,
            "region" => self.region,
            "organization" => self.organization,
            "subscription" => self.subscription,
            "tenant" => self.tenant,
            _ => None,
        }
    }

    /// The same places under other ids.
    #[must_use]
    pub fn moved(&self, id: impl Fn(ResourceId) -> ResourceId) -> Self {
        Self {
            account: self.account.map(&id),
            region: self.region.map(&id),
            organization: self.organization.map(&id),
            subscription: self.subscription.map(&id),
            tenant: self.tenant.map(&id),
        }
    }

    /// All places.
    pub fn all(&self) -> impl Iterator<Item = ResourceId> {
        [self.account, self.region, self.organization, self.subscription, self.tenant].into_iter().flatten()
    }
}

/// A resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The vendor's type: `AWS::S3::Bucket`, `Microsoft.Storage/storageAccounts`.
    pub kind: Str,
    /// The address in the source, or the ARN or ARM id: what people are shown.
    pub address: Str,
    /// Every text by which others may name it: address, name, id, ARN, alias.
    pub identities: Vec<Str>,
    /// Its name among its siblings, where known (children of ARM kinds are keyed by it).
    pub name: Option<Str>,
    /// A map in the shape of the vendor's schema; what it leaves out takes the kind's default.
    pub body: Node,
    /// The block that makes it; for a partial resource the first that touches it.
    pub origin: Origin,
    /// All blocks that state it or a part of it, the first included.
    pub stated: Vec<Stated>,
    /// Whether the source only touches it: what is not stated is unknown, not default.
    pub partial: bool,
    /// Whether it will exist.
    pub existence: Existence,
    /// The module calls that lead to it, outermost first.
    pub calls: Arc<[Origin]>,
    /// What it was read from: the root module's path in the repository, an account and region.
    pub root: Str,
    /// The resource that contains it (ARM).
    pub parent: Option<ResourceId>,
    /// Where it lives.
    pub places: Arc<Places>,
    /// Whether it was read from a running place or its snapshot.
    pub live: bool,
    /// If the sets of its children and referrers are incomplete: why.
    pub open: Option<Arc<Unknown>>,
}

impl Resource {
    /// A resource with this identity and nothing else known of it yet.
    #[must_use]
    pub fn new(kind: Str, address: Str, body: Node, origin: Origin) -> Self {
        Self {
            kind,
            address,
            identities: vec![address],
            name: None,
            body,
            origin,
            stated: Vec::new(),
            partial: false,
            existence: Existence::Certain,
            calls: Arc::from([]),
            root: Str::default(),
            parent: None,
            places: Arc::default(),
            live: false,
            open: None,
        }
    }
}
