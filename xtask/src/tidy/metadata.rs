//! What `cargo metadata` says of the workspace.

use crate::run::{output, root};
use serde_json::Value;

/// A package with what tidy looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: Option<String>,
    /// Part of this workspace.
    pub(crate) member: bool,
    /// Names of the dependencies; what only tests use is left out: a test may read what its crate must not know.
    pub(crate) dependencies: Vec<String>,
}

/// All packages of the workspace and of what it depends on.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

impl Metadata {
    /// Asks cargo.
    pub(crate) fn read() -> Result<Self, String> {
        let text = output("cargo", &["metadata", "--format-version", "1", "--locked", "--all-features"], &root())?;
        let value: Value = serde_json::from_slice(&text).map_err(|e| format!("cargo metadata: {e}"))?;
        let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
        let members: Vec<&str> = list("workspace_members").filter_map(Value::as_str).collect();
        let packages = list("packages").filter_map(|one| package(one, &members)).collect();
        Ok(Self { packages })
    }
}

fn package(one: &Value, members: &[&str]) -> Option<Package> {
    let text = |key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
    let dependencies = one.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    Some(Package {
        name: text("name")?,
        version: text("version")?,
        licence: text("license"),
        member: members.contains(&one.get("id")?.as_str()?),
        dependencies: dependencies
            .filter(|one| one.get("kind").and_then(Value::as_str) != Some("dev"))
            .filter_map(|one| one.get("name")?.as_str().map(str::to_owned))
            .collect(),
    })
}
