//! `redan iam`: questions about permissions, over code, plans, recorded answers, an account's own export, and policy files.

use crate::cli::exit::Exit;
use crate::cli::output;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use redan::Error;
use redan::Input;
use redan_iam::{
    Account, Answer, AnswerOn, Given, LintIn, Policy, PolicyKind, Render, Tenant, lint, new_access, public,
};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Iam {
    /// Whether a principal may do something, and by which statements or assignments.
    ///
    /// Exits with 0 if some such request is allowed, 1 if none is, 3 if that is not known.
    Can {
        /// Who: its ARN, its object id, its name, or its address in code.
        principal: String,
        /// The action: `s3:GetObject`, `Microsoft.Storage/storageAccounts/listKeys/action`.
        action: String,
        /// The resource's ARN, its ARM id, or its address in code; any if left out. One that was not read counts as the account's own.
        resource: Option<String>,
        #[command(flatten)]
        given: Context,
        #[command(flatten)]
        account: Details,
    },
    /// Who may do something.
    WhoCan {
        /// The action: `s3:GetObject`, `Microsoft.Storage/storageAccounts/listKeys/action`.
        action: String,
        /// The resource's ARN, its ARM id, or its address in code; any if left out. One that was not read counts as the account's own.
        resource: Option<String>,
        #[command(flatten)]
        given: Context,
        #[command(flatten)]
        account: Details,
    },
    /// What a principal may do: actions by resources, as few patterns as say it; for Azure its roles by scopes.
    WhatCan {
        /// Who: its ARN, its object id, its name, or its address in code.
        principal: String,
        #[command(flatten)]
        account: Details,
    },
    /// Who can become administrator or take another's place, and by which chain. Exits with 1 if somebody can.
    Escalate {
        /// Only this one: its ARN, its object id, its name, or its address in code.
        principal: Option<String>,
        #[command(flatten)]
        account: Details,
    },
    /// Every access from outside of the account or tenant: by policies of resources and roles, guests' roles, federated credentials. Exits with 1 if there is any.
    External {
        #[command(flatten)]
        account: Details,
    },
    /// Resources that strangers may use, or whether one policy lets them in. Exits with 1 if so, 3 if that is not known.
    Public {
        /// The policy, as JSON; without it all resources are looked at.
        #[arg(value_hint = ValueHint::FilePath)]
        policy: Option<PathBuf>,
        #[command(flatten)]
        account: Details,
    },
    /// Whether a policy allows what another does not. Exits with 1 if it does, 3 if that is not known.
    Diff {
        /// The policy to compare with.
        #[arg(value_hint = ValueHint::FilePath)]
        old: PathBuf,
        /// The policy that may allow more.
        #[arg(value_hint = ValueHint::FilePath)]
        new: PathBuf,
        #[command(flatten)]
        form: Form,
    },
    /// What is wrong with policies: names, types, parts that do nothing. Exits with 1 if something is.
    Lint {
        /// The policies, as JSON.
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        policies: Vec<PathBuf>,
        /// What they are attached to.
        #[arg(long, value_enum, default_value = "identity")]
        kind: Kind,
        #[command(flatten)]
        form: Form,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Details {
    /// Code, plans, states, or recorded answers to look at; this folder if nothing is named. Repeatable.
    #[arg(long = "in", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// What `aws iam get-account-authorization-details` prints. Repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    account_details: Vec<PathBuf>,
    /// The number of the account, where code does not show it.
    #[arg(long, value_name = "NUMBER")]
    account: Option<String>,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
pub(crate) struct Form {
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Context {
    /// A condition key of the request with its value. Repeatable; keys not given may be anything.
    #[arg(long = "context", value_name = "KEY=VALUE")]
    keys: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    Identity,
    Resource,
    Trust,
    ServiceControl,
    ResourceControl,
}

pub(crate) fn run(command: Iam) -> Result<Exit, Error> {
    match command {
        Iam::Can { principal, action, resource, given, account } => {
            let (read, form) = account.read()?;
            let (given, resource) = (given.read()?, resource.as_deref());
            let grant = if Tenant::is_action(&action) {
                read.azure.can(&principal, &action, resource, &given).ok_or_else(|| nobody(&principal))?
            } else {
                let grant = read.aws.can(&principal, &action, resource, &given);
                grant.ok_or_else(|| missing(&read.aws, &principal, &action))?
            };
            let exit = match grant.allowed {
                Some(true) => Exit::Clean,
                Some(false) => Exit::Findings,
                None => Exit::Incomplete,
            };
            form.one(&grant)?;
            Ok(exit)
        }
        Iam::WhoCan { action, resource, given, account } => {
            let (read, form) = account.read()?;
            let (given, resource) = (given.read()?, resource.as_deref());
            if Tenant::is_action(&action) {
                form.all(&read.azure.who_can(&action, resource, &given))?;
                return Ok(Exit::Clean);
            }
            let grants = read.aws.who_can(&action, resource, &given);
            form.all(&grants.ok_or_else(|| Error::new(format!("no such action: `{action}`")))?)?;
            Ok(Exit::Clean)
        }
        Iam::WhatCan { principal, account } => {
            let (read, form) = account.read()?;
            match read.aws.what_can(&principal) {
                Some(permissions) => form.all(&permissions)?,
                None => form.all(&read.azure.what_can(&principal).ok_or_else(|| nobody(&principal))?)?,
            }
            Ok(Exit::Clean)
        }
        Iam::Escalate { principal, account } => {
            let (read, form) = account.read()?;
            let only = match &principal {
                Some(name) => Some(read.named(name).ok_or_else(|| nobody(name))?),
                None => None,
            };
            let mut found = read.aws.escalations();
            found.extend(read.azure.escalations());
            found.retain(|escalation| only.as_ref().is_none_or(|only| escalation.identity == *only));
            form.all(&found)?;
            Ok(if found.iter().all(|escalation| escalation.administrator) { Exit::Clean } else { Exit::Findings })
        }
        Iam::External { account } => {
            let (read, form) = account.read()?;
            let mut found = read.aws.exposures();
            found.retain(|exposure| !exposure.access.is_empty() || exposure.public.is_none());
            let openings = read.azure.openings();
            form.all(&both(&found, &openings))?;
            Ok(if found.is_empty() && openings.is_empty() { Exit::Clean } else { Exit::Findings })
        }
        Iam::Public { policy: Some(policy), account } => {
            let (source, read) = document(&policy)?;
            account.form.answer(&public(&read), &read, &source)
        }
        Iam::Public { policy: None, account } => {
            let (read, form) = account.read()?;
            let mut found = read.aws.exposures();
            found.retain(|exposure| exposure.public != Some(false));
            found.iter_mut().for_each(|exposure| exposure.access.retain(|access| access.public));
            let mut openings = read.azure.openings();
            openings.retain(|opening| opening.public != Some(false));
            form.all(&both(&found, &openings))?;
            let all = found.iter().map(|exposure| exposure.public);
            Ok(match all.chain(openings.iter().map(|opening| opening.public)).max() {
                None => Exit::Clean,
                Some(Some(true)) => Exit::Findings,
                Some(_) => Exit::Incomplete,
            })
        }
        Iam::Diff { old, new, form } => {
            let ((_, old), (source, new)) = (document(&old)?, document(&new)?);
            form.answer(&new_access(&old, &new), &new, &source)
        }
        Iam::Lint { policies, kind, form } => check(&policies, kind, &form),
    }
}

fn check(policies: &[PathBuf], kind: Kind, form: &Form) -> Result<Exit, Error> {
    let kind = match kind {
        Kind::Identity => PolicyKind::Identity,
        Kind::Resource => PolicyKind::Resource,
        Kind::Trust => PolicyKind::Trust,
        Kind::ServiceControl => PolicyKind::ServiceControl,
        Kind::ResourceControl => PolicyKind::ResourceControl,
    };
    let mut found = Vec::new();
    for path in policies {
        let source = text(path)?;
        let lints = lint(&Policy::from_json(&source), kind);
        found.push((path.display().to_string(), source, lints));
    }
    let all: Vec<LintIn<'_>> = found
        .iter()
        .flat_map(|(file, source, lints)| lints.iter().map(move |lint| LintIn { lint, file, source }))
        .collect();
    form.all(&all)?;
    Ok(if all.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::new(format!("{}: {error}", path.display())))
}

fn document(path: &Path) -> Result<(String, Policy), Error> {
    let source = text(path)?;
    let policy = Policy::from_json(&source);
    for problem in &policy.problems {
        let line = source.get(..problem.span.start).unwrap_or_default().matches('\n').count() + 1;
        output::note(&format!("{}:{line}: {}", path.display(), problem.message));
    }
    Ok((source, policy))
}

/// What was read, as each cloud sees it.
struct Read {
    aws: Account,
    azure: Tenant,
}

impl Read {
    /// What escalations call the principal of this name.
    fn named(&self, name: &str) -> Option<String> {
        let aws = self.aws.identity(name).map(|identity| identity.arn.clone());
        aws.or_else(|| self.azure.known(name))
    }
}

/// Answers about both clouds in one list.
fn both<'a, A: Render, B: Render>(aws: &'a [A], azure: &'a [B]) -> Vec<&'a dyn Render> {
    let aws = aws.iter().map(|answer| answer as &dyn Render);
    aws.chain(azure.iter().map(|answer| answer as &dyn Render)).collect()
}

fn nobody(name: &str) -> Error {
    Error::new(format!("no principal `{name}` in what was read"))
        .help("give its ARN or object id, its address in code, or a name that only one has")
}

fn missing(account: &Account, principal: &str, action: &str) -> Error {
    match account.identity(principal) {
        None => nobody(principal),
        Some(_) => Error::new(format!("no such action: `{action}`")).help("write service:Action, as in s3:GetObject"),
    }
}

/// Text of others without what a terminal would act on.
fn safe(text: &str) -> String {
    text.lines().map(redan_report::plain).collect::<Vec<_>>().join("\n")
}

impl Details {
    fn read(&self) -> Result<(Read, &Form), Error> {
        if let Some(number) = &self.account
            && (number.len() != 12 || !number.chars().all(|c| c.is_ascii_digit()))
        {
            return Err(Error::new(format!("`{number}` is not the number of an account")).help("write its 12 digits"));
        }
        let mut paths: Vec<PathBuf> = self.paths.iter().chain(&self.account_details).cloned().collect();
        if paths.is_empty() {
            paths.push(PathBuf::from("."));
        }
        if let Some(missing) = paths.iter().find(|path| path.as_os_str() != redan::AWS && !path.exists()) {
            return Err(Error::new(format!("{}: no such file or folder", missing.display())));
        }
        let live = crate::cli::live::named(&paths, &crate::cli::live::Part::default())?;
        let environment = std::env::vars().collect();
        let loaded = redan::read(&Input { paths, live, environment, ..Input::default() });
        for problem in loaded.problems.iter().take(SHOWN) {
            let place = loaded.sources.place(problem.origin);
            let at = place.map(|place| format!("{}:{}: ", place.path, place.start.line)).unwrap_or_default();
            output::note(&format!("{at}{}", problem.message));
        }
        if loaded.problems.len() > SHOWN {
            output::note(&format!("and {} problems more", loaded.problems.len() - SHOWN));
        }
        let account = Account::from_estate(&loaded.estate, self.account.as_deref());
        if account.numbers.iter().any(|number| number.starts_with("0000000000")) && !account.identities.is_empty() {
            output::note(
                "the number of the account is not shown anywhere and written with zeros; give it with --account",
            );
        }
        let azure = Tenant::from_estate(&loaded.estate);
        Ok((Read { aws: account, azure }, &self.form))
    }
}

/// How many problems are shown.
const SHOWN: usize = 20;

impl Context {
    fn read(&self) -> Result<Given, Error> {
        let mut given = Given::new();
        for pair in &self.keys {
            let (key, value) =
                pair.split_once('=').ok_or_else(|| Error::new(format!("`{pair}` is not of the form KEY=VALUE")))?;
            given.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        Ok(given)
    }
}

impl Form {
    fn one(&self, answer: &dyn Render) -> Result<(), Error> {
        let shown = if self.json { format!("{:#}", answer.json()) } else { safe(&answer.text()) };
        output::stdout(|out| writeln!(out, "{shown}"))
    }

    fn all<T: Render>(&self, answers: &[T]) -> Result<(), Error> {
        output::stdout(|out| {
            if self.json {
                let list: Vec<String> = answers.iter().map(|answer| format!("{:#}", answer.json())).collect();
                return writeln!(out, "[{}]", list.join(",\n"));
            }
            answers.iter().try_for_each(|answer| writeln!(out, "{}", safe(&answer.text())))
        })
    }

    fn answer(&self, answer: &Answer, policy: &Policy, source: &str) -> Result<Exit, Error> {
        self.one(&AnswerOn { answer, policy, source })?;
        Ok(match answer {
            Answer::Yes(_) => Exit::Findings,
            Answer::No => Exit::Clean,
            Answer::Unknown(_) => Exit::Incomplete,
        })
    }
}
