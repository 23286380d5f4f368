//! Ways to get another principal's power, as data.
//!
//! Must not know how permissions are decided. Which operations run code where: the vendor's page of each service, and
//! <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>. Directory roles:
//! <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>. Permissions of Microsoft Graph:
//! <https://learn.microsoft.com/graph/permissions-reference>.

/// A resource of a type that runs as identities: all of `needs` on it run code of one's own there.
pub(crate) struct Running {
    pub(crate) kind: &'static str,
    pub(crate) needs: &'static [&'static str],
    pub(crate) how: &'static str,
}

const fn run(kind: &'static str, needs: &'static [&'static str], how: &'static str) -> Running {
    Running { kind, needs, how }
}

const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";
const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

pub(crate) const RUNNING: &[Running] = &[
    run(MACHINE, &["Microsoft.Compute/virtualMachines/runCommand/action"], "runs a command on the machine"),
    run(MACHINE, &["Microsoft.Compute/virtualMachines/runCommands/write"], "runs a command on the machine"),
    run(MACHINE, &["Microsoft.Compute/virtualMachines/extensions/write"], "installs an extension on the machine"),
    run(
        SCALE_SET,
        &["Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action"],
        "runs a command on a machine of the scale set",
    ),
    run(
        SCALE_SET,
        &["Microsoft.Compute/virtualMachineScaleSets/extensions/write"],
        "installs an extension on the scale set",
    ),
    run(SITE, &["Microsoft.Web/sites/publishxml/action"], "deploys with the app's publishing credentials"),
    run(SITE, &["Microsoft.Web/sites/config/list/action"], "deploys with the app's publishing credentials"),
    run(SITE, &["Microsoft.Web/sites/host/listkeys/action"], "deploys with the master key of the function app"),
    run(SITE, &["Microsoft.Web/sites/sourcecontrols/write"], "deploys from a repository of its own"),
    run(SITE, &["Microsoft.Web/sites/extensions/write"], "deploys a package"),
    run(SITE, &["Microsoft.Web/sites/functions/write"], "writes a function"),
    run(SLOT, &["Microsoft.Web/sites/slots/publishxml/action"], "deploys with the slot's publishing credentials"),
    run(SLOT, &["Microsoft.Web/sites/slots/config/list/action"], "deploys with the slot's publishing credentials"),
    run(CLUSTER, &["Microsoft.ContainerService/managedClusters/runCommand/action"], "runs a command in the cluster"),
    run(
        CLUSTER,
        &["Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"],
        "acts as the cluster's administrator",
    ),
    run(
        "Microsoft.Automation/automationAccounts",
        &[
            "Microsoft.Automation/automationAccounts/runbooks/write",
            "Microsoft.Automation/automationAccounts/jobs/write",
        ],
        "runs a runbook of its own",
    ),
    run("Microsoft.Logic/workflows", &["Microsoft.Logic/workflows/write"], "writes the workflow"),
    run(
        "Microsoft.ContainerInstance/containerGroups",
        &["Microsoft.ContainerInstance/containerGroups/containers/exec/action"],
        "runs a command in the container",
    ),
    run("Microsoft.App/containerApps", &["Microsoft.App/containerApps/write"], "deploys an image of its own"),
    run(
        "Microsoft.DataFactory/factories",
        &[
            "Microsoft.DataFactory/factories/pipelines/write",
            "Microsoft.DataFactory/factories/pipelines/createrun/action",
        ],
        "runs a pipeline of its own",
    ),
];

/// Operations that make something which runs as a user-assigned identity that is given to it.
pub(crate) const GIVING: &[&[&str]] = &[
    &["Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/runCommand/action"],
    &["Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/extensions/write"],
    &["Microsoft.ContainerInstance/containerGroups/write"],
    &["Microsoft.Resources/deploymentScripts/write"],
    &["Microsoft.Web/sites/write", "Microsoft.Web/sites/publishxml/action"],
    &["Microsoft.Logic/workflows/write"],
    &["Microsoft.App/containerApps/write"],
    &[
        "Microsoft.Automation/automationAccounts/write",
        "Microsoft.Automation/automationAccounts/runbooks/write",
        "Microsoft.Automation/automationAccounts/jobs/write",
    ],
];

/// <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-manage-user-assigned-managed-identities>
pub(crate) const ASSIGN: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
/// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity>
pub(crate) const FEDERATE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write";
pub(crate) const ASSIGN_ROLES: &str = "Microsoft.Authorization/roleAssignments/write";
pub(crate) const DEFINE_ROLES: &str = "Microsoft.Authorization/roleDefinitions/write";
/// <https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>
pub(crate) const ELEVATE: &str = "Microsoft.Authorization/elevateAccess/action";

/// The id of the built-in role Owner.
pub(crate) const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/// What a directory role or a permission of Microsoft Graph lets its holder take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Every role of the directory, and by that everything.
    Everything,
    /// Service principals, by credentials of their own.
    Services,
    /// Users, by their credentials.
    Users,
    /// Users that hold no role of the directory.
    OrdinaryUsers,
    /// Groups, but those that may hold roles of the directory.
    OrdinaryGroups,
}

