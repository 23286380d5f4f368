//! ARM ids of an estate's resources, with what nothing shows in braces.
//!
//! Must not know permissions.

use redan_model::{Estate, Node, Part, Resource, ResourceId, Str, Target, Value};

/// Names of resources.
pub(crate) struct Names<'e> {
    estate: &'e Estate,
}

const DEPTH: usize = 16;
const CONTAINER: &str = "Microsoft.Storage/storageAccounts/blobServices/containers";

impl<'e> Names<'e> {
    pub(crate) fn new(estate: &'e Estate) -> Self {
        Self { estate }
    }

    /// The ARM id of a resource.
    pub(crate) fn id(&self, id: ResourceId) -> String {
        self.id_within(id, 0)
    }

    fn id_within(&self, id: ResourceId, depth: usize) -> String {
        let Some(resource) = self.estate.get(id).filter(|_| depth < DEPTH) else { return "/{unknown}".to_owned() };
        let written = |text: &&Str| text.starts_with("/subscriptions/") || text.starts_with("/providers/");
        if let Some(known) = resource.identities.iter().find(written) {
            return known.trim_end_matches('/').to_owned();
        }
        match resource.kind.as_str() {
            "Microsoft.Resources/subscriptions" => return self.subscription(id, resource),
            "Microsoft.Graph/organization" => return "/".to_owned(),
            "Microsoft.Management/managementGroups" => {
                return format!("/providers/Microsoft.Management/managementGroups/{}", name(resource));
            }
            "Microsoft.Resources/resourceGroups" => {
                return format!("{}/resourceGroups/{}", self.around(resource), name(resource));
            }
            _ => {}
        }
        if resource.kind == *CONTAINER && resource.parent.is_none() {
            let account = resource.body.at(&["properties", "storageAccount"]);
            let account = account.map_or_else(|| "/{storage account}".to_owned(), |node| self.text(node, id));
            let found = self.estate.of_kind(Str::new("Microsoft.Storage/storageAccounts"));
            let named =
                found.iter().find(|own| self.estate.get(**own).and_then(|own| own.name).as_deref() == Some(&account));
            let account = named.map_or(account, |own| self.id_within(*own, depth + 1));
            return format!("{account}/blobServices/default/containers/{}", name(resource));
        }
        let parent = resource.parent.and_then(|parent| Some((parent, self.estate.get(parent)?)));
        match parent {
            Some((parent, above)) if resource.kind.starts_with(&format!("{}/", above.kind)) => {
                let last = resource.kind.rsplit('/').next().unwrap_or_default();
                format!("{}/{last}/{}", self.id_within(parent, depth + 1), name(resource))
            }
            Some((parent, _)) => {
                format!("{}/providers/{}/{}", self.id_within(parent, depth + 1), resource.kind, name(resource))
            }
            None => format!("{}/providers/{}/{}", self.group(resource), kind_path(resource), name(resource)),
        }
    }

    /// The subscription that a resource of code goes to.
    fn around(&self, resource: &Resource) -> String {
        match resource.places.subscription.and_then(|place| Some((place, self.estate.get(place)?))) {
            Some((id, place)) => self.subscription(id, place),
            None => "/subscriptions/{subscription}".to_owned(),
        }
    }

    fn subscription(&self, id: ResourceId, resource: &Resource) -> String {
        if let Some(known) = resource.body.at(&["subscriptionId"]).and_then(|node| node.value.as_text()) {
            return format!("/subscriptions/{}", known.rsplit('/').next().unwrap_or_default());
        }
        let stated = resource.body.at(&["subscriptionId"]).is_some_and(|node| !node.value.is_null());
        match resource.places.subscription {
            // A data source without an id is of the subscription that the code goes to.
            Some(place) if place != id && !stated => match self.estate.get(place) {
                Some(own) => self.subscription(place, own),
                None => "/subscriptions/{subscription}".to_owned(),
            },
            _ if resource.live => "/subscriptions/{subscription}".to_owned(),
            _ => format!("/subscriptions/{{{}}}", plain(&resource.address)),
        }
    }

