//! The program, run in a folder of its own with nothing of the caller's environment.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder.
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::create_dir(path.join(".git")).unwrap();
        Self(path)
    }

    pub(crate) fn write(self, path: &str, text: &str) -> Self {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// What the program says here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// What the program says in a folder below.
    pub(crate) fn run_below(&self, below: &str, arguments: &[&str]) -> Said {
        Self(self.0.join(below)).run(arguments)
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Said {
        let mut command = program();
        let output = command.current_dir(&self.0).args(arguments).write_stdin(stdin).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn program() -> Command {
    let mut command = Command::cargo_bin("redan").unwrap();
    command.env_clear();
    command
}
