//! Key vaults that do not leave their data to roles: their access policies decide.
//!
//! Must not know assignments. <https://learn.microsoft.com/azure/key-vault/general/assign-access-policy>; which operation needs which
//! permission: <https://learn.microsoft.com/azure/key-vault/general/rbac-migration#access-policy-permissions-to-azure-roles>

use super::scope::Truth;

/// How a vault decides about its data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vault {
    /// Whether roles decide.
    pub by_roles: Truth,
    /// Access policies: the principal's id, and permissions such as `secrets/get`.
    pub policies: Vec<(String, Vec<String>)>,
    /// If there may be policies that were not read: why.
    pub open: Option<String>,
    /// Where they stand, as `file:line`.
    pub place: Option<String>,
}

/// Operations of vaults' data by the permission that gives them; the others are not decided.
const OPERATIONS: &[(&str, &str)] = &[
    ("secrets/getsecret/action", "secrets/get"),
    ("secrets/setsecret/action", "secrets/set"),
    ("secrets/readmetadata/action", "secrets/list"),
    ("secrets/delete", "secrets/delete"),
    ("secrets/backup/action", "secrets/backup"),
    ("secrets/restore/action", "secrets/restore"),
    ("secrets/recover/action", "secrets/recover"),
    ("secrets/purge/action", "secrets/purge"),
    ("keys/encrypt/action", "keys/encrypt"),
    ("keys/decrypt/action", "keys/decrypt"),
    ("keys/wrap/action", "keys/wrapkey"),
    ("keys/unwrap/action", "keys/unwrapkey"),
    ("keys/sign/action", "keys/sign"),
    ("keys/verify/action", "keys/verify"),
    ("keys/create/action", "keys/create"),
    ("keys/delete", "keys/delete"),
    ("keys/purge/action", "keys/purge"),
    ("certificates/read", "certificates/get"),
    ("certificates/delete", "certificates/delete"),
];

const VAULTS: &str = "microsoft.keyvault/vaults/";

impl Vault {
    /// Whether the access policies give one of these ids the operation, in lower case.
    pub(crate) fn gives(&self, ids: &[&str], action: &str) -> Truth {
        let Some(operation) = action.strip_prefix(VAULTS) else { return Some(false) };
        let (_, wanted) = OPERATIONS.iter().find(|(name, _)| *name == operation)?;
        let kind = wanted.split('/').next().unwrap_or_default();
        let gives = |permission: &String| permission == wanted || *permission == format!("{kind}/all");
        let own = self.policies.iter().filter(|(id, _)| ids.iter().any(|own| own.eq_ignore_ascii_case(id)));
        if own.flat_map(|(_, permissions)| permissions).any(gives) {
            return Some(true);
        }
        if self.open.is_some() { None } else { Some(false) }
    }
}
