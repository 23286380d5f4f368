//! The stated targets, measured in CPU time of one thread, documents parsed beforehand: fails if one is missed.
//!
//! `REDAN_IAM_PAIRS` names a file of policy pairs (JSON lines: reference, candidate); without it pairs are made up.

#![expect(clippy::print_stdout, reason = "a bench reports to the terminal")]

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redan_iam::{Account, Given, Policy, new_access, public};
use redan_kinds::{Answers, Kinds, assemble, read_aws};
use redan_model::{Node, Origin, Sources};
use serde_json::{Value, json};

#[path = "../tests/made/mod.rs"]
mod made;
#[path = "../tests/planted/mod.rs"]
mod planted;

use made::policy;
use planted::{Planted, Random};

const PRINCIPALS: usize = 5000;
const ROUNDS: usize = 5;

/// CPU time of this thread; time by the clock where the system does not tell.
fn cpu(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|text| text.split(' ').next()?.parse().ok());
    spent.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

fn report(what: &str, figure: f64, target: f64, more_is_better: bool, unit: &str) -> bool {
    let met = if more_is_better { figure >= target } else { figure <= target };
    let sign = if more_is_better { "at least" } else { "at most" };
    let word = if met { "met" } else { "MISSED" };
    println!("{what:<44} {figure:>10.2} {unit:<22} {sign} {target}: {word}");
    met
}

/// Questions a CPU second, and the 99th percentile of one question.
fn questions(what: &str, count: usize, target: f64, ask: impl Fn(usize)) -> bool {
    let begun = Instant::now();
    (0..count).for_each(&ask);
    let start = cpu(begun);
    (0..ROUNDS).for_each(|_| (0..count).for_each(&ask));
    let spent = (cpu(begun) - start).as_secs_f64();
    let asked = u32::try_from(count * ROUNDS).map_or(f64::MAX, f64::from);
    let fast = report(what, asked / spent, target, true, "questions per CPU s");
    let mut each: Vec<Duration> = Vec::new();
    for number in 0..count {
        // One question is shorter than what the system counts in: by the clock, the quickest of three.
        let quickest = (0..3).map(|_| {
            let start = Instant::now();
            ask(number);
            start.elapsed()
        });
        each.extend(quickest.min());
    }
    each.sort();
    let slow = each.get(count * 99 / 100).copied().unwrap_or_default();
    let tail = report(&format!("{what}, 99th percentile"), slow.as_secs_f64() * 1000.0, 10.0, false, "ms");
    fast && tail
}

fn pairs() -> Vec<(Policy, Policy)> {
    let Some(path) = std::env::var_os("REDAN_IAM_PAIRS") else {
        let mut random = Random::new(1);
        return (0..500).map(|_| (policy(&mut random, false), policy(&mut random, false))).collect();
    };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let read = |line: &str| -> Option<(Policy, Policy)> {
        let pair: Value = serde_json::from_str(line).ok()?;
        let document = |name: &str| pair.get(name).map(|document| Policy::from_json(&document.to_string()));
        Some((document("reference")?, document("candidate")?))
    };
    text.lines().filter_map(read).collect()
}

fn account() -> (Account, Vec<Planted>) {
    let (details, planted) = planted::account(PRINCIPALS, 7);
    let answers = json!({"iam:GetAccountAuthorizationDetails": details}).to_string();
    let object = redan_model::json::parse_with(&answers, &|_, _| Origin::NOWHERE).unwrap_or_else(|_| Node::null());
    let kinds = Arc::new(Kinds::builtin());
    let input = read_aws(&Answers::from_object(&object, planted::ACCOUNT), &kinds);
    (Account::from_estate(&assemble(input, &kinds, &Arc::new(Sources::new())), None), planted)
}

fn accounts() -> bool {
    let (account, planted) = account();
    let begun = Instant::now();
    let start = cpu(begun);
    let who = account.who_can("s3:GetObject", Some("arn:aws:s3:::app-1-data/x"), &Given::new());
    let who_can = (cpu(begun) - start).as_secs_f64();
    let start = cpu(begun);
    let found = account.escalations();
    let escalate = (cpu(begun) - start).as_secs_f64();
    let whole: Vec<&Planted> = planted.iter().filter(|own| !own.bounded).collect();
    let leads = |own: &&&Planted| {
        found.iter().any(|one| one.identity == own.principal && (one.administrator || !one.chain.is_empty()))
    };
    let missed = f64::from(u32::try_from(whole.len() - whole.iter().filter(leads).count()).unwrap_or(u32::MAX));
    let third = report(&format!("of {} planted ways, missed", whole.len()), missed, 0.0, false, "");
    if let Some(own) = whole.iter().find(|own| !leads(own)) {
        println!("missed: {} by {}", own.principal, own.way);
    }
    let (who, found) = (who.map_or(0, |grants| grants.len()), found.len());
    let first = report(&format!("who can, {PRINCIPALS} principals ({who} can)"), who_can, 0.3, false, "CPU s");
    let second = report(&format!("escalate, {PRINCIPALS} principals ({found} do)"), escalate, 3.0, false, "CPU s");
    first && second && third
}

fn main() -> ExitCode {
    // `cargo test --all-targets` starts benches too; figures of a build that is not optimised mean nothing.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let pairs = pairs();
    let mut random = Random::new(2);
    let buckets: Vec<Policy> = (0..500).map(|_| policy(&mut random, true)).collect();
    let ask = |number: usize| {
        if let Some((old, new)) = pairs.get(number) {
            black_box(new_access(old, new));
        }
    };
    let open = |number: usize| {
        if let Some(bucket) = buckets.get(number) {
            black_box(public(bucket));
        }
    };
    let met = [
        questions("new access of a pair", pairs.len(), 5000.0, ask),
        questions("public, of a bucket's policy", buckets.len(), 2000.0, open),
        accounts(),
    ];
    if met.iter().all(|met| *met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
