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
    /// Of the resource group, or of a deployment to a subscription.
    pub(super) location: Option<Node>,
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
            location: text(&place.location),
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
            // Another group may lie elsewhere.
            location: around.location.clone().filter(|_| after("resourceGroups").is_none()),
        }
    }

    /// `resourceGroup()`, `subscription()`, `tenant()`, `managementGroup()`; with arguments they name another place.
    pub(super) fn scope_function(&self, name: &str, arguments: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let place = &env.deployment.place;
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
                    ("displayName", ask("subscription().displayName", origin)),
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
            () => open(Vec::new(), &format!("{name}()")),
        }
    }
}
