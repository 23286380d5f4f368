//! `redan net map`: the networks as a drawing.

use super::args::Estate;
use super::questions::{Asked, read};
use crate::cli::exit::Exit;
use crate::cli::output;
use redan::Error;
use redan_model::ResourceId;
use redan_network::{Entry, Surface};
use redan_report::{MapItem, MapLane, MapNetwork, Openness};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn draw(estate: &Estate, out: Option<&Path>) -> Result<Exit, Error> {
    let asked = read(&estate.input()?);
    let drawn = redan_report::map(&networks(&asked));
    match out {
        Some(file) => output::file(file, |out| out.write_all(drawn.as_bytes()))?,
        None => output::stdout(|out| out.write_all(drawn.as_bytes()))?,
    }
    Ok(Exit::Clean)
}

fn networks(asked: &Asked) -> Vec<MapNetwork> {
    let mut ways: BTreeMap<ResourceId, Vec<Surface>> = BTreeMap::new();
    for surface in asked.view.surfaces() {
        ways.entry(surface.resource).or_default().push(surface);
    }
    let mut networks: Vec<MapNetwork> = Vec::new();
    for segment in asked.view.segments() {
        let mut lanes = Vec::new();
        for housing in segment.subnets {
            let items = housing.residents.iter().map(|id| item(asked, *id, ways.get(id))).collect();
            lanes.push(MapLane { name: housing.subnet.name, tier: housing.tier.unwrap_or_default().to_owned(), items });
        }
        networks.push(MapNetwork { name: segment.network.name, lanes });
    }
    let endpoints =
        |(_, surfaces): &(&ResourceId, &Vec<Surface>)| surfaces.iter().any(|surface| surface.entry == Entry::Endpoint);
    let items: Vec<MapItem> =
        ways.iter().filter(endpoints).map(|(id, surfaces)| item(asked, *id, Some(surfaces))).collect();
    if !items.is_empty() {
        let lanes = vec![MapLane { name: "public endpoints".to_owned(), tier: String::new(), items }];
        networks.push(MapNetwork { name: "managed services".to_owned(), lanes });
    }
    networks
}

fn item(asked: &Asked, id: ResourceId, surfaces: Option<&Vec<Surface>>) -> MapItem {
    let resource = asked.loaded.estate.get(id);
    let name = resource.map(|resource| resource.address.to_string()).unwrap_or_default();
    let kind = resource.map(|resource| resource.kind.to_string()).unwrap_or_default();
    let reached = |wanted: Option<bool>| {
        surfaces.is_some_and(|all| all.iter().any(|surface| surface.exposure.reached() == wanted))
    };
    let openness = match (reached(Some(true)), reached(None)) {
        (true, _) => Openness::Open,
        (false, true) => Openness::Perhaps,
        (false, false) => Openness::Closed,
    };
    let direct = surfaces.is_some_and(|all| all.iter().any(|surface| !matches!(surface.entry, Entry::Front(..))));
    let through = surfaces.into_iter().flatten().find_map(|surface| match &surface.entry {
        Entry::Front(front, _) if !direct => Some(front.name.clone()),
        _ => None,
    });
    let services: Vec<String> = surfaces
        .into_iter()
        .flatten()
        .flat_map(|surface| surface.exposure.sure.iter().chain(&surface.exposure.possible))
        .map(super::show::services)
        .collect();
    let open = if services.is_empty() { String::new() } else { format!(", reached on {}", services.join(", ")) };
    MapItem { note: format!("{name} ({kind}){open}"), name, openness, through }
}
