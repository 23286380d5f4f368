//! The layers of `ARCHITECTURE.md`: an arrow points down, crates of one layer do not know each other.

use super::metadata::{Metadata, Package};

/// Crate → layer.
const LAYERS: &[(&str, u8)] = &[
    ("redan-model", 0),
    ("redan-expr", 0),
    ("redan-files", 0),
    ("redan-kinds", 1),
    ("redan-aws", 1),
    ("redan-terraform", 1),
    ("redan-cloudformation", 1),
    ("redan-bicep", 1),
    ("redan-secrets", 1),
    ("redan-iam", 1),
    ("redan-network", 1),
    ("redan-pages", 1),
    ("redan-posture", 2),
    ("redan-report", 2),
    ("redan", 3),
    ("xtask", 4),
];

/// The edges inside a layer: the expression language speaks of values; sources and pages read kinds.
const WITHIN: &[(&str, &str)] = &[
    ("redan-expr", "redan-model"),
    ("redan-files", "redan-model"),
    ("redan-aws", "redan-kinds"),
    ("redan-terraform", "redan-kinds"),
    ("redan-cloudformation", "redan-kinds"),
    ("redan-bicep", "redan-kinds"),
    ("redan-pages", "redan-kinds"),
];

/// Says which edges point up or sideways, and which crates have no layer.
pub(crate) fn check(metadata: &Metadata) -> Vec<String> {
    let members: Vec<&Package> = metadata.packages.iter().filter(|package| package.member).collect();
    let mut wrong = Vec::new();
    for package in &members {
        let Some(from) = layer(&package.name) else {
            wrong.push(format!(
                "crate {} has no layer: give it one in xtask/src/tidy/layers.rs and ARCHITECTURE.md",
                package.name
            ));
            continue;
        };
        let inside = package.dependencies.iter().filter(|name| members.iter().any(|member| member.name == **name));
        for name in inside {
            let allowed =
                layer(name).is_none_or(|to| to < from) || WITHIN.contains(&(package.name.as_str(), name.as_str()));
            if !allowed && *name != package.name {
                wrong.push(format!("{} may not depend on {name}: arrows point down the layers", package.name));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        Package { name: name.to_owned(), member: true, dependencies, ..Package::default() }
    }

    fn messages(packages: Vec<Package>) -> Vec<String> {
        check(&Metadata { packages })
    }

    #[test]
    fn edges_down_and_the_named_ones_inside_a_layer() {
        let fine = vec![
            package("redan-model", &[]),
            package("redan-kinds", &["redan-model"]),
            package("redan-pages", &["redan-kinds", "redan-model"]),
            package("redan", &["redan-pages"]),
        ];
        assert!(messages(fine).is_empty());
    }

    #[test]
    fn edges_up_and_sideways_and_crates_without_a_layer() {
        let wrong = vec![
            package("redan-model", &["redan-iam"]),
            package("redan-iam", &["redan-network"]),
            package("redan-network", &[]),
            package("redan-new", &[]),
        ];
        let messages = messages(wrong);
        assert_eq!(messages.len(), 3);
        assert!(messages[0].contains("redan-new") && messages[1].contains("redan-iam may not"));
    }
}
