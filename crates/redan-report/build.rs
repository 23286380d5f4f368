//! Registers the output formats: every file `src/formats/NAME.rs`, and every folder with a `mod.rs`, is a module with a
//! constant `FORMAT`. What stands there is a format; there is no list to edit.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("src/formats");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut modules = modules(&root)?;
    modules.sort();
    let mut text = String::new();
    for (name, file) in &modules {
        writeln!(text, "#[path = {file:?}]\nmod {name};").map_err(io::Error::other)?;
    }
    text.push_str("pub(crate) static ALL: &[&Format] = &[\n");
    for (name, _) in &modules {
        writeln!(text, "    &{name}::FORMAT,").map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("formats.rs"), text)
}

fn modules(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut modules = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let file = if path.is_dir() { path.join("mod.rs") } else { path.clone() };
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if file.is_file() && file.extension().is_some_and(|extension| extension == "rs") {
            modules.push((name.to_owned(), file.clone()));
        }
    }
    Ok(modules)
}
