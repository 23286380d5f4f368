//! Facts about Azure's principals and what runs as them, as pages ask: administrator, on the way to it, open to everybody.
//!
//! Must not know pages. Identities that only an input names are none of those that the code declares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use redan_model::{Answer, Estate, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::Tenant;
use super::survey::Surveyed;
use crate::account::{Escalation, StatementOf};

/// Principals, and what runs as managed identities.
pub(crate) const IDENTITIES: [&str; 14] = [
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Graph/users",
    "Microsoft.Graph/groups",
    "Microsoft.Graph/servicePrincipals",
    "Microsoft.Graph/applications",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.Web/sites",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerInstance/containerGroups",
    "Microsoft.Automation/automationAccounts",
    "Microsoft.Logic/workflows",
    "Microsoft.App/containerApps",
    "Microsoft.DataFactory/factories",
];

/// What may be open to everybody.
pub(crate) const OPEN: [&str; 2] =
    ["Microsoft.Storage/storageAccounts/blobServices/containers", "Microsoft.ContainerRegistry/registries"];

/// An estate's tenant, and who can become what in it.
pub(crate) struct Facts {
    surveyed: Surveyed,
    escalations: OnceLock<BTreeMap<String, Escalation>>,
}

impl Facts {
    pub(crate) fn of(estate: &Estate) -> Self {
        Self { surveyed: Surveyed::of(estate), escalations: OnceLock::new() }
    }

    /// The answer about a resource of Azure.
    pub(crate) fn ask(&self, estate: &Estate, id: ResourceId, question: &str) -> Answer {
        match question {
            "access.admin" => self.admin(estate, id),
            "access.escalates" => self.escalates(estate, id),
            "access.public" => self.public(estate, id),
            _ => Answer::default(),
        }
    }

    fn tenant(&self) -> &Tenant {
        &self.surveyed.tenant
    }

    /// The principals that a resource is, or runs as.
    fn principals(&self, id: ResourceId) -> BTreeSet<usize> {
        let place = self.surveyed.places.get(&id);
        let runs = self.tenant().principals.iter().enumerate();
        let runs = runs.filter(|(_, own)| place.is_some_and(|place| own.runs.contains(place))).map(|(at, _)| at);
        self.surveyed.principals.get(&id).copied().into_iter().chain(runs).collect()
    }

    /// Whether it holds everything on a subscription or above.
    fn admin(&self, estate: &Estate, id: ResourceId) -> Answer {
        let principals = self.principals(id);
        let held = principals.iter().find_map(|at| self.tenant().administration(*at));
        match held {
            Some(assignments) => {
                let leaves = assignments.iter().filter_map(|at| self.leaf(estate, *at)).collect();
                let text = assignments.first().and_then(|at| self.tenant().statement(*at));
                self.yes(estate, id, text.map(|own| own.policy).unwrap_or_default(), leaves)
            }
            None => self.no(estate, id, &principals),
        }
    }

    /// Whether it is administrator, or has a way to be.
    fn escalates(&self, estate: &Estate, id: ResourceId) -> Answer {
        let principals = self.principals(id);
        if principals.iter().any(|at| self.tenant().is_administrator(*at)) {
            return self.admin(estate, id);
        }
        let all = self.escalations.get_or_init(|| {
            self.tenant().escalations().into_iter().map(|found| (found.identity.clone(), found)).collect()
        });
        let chains = principals.iter().filter_map(|at| all.get(&self.tenant().called(*at)));
        let Some(found) = chains.into_iter().find(|found| !found.chain.is_empty()) else {
            return self.no(estate, id, &principals);
        };
        let first = found.chain.first().map(|step| step.statements.as_slice()).unwrap_or_default();
        let leaves = first.iter().filter_map(|own| self.leaf_of(estate, own)).collect();
        let steps: Vec<String> = found.chain.iter().map(|step| step.actions.join(" and ")).collect();
        self.yes(estate, id, steps.join(", then "), leaves)
    }

    fn public(&self, estate: &Estate, id: ResourceId) -> Answer {
        let place = self.surveyed.places.get(&id).and_then(|at| self.tenant().places.get(*at));
        let Some(anonymous) = place.and_then(|place| place.anonymous.as_ref()) else { return Answer::default() };
        match anonymous.open {
            Some(true) => self.yes(estate, id, format!("anybody {}", anonymous.what), Vec::new()),
            Some(false) => self.told(estate, id, false),
            None => unsure(estate, id, anonymous.reason.as_deref().unwrap_or("a switch that decides it")),
        }
    }

    fn yes(&self, estate: &Estate, id: ResourceId, text: String, leaves: Vec<(ResourceId, Str, Origin)>) -> Answer {
        let mut answer = self.told(estate, id, true);
        answer.witness.text = text;
        if !leaves.is_empty() {
            answer.witness.leaves = leaves;
        }
        answer
    }

    fn told(&self, estate: &Estate, id: ResourceId, holds: bool) -> Answer {
        let leaves = own_leaf(estate, id);
        Answer { value: Value::Bool(holds), witness: Witness { text: String::new(), leaves } }
    }

    /// A no, unless a role that they hold is not known.
    fn no(&self, estate: &Estate, id: ResourceId, principals: &BTreeSet<usize>) -> Answer {
        let selves: BTreeSet<usize> = principals.iter().flat_map(|at| self.tenant().selves(*at)).collect();
        let held = self.tenant().assignments.iter().filter(|own| selves.contains(&own.principal));
        let unknown = held.filter_map(|own| own.role.as_ref().err().or(own.uncertain.as_ref())).next();
        match unknown {
            Some(reason) => unsure(estate, id, reason),
            None => self.told(estate, id, false),
        }
    }

    fn leaf(&self, estate: &Estate, assignment: usize) -> Option<(ResourceId, Str, Origin)> {
        let id = *self.surveyed.assignments.get(assignment)?;
        Some((id, Str::new(""), estate.get(id)?.origin))
    }

    fn leaf_of(&self, estate: &Estate, own: &StatementOf) -> Option<(ResourceId, Str, Origin)> {
        let mut all = 0..self.tenant().assignments.len();
        self.leaf(estate, all.find(|at| self.tenant().statement(*at).as_ref() == Some(own))?)
    }
}

fn own_leaf(estate: &Estate, id: ResourceId) -> Vec<(ResourceId, Str, Origin)> {
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    vec![(id, Str::new(""), origin)]
}

fn unsure(estate: &Estate, id: ResourceId, reason: &str) -> Answer {
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    let unknown = Unknown::new(ReasonClass::NotInEstate, reason, origin);
    Answer { value: Value::Unknown(unknown), witness: Witness::default() }
}
