//! `redan net diff`: what a change opens to the internet and closes.

use super::args::{Form, Values};
use super::names;
use super::questions::{Asked, read, write};
use super::show::{Answer, Difference};
use crate::cli::exit::Exit;
use redan::{Error, Input};
use redan_network::{Entry, Exposure, Surface};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(super) fn estates(old: &str, new: &str, values: &Values, form: Form) -> Result<Exit, Error> {
    let (old, new) = (values.input(&[PathBuf::from(old)])?, values.input(&[PathBuf::from(new)])?);
    let (before, after) = (read(&old), read(&new));
    let (mut closed, opened) = (surfaces(&before), surfaces(&after));
    let nothing = Exposure::default();
    let mut found = Vec::new();
    for (name, exposure) in opened {
        let was = closed.remove(&name).unwrap_or_default();
        found.push(Difference { opened: exposure.beyond(&was), closed: was.beyond(&exposure), name });
    }
    for (name, exposure) in closed {
        found.push(Difference { opened: nothing.clone(), closed: exposure, name });
    }
    found.retain(|difference| difference.opened != nothing || difference.closed != nothing);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    write(&after.loaded, form, &Answer::Diff(&found))?;
    Ok(exit(&found))
}

/// What the internet reaches, by name and way in.
fn surfaces(asked: &Asked) -> BTreeMap<String, Exposure> {
    let name = |surface: &Surface| {
        let own = asked.loaded.estate.get(surface.resource).map_or("", |resource| resource.address.as_str());
        match &surface.entry {
            Entry::Front(front, _) => format!("{own} through {}", front.name),
            Entry::InternetGateway(_) | Entry::PublicAddress | Entry::Endpoint => own.to_owned(),
        }
    };
    let mut all: BTreeMap<String, Exposure> = BTreeMap::new();
    for surface in asked.view.surfaces() {
        let held = all.entry(name(&surface)).or_default();
        held.sure.extend(surface.exposure.sure);
        held.possible.extend(surface.exposure.possible);
    }
    all
}

pub(super) fn groups(old: &str, new: &str, input: &Input, form: Form) -> Result<Exit, Error> {
    let asked = read(input);
    let estate = &asked.loaded.estate;
    let (before, after) = (names::group(&asked.loaded, old)?, names::group(&asked.loaded, new)?);
    let change = redan_network::group_change((estate, before), (estate, after));
    let name = format!("{new} in the place of {old}");
    let found = [Difference { name, opened: change.opened, closed: change.closed }];
    write(&asked.loaded, form, &Answer::Diff(&found))?;
    Ok(exit(&found))
}

fn exit(found: &[Difference]) -> Exit {
    if found.iter().any(|difference| !difference.opened.sure.is_empty()) {
        Exit::Findings
    } else if found.iter().any(|difference| !difference.opened.possible.is_empty()) {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}
