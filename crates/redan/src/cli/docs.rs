//! Completions and manual pages, made from the command line's own definition.

use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use redan::Error;
use redan_model::Str;
use std::path::Path;

pub(crate) fn completions(shell: Shell) -> Result<Exit, Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "redan", &mut text);
    output::stdout(|out| out.write_all(&text))?;
    Ok(Exit::Clean)
}

pub(crate) fn manual(dir: Option<&Path>) -> Result<Exit, Error> {
    let Some(dir) = dir else {
        output::stdout(|out| Man::new(Cli::command()).render(out))?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(dir).map_err(|error| Error::new(format!("cannot make {}: {error}", dir.display())))?;
    page(dir, &Cli::command(), "redan", 0)?;
    Ok(Exit::Clean)
}

fn page(dir: &Path, command: &clap::Command, name: &str, depth: usize) -> Result<(), Error> {
    let named = command.clone().name(Str::new(name).as_str());
    output::file(&dir.join(format!("{name}.1")), |out| Man::new(named).render(out))?;
    for part in command.get_subcommands().filter(|_| depth < 4) {
        page(dir, part, &format!("{name}-{}", part.get_name()), depth + 1)?;
    }
    Ok(())
}
