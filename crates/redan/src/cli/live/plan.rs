//! What would be asked of a running account, and the permissions that it takes: both from the tables of the kinds.

use crate::cli::exit::Exit;
use crate::cli::output;
use redan::Error;
use redan_kinds::{Kinds, Operation, operations};
use redan_model::Str;
use std::collections::{BTreeMap, BTreeSet};

/// What the client itself asks first. `sts:GetCallerIdentity` needs no permission.
const FIRST: &str = "ec2:DescribeRegions";

fn chosen(services: &[String]) -> Result<Vec<Operation>, Error> {
    let all = operations(&Kinds::builtin());
    let prefix = |name: Str| name.as_str().split(':').next().unwrap_or_default();
    if let Some(unknown) = services.iter().find(|name| !all.iter().any(|one| one.lists && prefix(one.name) == **name)) {
        return Err(Error::new(format!("no kind is listed by the service {unknown}")));
    }
    let of = |one: &Operation| services.is_empty() || services.iter().any(|name| prefix(one.name) == *name);
    let kinds: BTreeSet<Str> = all.iter().filter(|one| one.lists && of(one)).map(|one| one.kind).collect();
    Ok(all.into_iter().filter(|one| kinds.contains(&one.kind)).collect())
}

/// Lists the calls: how often each would be made, and which permission it takes.
pub(super) fn explain(services: &[String], regions: &[String]) -> Result<Exit, Error> {
    let mut lines: BTreeMap<Str, String> = BTreeMap::new();
    let (mut roots, mut global) = (0, 0);
    for one in chosen(services)? {
        let often = match (one.lists, one.global) {
            (true, true) => {
                global += 1;
                "once".to_owned()
            }
            (true, false) => {
                roots += 1;
                "in each region".to_owned()
            }
            (false, _) => format!("for each {}", one.kind),
        };
        let permission = redan_aws::permission(&one.name).unwrap_or_default();
        lines.entry(one.name).or_insert_with(|| format!("{:<50} {often:<45} {permission}", one.name.as_str()));
    }
    output::stdout(|out| {
        for line in lines.values() {
            writeln!(out, "{}", line.trim_end())?;
        }
        let where_ = match regions.len() {
            0 => "each enabled region".to_owned(),
            1 => "1 region".to_owned(),
            many => format!("{many} regions"),
        };
        writeln!(
            out,
            "\n{} operations: {global} once, {roots} in {where_}, the rest for each resource found",
            lines.len()
        )
    })?;
    Ok(Exit::Clean)
}

/// Prints a policy that allows the calls and nothing else.
pub(super) fn permissions(services: &[String]) -> Result<Exit, Error> {
    let mut actions: BTreeSet<&str> = BTreeSet::from([FIRST]);
    actions.extend(chosen(services)?.iter().filter_map(|one| redan_aws::permission(&one.name)));
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "RedanReads", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    });
    output::stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &policy)?;
        writeln!(out)
    })?;
    Ok(Exit::Clean)
}
