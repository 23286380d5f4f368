//! Modules of registries: where the official compiler keeps those that it has restored.
//! Layout of its cache (`br/<registry>/<repository with $ for />/<tag>$<mask of upper case>/main.json`):
//! <https://github.com/Azure/bicep/blob/main/src/Bicep.Core/Registry/OciArtifactRegistry.cs>;
//! aliases: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config-modules>

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_model::{Node, Origin, Reason, ReasonClass, Str};

use super::compiler::Compiler;
use super::files::{self, FilePath};
use super::unit::Unit;

/// Aliases of registries: the alias, the registry and the path of modules in it.
#[derive(Debug, Default)]
pub(crate) struct Aliases(Vec<(String, String, String)>);

/// Whether a reference is the address of a module in a registry or of a template spec.
pub(super) fn is_address(reference: &str) -> bool {
    ["br:", "br/", "ts:", "ts/"].iter().any(|scheme| reference.starts_with(scheme))
}

impl Compiler<'_> {
    /// The file of a restored module.
    pub(super) fn installed_module(
        &mut self,
        from: &Unit,
        reference: &str,
        origin: Origin,
    ) -> Result<FilePath, Reason> {
        let fail = |what: String| Reason { class: ReasonClass::Module, what: Str::from(what), origin };
        let aliases = self.aliases(&from.path);
        let place = folder(reference, &aliases).ok_or_else(|| fail(format!("{reference} has no known registry")))?;
        let (installed, _) = self.installed.as_ref().ok_or_else(|| fail(format!("{reference} is not installed")))?;
        let real = installed.join(&place).join("main.json");
        if !real.is_file() {
            return Err(fail(format!("{reference} is not installed")));
        }
        Ok(FilePath { shown: reference.to_owned(), real: Some(real) })
    }

    /// The aliases that hold in the folder of a file: those of the nearest `bicepconfig.json`, and `public`.
    fn aliases(&mut self, path: &FilePath) -> Arc<Aliases> {
        let Some(folder) = path.real.as_deref().and_then(Path::parent) else { return Arc::new(built_in()) };
        if let Some(known) = self.aliases.get(folder) {
            return Arc::clone(known);
        }
        let found = folder.ancestors().find_map(|folder| {
            let config = FilePath { shown: String::new(), real: Some(folder.join("bicepconfig.json")) };
            files::read(&self.boundary, &config, Origin::NOWHERE).ok().map(files::text)
        });
        let mut aliases = built_in();
        if let Some(text) = found {
            aliases.0.splice(0..0, configured(&text));
        }
        let aliases = Arc::new(aliases);
        self.aliases.insert(folder.to_owned(), Arc::clone(&aliases));
        aliases
    }
}

fn built_in() -> Aliases {
    Aliases(vec![("public".to_owned(), "mcr.microsoft.com".to_owned(), "bicep".to_owned())])
}

fn configured(text: &str) -> Vec<(String, String, String)> {
    let Ok(config) = crate::json::read(text, Origin::NOWHERE.source).map(|json| json.node) else { return Vec::new() };
    let word = |node: &Node, key: &str| node.get(Str::new(key)).and_then(|node| node.value.as_text());
    let Some(aliases) = config.at(&["moduleAliases", "br"]).and_then(|node| node.value.as_map()) else {
        return Vec::new();
    };
    let alias = |entry: &redan_model::Entry| {
        let path = word(&entry.node, "modulePath").unwrap_or_default();
        Some((entry.key.to_string(), word(&entry.node, "registry")?.to_string(), path.to_string()))
    };
    aliases.entries().iter().filter_map(alias).collect()
}

/// The folder of a module below the cache.
fn folder(reference: &str, aliases: &Aliases) -> Option<PathBuf> {
    let (registry, repository, version) = if let Some(full) = reference.strip_prefix("br:") {
        let (registry, rest) = full.split_once('/')?;
        let (repository, version) = versioned(rest)?;
        (registry.to_owned(), repository.to_owned(), version)
    } else {
        let (alias, rest) = reference.strip_prefix("br/")?.split_once(':')?;
        let (_, registry, path) = aliases.0.iter().find(|(name, ..)| name == alias)?;
        let (repository, version) = versioned(rest)?;
        let repository = if path.is_empty() { repository.to_owned() } else { format!("{path}/{repository}") };
        (registry.clone(), repository, version)
    };
    let parts = [registry.replace(':', "$").to_lowercase(), repository.replace('/', "$"), encoded(version)];
    let safe = |part: &String| !part.is_empty() && !part.contains(['/', '\\', '\0']) && part != ".." && part != ".";
    parts.iter().all(safe).then(|| parts.iter().fold(PathBuf::from("br"), |path, part| path.join(part)))
}

enum Version<'a> {
    Tag(&'a str),
    Digest(&'a str),
}

fn versioned(address: &str) -> Option<(&str, Version<'_>)> {
    if let Some((repository, digest)) = address.split_once('@') {
        return Some((repository, Version::Digest(digest)));
    }
    let (repository, tag) = address.rsplit_once(':')?;
    Some((repository, Version::Tag(tag)))
}

/// A tag with `$` and a mask of its upper-case characters behind it, since some file systems do not tell them apart.
fn encoded(version: Version<'_>) -> String {
    match version {
        Version::Digest(digest) => digest.replace(':', "#"),
        Version::Tag(tag) => {
            let upper = tag.chars().take(128).enumerate().filter(|(_, c)| c.is_uppercase());
            let mask = upper.fold(0_u128, |mask, (at, _)| mask | (1 << at));
            if mask == 0 { format!("{tag}$") } else { format!("{tag}${mask:x}") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{built_in, configured, folder};

    #[test]
    fn addresses_lead_to_folders() {
        for (reference, expected) in [
            ("br/public:avm/res/key-vault/vault:0.1.0", "br/mcr.microsoft.com/bicep$avm$res$key-vault$vault/0.1.0$"),
            ("br:Contoso.azurecr.io/a/b:V1", "br/contoso.azurecr.io/a$b/V1$1"),
            ("br:contoso.azurecr.io:5000/a@sha256:00ff", "br/contoso.azurecr.io$5000/a/sha256#00ff"),
        ] {
            assert_eq!(folder(reference, &built_in()), Some(expected.into()), "{reference}");
        }
        for reference in ["br/other:a:1", "br:x/y", "br/public:../..:..", "ts:a/b/c:1"] {
            let found = folder(reference, &built_in());
            assert!(found.is_none_or(|path| !path.to_string_lossy().contains("/../")), "{reference}");
        }
    }

    #[test]
    fn configured_aliases() {
        let text = r#"{ // comment
            "moduleAliases": {"br": {"ours": {"registry": "contoso.azurecr.io", "modulePath": "bicep/modules"}}}}"#;
        let aliases = super::Aliases(configured(text));
        assert_eq!(folder("br/ours:net:1", &aliases), Some("br/contoso.azurecr.io/bicep$modules$net/1$".into()));
    }
}
