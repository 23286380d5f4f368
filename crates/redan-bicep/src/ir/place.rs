//! Where a template is deployed to, as far as that is given from outside.

/// Where a template is deployed to, when and by whom: what `subscription()`, `utcNow()`, `deployer()` and their like answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `tenant().tenantId`.
    pub tenant: Option<String>,
    /// `managementGroup().name`.
    pub management_group: Option<String>,
    /// `subscription().subscriptionId`.
    pub subscription: Option<String>,
    /// `subscription().displayName`.
    pub subscription_name: Option<String>,
    /// `resourceGroup().name`.
    pub resource_group: Option<String>,
    /// `resourceGroup().location`, `deployment().location`.
    pub location: Option<String>,
    /// `deployment().name`.
    pub deployment: Option<String>,
    /// `deployer().objectId`.
    pub deployer: Option<String>,
    /// What `utcNow()` says, in ISO 8601.
    pub now: Option<String>,
    /// What `newGuid()` gives.
    pub guid: Option<String>,
    /// Whether `environment()` answers as in the public cloud.
    pub public_cloud: bool,
}

impl Place {
    /// A place with invented names and a fixed time, for those who compare two readings of one template.
    #[must_use]
    pub fn example() -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            tenant: text("00000000-0000-0000-0000-00000000000a"),
            management_group: text("example-management"),
            subscription: text("00000000-0000-0000-0000-00000000000b"),
            subscription_name: text("example-subscription"),
            resource_group: text("example-group"),
            location: text("westeurope"),
            deployment: text("example-deployment"),
            deployer: text("00000000-0000-0000-0000-00000000000c"),
            now: text("2024-05-06T07:08:09Z"),
            guid: text("01234567-89ab-cdef-0123-456789abcdef"),
            public_cloud: true,
        }
    }
}
