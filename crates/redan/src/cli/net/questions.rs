//! The commands: read the estate, ask, write, and say how it ended.

use super::args::{Estate, Form, Ip, OneService, TheService};
use super::names;
use super::show::{self, Answer, End};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::progress::Progress;
use redan::{Error, Input, Loaded};
use redan_model::ResourceId;
use redan_network::{EstateView, Spot};

/// An estate and its network.
pub(super) struct Asked {
    pub(super) loaded: Loaded,
    pub(super) view: EstateView,
}

pub(super) fn read(input: &Input) -> Asked {
    let progress = Progress::start("reading");
    let loaded = redan::read(input);
    let view = EstateView::new(&loaded.estate);
    drop(progress);
    let shown = |problem: &redan_model::Problem| output::note(&redan_report::problem_line(problem, &loaded.sources));
    loaded.problems.iter().take(MOST_PROBLEMS).for_each(shown);
    if loaded.problems.len() > MOST_PROBLEMS {
        output::note(&format!("and {} problems more", loaded.problems.len() - MOST_PROBLEMS));
    }
    Asked { loaded, view }
}

const MOST_PROBLEMS: usize = 10;

pub(super) fn reach(
    from: &str,
    to: &str,
    service: OneService,
    ip: Ip,
    estate: &Estate,
    form: Form,
) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let near = names::spot(&asked.loaded, &asked.view, from)?;
    let far = names::spot(&asked.loaded, &asked.view, to)?;
    let found = asked.view.reach(near, far, ip.version(), service.service);
    let found = found.ok_or_else(|| apart(near, far))?;
    let exit = match found.reached {
        Some(true) => Exit::Clean,
        Some(false) => Exit::Findings,
        None => Exit::Incomplete,
    };
    let ends = [End { spot: near, text: from }, End { spot: far, text: to }];
    write(
        &asked.loaded,
        form,
        &Answer::Reach { ends, service: service.service, version: ip.version(), found: &found },
    )?;
    Ok(exit)
}

fn apart(from: Spot, to: Spot) -> Error {
    match (from, to) {
        (Spot::Resource(_), Spot::Resource(_)) => {
            Error::new("the two are in different clouds, and what connects them is not modelled")
        }
        (Spot::Resource(_), _) | (_, Spot::Resource(_)) => Error::new("one end has no place in the network"),
        _ => Error::new("neither end is a resource").help("name a resource as FROM or as TO"),
    }
}

pub(super) fn exposed(estate: &Estate, form: Form) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let found = asked.view.surfaces();
    write(&asked.loaded, form, &Answer::Exposed(&found))?;
    Ok(Exit::Clean)
}

pub(super) fn who_reaches(to: &str, service: TheService, ip: Ip, estate: &Estate, form: Form) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let own = names::resource(&asked.loaded, &asked.view, to)?;
    let mut found = with_spots(asked.view.who_reaches(own, ip.version(), service.service));
    let internet = asked.view.reach(Spot::Internet, Spot::Resource(own), ip.version(), Some(service.service));
    add_internet(&mut found, internet.and_then(|found| certain(found.reached)));
    write(&asked.loaded, form, &Answer::WhoReaches { own, service: service.service, found: &found })?;
    Ok(Exit::Clean)
}

pub(super) fn from(from: &str, service: TheService, ip: Ip, estate: &Estate, form: Form) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let own = names::resource(&asked.loaded, &asked.view, from)?;
    let mut found = with_spots(asked.view.reached_from(own, ip.version(), service.service));
    let internet = asked.view.reach(Spot::Resource(own), Spot::Internet, ip.version(), Some(service.service));
    add_internet(&mut found, internet.and_then(|found| certain(found.reached)));
    write(&asked.loaded, form, &Answer::From { own, service: service.service, found: &found })?;
    Ok(Exit::Clean)
}

fn with_spots(found: Vec<(ResourceId, bool)>) -> Vec<(Spot, bool)> {
    found.into_iter().map(|(resource, certain)| (Spot::Resource(resource), certain)).collect()
}

fn add_internet(found: &mut Vec<(Spot, bool)>, certain: Option<bool>) {
    if let Some(certain) = certain {
        found.insert(0, (Spot::Internet, certain));
    }
}

/// Nothing if it is not reached; else whether that is certain.
fn certain(reached: Option<bool>) -> Option<bool> {
    match reached {
        Some(true) => Some(true),
        Some(false) => None,
        None => Some(false),
    }
}

pub(super) fn tiers(estate: &Estate, form: Form) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let found = asked.view.tiers();
    write(&asked.loaded, form, &Answer::Tiers { found: &found, view: &asked.view })?;
    Ok(Exit::Clean)
}

pub(super) fn write(loaded: &Loaded, form: Form, answer: &Answer<'_>) -> Result<(), Error> {
    output::stdout(|out| {
        if form.json {
            writeln!(out, "{:#}", show::json(loaded, answer))
        } else {
            let lines = show::text(loaded, answer);
            lines.iter().try_for_each(|line| writeln!(out, "{}", redan_report::plain(line)))
        }
    })
}
