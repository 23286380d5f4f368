//! Principals: managed identities of resources, those of the directory, and ids that only assignments name.
//!
//! Must not know roles.

use redan_model::{Node, ResourceId, Str, Target, Value};

use super::names::plain;
use super::{Survey, items, text};
use crate::azure::{AzurePrincipal, PrincipalKind};

const ASSIGNED: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";
const CREDENTIALS: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

impl AzurePrincipal {
    pub(super) fn new(id: String, kind: PrincipalKind) -> Self {
        Self {
            id,
            kind,
            name: None,
            address: None,
            members: Vec::new(),
            open: None,
            role_assignable: false,
            owners: Vec::new(),
            owned_at: None,
            resource: None,
            runs: Vec::new(),
            directory_roles: Vec::new(),
            graph_roles: Vec::new(),
            federated: Vec::new(),
        }
    }
}

impl Survey<'_> {
    pub(super) fn add(&mut self, principal: AzurePrincipal) -> usize {
        let key = principal.id.to_lowercase();
        if let Some(at) = self.by_id.get(&key) {
            return *at;
        }
        let at = self.tenant.principals.len();
        self.by_id.insert(key, at);
        self.tenant.principals.push(principal);
        at
    }

    /// Managed identities: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview>.
    pub(super) fn identities(&mut self) {
        for id in self.of_kind(ASSIGNED) {
            let Some(resource) = self.resource(id) else { continue };
            let known = text(&resource.body, &["properties", "principalId"]);
            let own = known.unwrap_or_else(|| format!("{{{}}}", plain(&resource.address)));
            let mut principal = AzurePrincipal::new(own, PrincipalKind::ManagedIdentity);
            principal.name = resource.name.map(|name| name.to_string());
            principal.address = self.label(id);
            principal.resource = Some(self.names.id(id));
            let at = self.add(principal);
            self.principals.insert(id, at);
        }
        let holders: Vec<ResourceId> = self.places.keys().copied().collect();
        for id in holders {
            let Some(node) = self.resource(id).and_then(|resource| resource.body.get(Str::new("identity"))) else {
                continue;
            };
            let kind = text(node, &["type"]).unwrap_or_default().to_lowercase();
            if kind.contains("systemassigned") {
                self.system_assigned(id);
            }
            if let Some(node) = node.get(Str::new("userAssignedIdentities")) {
                self.given(id, node);
            }
        }
        self.federated(CREDENTIALS);
    }

    /// The identity that a resource has of its own.
    fn system_assigned(&mut self, id: ResourceId) -> usize {
        if let Some(at) = self.principals.get(&id) {
            return *at;
        }
        let known = self.resource(id).and_then(|resource| text(&resource.body, &["identity", "principalId"]));
        let address = self.resource(id).map(|resource| resource.address.to_string()).unwrap_or_default();
        let own = known.unwrap_or_else(|| format!("{{{}.identity}}", plain(&address)));
        let mut principal = AzurePrincipal::new(own, PrincipalKind::ManagedIdentity);
        let name = self.resource(id).and_then(|resource| resource.name);
        principal.name = Some(format!("identity of {}", name.map_or(address.clone(), |name| name.to_string())));
        principal.address = self.label(id).map(|address| format!("{address}.identity"));
        let at = self.add(principal);
        self.principals.insert(id, at);
        self.runs(at, id);
        at
    }

    /// Identities that a resource is given: a list of references, or ids as the keys of a map.
    fn given(&mut self, holder: ResourceId, node: &Node) {
        let mut found = Vec::new();
        match &node.value {
            Value::List(list) => found.extend(list.items.iter().filter_map(|item| self.assigned(item, holder))),
            Value::Map(map) => {
                for entry in map.entries() {
                    let all = self.tenant.principals.iter();
                    let same = |own: &AzurePrincipal| {
                        own.resource.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(&entry.key))
                            || own.address.as_deref() == Some(entry.key.as_str())
                    };
                    found.extend(all.enumerate().find(|(_, own)| same(own)).map(|(at, _)| at));
                }
            }
            _ => {}
        }
        for at in found {
            self.runs(at, holder);
        }
    }

    fn assigned(&self, node: &Node, holder: ResourceId) -> Option<usize> {
        if let Value::Ref(reference) = &node.value
            && let Target::Resource(target) = reference.target
        {
            return self.principals.get(&target).copied();
        }
        let id = self.names.text(node, holder);
        self.tenant
            .principals
            .iter()
            .position(|own| own.resource.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&id)))
    }

    fn runs(&mut self, principal: usize, holder: ResourceId) {
        let place = self.places.get(&holder).copied();
        if let (Some(own), Some(place)) = (self.tenant.principals.get_mut(principal), place)
            && !own.runs.contains(&place)
        {
            own.runs.push(place);
        }
    }

    /// Credentials that let another issuer's subjects sign in.
    pub(super) fn federated(&mut self, kind: &str) {
        for id in self.of_kind(kind) {
            let Some(resource) = self.resource(id) else { continue };
            let body = resource.body.get(Str::new("properties")).unwrap_or(&resource.body);
            let part = |name: &str| match body.get(Str::new(name)) {
                Some(node) => self.names.text(node, id),
                None => "an unknown one".to_owned(),
            };
            let credential = (part("issuer"), part("subject"), self.at(resource.origin));
            let owner = resource.parent.and_then(|parent| self.principals.get(&parent)).copied();
            if let Some(own) = owner.and_then(|at| self.tenant.principals.get_mut(at)) {
                own.federated.push(credential);
            }
        }
    }

    /// The principal that a value names; made if nothing else is known of it.
    pub(super) fn principal(&mut self, node: &Node, holder: ResourceId, kind: Option<PrincipalKind>) -> usize {
        if let Value::Ref(reference) = &node.value
            && let Target::Resource(target) = reference.target
        {
            let named = reference.text.as_ref().and_then(Value::as_text);
            if let Some(at) = named.and_then(|id| self.by_id.get(&id.to_lowercase())) {
                return *at;
            }
            if let Some(at) = self.principals.get(&target) {
                return *at;
            }
            if self.places.contains_key(&target) && reference.attribute.to_lowercase().contains("principal") {
                return self.system_assigned(target);
            }
        }
        let id = self.names.text(node, holder);
        let kind = kind.unwrap_or(PrincipalKind::Unknown);
        let mut made = AzurePrincipal::new(id.clone(), kind);
        if id.contains('{') {
            made.name = Some(id.trim_matches(['{', '}']).to_owned());
        }
        if kind == PrincipalKind::Group {
            made.open = Some("the group's members were not read".to_owned());
        }
        let at = self.add(made);
        // A later word on what it is counts.
        if let Some(own) = self.tenant.principals.get_mut(at)
            && own.kind == PrincipalKind::Unknown
            && kind != PrincipalKind::Unknown
        {
            own.kind = kind;
            own.open = (kind == PrincipalKind::Group).then(|| "the group's members were not read".to_owned());
        }
        at
    }

    /// Principals that a list names, and why there may be more.
    pub(super) fn listed(&mut self, body: &Node, name: &str, holder: ResourceId) -> (Vec<usize>, Option<String>) {
        let (list, more) = items(body, &[name]);
        let list: Vec<Node> = list.into_iter().cloned().collect();
        let mut found = Vec::new();
        for node in &list {
            // Answers of the API list objects, code lists ids.
            let node = node.get(Str::new("id")).unwrap_or(node);
            let at = self.principal(node, holder, None);
            if !found.contains(&at) {
                found.push(at);
            }
        }
        (found, more)
    }
}
