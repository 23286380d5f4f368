//! The arguments of `redan net`.

use clap::{Args, Subcommand, ValueHint};
use redan::{Error, Input};
use redan_network::aws::Version;
use redan_network::{Ports, Protocol, Protocols};
use std::path::PathBuf;

const ENDS: &str = "\x1b[32;1mEnds:\x1b[0m
  a resource's address (`aws_instance.web`), id, ARN or name; `internet`; or a public address (`198.51.100.7`)

\x1b[32;1mExit codes:\x1b[0m
  0  reachable
  1  not reachable
  2  the command line is wrong, or an end has no place in the network
  3  not known";

#[derive(Debug, Subcommand)]
pub(crate) enum Net {
    /// Whether one end reaches another: the way, device by device, or every setting in the way.
    #[command(after_help = ENDS)]
    Reach {
        /// Who sends.
        from: String,
        /// Who receives.
        to: String,
        #[command(flatten)]
        service: OneService,
        #[command(flatten)]
        ip: Ip,
        #[command(flatten)]
        estate: Estate,
        #[command(flatten)]
        form: Form,
    },
    /// Everything that the internet reaches: by which way, on which ports, from which addresses.
    Exposed {
        #[command(flatten)]
        estate: Estate,
        #[command(flatten)]
        form: Form,
    },
    /// What reaches a resource on a port.
    WhoReaches {
        /// The resource.
        to: String,
        #[command(flatten)]
        service: TheService,
        #[command(flatten)]
        ip: Ip,
        #[command(flatten)]
        estate: Estate,
        #[command(flatten)]
        form: Form,
    },
    /// What a resource reaches on a port.
    From {
        /// The resource.
        from: String,
        #[command(flatten)]
        service: TheService,
        #[command(flatten)]
        ip: Ip,
        #[command(flatten)]
        estate: Estate,
        #[command(flatten)]
        form: Form,
    },
    /// What a change opens to the internet and closes: two estates, or with --groups two security groups.
    ///
    /// Exits with 1 if something opens, 3 if that is not known.
    Diff {
        /// The estate to compare with; with --groups a security group.
        old: String,
        /// The estate that may open more; with --groups a security group.
        new: String,
        /// OLD and NEW are security groups of the estate at PATH.
        #[arg(long)]
        groups: bool,
        /// With --groups: folders of code, plans and states, or recorded API answers.
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        values: Values,
        #[command(flatten)]
        form: Form,
    },
    /// Draw the networks, what lives in them, and the ways in from the internet, as SVG.
    Map {
        #[command(flatten)]
        estate: Estate,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
        out: Option<PathBuf>,
    },
    /// Which subnets are public, private or isolated by their routes, and what lives in the wrong one.
    Tiers {
        #[command(flatten)]
        estate: Estate,
        #[command(flatten)]
        form: Form,
    },
}

/// The estate that is asked about.
#[derive(Clone, Debug, Args)]
pub(crate) struct Estate {
    /// Folders of code, plans and states, or recorded API answers.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    values: Values,
}

/// What code needs beside itself.
#[derive(Clone, Debug, Args)]
pub(crate) struct Values {
    /// Leave out what matches: a glob over paths below PATH. Repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    exclude: Vec<String>,

    /// The value of a variable of the root modules. Repeatable.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = crate::cli::args::pair, help_heading = "Input")]
    variables: Vec<(String, String)>,

    /// A file of variables' values (`.tfvars`, `.tfvars.json`). Repeatable.
    #[arg(long = "var-file", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    variable_files: Vec<PathBuf>,

    /// The value of a parameter of templates. Repeatable.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = crate::cli::args::pair, help_heading = "Input")]
    parameters: Vec<(String, String)>,

    /// A file of parameters' values. Repeatable.
    #[arg(long = "parameter-file", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    parameter_files: Vec<PathBuf>,
}

impl Values {
    /// What to read, with these paths.
    pub(crate) fn input(&self, paths: &[PathBuf]) -> Result<Input, Error> {
        if paths.iter().any(|path| path.as_os_str() == "-") {
            return Err(Error::new("standard input cannot be asked about").help("write it to a file first"));
        }
        Ok(Input {
            live: crate::cli::live::named(paths, &crate::cli::live::Part::default())?,
            paths: paths.to_vec(),
            exclude: self.exclude.clone(),
            variables: self.variables.clone(),
            variable_files: self.variable_files.clone(),
            parameters: self.parameters.clone(),
            parameter_files: self.parameter_files.clone(),
            environment: crate::cli::scan::environment(),
            ..Input::default()
        })
    }
}

impl Estate {
    /// What to read.
    pub(crate) fn input(&self) -> Result<Input, Error> {
        self.values.input(&self.paths)
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Form {
    /// Write JSON; docs/json-schema/net.schema.json is its schema.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// The IP version.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Ip {
    /// Ask about IPv6.
    #[arg(long)]
    ipv6: bool,
}

impl Ip {
    pub(crate) const fn version(self) -> Version {
        if self.ipv6 { Version::V6 } else { Version::V4 }
    }
}

/// A service that may be left out.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct OneService {
    /// Only this service: `443`, `udp/53`, `icmp`. Everything if left out.
    #[arg(long = "port", value_name = "PORT", value_parser = service)]
    pub(crate) service: Option<(Protocol, u16)>,
}

/// A service.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct TheService {
    /// The service: `443`, `udp/53`, `icmp`.
    #[arg(long = "port", value_name = "PORT", value_parser = service, required = true)]
    pub(crate) service: (Protocol, u16),
}

fn service(text: &str) -> Result<(Protocol, u16), String> {
    let wrong = || "write PORT, PROTOCOL/PORT or PROTOCOL: 443, udp/53, icmp".to_owned();
    let (protocol, port) = match text.split_once('/') {
        Some((protocol, port)) => (protocol, Some(port)),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => ("tcp", Some(text)),
        None => (text, None),
    };
    let protocol = match Protocols::parse(protocol) {
        Some(Protocols::One(protocol)) => protocol,
        Some(Protocols::All) | None => return Err(wrong()),
    };
    match (protocol, port) {
        (Protocol::ICMP, None) => Ok((protocol, Ports::icmp(8, 0).map_or(0, |echo| echo.low))),
        (Protocol::ICMPV6, None) => Ok((protocol, Ports::icmp(128, 0).map_or(0, |echo| echo.low))),
        (protocol, Some(port)) if protocol.has_ports() => {
            port.parse().map(|port| (protocol, port)).map_err(|_| wrong())
        }
        (protocol, None) if !protocol.has_ports() => Ok((protocol, 0)),
        _ => Err(wrong()),
    }
}
