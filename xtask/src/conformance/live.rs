//! `cargo xtask conformance aws`: what was planted in an emulated account, and what the pages say of it.
//!
//! The truth names resources by fact, bad and good; `tests/live/facts.yaml` says which pages answer which fact.

use crate::run::root;
use crate::{out, product, tools};
use redan::{Input, Judging, Loaded, Scan};
use redan_model::yaml::Yaml;
use redan_model::{Finding, Str, Value, Verdict, yaml};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const USAGE: &str = "usage: cargo xtask conformance aws --endpoint URL --truth FILE [--regions REGION,…] [--json]";

/// How a fact is answered.
struct Claim {
    pages: Vec<String>,
    kind: Option<String>,
    with: Vec<(String, Value)>,
    through: Option<String>,
    unclaimed: Option<String>,
}

/// What came of one fact.
#[derive(Default)]
struct Row {
    pages: String,
    found: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
    unknown: Vec<String>,
    good: usize,
    unclaimed: Option<String>,
}

/// Runs the command.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let (mut endpoint, mut truth, mut regions, mut json) = (None, None, "us-east-1", false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--endpoint" => endpoint = words.next().copied(),
            "--truth" => truth = words.next().copied(),
            "--regions" => regions = words.next().copied().ok_or(USAGE)?,
            "--json" => json = true,
            _ => return Err(USAGE.to_owned()),
        }
    }
    let (Some(endpoint), Some(truth)) = (endpoint, truth) else { return Err(USAGE.to_owned()) };
    let snapshot = collect(&product::program()?, endpoint, regions)?;
    let rows = score(&snapshot, Path::new(truth))?;
    if json {
        report_json(&rows)
    } else {
        report(&rows)
    }
    Ok(whole(&rows))
}

/// Whether every planted bad thing of a claimed fact was found, and nothing good was flagged.
fn whole(rows: &BTreeMap<String, Row>) -> bool {
    rows.values().all(|row| row.missed.is_empty() && row.wrong.is_empty() && row.unknown.is_empty())
}

/// What the test command asks: collects, scores, prints.
pub(crate) fn test(program: &Path, endpoint: &str, truth: &Path) -> Result<bool, String> {
    let rows = score(&collect(program, endpoint, "us-east-1")?, truth)?;
    report(&rows);
    Ok(whole(&rows))
}

/// A snapshot of the account behind an endpoint, made by the program.
pub(crate) fn collect(program: &Path, endpoint: &str, regions: &str) -> Result<PathBuf, String> {
    let folder = tools::folder().join("live-estate");
    tools::create(&folder)?;
    let snapshot = folder.join("account.redan");
    let _ = std::fs::remove_file(&snapshot);
    let finished = Command::new(program)
        .args(["collect", "aws", "--regions", regions, "--output"])
        .arg(&snapshot)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "2")
        .output()
        .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    out::note(String::from_utf8_lossy(&finished.stderr).trim_end());
    if snapshot.is_file() { Ok(snapshot) } else { Err("the account was not collected".to_owned()) }
}

fn score(snapshot: &Path, truth: &Path) -> Result<BTreeMap<String, Row>, String> {
    let claims = claims()?;
    let truth: serde_json::Value = serde_json::from_str(&tools::read(truth)?).map_err(|error| error.to_string())?;
    let facts = truth.get("facts").and_then(serde_json::Value::as_object).ok_or("the truth has no facts")?;
    let loaded = redan::read(&Input { paths: vec![snapshot.to_owned()], ..Input::default() });
    let usual = judged(&loaded, &[], &[])?;
    let mut rows = BTreeMap::new();
    for (fact, planted) in facts {
        let Some(claim) = claims.get(fact).filter(|claim| claim.unclaimed.is_none()) else {
            let why = claims.get(fact).and_then(|claim| claim.unclaimed.clone());
            let unclaimed = Some(why.unwrap_or_else(|| "no page is named for it".to_owned()));
            rows.insert(fact.clone(), Row { unclaimed, ..Row::default() });
            continue;
        };
        let own = if claim.with.is_empty() { None } else { Some(judged(&loaded, &claim.pages, &claim.with)?) };
        let scan = own.as_ref().unwrap_or(&usual);
        rows.insert(fact.clone(), row(claim, &loaded, scan, &names(planted, "bad"), &names(planted, "good")));
    }
    Ok(rows)
}

