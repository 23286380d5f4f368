//! `redan scan`.

use crate::cli::args::{FailOn, Scan, Show, When};
use crate::cli::config::{self, Config};
use crate::cli::exit::{self, Exit};
use crate::cli::format::{self, Target};
use crate::cli::frameworks;
use crate::cli::live;
use crate::cli::output;
use crate::cli::progress::Progress;
use clap::ValueEnum;
use redan::{Baseline, Error, Input, Judging};
use redan_posture::Framework;
use redan_report::{Format, Report, audit_format};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const MAX_STDIN: u64 = 1 << 30;

pub(crate) fn run(options: Scan, color: When) -> Result<Exit, Error> {
    if options.explain_calls {
        return options.part.explain();
    }
    let config = config::load(&options.config, options.paths.first().map_or(Path::new("."), AsRef::as_ref))?;
    let targets = targets(&options)?;
    let fail_on = fail_on(&options, &config)?;
    redan::threads(options.jobs)?;
    let input = input(&options, &config)?;
    let passes = options.show == Some(Show::All) || options.framework.is_some();
    let mut judging = judging(&options, config, passes)?;
    let moment = judging.now.unwrap_or_default();
    let framework = match &judging.framework {
        Some(name) => Some(redan::framework(&*redan::pages(&judging.pages)?, name)?),
        None => None,
    };
    let progress = Progress::start("reading");
    if let Some(since) = &options.new_since {
        judging.baseline = Some(baseline(since, &input, &judging)?);
    }
    let loaded = redan::read(&input);
    let scan = redan::judge(&loaded, &judging)?;
    drop(progress);
    write(&scan, framework.as_ref(), &targets, options.show, moment, color)?;
    if options.coverage {
        redan::Coverage::of(&loaded.estate).lines().iter().for_each(|line| output::note(line));
    }
    Ok(exit::of_scan(&scan.summary, &fail_on, options.allow_incomplete))
}

fn write(
    scan: &redan::Scan,
    framework: Option<&Framework>,
    targets: &[Target],
    show: Option<Show>,
    moment: i64,
    color: When,
) -> Result<(), Error> {
    let audit = framework.map(|framework| frameworks::audit(framework, scan, moment));
    let report = |format: &Format| Report {
        findings: &scan.findings,
        show: match show {
            Some(Show::Fail) => redan_report::Show::Fail,
            Some(Show::Unknown) => redan_report::Show::Unknown,
            Some(Show::All) => redan_report::Show::All,
            None => format.shows,
        },
        problems: &scan.problems,
        summary: &scan.summary,
        sources: &scan.sources,
        rules: &scan.rules,
        answers: &redan::answers,
        version: env!("CARGO_PKG_VERSION"),
        moment,
    };
    for Target { format, file } in targets {
        let by_controls = audit.as_ref().and_then(|audit| Some((audit, audit_format(format.name)?)));
        if let Some((audit, write)) = by_controls {
            match file {
                Some(file) => output::file(file, |out| write(audit, output::plain_look(), out))?,
                None => output::stdout(|out| write(audit, output::look(color), out))?,
            }
            continue;
        }
        let report = report(format);
        match file {
            Some(file) => output::file(file, |out| (format.write)(&report, output::plain_look(), out))?,
            None => output::stdout(|out| (format.write)(&report, output::look(color), out))?,
        }
        if let Some(beside) = &format.beside {
            output::beside(beside, &report)?;
        }
    }
    if targets.iter().all(|target| target.file.is_some()) {
        redan_report::totals(&scan.summary).iter().for_each(|line| output::note(line));
    }
    Ok(())
}

/// What was there before, by a report or a revision.
fn baseline(since: &str, input: &Input, judging: &Judging) -> Result<Baseline, Error> {
    let file = Path::new(since);
    if file.is_file() {
        return Baseline::of_report(file);
    }
    let (baseline, whole) = Baseline::of_revision(since, input, judging)?;
    if !whole {
        output::note(&format!("warning: {since} could not be read in full: what is known may seem new"));
    }
    Ok(baseline)
}

fn targets(options: &Scan) -> Result<Vec<Target>, Error> {
    if options.formats.is_empty() {
        return Ok(redan_report::format(format::DEFAULT)
            .map(|format| Target { format, file: None })
            .into_iter()
            .collect());
    }
    for (at, target) in options.formats.iter().enumerate() {
        if options.formats.iter().skip(at + 1).any(|other| other.file == target.file) {
            let place = target.file.as_ref().map_or("standard output".to_owned(), |file| file.display().to_string());
            return Err(Error::new(format!("two formats go to {place}")).help("give one a file: --format json=FILE"));
        }
    }
    Ok(options.formats.clone())
}

fn fail_on(options: &Scan, config: &Config) -> Result<Vec<FailOn>, Error> {
    if !options.fail_on.is_empty() {
        return Ok(options.fail_on.clone());
    }
    let parse = |text: &String| {
        FailOn::from_str(text, false).map_err(|_| {
            Error::new(format!("redan.toml: `fail-on` cannot be `{text}`"))
                .help("there are low, medium, high, critical, unknown, never")
        })
    };
    config.fail_on.iter().map(parse).collect()
}

fn input(options: &Scan, config: &Config) -> Result<Input, Error> {
    let mut exclude = config.exclude.clone();
    exclude.extend(options.exclude.iter().cloned());
    let stdin = if options.paths.iter().any(|path| path == Path::new("-")) { Some(stdin()?) } else { None };
    Ok(Input {
        live: live::named(&options.paths, &options.part)?,
        paths: options.paths.clone(),
        stdin,
        exclude,
        variables: options.variables.clone(),
        variable_files: options.variable_files.clone(),
        parameters: options.parameters.clone(),
        parameter_files: options.parameter_files.clone(),
        environment: environment(),
        assume: config.assume.clone(),
    })
}

/// What the environment says to code.
pub(crate) fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("TF_VAR_") || name == "TF_WORKSPACE")
        .collect()
}

fn stdin() -> Result<Arc<str>, Error> {
    let mut text = String::new();
    let mut limited = std::io::stdin().lock().take(MAX_STDIN);
    limited.read_to_string(&mut text).map_err(|error| Error::new(format!("cannot read standard input: {error}")))?;
    Ok(Arc::from(text))
}

fn judging(options: &Scan, config: Config, passes: bool) -> Result<Judging, Error> {
    let mut pages = config.pages;
    pages.extend(options.choice.folders.iter().cloned());
    let either = |first: &[String], second: Vec<String>| if first.is_empty() { second } else { first.to_vec() };
    let mut skip = config.skip;
    skip.extend(options.choice.skip.iter().cloned());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|now| i64::try_from(now.as_secs()).ok());
    let now = options.now.or_else(clock);
    Ok(Judging {
        pages,
        only: either(&options.choice.only, config.only),
        skip,
        baseline: None,
        framework: options.framework.clone(),
        at_least: options.severity.map(Into::into),
        severities: config.severities,
        parameters: config.parameters,
        overrides: config.overrides,
        allow: config.allow,
        settings_file: config.file,
        passes,
        now,
    })
}
