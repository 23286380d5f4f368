//! Where a deployment goes to, as far as the code says it; and the functions that ask.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-scope>

use super::instance::Instance;
use super::reference::segments;
use super::{Env, World};
use crate::ir::Scope;
use redan_model::{Map, Node, Origin, Part, ReasonClass, Rest, Str, Unknown, Value};
use std::rc::Rc;
use std::sync::Arc;

/// Subscription, resource group and management group, where the code names them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(super) subscription: Option<Node>,
    pub(super) group: Option<Node>,
    pub(super) management: Option<Node>,
    pub(super) tenant: Option<Node>,
    /// `subscription().displayName`.
    pub(super) subscription_name: Option<Node>,
    /// Of the resource group, or of a deployment to a subscription.
    pub(super) location: Option<Node>,
    /// What `environment()` answers.
    pub(super) cloud: Option<Node>,
}

/// What only the deployment knows.
pub(super) fn ask(what: &str, origin: Origin) -> Node {
    Node::unknown(ReasonClass::Input, what, origin)
}

impl Place {
    /// The place that is given from outside.
    pub(super) fn given(place: &crate::ir::Place) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(|text| Node::text(text, Origin::NOWHERE));
        Self {
            subscription: text(&place.subscription),
            group: text(&place.resource_group),
            management: text(&place.management_group),
            tenant: text(&place.tenant),
            subscription_name: text(&place.subscription_name),
            location: text(&place.location),
            cloud: place.public_cloud.then(public_cloud),
        }
    }

    pub(super) fn subscription_id(&self, origin: Origin) -> Node {
        self.subscription.clone().unwrap_or_else(|| ask("subscription().subscriptionId", origin))
    }

    pub(super) fn group_name(&self, origin: Origin) -> Node {
        self.group.clone().unwrap_or_else(|| ask("resourceGroup().name", origin))
    }

    /// The id of the place that a deployment of this scope goes to.
    pub(super) fn id(&self, scope: Scope, origin: Origin) -> Vec<Part> {
        let text = |text: &str| Part::Literal(Str::new(text));
        match scope {
            Scope::Tenant => Vec::new(),
            Scope::ManagementGroup => vec![
                text("/providers/Microsoft.Management/managementGroups/"),
                Part::Hole(self.management.clone().unwrap_or_else(|| ask("managementGroup().name", origin))),
            ],
            Scope::Subscription => vec![text("/subscriptions/"), Part::Hole(self.subscription_id(origin))],
            Scope::ResourceGroup => vec![
                text("/subscriptions/"),
                Part::Hole(self.subscription_id(origin)),
                text("/resourceGroups/"),
                Part::Hole(self.group_name(origin)),
            ],
        }
    }
}

impl<'t> World<'t> {
    /// Where the deployment of a module goes to.
    pub(super) fn place_of(&self, module: &Rc<Instance<'t>>) -> Place {
        let around = &module.env.deployment.place;
        let Some(scope) = &module.resource.scope else { return around.clone() };
        let node = self.eval(scope, &module.env);
        let id = match self.handle(&node) {
            Some(group) => group.id.clone(),
            None => match node.get(Str::new("id")) {
                Some(id) => id.clone(),
                None => node,
            },
        };
        let group = self.declared(&id, &module.env).filter(|found| found.resource.module.is_none());
        let location = group.and_then(|group| self.body(&group).get(Str::new("location")).cloned());
        let steps = segments(&id);
        let after = |name: &str| {
            let is = |node: &Node| node.value.as_text().is_some_and(|text| text.eq_ignore_ascii_case(name));
            steps.iter().position(is).and_then(|at| steps.get(at + 1)).cloned()
        };
        Place {
            subscription: after("subscriptions").or_else(|| around.subscription.clone()),
            group: after("resourceGroups").or_else(|| around.group.clone()),
            management: after("managementGroups").or_else(|| around.management.clone()),
            tenant: around.tenant.clone(),
            subscription_name: around.subscription_name.clone().filter(|_| after("subscriptions").is_none()),
            // Another group may lie elsewhere.
            location: location.or_else(|| around.location.clone().filter(|_| after("resourceGroups").is_none())),
            cloud: around.cloud.clone(),
        }
    }

