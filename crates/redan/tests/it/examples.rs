//! The example of every kind: the same resource in each language that can express it gives the same canonical tree.

use crate::common::Folder;
use redan::Input;
use redan_model::{Node, ProblemKind, Shown, Str, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What has to stand around an example.
type Around = fn(&str) -> String;

/// A language, the file that its example is read from, and what has to stand around it.
const LANGUAGES: [(&str, &str, Around); 4] = [
    ("terraform", "main.tf", str::to_owned),
    ("cloudformation", "template.yaml", |text| {
        format!("Resources:\n  example:\n{}", text.lines().map(|line| format!("    {line}\n")).collect::<String>())
    }),
    ("arm", "azuredeploy.json", |text| {
        let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
        format!("{{\"$schema\": \"{schema}\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{text}]}}")
    }),
    ("bicep", "main.bicep", str::to_owned),
];

fn kind_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            kind_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            into.push(path);
        }
    }
}

/// The texts of a file's example by language: blocks of text indented by four, last in the file.
fn example(text: &str) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut language = String::new();
    for line in text.split_once("\nexample:\n").map_or("", |(_, after)| after).lines() {
        match line.strip_prefix("    ") {
            Some(line) => writeln!(texts.entry(language.clone()).or_default(), "{line}").unwrap(),
            None if line.trim().is_empty() => texts.entry(language.clone()).or_default().push('\n'),
            None => language = line.trim().trim_end_matches(": |").to_owned(),
        }
    }
    texts
}

/// A tree as text: members by name, and without what only says that nothing stands there.
fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => {
            let mut entries: Vec<String> =
                map.entries().iter().map(|entry| format!("{}: {}", entry.key, canonical(&entry.node))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::List(list) => format!("[{}]", list.items.iter().map(canonical).collect::<Vec<_>>().join(", ")),
        other => Shown(other).to_string(),
    }
}

fn read(folder: &Folder, file: &str, text: &str, kind: &str) -> Result<String, String> {
    let path = folder.path().join(file);
    std::fs::write(&path, text).unwrap();
    let loaded = redan::read(&Input { paths: vec![path], ..Input::default() });
    let elsewhere = |kind: ProblemKind| kind == ProblemKind::ModuleMissing;
    if let Some(problem) = loaded.problems.iter().find(|problem| !elsewhere(problem.kind)) {
        return Err(problem.message.to_string());
    }
    let found = loaded.estate.of_kind(Str::new(kind)).iter().filter_map(|id| loaded.estate.get(*id));
    let made: Vec<_> = found.filter(|resource| !resource.partial).collect();
    let named: Vec<_> = made.iter().filter(|resource| resource.address.contains("example")).copied().collect();
    let made = if named.is_empty() { made } else { named };
    let made: Vec<String> = made.into_iter().map(|resource| canonical(&resource.body)).collect();
    match made.as_slice() {
        [one] => Ok(one.clone()),
        other => Err(format!("{} resources of the kind", other.len())),
    }
}

#[test]
fn every_language_gives_the_same_tree() {
    let folder = Folder::new("examples");
    let mut files = Vec::new();
    kind_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kinds"), &mut files);
    files.sort();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let kind = text.lines().find_map(|line| line.strip_prefix("kind: ")).unwrap().trim().to_owned();
        let texts = example(&text);
        let mut first: Option<(&str, String)> = None;
        for (language, file, around) in LANGUAGES {
            let Some(text) = texts.get(language) else { continue };
            match (read(&folder, file, &around(text), &kind), &first) {
                (Err(why), _) => wrong.push(format!("{kind}: {language}: {why}")),
                (Ok(tree), None) => first = Some((language, tree)),
                (Ok(tree), Some((other, known))) if tree != *known => {
                    wrong.push(format!("{kind}:\n  {other}: {known}\n  {language}: {tree}"));
                }
                (Ok(_), Some(_)) => compared += 1,
            }
        }
        let unknown = texts.keys().find(|name| !LANGUAGES.iter().any(|(known, ..)| known == name));
        wrong.extend(unknown.map(|name| format!("{kind}: no language is called {name}")));
    }
    assert!(wrong.is_empty(), "{} wrong, {compared} equal\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 380, "only {compared} comparisons");
}
