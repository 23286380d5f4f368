//! The command line: arguments into calls of the library, results into output and an exit code.

mod args;
mod config;
mod docs;
mod exit;
mod format;
mod frameworks;
mod iam;
mod init;
mod live;
mod markdown;
mod net;
mod output;
mod pages;
mod progress;
mod scan;

use args::{Cli, Command};
use clap::Parser;
use exit::Exit;
use std::process::ExitCode;

pub(crate) fn run() -> ExitCode {
    std::panic::set_hook(Box::new(bug));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong { Exit::Usage.into() } else { Exit::Clean.into() };
        }
    };
    let result = match cli.command {
        Command::Scan(options) => scan::run(*options, cli.color),
        Command::Explain(options) => pages::explain(&options, cli.color),
        Command::Pages { command } => pages::run(command, cli.color),
        Command::Frameworks(options) => frameworks::run(&options, cli.color),
        Command::Iam { command } => iam::run(command),
        Command::Net { command } => net::run(command),
        Command::Collect(options) => live::collect(&options),
        Command::Permissions(options) => live::permissions(&options),
        Command::Init(options) => init::run(&options),
        Command::Completions { shell } => docs::completions(shell),
        Command::Man { dir } => docs::manual(dir.as_deref()),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::error(&error);
            Exit::Usage.into()
        }
    }
}

/// What a person sees if the program is wrong: where, and what to do.
fn bug(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    output::note(&format!(
        "error: redan {} has a bug{place}\nhelp: please report it with what was scanned, at {}/issues",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY")
    ));
    std::process::exit(101);
}
