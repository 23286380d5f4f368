//! The places a resource lives in. Code does not show them: they are assumed to have the vendor's defaults, but for
//! what the code itself declares of them.

use super::draft::{Draft, Drafts, PlacesByProvider};
use crate::raw::RawResource;
use crate::tree::Tree;
use redan_model::{Node, Places, Resource, ResourceId, Rest, Str};
use rustc_hash::FxHashMap;
use std::sync::Arc;

const AWS: [(&str, &str); 3] =
    [("account", "AWS::Account"), ("region", "AWS::Region"), ("organization", "AWS::Organizations::Organization")];
const AZURE: [(&str, &str); 2] =
    [("subscription", "Microsoft.Resources/subscriptions"), ("tenant", "Microsoft.Graph/organization")];

const ASSUMPTION: &str =
    "the code does not show the place it is deployed to; it is taken to have the vendor's defaults";

impl Drafts<'_> {
    /// The draft of a place, made when it is first named.
    pub(super) fn place(&mut self, block: &RawResource, name: Str) -> usize {
        let kind = AWS.iter().chain(&AZURE).find(|(known, _)| name == *known).map_or("", |(_, kind)| kind);
        self.place_of(block.root, &block.provider, name, Str::new(kind))
    }

    fn place_of(&mut self, root: Str, provider: &crate::raw::ProviderConfig, name: Str, kind: Str) -> usize {
        let scope = if name == "region" { provider.key } else { account_of(provider) };
        let text = Str::from(format!("{name} of {scope}"));
        if let Some(at) = self.partial.get(&(root, kind, text)) {
            return *at;
        }
        let origin = provider.body.origin;
        let mut resource = Resource::new(kind, text, Node::null(), origin);
        resource.root = root;
        resource.partial = true;
        if name == "region" {
            resource.name = provider.body.get(name).and_then(|node| node.value.as_text());
        }
        let what = redan_model::Reason {
            class: redan_model::ReasonClass::Incomplete,
            what: Str::from(format!("the rest of the {name}")),
            origin,
        };
        resource.open = Some(redan_model::Unknown::of(what));
        let rest = || Rest::Assumed(Str::new(ASSUMPTION));
        let mut tree = Tree::Struct { fields: Vec::new(), origin, rest: rest() };
        if kind.contains('/') {
            tree.put(&[Str::new("properties")], Tree::Struct { fields: Vec::new(), origin, rest: rest() }, origin);
        }
        if let Some(id) = provider.body.get(Str::new("subscription_id")).filter(|_| name == "subscription") {
            tree.put(&[Str::new("subscriptionId")], Tree::Leaf(id.clone()), id.origin);
        }
        let at = self.all.len();
        self.partial.insert((root, kind, text), at);
        self.all.push(Draft { resource, tree, parent: None, provider: provider.key, absent: Vec::new() });
        at
    }

    /// Places for every provider configuration in use.
    pub(super) fn add_places(&mut self, raw: &[RawResource]) {
        let mut by_provider = PlacesByProvider::default();
        let mut configs: FxHashMap<(Str, Str), Arc<crate::raw::ProviderConfig>> = FxHashMap::default();
        for block in raw {
            configs.entry((block.root, block.provider.key)).or_insert_with(|| Arc::clone(&block.provider));
        }
        let mut keys: Vec<(Str, Str)> = configs.keys().copied().collect();
        keys.sort();
        for key in keys {
            let Some(config) = configs.get(&key) else { continue };
            let table: &[(&str, &str)] = match config.name.as_str() {
                "aws" | "awscc" => &AWS,
                "azurerm" | "azapi" | "azuread" | "arm" => &AZURE,
                _ => continue,
            };
            let mut places = Places::default();
            for (name, kind) in table {
                if self.kinds.kind(Str::new(kind)).is_none() {
                    continue;
                }
                let id = Some(ResourceId::from_index(self.place_of(key.0, config, Str::new(name), Str::new(kind))));
                match *name {
                    "account" => places.account = id,
                    "region" => places.region = id,
                    "organization" => places.organization = id,
                    "subscription" => places.subscription = id,
                    _ => places.tenant = id,
                }
            }
            by_provider.insert(key, Arc::new(places));
        }
        for (at, draft) in self.all.iter_mut().enumerate() {
            if let Some(places) = by_provider.get(&(draft.resource.root, draft.provider)) {
                let own = Some(ResourceId::from_index(at));
                draft.resource.places =
                    if [places.account, places.organization, places.tenant, places.subscription].contains(&own) {
                        Arc::new(Places { region: None, ..**places })
                    } else {
                        Arc::clone(places)
                    };
            }
        }
    }
}

/// Configurations that differ only in region or alias share an account.
fn account_of(provider: &crate::raw::ProviderConfig) -> Str {
    let mut parts = vec![provider.name.to_string()];
    for argument in ["assume_role", "profile", "access_key", "shared_credentials_files", "subscription_id", "tenant_id"]
    {
        if let Some(node) = provider.body.get(Str::new(argument)) {
            if argument != "access_key" {
                parts.push(format!("{argument} {}", redan_model::Shown(&node.value)));
            } else {
                parts.push(format!("keys at {}", node.origin.start));
            }
        }
    }
    Str::from(parts.join(", "))
}
