//! Access from outside of the tenant: anonymous readers, guests, and whoever another issuer vouches for.
//!
//! Must not know commands.

use super::scope::Truth;
use super::{PrincipalKind, Tenant};
use crate::account::StatementOf;

/// Whether anybody may read something without signing in.
#[derive(Clone, Debug, PartialEq)]
pub struct Anonymous {
    /// Whether so; `None`: not known.
    pub open: Truth,
    /// What is open.
    pub what: String,
    /// Why it is not known.
    pub reason: Option<String>,
}

/// A way in from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Who: `anybody`, a guest, an issuer with a subject.
    pub who: String,
    /// Whether that is anybody.
    pub public: bool,
    /// What it gives.
    pub what: String,
    /// What says so.
    pub statements: Vec<StatementOf>,
}

/// A resource or principal that somebody outside may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Its ARM id, or the principal's object id or name.
    pub resource: String,
    /// Its address in code.
    pub address: Option<String>,
    /// The vendor's type.
    pub kind: String,
    /// Whether anybody may use it; `None`: not known.
    pub public: Option<bool>,
    /// Why something is not known.
    pub reason: Option<String>,
    /// Who may use it.
    pub ways: Vec<Way>,
}

impl Tenant {
    /// Everything that somebody outside may use, or may be able to use.
    pub fn openings(&self) -> Vec<Opening> {
        let mut out: Vec<Opening> = self.anonymous().chain(self.guests()).chain(self.federated()).collect();
        out.sort_by(|one, other| (&one.resource, &one.address).cmp(&(&other.resource, &other.address)));
        out
    }

    fn anonymous(&self) -> impl Iterator<Item = Opening> {
        let open = self.places.iter().filter_map(|place| Some((place, place.anonymous.as_ref()?)));
        open.filter(|(_, anonymous)| anonymous.open != Some(false)).map(|(place, anonymous)| {
            let label = place.address.clone().unwrap_or_else(|| place.id.clone());
            let statements = vec![StatementOf { policy: label, index: 0, place: place.at.clone() }];
            let way = Way { who: "anybody".to_owned(), public: true, what: anonymous.what.clone(), statements };
            Opening {
                resource: place.id.clone(),
                address: place.address.clone(),
                kind: place.kind.clone(),
                public: anonymous.open,
                reason: anonymous.reason.clone(),
                ways: if anonymous.open == Some(true) { vec![way] } else { Vec::new() },
            }
        })
    }

    /// Guests that hold roles: <https://learn.microsoft.com/azure/role-based-access-control/role-assignments-external-users>.
    fn guests(&self) -> impl Iterator<Item = Opening> {
        let guests = self.principals.iter().enumerate().filter(|(_, own)| own.kind == PrincipalKind::Guest);
        guests.flat_map(move |(at, own)| {
            let held = self.selves(at).into_iter().flat_map(|one| self.by_principal.get(&one).into_iter().flatten());
            let who = own.name.clone().unwrap_or_else(|| self.label(own));
            held.filter_map(move |assignment| {
                let given = self.assignments.get(*assignment)?;
                let role = given.role.as_ref().ok().and_then(|role| self.roles.get(*role));
                let way = Way {
                    who: format!("guest {who}"),
                    public: false,
                    what: role.map_or_else(|| "an unknown role".to_owned(), |role| role.name.clone()),
                    statements: self.statement(*assignment).into_iter().collect(),
                };
                let place = self.places.iter().find(|place| place.id.eq_ignore_ascii_case(&given.scope));
                Some(Opening {
                    resource: given.scope.clone(),
                    address: place.and_then(|place| place.address.clone()),
                    kind: place.map_or_else(|| "scope".to_owned(), |place| place.kind.clone()),
                    public: Some(false),
                    reason: None,
                    ways: vec![way],
                })
            })
        })
    }

    /// Identities that others sign in as: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.
    fn federated(&self) -> impl Iterator<Item = Opening> {
        let trusted = self.principals.iter().filter(|own| !own.federated.is_empty());
        trusted.map(move |own| {
            let label = self.label(own);
            let ways = own.federated.iter().map(|(issuer, subject, place)| Way {
                who: format!("{subject} of {issuer}"),
                public: false,
                what: "signs in as it".to_owned(),
                statements: vec![StatementOf {
                    policy: format!("federated credential of {}", own.address.as_deref().unwrap_or(&label)),
                    index: 0,
                    place: place.clone(),
                }],
            });
            Opening {
                resource: label.clone(),
                address: own.address.clone(),
                kind: match own.kind {
                    PrincipalKind::ManagedIdentity => "Microsoft.ManagedIdentity/userAssignedIdentities",
                    _ => "Microsoft.Graph/servicePrincipals",
                }
                .to_owned(),
                public: Some(false),
                reason: None,
                ways: ways.collect(),
            }
        })
    }
}
