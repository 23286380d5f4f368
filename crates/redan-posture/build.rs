//! Embeds the frameworks of the root folder `frameworks/` as text, by name; nothing is parsed before it is asked for.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../../frameworks");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = fs::read_dir(&root)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut index = String::from("pub(crate) static FRAMEWORKS: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let path = file.canonicalize()?;
        writeln!(index, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    index.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("frameworks.rs"), index)
}