    /// The resource group that code goes to where nothing else says so.
    pub(crate) fn group(&self, resource: &Resource) -> String {
        let arm = resource.stated.first().is_some_and(|stated| stated.kind.contains('/'));
        let name =
            if arm { "{the resource group}".to_owned() } else { format!("{{group of {}}}", plain(&resource.address)) };
        format!("{}/resourceGroups/{name}", self.around(resource))
    }

    /// A text with names for what it refers to; unknown parts in braces.
    pub(crate) fn text(&self, node: &Node, holder: ResourceId) -> String {
        match &node.value {
            Value::Text(text) => text.as_str().to_owned(),
            Value::Template(template) => {
                let part = |part: &Part| match part {
                    Part::Literal(text) => text.as_str().to_owned(),
                    Part::Hole(node) => self.text(node, holder),
                };
                template.parts.iter().map(part).collect()
            }
            Value::Ref(reference) => self.referred(reference, node, holder),
            Value::Unknown(unknown) => {
                let what = unknown.reasons().first().map(|reason| reason.what.to_string()).unwrap_or_default();
                self.asked(&what, holder)
            }
            other => other.as_text().map_or_else(|| "{unknown}".to_owned(), |text| text.to_string()),
        }
    }

    fn referred(&self, reference: &redan_model::Ref, node: &Node, holder: ResourceId) -> String {
        if let Some(known) = &reference.text
            && let Some(text) = known.as_text()
        {
            return text.to_string();
        }
        match &reference.target {
            Target::Resource(target) => {
                let lower = reference.attribute.to_lowercase();
                let resource = self.estate.get(*target);
                match lower.as_str() {
                    "id" | "resource_id" | "" => self.id(*target),
                    "name" => resource.map(name).unwrap_or_default(),
                    "subscription_id" | "subscriptionid" => {
                        let id = self.id(*target);
                        super::super::scope::subscription_of(&id).unwrap_or("{subscription}").to_owned()
                    }
                    _ => format!(
                        "{{{}.{}}}",
                        resource.map(|own| plain(&own.address)).unwrap_or_default(),
                        reference.attribute
                    ),
                }
            }
            Target::Address(address) => self.asked(&format!("{address}.{}", reference.attribute), holder),
            Target::Missing(unknown) => {
                let what = unknown.reasons().first().map(|reason| reason.what.to_string()).unwrap_or_default();
                self.asked(&what, holder)
            }
            Target::Gone => format!("{{{:?}}}", node.origin.start),
        }
    }

    /// What a provider or a deployment answers: the place that the code goes to.
    fn asked(&self, what: &str, holder: ResourceId) -> String {
        let Some(resource) = self.estate.get(holder) else { return format!("{{{}}}", plain(what)) };
        let own = || self.around(resource).trim_start_matches("/subscriptions/").to_owned();
        if what.contains("subscription().subscriptionId")
            || what.ends_with("azurerm_client_config.current.subscription_id")
        {
            return own();
        }
        if what.contains("subscription().id") {
            return format!("/subscriptions/{}", own());
        }
        if what.contains("resourceGroup().name") {
            return self.group(resource).rsplit('/').next().unwrap_or_default().to_owned();
        }
        if what.contains("resourceGroup().id") {
            return self.group(resource);
        }
        format!("{{{}}}", plain(what))
    }
}

/// The type as it stands in an id: types of children and names take turns, and here only the last name is known.
fn kind_path(resource: &Resource) -> String {
    let mut parts = resource.kind.split('/');
    let (provider, first) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut out = format!("{provider}/{first}");
    for part in parts {
        out.push_str("/{name}/");
        out.push_str(part);
    }
    out
}

/// The name of a resource, or what stands for it.
pub(crate) fn name(resource: &Resource) -> String {
    match resource.name {
        Some(name) => name.as_str().to_owned(),
        None => format!("{{{}}}", plain(&resource.address)),
    }
}

/// An address in the characters that ids have.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if "/{}".contains(c) { '.' } else { c }).collect()
}
