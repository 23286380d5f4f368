//! moto, started on this machine for a test, filled, and stopped again.

use crate::run::{output, root};
use crate::tools;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running emulator; it ends when this is dropped.
pub(crate) struct Emulator {
    child: Child,
    port: u16,
}

impl Emulator {
    /// Starts it on a free port of the loopback interface.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = tools::live()?;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| format!("no free port: {error}"))?.port();
        let child = Command::new(programs.join("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .envs([("MOTO_ACCOUNT_ID", "123456789012"), ("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start moto_server: {error}"))?;
        let emulator = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err("moto_server does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(emulator)
    }

    /// Where it answers.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Fills it with the planted estate; the file that says what was planted.
    pub(crate) fn seed(&self) -> Result<PathBuf, String> {
        let folder = tools::folder().join("live-estate");
        tools::create(&folder)?;
        let truth = folder.join("truth.json");
        let python = tools::live()?.join("python");
        let script = root().join("tests/live/seed.py");
        let (script, file) = (script.to_string_lossy().into_owned(), truth.to_string_lossy().into_owned());
        let arguments = [&script, "--endpoint", &self.endpoint(), "--truth", &file];
        output(&python.to_string_lossy(), &arguments, &root())?;
        Ok(truth)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
