//! Embeds the table of operations: `data/operations/*.json` by service, and `names.txt`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("data/operations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let path = |name: &str| folder.join(name).display().to_string();
    let mut out = format!("static NAMES: &str = include_str!({:?});\n", path("names.txt"));
    let _ = writeln!(out, "pub(crate) static PARTITIONS: &str = include_str!({:?});", path("partitions.json"));
    out.push_str("static FILES: &[(&str, &str)] = &[\n");
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "json")) {
        let service = file.file_stem().unwrap_or_default().to_string_lossy();
        if service != "partitions" {
            let _ = writeln!(out, "    ({service:?}, include_str!({:?})),", file.display().to_string());
        }
    }
    out.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("operations.rs"), out)
}