/// Directory roles: template id, name, what they take over and how.
pub(crate) const DIRECTORY: &[(&str, &str, &[Reach], &str)] = &[
    (
        "62e90394-69f5-4237-9190-012177145e10",
        "Global Administrator",
        &[Reach::Everything],
        "elevates its access over all subscriptions",
    ),
    (
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Privileged Role Administrator",
        &[Reach::Everything],
        "makes itself Global Administrator, and elevates its access",
    ),
    (
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "Privileged Authentication Administrator",
        &[Reach::Users],
        "resets the user's credentials",
    ),
    (
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Application Administrator",
        &[Reach::Services],
        "adds credentials to the application",
    ),
    (
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "Cloud Application Administrator",
        &[Reach::Services],
        "adds credentials to the application",
    ),
    (
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "User Administrator",
        &[Reach::OrdinaryUsers, Reach::OrdinaryGroups],
        "resets the user's password, or joins the group",
    ),
    ("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", &[Reach::OrdinaryGroups], "joins the group"),
    (
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "Authentication Administrator",
        &[Reach::OrdinaryUsers],
        "resets the user's credentials",
    ),
    (
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Helpdesk Administrator",
        &[Reach::OrdinaryUsers],
        "resets the user's password",
    ),
    (
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "Password Administrator",
        &[Reach::OrdinaryUsers],
        "resets the user's password",
    ),
];

/// Application permissions of Microsoft Graph: id, name, what they take over and how.
pub(crate) const GRAPH: &[(&str, &str, &[Reach], &str)] = &[
    (
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        "RoleManagement.ReadWrite.Directory",
        &[Reach::Everything],
        "makes itself Global Administrator, and elevates its access",
    ),
    (
        "06b708a9-e830-4db3-a914-8e69da51d44f",
        "AppRoleAssignment.ReadWrite.All",
        &[Reach::Everything],
        "gives itself the permission to assign directory roles",
    ),
    (
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        "Application.ReadWrite.All",
        &[Reach::Services],
        "adds credentials to the application",
    ),
    ("19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Directory.ReadWrite.All", &[Reach::OrdinaryGroups], "joins the group"),
    ("62a82d76-70ea-41e2-9197-370581804d09", "Group.ReadWrite.All", &[Reach::OrdinaryGroups], "joins the group"),
    ("dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "GroupMember.ReadWrite.All", &[Reach::OrdinaryGroups], "joins the group"),
];

/// The name of a directory role by the id of its template, which ids of roles may end with.
pub(crate) fn directory_role(id: &str) -> Option<&'static str> {
    let last = id.rsplit('/').next()?;
    DIRECTORY.iter().find(|(own, ..)| own.eq_ignore_ascii_case(last)).map(|(_, name, ..)| *name)
}

/// The name of a permission of Microsoft Graph by its id, or by its name where code looks the id up.
pub(crate) fn graph_role(written: &str) -> Option<&'static str> {
    let named = |name: &str| {
        written.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')).any(|part| part == name)
    };
    GRAPH.iter().find(|(id, name, ..)| id.eq_ignore_ascii_case(written) || named(name)).map(|(_, name, ..)| *name)
}
