//! A Python wheel that holds the program and nothing else
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>). It needs no network.

use super::archive::Entry;
use super::zip::zip;
use crate::product::version;
use crate::run::root;
use crate::tools::{create, read, write};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Makes the wheel.
pub(crate) fn make(program: &Path, folder: &Path) -> Result<PathBuf, String> {
    create(folder)?;
    let version = version()?;
    let binary =
        Entry::program(format!("redan-{version}.data/scripts/redan{}", std::env::consts::EXE_SUFFIX), program)?;
    let platform = platform(&binary.bytes)?;
    let info = format!("redan-{version}.dist-info");
    let tag = format!("py3-none-{platform}");
    let wheel = format!("Wheel-Version: 1.0\nGenerator: redan xtask\nRoot-Is-Purelib: false\n{}", tags(&platform));
    let mut entries = vec![
        binary,
        Entry::new(format!("{info}/METADATA"), metadata(&version)?),
        Entry::new(format!("{info}/WHEEL"), wheel),
        Entry::text(format!("{info}/licenses/LICENSE"), &root().join("LICENSE"))?,
    ];
    let record = record(&entries, &info);
    entries.push(Entry::new(format!("{info}/RECORD"), record));
    let file = folder.join(format!("redan-{version}-{tag}.whl"));
    write(&file, &zip(&entries)?)?;
    Ok(file)
}

fn metadata(version: &str) -> Result<String, String> {
    let readme = read(&root().join("README.md"))?;
    Ok(format!(
        "Metadata-Version: 2.4\nName: redan\nVersion: {version}\nSummary: See what your clouds expose: AWS and Azure, code and accounts\n\
         License-Expression: Apache-2.0\nLicense-File: LICENSE\nRequires-Python: >=3.8\n\
         Project-URL: Source, https://github.com/redan-security/redan\nDescription-Content-Type: text/markdown\n\n{readme}"
    ))
}

fn tags(platform: &str) -> String {
    platform.split('.').map(|platform| format!("Tag: py3-none-{platform}\n")).collect()
}

fn record(entries: &[Entry], info: &str) -> String {
    let line = |entry: &Entry| {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&entry.bytes));
        format!("{},sha256={hash},{}\n", entry.path, entry.bytes.len())
    };
    let lines: String = entries.iter().map(line).collect();
    format!("{lines}{info}/RECORD,,\n")
}

/// The platforms on which the program runs, by its build and by the C library that it asks for
/// (<https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>).
fn platform(program: &[u8]) -> Result<String, String> {
    let arch = std::env::consts::ARCH;
    match std::env::consts::OS {
        "linux" => Ok(match glibc(program) {
            Some(minor) => format!("manylinux_2_{}_{arch}", minor.max(17)),
            None => format!("manylinux_2_17_{arch}.musllinux_1_1_{arch}"),
        }),
        "macos" if arch == "aarch64" => Ok("macosx_11_0_arm64".to_owned()),
        "macos" => Ok("macosx_10_12_x86_64".to_owned()),
        "windows" if arch == "aarch64" => Ok("win_arm64".to_owned()),
        "windows" => Ok("win_amd64".to_owned()),
        other => Err(format!("no wheel is known for {other}")),
    }
}

/// The newest version 2.x of glibc whose symbols the program asks for; none if it asks for none.
fn glibc(program: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"GLIBC_2.";
    let places = program.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    let minor = |at: usize| {
        let digits = program.get(at + NAME.len()..)?.iter().take_while(|byte| byte.is_ascii_digit());
        String::from_utf8(digits.copied().collect()).ok()?.parse().ok()
    };
    places.filter_map(|(at, _)| minor(at)).max()
}
