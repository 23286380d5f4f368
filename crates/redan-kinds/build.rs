//! Embeds `kinds/**/*.yaml` with an index: which file declares which kind, and which Terraform types it maps.
//!
//! Examples, which stand last in a file, are for tests and readers: they are not embedded. It reads line by line, by the
//! layout that the kind files keep: `kind:` at the margin, a language's types indented by two below `terraform:` or
//! `cloudformation:`. Files are parsed in full only when an estate holds their kind.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../kinds");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let out_folder = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let mut out = String::from("pub(crate) static EMBEDDED: &[Embedded] = &[\n");
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file)?;
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string().replace('\\', "/");
        let kind = text.lines().find_map(|line| line.strip_prefix("kind:")).unwrap_or_default().trim();
        let extension = text.lines().any(|line| line.trim_end() == "extension: true");
        let table = out_folder.join(format!("{}.yaml", name.trim_end_matches(".yaml").replace('/', "-")));
        let end = text.find("\nexample:\n").map_or(text.len(), |at| at + 1);
        fs::write(&table, text.get(..end).unwrap_or(&text))?;
        let path = table.display().to_string();
        writeln!(
            out,
            "    Embedded {{ file: {name:?}, kind: {kind:?}, extension: {extension}, terraform: &{:?}, text: include_str!({path:?}) }},",
            terraform_types(&text)
        )
        .map_err(io::Error::other)?;
    }
    out.push_str("];\n");
    fs::write(out_folder.join("embedded.rs"), out)
}

fn terraform_types(text: &str) -> Vec<String> {
    let mut types = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if !line.starts_with(' ') && !line.trim().is_empty() && !line.starts_with('#') {
            inside = matches!(line.trim_end(), "terraform:" | "cloudformation:");
        } else if inside
            && line.starts_with("  ")
            && !line.starts_with("   ")
            && let Some((name, _)) = line.trim().split_once(": ").or_else(|| line.trim().rsplit_once(':'))
            && !name.starts_with('#')
        {
            types.push(name.to_owned());
        }
    }
    types
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            into.push(path);
        }
    }
    Ok(())
}
