//! Brings the pinned packages that the extracts are made of into `target/schemas`.

use crate::out;
use crate::run::{have, output, root};
use std::path::{Path, PathBuf};

/// Python package with CloudFormation's registry schemas.
pub(crate) const CFN_LINT: &str = "cfn-lint==1.58.0";
/// npm packages with Terraform's schemas: extract, package.
pub(crate) const PROVIDERS: [(&str, &str); 4] = [
    ("aws", "@cdktf/provider-aws@21.22.1"),
    ("azurerm-4", "@cdktf/provider-azurerm@14.23.1"),
    ("azurerm-3", "@cdktf/provider-azurerm@12.27.0"),
    ("azuread", "@cdktf/provider-azuread@14.3.1"),
];
/// Repository with ARM's type definitions.
const BICEP_TYPES: &str = "https://github.com/Azure/bicep-types-az";

/// Where what was fetched lies.
pub(crate) fn folder() -> PathBuf {
    root().join("target/schemas")
}

fn need(program: &str, why: &str) -> Result<(), String> {
    if have(program) { Ok(()) } else { Err(format!("`{program}` is needed {why}; install it and try again")) }
}

/// The folder of the unpacked Python package.
pub(crate) fn cfn_lint() -> Result<PathBuf, String> {
    let place = folder().join("cfn-lint");
    let unpacked = place.join("cfnlint");
    if !unpacked.exists() {
        need("pip", "to fetch cfn-lint")?;
        need("python3", "to unpack cfn-lint")?;
        create(&place)?;
        out::note(&format!("fetching {CFN_LINT}"));
        output("pip", &["download", CFN_LINT, "--no-deps", "--quiet"], &place)?;
        let wheel = only(&place, ".whl")?;
        output("python3", &["-m", "zipfile", "-e", &wheel, "."], &place)?;
    }
    Ok(unpacked)
}

/// The folder of one unpacked npm package.
pub(crate) fn provider(name: &str, package: &str) -> Result<PathBuf, String> {
    let place = folder().join(name);
    let unpacked = place.join("package");
    if !unpacked.exists() {
        need("npm", "to fetch the @cdktf packages")?;
        create(&place)?;
        out::note(&format!("fetching {package}"));
        output("npm", &["pack", package, "--silent"], &place)?;
        output("tar", &["xzf", &only(&place, ".tgz")?], &place)?;
    }
    Ok(unpacked)
}

/// A git directory with ARM's type definitions: the given one, or a shallow clone.
pub(crate) fn bicep_types(given: Option<&str>) -> Result<PathBuf, String> {
    if let Some(path) = given {
        return Ok(PathBuf::from(path));
    }
    let place = folder().join("bicep-types-az.git");
    if !place.exists() {
        need("git", "to fetch ARM's type definitions")?;
        create(&folder())?;
        out::note(&format!("cloning {BICEP_TYPES} (large)"));
        output("git", &["clone", "--quiet", "--bare", "--depth", "1", BICEP_TYPES, "bicep-types-az.git"], &folder())?;
    }
    Ok(place)
}

fn create(place: &Path) -> Result<(), String> {
    std::fs::create_dir_all(place).map_err(|e| format!("{}: {e}", place.display()))
}

fn only(place: &Path, ending: &str) -> Result<String, String> {
    let entries = std::fs::read_dir(place).map_err(|e| format!("{}: {e}", place.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.ends_with(ending)).max().ok_or_else(|| format!("{}: no {ending} came", place.display()))
}
