//! `redan collect`, `redan permissions`, and the running account where other commands name it.

mod plan;

use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::progress::Progress;
use clap::{Args, ValueEnum, ValueHint};
use redan::{AWS, Error, Live};
use redan_aws::{Endpoints, Options, Settings, Step};
use std::path::{Path, PathBuf};

/// Whose running resources.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Cloud {
    /// The AWS account whose credentials are at hand.
    Aws,
}

/// Which part of a running account.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Part {
    /// Only these regions of the running account; all that are enabled if not given.
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Running accounts")]
    regions: Vec<String>,

    /// Only these services, by the prefix of their permissions, as in `ec2,s3`.
    #[arg(long, value_name = "SERVICE", value_delimiter = ',', help_heading = "Running accounts")]
    services: Vec<String>,

    /// The profile of the AWS configuration files.
    #[arg(long, value_name = "NAME", help_heading = "Running accounts")]
    profile: Option<String>,
}

/// Write what a running account answers into a file, to be scanned later or elsewhere.
#[derive(Debug, Args)]
pub(crate) struct Collect {
    /// Whose running resources.
    #[arg(value_name = "CLOUD")]
    cloud: Cloud,

    /// The file to write; it holds no credentials, only their kinds and salted hashes.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "explain_calls")]
    output: Option<PathBuf>,

    #[command(flatten)]
    part: Part,

    /// List what would be asked, and ask nothing.
    #[arg(long)]
    explain_calls: bool,
}

/// Print the least policy with which a running account can be read.
#[derive(Debug, Args)]
pub(crate) struct Permissions {
    /// Whose running resources.
    #[arg(value_name = "CLOUD")]
    cloud: Cloud,

    /// Only for these services, as in `ec2,s3`.
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    services: Vec<String>,
}

/// `redan collect`.
pub(crate) fn collect(options: &Collect) -> Result<Exit, Error> {
    let Cloud::Aws = options.cloud;
    if options.explain_calls {
        return plan::explain(&options.part.services, &options.part.regions);
    }
    let live = options.part.collect()?;
    let file = options.output.as_deref().unwrap_or(Path::new("aws.redan"));
    redan::write_snapshot(&live, file)?;
    let gaps = redan::gaps(&live);
    gaps.iter().for_each(|gap| output::note(gap));
    Ok(if gaps.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// `redan permissions`.
pub(crate) fn permissions(options: &Permissions) -> Result<Exit, Error> {
    let Cloud::Aws = options.cloud;
    plan::permissions(&options.services)
}

/// Collects the running account if a path names it.
pub(crate) fn named(paths: &[PathBuf], part: &Part) -> Result<Vec<Live>, Error> {
    if paths.iter().any(|path| path.as_os_str() == AWS) { Ok(vec![part.collect()?]) } else { Ok(Vec::new()) }
}

impl Part {
    /// Whether nothing is collected and the calls are only told.
    pub(crate) fn explain(&self) -> Result<Exit, Error> {
        plan::explain(&self.services, &self.regions)
    }

    fn collect(&self) -> Result<Live, Error> {
        let options = Options {
            profile: self.profile.clone(),
            regions: self.regions.clone(),
            services: self.services.clone(),
            settings: settings()?,
        };
        let progress = Progress::start("asking AWS");
        let live = redan::collect(&options, &|step| progress.say(&line(&step)))?;
        drop(progress);
        if let Some((requests, throttled)) = live.requests {
            let answers: usize = live.accounts.iter().map(|account| account.calls.len()).sum();
            let slowed = if throttled == 0 { String::new() } else { format!(", {throttled} of them throttled") };
            output::note(&format!("asked AWS: {answers} calls, {requests} requests{slowed}"));
        }
        Ok(live)
    }
}

fn line(step: &Step<'_>) -> String {
    let (requests, throttled) = step.requests;
    let slowed = if throttled == 0 { String::new() } else { format!(", {throttled} throttled") };
    format!(
        "asking AWS: {} of {} calls, {requests} requests{slowed}; {} in {}",
        step.ended, step.known, step.operation, step.region
    )
}

/// What the environment says about how to ask.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
fn settings() -> Result<Settings, Error> {
    let mut settings = Settings { endpoints: Endpoints::of_environment(), ..Settings::default() };
    if let Some(file) = std::env::var_os("AWS_CA_BUNDLE").filter(|file| !file.is_empty()) {
        let bundle = std::fs::read(&file).map_err(|error| {
            Error::new(format!("AWS_CA_BUNDLE: cannot read {}: {error}", Path::new(&file).display()))
        })?;
        settings.bundle = Some(bundle);
    }
    if let Some(attempts) = std::env::var("AWS_MAX_ATTEMPTS").ok().and_then(|text| text.parse().ok()) {
        settings.attempts = std::cmp::max(attempts, 1);
    }
    Ok(settings)
}
