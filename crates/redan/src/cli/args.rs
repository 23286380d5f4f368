//! The command line: names, help and values. It does nothing.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use redan_model::Severity;
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\x1b[32;1mExamples:\x1b[0m
  redan scan                              this folder and all below it
  redan explain network/admin-ports-open  what a page asks, why, and how to mend it
  redan pages find CKV_AWS_24             which page answers another scanner's check";

const SCAN_EXAMPLES: &str = "\x1b[32;1mExamples:\x1b[0m
  redan scan infra/                            one folder, with the modules that it calls
  redan scan . --var-file prod.tfvars          with the values of one environment
  redan scan . --show unknown                  and list what could not be decided, and why
  redan scan . --page network --severity high  only the grave matters of the network
  redan scan aws --regions eu-west-1,us-east-1 what runs in an AWS account
  terraform show -json plan.out | redan scan - what a plan would make
  redan scan . --format full --format sarif=redan.sarif

\x1b[32;1mExit codes:\x1b[0m
  0  nothing found
  1  findings (see --fail-on); beats 3
  2  the command line or redan.toml is wrong
  3  something named could not be read in full (see --allow-incomplete)";

/// See what your clouds expose: AWS and Azure, code and accounts.
///
/// Reads what you declare, works out what it means, and shows what is open, with the line that decides. What could not
/// be read is unknown: never a pass, never a failure.
#[derive(Debug, Parser)]
#[command(name = "redan", version, styles = STYLES, after_help = EXAMPLES, propagate_version = false)]
#[command(disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    pub(crate) color: When,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan code, plans, states and running accounts, and show what they expose.
    ///
    /// Folders are searched for Terraform (`.tf`, `.tf.json`, `.tofu`), CloudFormation, ARM templates and Bicep; which
    /// modules are roots and which are only called is worked out. Files may also be plans (`terraform show -json`),
    /// states, recorded answers of the clouds' APIs, or snapshots (`redan collect`). `aws` is the running account.
    Scan(Box<Scan>),
    /// Show a page: what it asks, why, and how to mend it.
    Explain(Explain),
    /// List, find, write and test pages.
    Pages {
        #[command(subcommand)]
        command: Pages,
    },
    /// List benchmarks and standards, or show one: its controls and the pages that verify them.
    Frameworks(Frameworks),
    /// Ask who can do what: on policy files and account exports.
    Iam {
        #[command(subcommand)]
        command: super::iam::Iam,
    },
    /// Ask who reaches whom: over code, plans and recorded API answers.
    Net {
        #[command(subcommand)]
        command: super::net::Net,
    },
    /// Write what a running account answers into a file, to be scanned later or elsewhere.
    Collect(super::live::Collect),
    /// Print the least policy with which a running account can be read.
    Permissions(super::live::Permissions),
    /// Write a first redan.toml, with every setting as a comment.
    Init(Init),
    /// Print a shell's completions.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, or write one for each command.
    Man {
        /// The folder to write to.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = SCAN_EXAMPLES)]
pub(crate) struct Scan {
    /// Folders and files; `-` reads a plan or a state from standard input, `aws` the running account.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Leave out what matches: a glob over paths below PATH, as `**/examples/**`. Repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(crate) exclude: Vec<String>,

    /// The value of a variable of the root modules. Repeatable.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair, help_heading = "Input")]
    pub(crate) variables: Vec<(String, String)>,

    /// A file of variables' values (`.tfvars`, `.tfvars.json`). Repeatable.
    #[arg(long = "var-file", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub(crate) variable_files: Vec<PathBuf>,

    /// The value of a parameter of templates, pseudo parameters (`AWS::Region=eu-west-1`) included. Repeatable.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair, help_heading = "Input")]
    pub(crate) parameters: Vec<(String, String)>,

    /// A file of parameters' values, in the formats of CloudFormation and ARM. Repeatable.
    #[arg(long = "parameter-file", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub(crate) parameter_files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) part: super::live::Part,

    /// List what would be asked of the running account, and ask nothing.
    #[arg(long, help_heading = "Running accounts")]
    pub(crate) explain_calls: bool,

    #[command(flatten)]
    pub(crate) choice: Choice,

    /// Only the pages of a framework, and a report by its controls: a name (`redan frameworks` lists them), or a file.
    /// The formats `full`, `csv` and `html` report by controls.
    #[arg(long, value_name = "NAME", help_heading = "Pages")]
    pub(crate) framework: Option<String>,

    /// Only pages of at least this severity.
    #[arg(long, value_name = "SEVERITY", help_heading = "Pages")]
    pub(crate) severity: Option<Level>,

    /// What to show: failures and a digest of unknowns, unknowns one by one, or passes too. Machine formats take
    /// `unknown` if nothing is said.
    #[arg(long, value_name = "WHAT", help_heading = "Output")]
    pub(crate) show: Option<Show>,

    /// How to write the report, and into which file instead of standard output. Repeatable.
    #[arg(long = "format", value_name = "NAME[=FILE]", value_parser = super::format::parse, help_heading = "Output",
          long_help = super::format::help())]
    pub(crate) formats: Vec<super::format::Target>,

    /// When to exit with 1: from this severity on (`low` is any finding), or also if something is `unknown`, or `never`.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "Output")]
    pub(crate) fail_on: Vec<FailOn>,

    /// Only what is new counts: FILE is an earlier report (`--format json`), REV a revision of the git repository, which
    /// is scanned too. The rest is counted as known.
    #[arg(long, value_name = "FILE|REV", help_heading = "Output")]
    pub(crate) new_since: Option<String>,

    /// Exit with 0 instead of 3 where something could not be read.
    #[arg(long, help_heading = "Output")]
    pub(crate) allow_incomplete: bool,

    /// Also count, on standard error, how many attribute values are known, and why the others are not.
    #[arg(long, help_heading = "Output")]
    pub(crate) coverage: bool,

    /// Threads; all cores if not given.
    #[arg(long, value_name = "N", help_heading = "Other")]
    pub(crate) jobs: Option<usize>,

    /// The moment that rules and suppressions take for now, in seconds since 1970 (for tests).
    #[arg(long, value_name = "SECONDS", hide = true)]
    pub(crate) now: Option<i64>,

    #[command(flatten)]
    pub(crate) config: ConfigFile,
}

/// Which pages.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Choice {
    /// Only these pages: a name, a folder of names (`network`), or another scanner's id. Repeatable.
    #[arg(long = "page", value_name = "PAGE", value_delimiter = ',', help_heading = "Pages")]
    pub(crate) only: Vec<String>,

    /// Not these pages. Repeatable.
    #[arg(long, value_name = "PAGE", value_delimiter = ',', help_heading = "Pages")]
    pub(crate) skip: Vec<String>,

    /// A folder with pages of your own, beside those that redan brings. Repeatable.
    #[arg(long = "pages", value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Pages")]
    pub(crate) folders: Vec<PathBuf>,
}

/// Where settings come from.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConfigFile {
    /// The settings; without it the nearest redan.toml in the folder of the first PATH or above it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Other")]
    pub(crate) config: Option<PathBuf>,

    /// Read no redan.toml.
    #[arg(long, conflicts_with = "config", help_heading = "Other")]
    pub(crate) no_config: bool,
}

/// Write a first redan.toml, with every setting as a comment.
///
/// Looks at what the folder holds, and never overwrites.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to write it into.
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

/// List benchmarks and standards, or show one: its controls and the pages that verify them.
#[derive(Debug, Args)]
pub(crate) struct Frameworks {
    /// The framework, or a file of your own (`.yaml`); `responsibility` is your side of the shared responsibility.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// A folder with pages of your own. Repeatable.
    #[arg(long = "pages", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) config: ConfigFile,
}

/// Show a page: what it asks, why, and how to mend it.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The page, or another scanner's id.
    #[arg(value_name = "PAGE")]
    pub(crate) page: String,

    /// A folder with pages of your own. Repeatable.
    #[arg(long = "pages", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pages {
    /// List all pages.
    List {
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Find pages by another scanner's id, a resource type, or a word of the title.
    Find {
        /// What to look for.
        #[arg(value_name = "ID")]
        what: String,
        /// A folder with pages of your own. Repeatable.
        #[arg(long = "pages", value_name = "DIR", value_hint = ValueHint::DirPath)]
        folders: Vec<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Start a page: a file with every part that a page has.
    New {
        /// The page's name, which is its path: `network/admin-ports-open`.
        name: String,
        /// The vendor's type that it judges.
        #[arg(long, value_name = "TYPE", default_value = "AWS::S3::Bucket")]
        kind: String,
        /// The folder of pages to write into.
        #[arg(long = "pages", value_name = "DIR", default_value = "pages", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
    /// Test pages: types, cases, marked lines, rule mutation, fixes.
    #[command(after_help = TEST_EXAMPLES)]
    Test(Test),
}

const TEST_EXAMPLES: &str = "\x1b[32;1mExamples:\x1b[0m
  redan pages test                              the folder pages/, else all that redan brings
  redan pages test storage/public-access        one of them
  redan pages test pages/storage                a folder of them
  redan pages test my-pages/tags.md --watch     again whenever the file changes";

/// Test pages: types, cases, marked lines, rule mutation, fixes.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files and folders of pages, or names of pages; the folder `pages`, or else all that redan brings, if not given.
    #[arg(value_name = "PAGE", value_hint = ValueHint::AnyPath)]
    pub(crate) pages: Vec<String>,

    /// Test again whenever a file changes.
    #[arg(long)]
    pub(crate) watch: bool,

    /// Leave out rule mutation.
    #[arg(long)]
    pub(crate) no_mutation: bool,

    /// Threads; all cores if not given.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    Fail,
    Unknown,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Low,
    Medium,
    High,
    Critical,
    Unknown,
    Never,
}

pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
