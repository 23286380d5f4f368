//! Running accounts as a source: what a collector brought, or a snapshot of it, becomes resources like everything else.
//!
//! Must not know how calls are made.

mod secrets;
mod snapshot;

pub use snapshot::{read_snapshot, write_snapshot};

use crate::Error;
use crate::pipeline::kinds;
use redan_kinds::Answers;
use redan_model::{Node, Origin, Problem, ProblemKind, Sources, Str, Value};

/// The word that names the running account where paths are named.
pub const AWS: &str = "aws";

/// What is known of running accounts.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Where it comes from, as shown: `aws`, or the file of the snapshot.
    pub name: String,
    /// The answers, an account each.
    pub accounts: Vec<Answers>,
    /// Requests sent for it, and those refused as too many; none where it was read from a file.
    pub requests: Option<(u64, u64)>,
}

/// Collects the account whose credentials are at hand.
///
/// # Errors
/// Without credentials that are accepted.
pub fn collect(options: &redan_aws::Options, progress: &dyn Fn(redan_aws::Step<'_>)) -> Result<Live, Error> {
    let collected = redan_aws::collect(options, kinds(), &|_| true, progress).map_err(|message| {
        Error::new(message).help("`aws` is the running account (see docs/live.md); a folder of that name is ./aws")
    })?;
    let requests = Some((collected.requests, collected.throttled));
    Ok(Live { name: AWS.to_owned(), accounts: vec![collected.answers], requests })
}

/// Resources of the answers; every call is a source of its own.
pub(crate) fn read(live: &Live, sources: &Sources) -> redan_kinds::Input {
    let mut input = redan_kinds::Input::default();
    for answers in &live.accounts {
        let placed = answers.calls.iter().map(|(operation, arguments, region, answer)| {
            let call = if arguments.is_empty() { operation.to_string() } else { format!("{operation}({arguments})") };
            let source = sources.add_call(&call, &format!("{}/{region}", answers.account));
            (*operation, *arguments, *region, at(answer, Origin::whole(source)))
        });
        let answers = Answers { account: answers.account, calls: placed.collect() };
        input.append(redan_kinds::read_aws(&answers, kinds()));
        input.problems.extend(problems(&live.name, &answers));
    }
    input
}

/// What is not known, a line for each operation and reason.
#[must_use]
pub fn gaps(live: &Live) -> Vec<String> {
    let all = live.accounts.iter().flat_map(|answers| problems(&live.name, answers));
    let line = |problem: Problem| {
        let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("unknown: {}{help}", problem.message)
    };
    all.map(line).collect()
}

/// What is missing, by operation and reason: all of it is unknown, none of it passes.
fn problems(name: &str, answers: &Answers) -> Vec<Problem> {
    let gaps = redan_aws::gaps(answers, kinds());
    let problem = |gap: &redan_aws::Gap| {
        let regions: Vec<&str> = gap.regions.iter().map(|region| region.as_str()).collect();
        let calls = if gap.calls == 1 { String::new() } else { format!(", {} calls", gap.calls) };
        let message = format!("{} answered {} ({}{calls})", gap.operation, gap.code, regions.join(" "));
        let problem = Problem::path(&format!("{name}:{}", answers.account), ProblemKind::Unreadable, message);
        match gap.permission {
            Some(permission) => problem.help(format!("grant {permission}, or see `redan permissions aws`")),
            None => problem,
        }
    };
    gaps.iter().map(problem).collect()
}

/// A tree that comes from one place.
fn at(node: &Node, origin: Origin) -> Node {
    match &node.value {
        Value::List(list) => Node::list(list.items.iter().map(|item| at(item, origin)).collect(), origin),
        Value::Map(map) => {
            let pair = |entry: &redan_model::Entry| (entry.key, at(&entry.node, origin));
            Node::map(map.entries().iter().map(pair).collect::<Vec<(Str, Node)>>(), origin)
        }
        other => Node::new(other.clone(), origin),
    }
}
