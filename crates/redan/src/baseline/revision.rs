//! A revision of a git repository as files in a folder of its own.
//!
//! Through the program `git` and not a library: it is where the repository is, it knows every kind of repository
//! (work trees, partial clones, alternates, SHA-256), and a reader in Rust would be the largest dependency of all. Only
//! plumbing is run that reads objects: no hook, filter or network.

use crate::{Error, Input, Judging};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

const MAX_FILES: usize = 200_000;
const MAX_DEPTH: usize = 24;
/// Files of languages that are read.
const MAX_CODE: u64 = 64 << 20;
/// Other files, which code may read too (templates, policies).
const MAX_OTHER: u64 = 256 << 10;
const CODE: [&str; 9] = [".tf", ".json", ".tofu", ".tfvars", ".hcl", ".yaml", ".yml", ".bicep", ".template"];

/// A revision, unpacked. The folder goes away with it.
pub(super) struct Revision {
    folder: PathBuf,
    top: PathBuf,
    here: PathBuf,
}

impl Drop for Revision {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Revision {
    pub(super) fn read(name: &str, input: &Input) -> Result<Self, Error> {
        let cannot = |what: String| Error::new(format!("--new-since {name}: {what}"));
        if input.paths.iter().any(|path| path == Path::new("-")) {
            let error = cannot("standard input has no earlier revision".to_owned());
            return Err(error.help("give an earlier report: --new-since report.json"));
        }
        let here = std::env::current_dir().and_then(fs::canonicalize).map_err(|error| cannot(error.to_string()))?;
        let first = input.paths.first().map_or(Path::new("."), PathBuf::as_path);
        let start = fs::canonicalize(first).map_err(|error| cannot(format!("{}: {error}", first.display())))?;
        let start = if start.is_dir() { start } else { start.parent().map(Path::to_owned).unwrap_or(start) };
        let top = git(&start, &["rev-parse", "--show-toplevel"]).map_err(|what| {
            cannot(what).help("it is no file; for a revision the first path must lie in a git repository")
        })?;
        let top = fs::canonicalize(top.trim_end_matches('\n')).map_err(|error| cannot(error.to_string()))?;
        let spec = format!("{name}^{{commit}}");
        let commit = git(&top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &spec])
            .map_err(|_| cannot("is neither a file nor a revision of the repository".to_owned()))?;
        let revision = Self { folder: own_folder().map_err(|error| cannot(error.to_string()))?, top, here };
        revision.unpack(commit.trim()).map_err(cannot)?;
        revision.installed(input);
        Ok(revision)
    }

