//! Starting other programs, with errors that say what is missing and how to get it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether a program can be started at all.
pub(crate) fn have(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Runs a program to its end and hands its standard output back.
pub(crate) fn output(program: &str, arguments: &[&str], directory: &Path) -> Result<Vec<u8>, String> {
    let finished = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("cannot start `{program}`: {e}; it must be installed and on PATH"))?;
    if finished.status.success() {
        Ok(finished.stdout)
    } else {
        Err(format!("`{program} {}` failed: {}", arguments.join(" "), finished.status))
    }
}

/// Runs a program to its end; whether it succeeded. `silent` hides what it prints.
pub(crate) fn succeeds(program: &str, arguments: &[&str], directory: &Path, silent: bool) -> Result<bool, String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    if silent {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    let status =
        command.status().map_err(|e| format!("cannot start `{program}`: {e}; it must be installed and on PATH"))?;
    Ok(status.success())
}
