//! Everything that the tables of the kinds want to know of an account: asks until nothing more is wanted.
//!
//! Must not know rules. One call is never made twice; the result is sorted, whatever came first.

use crate::client::{Client, Outcome, Settings};
use crate::endpoint::home;
use crate::identity::{self, Identity};
use crate::table;
use redan_kinds::{Answers, Ask, Kinds, Scope, operations, wanted};
use redan_model::{Node, Origin, Str, Value};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Calls that wait for their turn at most.
const MAX_WAITING: usize = 4096;
/// No table asks in as many steps.
const MAX_ROUNDS: usize = 16;

/// What to collect, and as whom.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The profile of the vendor's files.
    pub profile: Option<String>,
    /// Only these regions; all that are enabled if empty.
    pub regions: Vec<String>,
    /// Only these services, by the prefix of their permissions; all if empty.
    pub services: Vec<String>,
    /// How calls are made.
    pub settings: Settings,
}

/// What was collected.
#[derive(Clone, Debug)]
pub struct Collected {
    /// The answers, sorted.
    pub answers: Answers,
    /// The regions that were asked.
    pub regions: Vec<Str>,
    /// What is not known, and why.
    pub gaps: Vec<Gap>,
    /// Requests sent.
    pub requests: u64,
    /// Requests that were refused as too many.
    pub throttled: u64,
}

/// Calls that ended without an answer, all for one reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// `service:Operation`.
    pub operation: Str,
    /// The error's code, or a word for the failure.
    pub code: Str,
    /// The permission that is missing, where that is the reason.
    pub permission: Option<Str>,
    /// The regions in which it happened.
    pub regions: Vec<Str>,
    /// How many calls.
    pub calls: usize,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Calls that have ended.
    pub ended: usize,
    /// Calls known to be wanted.
    pub known: usize,
    /// Requests sent, and those refused as too many.
    pub requests: (u64, u64),
    /// The operation that ended last.
    pub operation: &'a str,
    /// Its region.
    pub region: &'a str,
}

/// Collects one account. The error says what is needed to begin.
///
/// # Errors
/// Without credentials that a service takes, or if a region is named that is not enabled.
pub fn collect(
    options: &Options,
    kinds: &Kinds,
    kind: &dyn Fn(Str) -> bool,
    progress: &dyn Fn(Step<'_>),
) -> Result<Collected, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start threads: {error}"))?;
    runtime.block_on(async {
        let found = identity::found(options.profile.as_deref(), options.settings.bundle.clone()).await;
        let provider = found.provider.ok_or("no AWS credentials are configured")?;
        let client = Arc::new(Client::new(Identity::new(provider), options.settings.clone())?);
        let region = options.regions.first().cloned().or(found.region).unwrap_or_else(|| "us-east-1".to_owned());
        whole(&client, &region, options, kinds, kind, progress).await
    })
}