    /// `resourceGroup()`, `subscription()`, `tenant()`, `managementGroup()`; with arguments they name another place.
    pub(super) fn scope_function(&self, name: &str, arguments: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let place = &env.asked().place;
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        let open = |entries: Vec<(&str, Node)>, what: &str| {
            let entries = entries.into_iter().map(|(key, node)| (Str::new(key), node)).collect();
            let rest = Rest::Unknown(Unknown::new(ReasonClass::Input, what, origin));
            Node::new(Value::Map(Arc::new(Map::new(entries, rest))), origin)
        };
        let text = |text: &str| Node::text(text, origin);
        let known = |value: &Option<Node>, what: &str| value.clone().unwrap_or_else(|| ask(what, origin));
        let location = place.location.clone().filter(|_| arguments.is_empty());
        let other = Place {
            subscription: match arguments {
                [subscription, _] => Some(subscription.clone()),
                [subscription] if is("subscription") => Some(subscription.clone()),
                _ => place.subscription.clone(),
            },
            group: arguments.last().filter(|_| is("resourceGroup")).cloned().or_else(|| place.group.clone()),
            management: arguments
                .first()
                .filter(|_| is("managementGroup"))
                .cloned()
                .or_else(|| place.management.clone()),
            ..place.clone()
        };
        let id = |scope| Node::new(Value::template(other.id(scope, origin)), origin);
        match () {
            () if is("resourceGroup") => open(
                vec![
                    ("id", id(Scope::ResourceGroup)),
                    ("name", other.group_name(origin)),
                    ("type", text("Microsoft.Resources/resourceGroups")),
                    ("location", known(&location, "resourceGroup().location")),
                    ("tags", ask("resourceGroup().tags", origin)),
                ],
                "resourceGroup()",
            ),
            () if is("subscription") => open(
                vec![
                    ("id", id(Scope::Subscription)),
                    ("subscriptionId", other.subscription_id(origin)),
                    ("tenantId", known(&place.tenant, "subscription().tenantId")),
                    ("displayName", known(&place.subscription_name, "subscription().displayName")),
                ],
                "subscription()",
            ),
            () if is("managementGroup") => open(
                vec![
                    ("id", id(Scope::ManagementGroup)),
                    ("name", other.management.clone().unwrap_or_else(|| ask("managementGroup().name", origin))),
                    ("type", text("/providers/Microsoft.Management/managementGroups")),
                ],
                "managementGroup()",
            ),
            () if is("tenant") => open(vec![("tenantId", known(&place.tenant, "tenant().tenantId"))], "tenant()"),
            () if is("deployment") => open(
                vec![("name", env.deployment.name.clone()), ("location", known(&location, "deployment().location"))],
                "deployment()",
            ),
            () if is("deployer") && self.given.deployer.is_some() => {
                let id = self.given.deployer.as_deref().unwrap_or_default();
                let tenant = known(&place.tenant, "deployer().tenantId");
                open(vec![("objectId", text(id)), ("tenantId", tenant)], "deployer()")
            }
            () if is("environment") && place.cloud.is_some() => place.cloud.clone().unwrap_or_else(Node::null),
            () => open(Vec::new(), &format!("{name}()")),
        }
    }
}

/// What `environment()` answers in the public cloud.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment#environment>
fn public_cloud() -> Node {
    let text = |(key, text): &(&str, &str)| (Str::new(key), Node::text(text, Origin::NOWHERE));
    let map = |entries: &[(&str, &str)]| entries.iter().map(text).collect::<Vec<_>>();
    let mut all = map(&[
        ("name", "AzureCloud"),
        ("gallery", "https://gallery.azure.com/"),
        ("graph", "https://graph.windows.net/"),
        ("portal", "https://portal.azure.com"),
        ("graphAudience", "https://graph.windows.net/"),
        ("activeDirectoryDataLake", "https://datalake.azure.net/"),
        ("batch", "https://batch.core.windows.net/"),
        ("media", "https://rest.media.azure.net"),
        ("sqlManagement", "https://management.core.windows.net:8443/"),
        ("resourceManager", "https://management.azure.com/"),
    ]);
    let suffixes = map(&[
        ("acrLoginServer", ".azurecr.io"),
        ("azureDatalakeAnalyticsCatalogAndJob", "azuredatalakeanalytics.net"),
        ("azureDatalakeStoreFileSystem", "azuredatalakestore.net"),
        ("azureFrontDoorEndpointSuffix", "azurefd.net"),
        ("keyvaultDns", ".vault.azure.net"),
        ("sqlServerHostname", ".database.windows.net"),
        ("storage", "core.windows.net"),
    ]);
    let mut authentication = map(&[
        ("loginEndpoint", "https://login.microsoftonline.com/"),
        ("tenant", "common"),
        ("identityProvider", "AAD"),
    ]);
    let audiences = ["https://management.core.windows.net/", "https://management.azure.com/"];
    let audiences = audiences.iter().map(|audience| Node::text(audience, Origin::NOWHERE)).collect();
    authentication.push((Str::new("audiences"), Node::list(audiences, Origin::NOWHERE)));
    all.push((Str::new("authentication"), Node::map(authentication, Origin::NOWHERE)));
    all.push((Str::new("suffixes"), Node::map(suffixes, Origin::NOWHERE)));
    let rest = Rest::Unknown(Unknown::new(ReasonClass::Input, "environment()", Origin::NOWHERE));
    Node::new(Value::Map(Arc::new(Map::new(all, rest))), Origin::NOWHERE)
}