fn names(planted: &serde_json::Value, which: &str) -> Vec<String> {
    let list = planted.get(which).and_then(serde_json::Value::as_array);
    list.map(|list| list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

fn judged(loaded: &Loaded, pages: &[String], with: &[(String, Value)]) -> Result<Scan, String> {
    let parameters: BTreeMap<String, Value> = with.iter().cloned().collect();
    let parameters = pages.iter().map(|page| (page.clone(), parameters.clone())).collect();
    let judging = Judging { only: pages.to_vec(), parameters, passes: false, ..Judging::default() };
    redan::judge(loaded, &judging).map_err(|error| error.to_string())
}

fn row(claim: &Claim, loaded: &Loaded, scan: &Scan, bad: &[String], good: &[String]) -> Row {
    let takes = |finding: &&Finding| {
        claim.pages.iter().any(|page| *page == finding.page.as_str())
            && claim.kind.as_ref().is_none_or(|kind| *kind == finding.kind.as_str())
    };
    let findings: Vec<&Finding> = scan.findings.iter().filter(takes).collect();
    let said = |name: &String, verdict: Verdict| {
        findings.iter().any(|finding| {
            finding.verdict == verdict && is_about(finding, name)
                || claim.through.as_ref().is_some_and(|path| leads(loaded, finding, path, name))
        })
    };
    let mut row = Row { pages: claim.pages.join(" "), good: good.len(), ..Row::default() };
    for name in bad {
        if said(name, Verdict::Fail) {
            row.found += 1;
        } else if said(name, Verdict::Unknown) {
            row.unknown.push(name.clone());
        } else {
            row.missed.push(name.clone());
        }
    }
    for name in good {
        if said(name, Verdict::Fail) {
            row.wrong.push(name.clone());
        } else if said(name, Verdict::Unknown) {
            row.unknown.push(name.clone());
        }
    }
    row
}

/// Whether a finding is about what the truth calls by this name: an id, a name, the end of an ARN, the account.
fn is_about(finding: &Finding, name: &str) -> bool {
    if name == "account" {
        return finding.kind.as_str() == "AWS::Account";
    }
    let texts = [finding.id, finding.name, Some(finding.address)];
    texts.into_iter().flatten().any(|text: Str| {
        let text = text.as_str();
        text == name || text.strip_suffix(name).is_some_and(|before| before.ends_with([':', '/']))
    })
}

/// Whether the resource of a finding names the planted one at a path.
fn leads(loaded: &Loaded, finding: &Finding, path: &str, name: &str) -> bool {
    let steps: Vec<&str> = path.split('.').collect();
    let ids = loaded.estate.of_kind(finding.kind).iter().filter_map(|id| loaded.estate.get(*id));
    let mut own = ids.filter(|resource| resource.address == finding.address);
    own.any(|resource| {
        let text = resource.body.at(&steps).and_then(|node| node.value.as_text());
        text.is_some_and(|text| text.as_str() == name || text.ends_with(&format!("/{name}")))
    })
}

fn claims() -> Result<BTreeMap<String, Claim>, String> {
    let file = root().join("tests/live/facts.yaml");
    let wrong = |error: yaml::YamlError| format!("{}:{}: {}", file.display(), error.line, error.message);
    let whole = yaml::parse(&tools::read(&file)?).map_err(wrong)?.ok_or("tests/live/facts.yaml is empty")?;
    let mut claims = BTreeMap::new();
    for (fact, spec) in whole.mapping().map_err(wrong)? {
        claims.insert(fact.clone(), claim(spec).map_err(wrong)?);
    }
    Ok(claims)
}

fn claim(spec: &Yaml) -> Result<Claim, yaml::YamlError> {
    let text = |key: &str| spec.get(key).map(|node| node.text().map(str::to_owned)).transpose();
    let mut pages = Vec::new();
    for page in spec.get("pages").map(Yaml::sequence).transpose()?.unwrap_or_default() {
        pages.push(page.text()?.to_owned());
    }
    pages.extend(text("page")?);
    let with = spec.get("with").map(Yaml::mapping).transpose()?.unwrap_or_default();
    let with = with.iter().map(|(name, value)| (name.clone(), value.constant())).collect();
    Ok(Claim { pages, kind: text("kind")?, with, through: text("through")?, unclaimed: text("unclaimed")? })
}

fn report(rows: &BTreeMap<String, Row>) {
    for (fact, row) in rows {
        if let Some(why) = &row.unclaimed {
            out::line(&format!("{fact:<32} unclaimed: {why}"));
            continue;
        }
        let list = |what: &str, names: &[String]| {
            let some: Vec<&str> = names.iter().take(4).map(String::as_str).collect();
            if names.is_empty() { String::new() } else { format!(", {what} {} ({})", names.len(), some.join(" ")) }
        };
        out::line(&format!(
            "{fact:<32} found {}, good {}{}{}{}  {}",
            row.found,
            row.good,
            list("MISSED", &row.missed),
            list("WRONG", &row.wrong),
            list("unknown", &row.unknown),
            row.pages
        ));
    }
    let claimed: Vec<&Row> = rows.values().filter(|row| row.unclaimed.is_none()).collect();
    let sum = |of: fn(&Row) -> usize| claimed.iter().map(|row| of(row)).sum::<usize>();
    out::line(&format!(
        "{} of {} facts claimed: found {}, missed {}, wrongly flagged {}, unknown {}",
        claimed.len(),
        rows.len(),
        sum(|row| row.found),
        sum(|row| row.missed.len()),
        sum(|row| row.wrong.len()),
        sum(|row| row.unknown.len())
    ));
}

fn report_json(rows: &BTreeMap<String, Row>) {
    let row = |(fact, row): (&String, &Row)| {
        json!({
            "fact": fact, "pages": row.pages, "unclaimed": row.unclaimed, "found": row.found, "good": row.good,
            "missed": row.missed, "wrongly_flagged": row.wrong, "unknown": row.unknown,
        })
    };
    out::line(&serde_json::Value::Array(rows.iter().map(row).collect()).to_string());
}
