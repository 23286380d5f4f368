//! What `terraform init` left beside a root module: installed modules and locked provider versions.

use std::path::PathBuf;

use redan_files::{Boundary, Folder, ReadError};
use redan_model::{Problem, ProblemKind};
use rustc_hash::FxHashMap;

use crate::syntax::ast::ExprKind;
use crate::syntax::{parse_file, parse_json};

/// The modules that are installed for a root, by their call path: `eks`, `eks.kms`.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    pub(crate) folders: FxHashMap<String, Folder>,
    pub(crate) problems: Vec<Problem>,
}

impl Installed {
    /// From `.terraform/modules/modules.json`.
    pub(crate) fn of(boundary: &Boundary, root: &Folder) -> Self {
        let mut installed = Self::default();
        let bytes = match boundary.read(&root.real.join(".terraform/modules/modules.json")) {
            Ok(bytes) => bytes,
            Err(ReadError::Missing) => return installed,
            Err(error) => {
                let message = format!("list of installed modules {error}");
                installed.problems.push(Problem::path(&root.shown, ProblemKind::Unreadable, message));
                return installed;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let (json, _) = parse_json(&text);
        for entry in json.get("Modules").map(crate::syntax::json::Json::elements).unwrap_or_default() {
            let (Some(key), Some(dir)) =
                (entry.get("Key").and_then(|k| k.text()), entry.get("Dir").and_then(|d| d.text()))
            else {
                continue;
            };
            if key.is_empty() {
                continue;
            }
            let real: PathBuf = root.real.join(dir);
            if let Ok(real) = boundary.admit(&real)
                && real.is_dir()
            {
                installed.folders.insert(key.to_owned(), Folder { shown: redan_files::join(&root.shown, dir), real });
            }
        }
        installed
    }
}

/// Provider versions from `.terraform.lock.hcl`, by source address.
pub(crate) fn locked_versions(boundary: &Boundary, root: &Folder) -> FxHashMap<String, String> {
    let Ok(bytes) = boundary.read(&root.real.join(".terraform.lock.hcl")) else { return FxHashMap::default() };
    let (body, _) = parse_file(&String::from_utf8_lossy(&bytes));
    let version = |block: &crate::syntax::ast::Block| match &block.body.attribute("version")?.value.kind {
        ExprKind::Text(version) => Some((block.labels.first()?.text.to_string(), version.to_string())),
        _ => None,
    };
    body.blocks_of("provider").filter_map(version).collect()
}
