//! The release archive: the program, its manual, completions, licence and descriptions.

use super::archive::Entry;
use super::tar;
use crate::product::version;
use crate::run::{output, root};
use crate::tools::{create, write};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Shells, and the names under which they look for completions.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "redan.bash"),
    ("zsh", "_redan"),
    ("fish", "redan.fish"),
    ("powershell", "redan.ps1"),
    ("elvish", "redan.elv"),
];

const TEXTS: [&str; 4] = ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"];

/// Makes the archive and, beside it, its checksum.
pub(crate) fn make(program: &Path, folder: &Path) -> Result<PathBuf, String> {
    create(folder)?;
    let name = format!("redan-{}-{}", version()?, host()?);
    let mut entries = vec![Entry::program(format!("{name}/bin/redan"), program)?];
    for text in TEXTS {
        entries.push(Entry::text(format!("{name}/{text}"), &root().join(text))?);
    }
    let said = |arguments: &[&str]| output(&program.to_string_lossy(), arguments, &root());
    for (shell, file) in COMPLETIONS {
        entries.push(Entry::new(format!("{name}/completions/{file}"), said(&["completions", shell])?));
    }
    let manual = folder.join("man");
    let _ = std::fs::remove_dir_all(&manual);
    said(&["man", "--dir", &manual.to_string_lossy()])?;
    for page in pages(&manual)? {
        let file = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        entries.push(Entry::text(format!("{name}/man/man1/{file}"), &page)?);
    }
    std::fs::remove_dir_all(&manual).map_err(|error| format!("cannot remove {}: {error}", manual.display()))?;
    let bytes = tar::gz(&entries)?;
    let file = folder.join(format!("{name}.tar.gz"));
    write(&file, &bytes)?;
    let sum = Sha256::digest(&bytes).iter().fold(String::new(), |mut sum, byte| {
        let _ = write!(sum, "{byte:02x}");
        sum
    });
    write(&folder.join(format!("{name}.tar.gz.sha256")), format!("{sum}  {name}.tar.gz\n").as_bytes())?;
    Ok(file)
}

fn pages(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let list = std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut pages: Vec<PathBuf> = list.filter_map(|entry| Some(entry.ok()?.path())).collect();
    pages.sort();
    Ok(pages)
}

/// The compiler's name of this machine: `x86_64-unknown-linux-gnu`.
fn host() -> Result<String, String> {
    let said = output("rustc", &["--version", "--verbose"], &root())?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say its host".to_owned())
}
