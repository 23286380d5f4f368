//! Answers as lines for people.

use super::super::words;
use super::{Answer, Difference, End, Service, address, is_database, kind, misplaced, place, service, services, size};
use redan::Loaded;
use redan_model::ResourceId;
use redan_network::{Block, Connection, Device, Entry, EstateView, Exposure, Opening, Spot, Surface, Tiered};

/// The lines of an answer.
pub(in super::super) fn text(loaded: &Loaded, answer: &Answer<'_>) -> Vec<String> {
    match answer {
        Answer::Reach { ends, service, found, .. } => reach(loaded, ends, *service, found),
        Answer::Exposed(found) => exposed(loaded, found),
        Answer::WhoReaches { own, service, found } => {
            let head = format!("{} is reached on {}", address(loaded, *own), self::service(*service));
            pairs(loaded, &head, "by", found)
        }
        Answer::From { own, service, found } => {
            let head = format!("{} reaches on {}", address(loaded, *own), self::service(*service));
            pairs(loaded, &head, "", found)
        }
        Answer::Tiers { found, view } => tiers(loaded, found, view),
        Answer::Diff(found) => diff(found),
    }
}

fn end<'a>(loaded: &'a Loaded, end: &End<'a>) -> &'a str {
    match end.spot {
        Spot::Resource(id) => address(loaded, id),
        Spot::Internet | Spot::Address(_) => end.text,
    }
}

fn device(loaded: &Loaded, device: &Device) -> String {
    match device.resource.and_then(|id| place(loaded, id)) {
        Some(place) => format!("{} ({place})", device.name),
        None => device.name.clone(),
    }
}

fn reach(loaded: &Loaded, ends: &[End<'_>; 2], asked: Option<Service>, found: &Connection) -> Vec<String> {
    let [from, to] = ends;
    let verdict = match found.reached {
        Some(true) => "reachable",
        Some(false) => "not reachable",
        None => "not known",
    };
    let on = asked.map(|asked| format!(" on {}", service(asked))).unwrap_or_default();
    let mut lines = vec![format!("{} → {}: {verdict}{on}", end(loaded, from), end(loaded, to))];
    let numbered = |devices: &[Device]| -> Vec<String> {
        devices.iter().enumerate().map(|(at, hop)| format!("  {:>2} {}", at + 1, device(loaded, hop))).collect()
    };
    lines.extend(numbered(&found.path));
    if found.answer_path.len() > 1 && found.reached != Some(true) {
        lines.push("  and back".to_owned());
        lines.extend(numbered(&found.answer_path));
    }
    if asked.is_none() || matches!(from.spot, Spot::Internet) {
        lines.extend(openings(&found.carried, "  "));
    }
    for obstacle in &found.obstacles {
        let at = obstacle.at.as_ref().map(|at| format!(" at {}", at.name)).unwrap_or_default();
        let way = if obstacle.answer { ", of the answer" } else { "" };
        lines.push(format!("  {}{at}{way}: {}", obstacle.code, words::of_code(obstacle.code)));
        lines.extend(obstacle.settings.iter().map(|setting| format!("      {}", device(loaded, setting))));
    }
    lines.extend(found.unknown.iter().map(|what| format!("  not known: {what}")));
    lines
}

fn openings(exposure: &Exposure, indent: &str) -> Vec<String> {
    let line = |opening: &Opening, doubt: &str| {
        let by = sources(&opening.sources);
        let from = if by.is_empty() { String::new() } else { format!(" from {by}") };
        format!("{indent}{}{from}{doubt}", services(opening))
    };
    let sure = exposure.sure.iter().map(|opening| line(opening, ""));
    sure.chain(exposure.possible.iter().map(|opening| line(opening, ", perhaps"))).collect()
}

/// A set of addresses: its blocks, or how many there are.
fn sources(blocks: &[Block]) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = blocks.iter().take(SHOWN).map(ToString::to_string).collect();
    if blocks.len() <= SHOWN {
        return names.join(", ");
    }
    match size(blocks) {
        0 => format!("{} blocks, among them {}", blocks.len(), names.join(", ")),
        count if count > u128::from(u32::MAX / 2) => "the internet".to_owned(),
        count => format!("{count} IPv4 addresses in {} blocks, among them {}", blocks.len(), names.join(", ")),
    }
}

fn exposed(loaded: &Loaded, found: &[Surface]) -> Vec<String> {
    let mut lines = Vec::new();
    for surface in found {
        let id = surface.resource;
        let at = place(loaded, id).map(|place| format!(" ({place})")).unwrap_or_default();
        let by = match &surface.entry {
            Entry::InternetGateway(Some(gateway)) => format!("through {}", gateway.name),
            Entry::InternetGateway(None) => "through an internet gateway".to_owned(),
            Entry::Front(front, Some(port)) => format!("through {} on port {port}", front.name),
            Entry::Front(front, None) => format!("through {}", front.name),
            Entry::PublicAddress => "by its public address".to_owned(),
            Entry::Endpoint => "by its public endpoint".to_owned(),
        };
        lines.push(format!("{}{at}, {by}", address(loaded, id)));
        lines.extend(openings(&surface.exposure, "    "));
    }
    if lines.is_empty() {
        lines.push("the internet reaches nothing".to_owned());
    }
    lines
}

fn diff(found: &[Difference]) -> Vec<String> {
    let mut lines = Vec::new();
    for difference in found {
        for (word, exposure) in [("opens", &difference.opened), ("closes", &difference.closed)] {
            let services = openings(exposure, "    ");
            if !services.is_empty() {
                lines.push(format!("{} {word}", difference.name));
                lines.extend(services);
            }
        }
    }
    if lines.is_empty() {
        lines.push("nothing opens and nothing closes".to_owned());
    }
    lines
}

fn pairs(loaded: &Loaded, head: &str, by: &str, found: &[(Spot, bool)]) -> Vec<String> {
    if found.is_empty() {
        return vec![format!("{head} {by} nothing").replace("  ", " ")];
    }
    let mut lines = vec![format!("{head} {by}").trim_end().to_owned()];
    for (spot, certain) in found {
        let doubt = if *certain { "" } else { ", perhaps" };
        let name = match spot {
            Spot::Resource(id) => named(loaded, *id),
            Spot::Internet => "the internet".to_owned(),
            Spot::Address(address) => address.to_string(),
        };
        lines.push(format!("    {name}{doubt}"));
    }
    lines
}

fn named(loaded: &Loaded, id: ResourceId) -> String {
    let at = place(loaded, id).map(|place| format!(" ({place})")).unwrap_or_default();
    format!("{}{at}", address(loaded, id))
}

fn tiers(loaded: &Loaded, found: &[Tiered], view: &EstateView) -> Vec<String> {
    let mut lines = Vec::new();
    for tiered in found {
        let databases = tiered.residents.iter().filter(|id| is_database(kind(loaded, **id))).count();
        let role = if databases > 0 && databases == tiered.residents.len() { ", for databases" } else { "" };
        lines.push(format!(
            "{} is {}{role}",
            named(loaded, tiered.subnet),
            tiered.tier.unwrap_or("of an unknown tier")
        ));
        let wrong: Vec<ResourceId> = misplaced(view, tiered).collect();
        for resident in &tiered.residents {
            let note = if !wrong.contains(resident) {
                ""
            } else if is_database(kind(loaded, *resident)) {
                ": a database in a public subnet"
            } else {
                ": belongs into a private subnet"
            };
            lines.push(format!("    {}{note}", named(loaded, *resident)));
        }
    }
    if lines.is_empty() {
        lines.push("there are no subnets of AWS".to_owned());
    }
    lines
}
