//! Makes the table of Azure's built-in roles and operations that the permission engine embeds, from what `az role definition list` prints
//! and from a map of API methods to operations (both are collected daily by `iann0036/iam-dataset`, MIT, in its folder `azure`).
//!
//! Must not know what the table is used for. Format (tab-separated lines): `V date`; for each permission of a role, sorted,
//! `R id name actions notActions dataActions notDataActions condition`, lists of patterns in lower case with spaces; `C` and `D` with all
//! control-plane and data-plane operations that are named whole; `W` with patterns of data-plane operations.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::packed::{self, source};

/// `cargo xtask azure-roles ROLES METHODS DATE OUTPUT`: DATE is the day on which ROLES was read.
pub(crate) fn run(args: &[&str]) -> Result<bool, String> {
    let [roles, methods, date, output] = args else {
        return Err("usage: cargo xtask azure-roles ROLES METHODS DATE OUTPUT (what `az role definition list` prints, a map of \
                    API methods to operations, the day of the first)"
            .into());
    };
    let text = render(&source(Path::new(roles))?, &source(Path::new(methods))?, date)?;
    packed::write(&text, output)?;
    Ok(true)
}

fn list(permissions: &Value, name: &str) -> Vec<String> {
    let all = permissions.get(name).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_lowercase).collect()
}

fn render(roles: &Value, methods: &Value, date: &str) -> Result<String, String> {
    let roles = roles.as_array().ok_or("the roles are not a list")?;
    let (mut control, mut data, mut wild) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut lines = Vec::new();
    for role in roles {
        let text = |name: &str| role.get(name).and_then(Value::as_str).unwrap_or_default();
        for permissions in role.get("permissions").and_then(Value::as_array).into_iter().flatten() {
            let lists = ["actions", "notActions", "dataActions", "notDataActions"].map(|name| list(permissions, name));
            let [actions, not_actions, data_actions, not_data_actions] = &lists;
            control.extend(actions.iter().chain(not_actions).filter(|name| !name.contains('*')).cloned());
            for name in data_actions.iter().chain(not_data_actions).filter(|name| name.len() > 1) {
                if name.contains('*') { &mut wild } else { &mut data }.insert(name.clone());
            }
            let condition = permissions.get("condition").and_then(Value::as_str).unwrap_or_default();
            let condition = condition.split_whitespace().collect::<Vec<_>>().join(" ");
            let joined = lists.map(|list| list.join(" ")).join("\t");
            lines.push(format!("R\t{}\t{}\t{joined}\t{condition}", text("name").to_lowercase(), text("roleName")));
        }
    }
    lines.sort();
    for paths in methods.as_object().into_iter().flat_map(|methods| methods.values()) {
        for operations in paths.as_object().into_iter().flat_map(|paths| paths.values()).filter_map(Value::as_object) {
            control.extend(operations.keys().map(|name| name.to_lowercase()));
        }
    }
    let mut out = format!("V\t{date}\n{}\n", lines.join("\n"));
    for (kind, names) in [("C", control), ("D", data), ("W", wild)] {
        let names: Vec<String> = names.into_iter().collect();
        let _ = writeln!(out, "{kind}\t{}", names.join("\t"));
    }
    Ok(out)
}
