//! Ends of a question, from what a person writes to resources.

use redan::{Error, Loaded};
use redan_model::{ResourceId, Str};
use redan_network::{EstateView, Spot};
use std::net::IpAddr;

/// The end that a text names.
pub(crate) fn spot(loaded: &Loaded, view: &EstateView, text: &str) -> Result<Spot, Error> {
    if text.eq_ignore_ascii_case("internet") {
        return Ok(Spot::Internet);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Spot::Address(address));
    }
    resource(loaded, view, text).map(Spot::Resource)
}

/// The resource that a text names and that has a place in the network: by address, identity, or the end of its address.
pub(crate) fn resource(loaded: &Loaded, view: &EstateView, text: &str) -> Result<ResourceId, Error> {
    let placed = |id: &ResourceId| view.is_placed(*id);
    match find(loaded, text, &placed)? {
        (Some(found), _) => Ok(found),
        (None, true) => Err(Error::new(format!("`{text}` has no place in the network"))
            .help("name a machine, an interface, a database, a service with addresses, or a load balancer")),
        (None, false) => Err(unknown(loaded, view, text)),
    }
}

/// The security group that a text names.
pub(crate) fn group(loaded: &Loaded, text: &str) -> Result<ResourceId, Error> {
    let found = find(loaded, text, &|id| redan_network::is_group(&loaded.estate, *id))?;
    found.0.ok_or_else(|| Error::new(format!("no security group here is called `{text}`")))
}

/// The one resource that a text names among those that fit, and whether it names any at all.
fn find(loaded: &Loaded, text: &str, fits: &dyn Fn(&ResourceId) -> bool) -> Result<(Option<ResourceId>, bool), Error> {
    let by_address = |wanted: &dyn Fn(&str) -> bool| -> Vec<ResourceId> {
        let named = |id: &ResourceId| loaded.estate.get(*id).is_some_and(|resource| wanted(&resource.address));
        loaded.estate.ids().filter(named).collect()
    };
    let exact = by_address(&|address| address == text);
    let identified = loaded.estate.identified(Str::new(text)).to_vec();
    let tail = format!(".{text}");
    let ending = by_address(&|address| address.ends_with(&tail));
    for found in [&exact, &identified, &ending] {
        let mut here: Vec<ResourceId> = found.iter().copied().filter(|id| fits(id)).collect();
        here.dedup();
        match here.as_slice() {
            [] => {}
            [only] => return Ok((Some(*only), true)),
            several => return Err(ambiguous(loaded, text, several)),
        }
    }
    Ok((None, exact.iter().chain(&identified).chain(&ending).next().is_some()))
}

fn ambiguous(loaded: &Loaded, text: &str, found: &[ResourceId]) -> Error {
    let names = found.iter().take(5).filter_map(|id| loaded.estate.get(*id)).map(|resource| resource.address.as_str());
    Error::new(format!("`{text}` names several resources: {}", names.collect::<Vec<_>>().join(", ")))
        .help("give the whole address or id")
}

fn unknown(loaded: &Loaded, view: &EstateView, text: &str) -> Error {
    let placed = loaded.estate.ids().filter(|id| view.is_placed(*id));
    let names: Vec<&str> =
        placed.filter_map(|id| loaded.estate.get(id)).map(|resource| resource.address.as_str()).collect();
    let error = Error::new(format!("nothing here is called `{text}`"));
    match redan::nearest(text, names.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => error.help("nothing here has a place in a network"),
        None => error.help("`redan net exposed` and `redan net tiers` show what there is"),
    }
}
