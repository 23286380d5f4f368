//! Everything that a scope can be, management groups, and vaults.
//!
//! Must not know principals' permissions.

use redan_model::{Node, ResourceId, Str, Value};

use super::{Survey, items, open, text};
use crate::azure::Place;
use crate::azure::outside::Anonymous;
use crate::azure::scope::{Truth, and, group_of, subscription_of};
use crate::azure::vault::Vault;

const ROOT_CHILDREN: &str = "Microsoft.Management/managementGroups";
const CONTAINER: &str = "Microsoft.Storage/storageAccounts/blobServices/containers";
const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

impl Survey<'_> {
    pub(super) fn places(&mut self) {
        for kind in self.estate.kinds() {
            let own = kind.starts_with("Microsoft.") && !kind.starts_with("Microsoft.Graph/");
            if !own || kind.starts_with("Microsoft.Authorization/") {
                continue;
            }
            for id in self.of_kind(&kind) {
                let Some(resource) = self.resource(id) else { continue };
                let place = Place {
                    id: self.names.id(id),
                    kind: kind.as_str().to_owned(),
                    address: self.label(id),
                    at: self.at(resource.origin),
                    vault: None,
                    keys: match kind.as_str() {
                        "Microsoft.Storage/storageAccounts" => {
                            self.flag(id, &resource.body, &["properties", "allowSharedKeyAccess"])
                        }
                        _ => Some(false),
                    },
                    anonymous: self.anonymous(id, &kind, &resource.body),
                };
                self.places.insert(id, self.tenant.places.len());
                self.tenant.places.push(place);
            }
        }
    }

    /// <https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent>,
    /// <https://learn.microsoft.com/azure/container-registry/anonymous-pull-access>
    fn anonymous(&self, id: ResourceId, kind: &str, body: &Node) -> Option<Anonymous> {
        if kind == REGISTRY {
            let open = self.flag(id, body, &["properties", "anonymousPullEnabled"]);
            return Some(Anonymous { open, what: "pulls images".to_owned(), reason: unsure(open) });
        }
        if kind != CONTAINER {
            return None;
        }
        let level = body.at(&["properties", "publicAccess"]);
        let named = level.and_then(|node| node.value.as_text());
        let own: Truth = match (&named, level) {
            (Some(level), _) => Some(!level.eq_ignore_ascii_case("None")),
            (None, None) if open(body).is_none() => Some(false),
            _ => None,
        };
        let account = self.account_of(id, body);
        let allowed = account.and_then(|account| {
            let resource = self.resource(account)?;
            self.flag(account, &resource.body, &["properties", "allowBlobPublicAccess"])
        });
        let open = and(own, allowed);
        let what = match named.as_deref() {
            Some("Container") => "lists and reads the blobs",
            _ => "reads the blobs",
        };
        Some(Anonymous { open, what: what.to_owned(), reason: unsure(open) })
    }

    fn account_of(&self, id: ResourceId, body: &Node) -> Option<ResourceId> {
        let mut at = self.resource(id)?.parent;
        while let Some(above) = at {
            let resource = self.resource(above)?;
            if resource.kind == *"Microsoft.Storage/storageAccounts" {
                return Some(above);
            }
            at = resource.parent;
        }
        let accounts = self.of_kind("Microsoft.Storage/storageAccounts");
        let own = self.names.id(id);
        let above = |account: &ResourceId| self.tenant.hierarchy.covers(&self.names.id(*account), &own) == Some(true);
        if let Some(account) = accounts.iter().copied().find(above) {
            return Some(account);
        }
        let node = body.at(&["properties", "storageAccount"])?;
        if let Value::Ref(reference) = &node.value
            && let redan_model::Target::Resource(target) = reference.target
        {
            return Some(target);
        }
        let named = node.value.as_text()?;
        let name = named.rsplit('/').next()?.to_owned();
        accounts.into_iter().find(|account| self.resource(*account).and_then(|own| own.name).as_deref() == Some(&name))
    }

    /// A switch, with the vendor's default where it is left out.
    pub(super) fn flag(&self, id: ResourceId, body: &Node, path: &[&str]) -> Truth {
        match body.at(path).map(|node| &node.value) {
            Some(Value::Bool(on)) => return Some(*on),
            Some(Value::Null) => {}
            Some(other) => return other.as_text().and_then(|text| text.parse::<bool>().ok()),
            None => {
                let above = path.split_last().and_then(|(_, above)| body.at(above));
                if open(body).is_some() || above.is_some_and(|above| open(above).is_some()) {
                    return None;
                }
            }
        }
        let schema = self.estate.schemas().schema(self.resource(id)?.kind)?;
        let mut fields = &schema.body;
        let (last, before) = path.split_last()?;
        for step in before {
            match &fields.field(Str::new(step))?.ty {
                redan_model::Type::Struct(inner) => fields = inner,
                _ => return None,
            }
        }
        match &fields.field(Str::new(last))?.default.as_ref()?.value {
            redan_model::DefaultValue::Constant(Value::Bool(on)) => Some(*on),
            _ => None,
        }
    }

    /// Management groups: <https://learn.microsoft.com/azure/governance/management-groups/overview>. One whose parent code leaves out is
    /// below the root group.
    pub(super) fn hierarchy(&mut self) {
        for id in self.of_kind(ROOT_CHILDREN) {
            let Some(resource) = self.resource(id) else { continue };
            let own = self.names.id(id);
            let Some(name) = group_of(&own).map(str::to_lowercase) else { continue };
            let parent =
                resource.body.at(&["properties", "details", "parent", "id"]).filter(|node| !node.value.is_null());
            if let Some(node) = parent {
                let above = self.names.text(node, id);
                let above = group_of(&above).unwrap_or(&above).to_lowercase();
                self.tenant.hierarchy.parents.insert(name.clone(), Some(above));
            } else if !resource.partial && (!resource.live || resource.body.at(&["properties", "details"]).is_some()) {
                self.tenant.hierarchy.parents.insert(name.clone(), None);
            }
            for node in items(&resource.body, &["properties", "subscriptions"]).0 {
                let below = self.names.text(node, id);
                let below = subscription_of(&below).unwrap_or(&below).to_lowercase();
                self.tenant.hierarchy.subscriptions.insert(below, name.clone());
            }
            let (children, _) = items(&resource.body, &["properties", "children"]);
            self.children(&children, &name, 0);
        }
    }

    /// Children as the API lists them with `$expand=children&$recurse=true`.
    fn children(&mut self, children: &[&Node], parent: &str, depth: usize) {
        for child in children.iter().filter(|_| depth < 8) {
            let Some(id) = text(child, &["id"]) else { continue };
            if let Some(subscription) = subscription_of(&id) {
                self.tenant.hierarchy.subscriptions.insert(subscription.to_lowercase(), parent.to_owned());
            } else if let Some(name) = group_of(&id).map(str::to_lowercase) {
                self.tenant.hierarchy.parents.insert(name.clone(), Some(parent.to_owned()));
                self.children(&items(child, &["children"]).0, &name, depth + 1);
            }
        }
    }

    pub(super) fn vaults(&mut self) {
        for id in self.of_kind("Microsoft.KeyVault/vaults") {
            let Some(resource) = self.resource(id) else { continue };
            let (list, more) = items(&resource.body, &["properties", "accessPolicies"]);
            let mut vault = Vault {
                by_roles: self.flag(id, &resource.body, &["properties", "enableRbacAuthorization"]),
                policies: Vec::new(),
                open: more,
                place: self.at(list.first().map_or(resource.origin, |node| node.origin)),
            };
            for policy in list {
                let Some(node) = policy.get(Str::new("objectId")) else { continue };
                let principal = self.principal(node, id, None);
                let Some(holder) = self.tenant.principals.get(principal).map(|own| own.id.clone()) else { continue };
                let mut permissions = Vec::new();
                for kind in ["keys", "secrets", "certificates", "storage"] {
                    let (own, more) = items(policy, &["permissions", kind]);
                    vault.open = vault.open.take().or(more);
                    let names = own.iter().filter_map(|node| node.value.as_text());
                    permissions.extend(names.map(|name| format!("{kind}/{}", name.to_lowercase())));
                }
                vault.policies.push((holder, permissions));
            }
            if let Some(place) = self.places.get(&id).and_then(|at| self.tenant.places.get_mut(*at)) {
                place.vault = Some(vault);
            }
        }
    }
}

fn unsure(open: Truth) -> Option<String> {
    open.is_none().then(|| "a switch that decides it is not known".to_owned())
}