async fn whole(
    client: &Arc<Client>,
    region: &str,
    options: &Options,
    kinds: &Kinds,
    kind: &dyn Fn(Str) -> bool,
    progress: &dyn Fn(Step<'_>),
) -> Result<Collected, String> {
    let account = account(client, region).await?;
    client.set_account(&account);
    let home = home(region);
    let regions = regions(client, home, &options.regions).await?;
    let selected = services(kinds, &options.services)?;
    let named: Vec<Str> = regions.iter().map(|region| Str::new(region)).collect();
    let scope = Scope {
        regions: &named,
        home: Str::new(home),
        kind: &|name| kind(name) && selected.as_ref().is_none_or(|selected| selected.contains(&name)),
    };
    let mut answers = Answers::of(&account);
    let mut ended = 0;
    for _ in 0..MAX_ROUNDS {
        let asks = wanted(&answers, kinds, &scope);
        if asks.is_empty() {
            break;
        }
        let known = ended + asks.len();
        round(client, asks, &mut answers, |operation, region| {
            ended += 1;
            progress(Step { ended, known, requests: client.counts(), operation, region });
        })
        .await;
    }
    answers.calls.sort_by_key(|(operation, arguments, region, _)| (*operation, *region, *arguments));
    let (requests, throttled) = client.counts();
    Ok(Collected { gaps: gaps(&answers, kinds), answers, regions: named, requests, throttled })
}

async fn account(client: &Client, region: &str) -> Result<String, String> {
    match client.call("sts:GetCallerIdentity", &[], region).await {
        Outcome::Answer(node) => {
            let account = node.get(Str::new("Account")).and_then(|account| account.value.as_text());
            account
                .map(|account| account.to_string())
                .ok_or_else(|| "AWS does not say whose credentials these are".to_owned())
        }
        Outcome::Error(code, message) => Err(format!("AWS refuses these credentials: {code}: {message}")),
        Outcome::Failed("NoCredentials", why) => Err(format!("no AWS credentials: {why}")),
        Outcome::Failed(_, why) => Err(format!("AWS cannot be reached: {why}")),
    }
}

/// The regions to ask: those that are enabled, or those of them that were named.
async fn regions(client: &Client, home: &str, named: &[String]) -> Result<Vec<String>, String> {
    let enabled = match client.call("ec2:DescribeRegions", &[], home).await {
        Outcome::Answer(node) => {
            let list = node.get(Str::new("Regions")).cloned().unwrap_or_else(Node::null);
            let names = list.value.as_list().map(|list| {
                let name = |item: &Node| item.get(Str::new("RegionName"))?.value.as_text();
                list.items.iter().filter_map(name).map(|name| name.to_string()).collect::<Vec<_>>()
            });
            names.unwrap_or_default()
        }
        _ if !named.is_empty() => named.to_vec(),
        Outcome::Error(code, _) => {
            let help = "name them (--regions), or grant ec2:DescribeRegions";
            return Err(format!("AWS does not say which regions are enabled ({code}): {help}"));
        }
        Outcome::Failed(_, why) => return Err(format!("AWS does not say which regions are enabled: {why}")),
    };
    let mut regions = enabled.clone();
    if !named.is_empty() {
        if let Some(unknown) = named.iter().find(|name| !enabled.contains(name)) {
            return Err(format!("the region {unknown} is not enabled in this account; enabled: {}", enabled.join(" ")));
        }
        regions = named.to_vec();
    }
    regions.sort();
    regions.dedup();
    Ok(regions)
}

/// The kinds that are listed by these services; none if all are wanted.
fn services(kinds: &Kinds, named: &[String]) -> Result<Option<Vec<Str>>, String> {
    if named.is_empty() {
        return Ok(None);
    }
    let all = operations(kinds);
    let prefix = |name: &Str| name.split(':').next().unwrap_or_default().to_owned();
    let mut known: Vec<String> = all.iter().filter(|one| one.lists).map(|one| prefix(&one.name)).collect();
    known.sort();
    known.dedup();
    if let Some(unknown) = named.iter().find(|name| !known.contains(name)) {
        return Err(format!("no kind is listed by the service {unknown}; there are {}", known.join(" ")));
    }
    Ok(Some(all.iter().filter(|one| one.lists && named.contains(&prefix(&one.name))).map(|one| one.kind).collect()))
}

/// Makes calls, all services and regions in turn.
async fn round(client: &Arc<Client>, asks: Vec<Ask>, answers: &mut Answers, mut said: impl FnMut(&str, &str)) {
    let mut waiting = fair(asks);
    let mut running = JoinSet::new();
    loop {
        while running.len() < MAX_WAITING
            && let Some(ask) = waiting.pop_front()
        {
            let client = Arc::clone(client);
            running.spawn(async move {
                let outcome = client.call(&ask.operation, &ask.parameters, &ask.region).await;
                (ask, outcome)
            });
        }
        let Some(ended) = running.join_next().await else { break };
        if let Ok((ask, outcome)) = ended {
            said(&ask.operation, &ask.region);
            let node = node(&ask.operation, outcome);
            answers.calls.push((ask.operation, ask.arguments, ask.region, node));
        }
    }
}

/// Calls in turn by service and region, so that a slow one holds up no other.
fn fair(asks: Vec<Ask>) -> VecDeque<Ask> {
    let mut queues: BTreeMap<(String, Str), VecDeque<Ask>> = BTreeMap::new();
    for ask in asks {
        let service = ask.operation.split(':').next().unwrap_or_default().to_owned();
        queues.entry((service, ask.region)).or_default().push_back(ask);
    }
    let mut turn = VecDeque::new();
    while !queues.is_empty() {
        queues.retain(|_, queue| {
            turn.extend(queue.pop_front());
            !queue.is_empty()
        });
    }
    turn
}

/// An outcome as it is kept: the answer, or the error with the permission that is missing.
fn node(operation: &str, outcome: Outcome) -> Node {
    let (code, permission) = match outcome {
        Outcome::Answer(node) => return node,
        Outcome::Error(code, message) if redan_kinds::is_denial(&code) => {
            let permission = missing(&message).or_else(|| table::permission(operation).map(str::to_owned));
            (code, permission)
        }
        Outcome::Error(code, _) => (code, None),
        Outcome::Failed(word, _) => (word.to_owned(), None),
    };
    let text = |text: &str| Node::new(Value::text(text), Origin::NOWHERE);
    let mut entries = vec![(Str::new("error"), text(&code))];
    entries.extend(permission.map(|permission| (Str::new("permission"), text(&permission))));
    Node::map(entries, Origin::NOWHERE)
}

/// The permission that a refusal names: `… is not authorized to perform: s3:ListAllMyBuckets because …`.
fn missing(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split([' ', ',', '.']).next()?;
    let named = action.split_once(':').is_some_and(|(prefix, name)| {
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain(prefix) && plain(name)
    });
    named.then(|| action.to_owned())
}

/// What answers lack, by operation and reason.
#[must_use]
pub fn gaps(answers: &Answers, kinds: &Kinds) -> Vec<Gap> {
    let mut absent: FxHashMap<Str, Vec<Str>> = FxHashMap::default();
    for operation in operations(kinds) {
        absent.entry(operation.name).or_default().extend(operation.absent);
    }
    let mut gaps: BTreeMap<(Str, Str, Option<Str>), Gap> = BTreeMap::new();
    for (operation, _, region, answer) in &answers.calls {
        let text = |member: &str| answer.get(Str::new(member)).and_then(|member| member.value.as_text());
        let Some(code) = text("error") else { continue };
        let known = absent.get(operation).is_some_and(|codes| codes.contains(&code));
        if known || code == redan_kinds::NOT_OFFERED {
            continue;
        }
        let permission = text("permission");
        let new = Gap { operation: *operation, code, permission, regions: Vec::new(), calls: 0 };
        let gap = gaps.entry((*operation, code, permission)).or_insert(new);
        gap.regions.push(*region);
        gap.calls += 1;
    }
    for gap in gaps.values_mut() {
        gap.regions.sort();
        gap.regions.dedup();
    }
    gaps.into_values().collect()
}