    /// Writes the files of a commit.
    fn unpack(&self, commit: &str) -> Result<(), String> {
        let fault = |error: std::io::Error| error.to_string();
        fs::create_dir(self.folder.join(".git")).map_err(fault)?;
        let list = output(&self.top, &["ls-tree", "-r", "-z", "-l", "--full-tree", commit])?;
        let wanted: Vec<(String, PathBuf)> =
            list.split(|byte| *byte == 0).filter_map(entry).take(MAX_FILES + 1).collect();
        if wanted.len() > MAX_FILES {
            return Err(format!("the revision has more than {MAX_FILES} files"));
        }
        let mut child = command(&self.top)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(fault)?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("git cannot be asked".to_owned());
        };
        let ids: Vec<String> = wanted.iter().map(|(id, _)| format!("{id}\n")).collect();
        let writer = std::thread::spawn(move || ids.iter().try_for_each(|id| stdin.write_all(id.as_bytes())));
        let mut reader = BufReader::new(stdout);
        let result = wanted.iter().try_for_each(|(_, path)| self.write(&mut reader, path));
        if result.is_err() {
            let _ = child.kill();
        }
        let _ = writer.join();
        let _ = child.wait();
        result.map_err(fault)
    }

    /// Writes the next object that `cat-file` gives.
    fn write(&self, reader: &mut impl BufRead, path: &Path) -> std::io::Result<()> {
        let mut head = String::new();
        reader.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size.filter(|size| *size <= MAX_CODE) else { return Ok(()) };
        let mut bytes = Vec::new();
        reader.by_ref().take(size + 1).read_to_end(&mut bytes)?;
        bytes.pop();
        let target = self.folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(target, bytes)
    }

    /// Copies the installed modules of the work tree, which no revision holds: else all in them would seem new.
    fn installed(&self, input: &Input) {
        let mut left = MAX_FILES;
        for path in &input.paths {
            if let Ok(real) = fs::canonicalize(path)
                && real.starts_with(&self.top)
            {
                self.copy_installed(&real, false, 0, &mut left);
            }
        }
    }

    fn copy_installed(&self, folder: &Path, inside: bool, depth: usize, left: &mut usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let (Ok(kind), name) = (entry.file_type(), entry.file_name()) else { continue };
            let name = name.to_string_lossy();
            let hidden = name.starts_with('.') && name != ".terraform";
            if kind.is_dir() && !hidden && name != "node_modules" && name != "providers" && depth < MAX_DEPTH {
                self.copy_installed(&entry.path(), inside || name == ".terraform", depth + 1, left);
            } else if inside && kind.is_file() && *left > 0 {
                *left -= 1;
                let size = entry.metadata().map_or(u64::MAX, |metadata| metadata.len());
                let path = entry.path();
                if let (true, Ok(below)) = (size <= limit(&name), path.strip_prefix(&self.top)) {
                    let target = self.folder.join(below);
                    let _ = target.parent().map(fs::create_dir_all);
                    let _ = fs::copy(&path, target);
                }
            }
        }
    }

    /// The settings with paths that mean the same from any folder.
    pub(super) fn outside(&self, judging: &Judging) -> Judging {
        let mut judging = judging.clone();
        for page in &mut judging.pages {
            *page = self.here.join(&*page);
        }
        judging
    }

    /// Does something in the folder that stands for the one we are in, with paths that mean the same there.
    pub(super) fn within<T>(&self, input: &Input, work: impl FnOnce(&Input) -> Result<T, Error>) -> Result<T, Error> {
        let there =
            self.here.strip_prefix(&self.top).map_or_else(|_| self.folder.clone(), |below| self.folder.join(below));
        let moved = |path: &PathBuf| match path.strip_prefix(&self.top) {
            Ok(below) if path.is_absolute() => self.folder.join(below),
            _ => path.clone(),
        };
        let file = |path: &PathBuf| {
            let new = there.join(moved(path));
            if new.exists() { new } else { self.here.join(path) }
        };
        let mut input = input.clone();
        input.variable_files = input.variable_files.iter().map(file).collect();
        input.paths = input.paths.iter().map(moved).collect();
        fs::create_dir_all(&there)
            .and_then(|()| std::env::set_current_dir(&there))
            .map_err(|error| Error::new(format!("cannot work in {}: {error}", there.display())))?;
        let result = work(&input);
        let _ = std::env::set_current_dir(&self.here);
        result
    }
}

/// A line of `ls-tree -l`: the object and the path of a file that code may read.
fn entry(line: &[u8]) -> Option<(String, PathBuf)> {
    let line = std::str::from_utf8(line).ok()?;
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split_whitespace();
    let (mode, kind, id, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let size: u64 = size.parse().ok()?;
    let path = PathBuf::from(path);
    let name = path.file_name()?.to_str()?;
    let safe = path.components().all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    (kind == "blob" && mode.starts_with("100") && safe && size <= limit(name)).then(|| (id.to_owned(), path.clone()))
}

/// How large a file of this name may be.
fn limit(name: &str) -> u64 {
    if CODE.iter().any(|ending| name.ends_with(ending)) { MAX_CODE } else { MAX_OTHER }
}

/// A new folder that only we can read.
fn own_folder() -> std::io::Result<PathBuf> {
    let base = fs::canonicalize(std::env::temp_dir())?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let mut last = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
    for number in 0..1000 {
        let folder = base.join(format!("redan-{}-{number}", std::process::id()));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").arg("-C").arg(folder);
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    command
}

fn output(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let done = command(folder).args(arguments).stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("the program git cannot be run: {error}"))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(said.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ").to_owned())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    output(folder, arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
