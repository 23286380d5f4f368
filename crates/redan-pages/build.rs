//! Embeds the pages of the root folder `pages/` as text, with the kinds that each is about, so that nothing is parsed
//! before an estate holds the kind.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../../pages");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root, &mut files)?;
    }
    files.sort();
    let mut index = String::from("pub(crate) static PAGES: &[Embedded] = &[\n");
    for file in &files {
        let path = file.canonicalize()?;
        let text = fs::read_to_string(&path)?;
        let relative = file.strip_prefix(&root).map_err(io::Error::other)?.with_extension("");
        let id = relative.to_string_lossy().replace('\\', "/");
        let kinds: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("```cel ")).flat_map(kinds).collect();
        writeln!(index, "    Embedded {{ id: {id:?}, kinds: &{kinds:?}, text: include_str!({path:?}) }},")
            .map_err(io::Error::other)?;
    }
    index.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("pages.rs");
    fs::write(out, index)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

fn kinds(info: &str) -> impl Iterator<Item = &str> {
    info.split("//").next().unwrap_or_default().split(',').map(str::trim).filter(|kind| !kind.is_empty())
}
