//! What stands around a resource in a request: its own policies, those of its organization, an endpoint on the way.
//!
//! Must not know identities. A resource that was not read counts as one of the principal's account that carries no policy, unless its
//! kind needs one or its ARN names another account: then the answer is open.

use std::sync::Arc;

use super::{Account, IdentityKind, number_of};
use crate::compile::Compiled;

type Placed<'a> = (usize, &'a Arc<Compiled>);

/// The policies around a resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard<'a> {
    /// Statements of its own policies; `None`: it carries none.
    pub(crate) statements: Option<Vec<Placed<'a>>>,
    /// Levels of which one statement each must allow.
    pub(crate) levels: Vec<Vec<Placed<'a>>>,
    /// Its own policy must allow even within the account.
    pub(crate) decides: bool,
    /// The number of its account; `None`: the principal's own.
    pub(crate) account: Option<&'a str>,
    /// If a part of all this is not known: why.
    pub(crate) unknown: Option<String>,
}

impl Account {
    pub(crate) fn statements_of<'a>(&'a self, places: &[usize]) -> Vec<Placed<'a>> {
        let of = |place: &usize| self.policy(*place).map(|named| (*place, &named.policy.compiled));
        places
            .iter()
            .filter_map(of)
            .flat_map(|(place, list)| list.iter().map(move |statement| (place, statement)))
            .collect()
    }

    /// What stands around the resource; `endpoint`: the id of the endpoint that the request passes.
    pub(crate) fn guard<'a>(&'a self, resource: Option<&'a str>, action: &str, endpoint: Option<&str>) -> Guard<'a> {
        let mut guard = resource.map(|arn| self.around(arn, action)).unwrap_or_default();
        if let Some(control) = guard.account.and_then(|number| self.control.get(number)) {
            guard.levels = control.resource.iter().map(|level| self.statements_of(level)).collect();
        }
        if let Some(place) = endpoint.and_then(|id| self.endpoints.get(id)) {
            guard.levels.push(self.statements_of(&[*place]));
        }
        guard
    }

    fn around<'a>(&'a self, arn: &'a str, action: &str) -> Guard<'a> {
        let role = self.identities.iter().find(|identity| identity.kind == IdentityKind::Role && identity.arn == arn);
        if let Some(role) = role
            && action.to_lowercase().starts_with("sts:")
        {
            let trust: Vec<usize> = role.trust.into_iter().collect();
            let unknown =
                if role.trust.is_none() { Some("the role's trust policy is not known".to_owned()) } else { None };
            let statements = Some(self.statements_of(&trust));
            return Guard { statements, decides: true, account: Some(role.account()), unknown, levels: Vec::new() };
        }
        let Some(resource) = self.resource(arn) else { return self.stranger(arn, action) };
        let key = resource.kind == "AWS::KMS::Key";
        Guard {
            statements: (!resource.policies.is_empty() || key).then(|| self.statements_of(&resource.policies)),
            decides: key,
            account: Some(&resource.account),
            unknown: resource.unknown.clone(),
            levels: Vec::new(),
        }
    }

    /// A resource that was not read.
    fn stranger<'a>(&'a self, arn: &'a str, action: &str) -> Guard<'a> {
        let number = number_of(arn);
        let own = number.is_empty() || number.contains(['*', '?']) || self.numbers.iter().any(|own| own == number);
        let key = arn.split(':').nth(2) == Some("kms") && arn.contains(":key/");
        let trust = action.to_lowercase().starts_with("sts:assumerole");
        let missing = if !own {
            Some("the resource is in another account, whose policies were not read")
        } else if key {
            Some("the key's policy was not read")
        } else if trust {
            Some("the role's trust policy was not read")
        } else {
            None
        };
        Guard {
            statements: None,
            decides: own && (key || trust),
            account: (!number.is_empty() && !own).then_some(number),
            unknown: missing.map(str::to_owned),
            levels: Vec::new(),
        }
    }
}
