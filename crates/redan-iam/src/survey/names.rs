//! Names of an estate's resources for questions over all of it: every ARN is one text, also where code does not show its parts.
//!
//! Must not know policies. What code does not show gets a name that nothing else has: a reference to the resource means it and no
//! text of another policy can. Where a part is chosen elsewhere (a variable), the name is *vague*, and no answer rests on it.

use std::collections::BTreeMap;

use redan_model::{Estate, Part as ModelPart, Resource, ResourceId, Str, Value};

use crate::engine::{holders, names};
use crate::json::{Node, Tree};
use crate::text::{Part, Text};

/// The number of an account that nothing shows; roots that do not show theirs count up from it.
pub(crate) const UNNUMBERED: &str = "000000000000";

/// Names of resources.
pub(crate) struct Names<'e> {
    estate: &'e Estate,
    numbers: BTreeMap<(Str, Option<ResourceId>), String>,
    given: Option<String>,
}

/// A name, and whether a part of it is chosen elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) arn: String,
    pub(crate) vague: bool,
}

impl<'e> Names<'e> {
    /// `given`: the number of accounts that nothing else shows.
    pub(crate) fn new(estate: &'e Estate, given: Option<&str>) -> Self {
        let mut names = Self { estate, numbers: BTreeMap::new(), given: given.map(str::to_owned) };
        let mut fresh: BTreeMap<Str, String> = BTreeMap::new();
        let mut shown: BTreeMap<(Str, Option<ResourceId>), String> = BTreeMap::new();
        for (id, resource) in estate.ids().zip(estate.resources()).filter(|(_, resource)| resource.live) {
            if let Some(number) = names::account(estate, id) {
                shown.entry((resource.root, resource.places.account)).or_insert(number);
            }
        }
        for resource in estate.resources().iter().filter(|resource| resource.kind.starts_with("AWS::")) {
            let key = (resource.root, resource.places.account);
            if names.numbers.contains_key(&key) {
                continue;
            }
            let place = resource.places.account.filter(|place| estate.get(*place).is_some());
            let of_place = place.and_then(|place| names::account(estate, place));
            let known = of_place.or_else(|| shown.get(&key).cloned()).or_else(|| names.given.clone());
            let number = known.unwrap_or_else(|| {
                let next = format!("{:012}", fresh.len());
                fresh.entry(resource.root).or_insert(next).clone()
            });
            names.numbers.insert(key, number);
        }
        names
    }

    /// The number of the account that a resource lives in.
    pub(crate) fn number(&self, id: ResourceId) -> &str {
        let key = self.estate.get(id).map(|resource| (resource.root, resource.places.account));
        key.and_then(|key| self.numbers.get(&key)).map_or(UNNUMBERED, String::as_str)
    }

    /// The number of an account that is itself a resource; where nothing shows it, of the resources that live in it.
    pub(crate) fn number_of_place(&self, id: ResourceId) -> String {
        if let Some(number) = names::account(self.estate, id) {
            return number;
        }
        let inside = self.numbers.iter().find(|((_, place), _)| *place == Some(id));
        inside.map_or_else(|| self.number(id).to_owned(), |(_, number)| number.clone())
    }

    /// All numbers, those that are made up included.
    pub(crate) fn all_numbers(&self) -> Vec<String> {
        let mut all: Vec<String> = self.numbers.values().cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    fn region(&self, resource: &Resource) -> Option<Str> {
        let place = self.estate.get(resource.places.region?)?;
        if place.live { Some(place.address) } else { place.name }
    }

    /// The ARN of a resource.
    pub(crate) fn arn(&self, id: ResourceId) -> Option<Named> {
        let resource = self.estate.get(id)?;
        if let Some(known) = resource.identities.iter().find(|text| text.starts_with("arn:")) {
            return Some(Named { arn: known.as_str().to_owned(), vague: false });
        }
        let template = holders::template(&resource.kind)?;
        let mut vague = false;
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, tail) = after.split_once('}')?;
            out.push_str(before);
            match hole {
                "account" => out.push_str(self.number(id)),
                "region" => out.push_str(self.region(resource).as_deref().unwrap_or(NOWHERE)),
                "Path" => out.push_str(self.path(resource, &mut vague).as_str()),
                attribute => out.push_str(&self.part(resource, attribute, &mut vague)),
            }
            rest = tail;
        }
        out.push_str(rest);
        Some(Named { arn: out, vague })
    }

    fn path(&self, resource: &Resource, vague: &mut bool) -> String {
        match resource.body.get(Str::new("Path")).map(|node| &node.value) {
            Some(Value::Text(text)) => text.as_str().to_owned(),
            Some(Value::Unknown(_) | Value::Template(_) | Value::Ref(_)) => {
                *vague = true;
                "/".to_owned()
            }
            _ => "/".to_owned(),
        }
    }

    /// An attribute, or a name of its own where the vendor or the provider chooses one.
    fn part(&self, resource: &Resource, attribute: &str, vague: &mut bool) -> String {
        let node = resource.body.get(Str::new(attribute));
        match node.map(|node| &node.value) {
            Some(Value::Text(text)) => text.as_str().to_owned(),
            Some(Value::Template(template)) => {
                *vague = true;
                let own = plain(&resource.address);
                template
                    .parts
                    .iter()
                    .map(|part| match part {
                        ModelPart::Literal(text) => text.as_str(),
                        ModelPart::Hole(_) => own.as_str(),
                    })
                    .collect()
            }
            Some(Value::Unknown(_) | Value::Ref(_)) => {
                *vague = true;
                plain(&resource.address)
            }
            _ => {
                *vague |= resource.partial && resource.identities.is_empty();
                let named = resource.partial.then(|| resource.identities.first()).flatten();
                named.map_or_else(|| plain(&resource.address), |name| name.as_str().to_owned())
            }
        }
    }

    /// Fills the holes of a document that stand for resources, and opens what cannot be told: numbers of accounts and names of
    /// regions, where the own ones are not known.
    pub(crate) fn fill(&self, holder: ResourceId, node: &mut Node) {
        match &mut node.tree {
            Tree::Text(text) => *text = self.filled(holder, text),
            Tree::List(items) => items.iter_mut().for_each(|item| self.fill(holder, item)),
            Tree::Map(entries) => {
                for (key, value) in entries {
                    if key.parts().iter().any(|part| matches!(part, Part::Hole(_))) {
                        *key = self.filled(holder, key);
                    }
                    self.fill(holder, value);
                }
            }
            _ => {}
        }
    }

    fn filled(&self, holder: ResourceId, text: &Text) -> Text {
        let pieces = text.parts().iter().map(|part| match part {
            Part::Hole(name) => self.hole(holder, name).map_or_else(|| part.clone(), Part::Known),
            Part::Known(_) => part.clone(),
        });
        let text = Text::new(pieces);
        if self.is_numbered(holder) && self.is_placed(holder) { text } else { self.opened(holder, &text) }
    }

    fn hole(&self, holder: ResourceId, name: &str) -> Option<String> {
        if let Some(number) = name.strip_prefix("name of resource ") {
            let id = ResourceId::from_index(number.parse().ok()?);
            let named = self.arn(id).filter(|named| !named.vague)?;
            return Some(named.arn.rsplit(':').next()?.to_owned());
        }
        if let Some((number, attribute)) = name.strip_prefix("resource ").and_then(|rest| rest.split_once('.')) {
            let id = ResourceId::from_index(number.parse().ok()?);
            let kind = self.estate.get(id)?.kind;
            let named = self.arn(id)?;
            let last = || named.arn.rsplit(['/', ':']).next().map(str::to_owned);
            return match attribute {
                "arn" => Some(named.arn),
                "id" | "name" if kind.starts_with("AWS::IAM::") => last(),
                "id" | "key_id" if kind == *"AWS::KMS::Key" => last(),
                "execution_arn" if kind == *"AWS::ApiGateway::RestApi" => Some(named.arn),
                _ => None,
            };
        }
        let (address, attribute) = name.rsplit_once('.')?;
        match attribute {
            "account_id" | "id" if address.contains("aws_caller_identity.") => Some(self.number(holder).to_owned()),
            "partition" if address.contains("aws_partition.") => Some("aws".to_owned()),
            "dns_suffix" if address.contains("aws_partition.") => Some("amazonaws.com".to_owned()),
            "name" | "id" | "region" if address.contains("aws_region.") => {
                Some(self.region(self.estate.get(holder)?).map_or_else(|| NOWHERE.to_owned(), |name| name.to_string()))
            }
            _ => None,
        }
    }

    /// Whether the number of the holder's account is known.
    pub(crate) fn is_numbered(&self, holder: ResourceId) -> bool {
        !self.number(holder).starts_with("0000000000")
    }

    fn is_placed(&self, holder: ResourceId) -> bool {
        let resource = self.estate.get(holder);
        resource.is_some_and(|resource| resource.places.region.is_none() || self.region(resource).is_some())
    }

    fn opened(&self, holder: ResourceId, text: &Text) -> Text {
        let own = self.number(holder);
        let numbered = self.is_numbered(holder);
        let open = |piece: &str| !numbered && is_number(piece) && piece != own;
        let [Part::Known(known)] = text.parts() else { return text.clone() };
        if open(known) {
            return Text::hole(format!("account {known}"));
        }
        if !known.starts_with("arn:") {
            return text.clone();
        }
        let segments: Vec<&str> = known.splitn(6, ':').collect();
        let pieces = segments.iter().enumerate().flat_map(|(place, segment)| {
            let colon = (place > 0).then(|| Part::Known(":".to_owned()));
            let foreign = place == 3 && !segment.is_empty() && !segment.contains(['*', '?']) && *segment != NOWHERE;
            let part = match place {
                4 if open(segment) => Part::Hole(format!("account {segment}")),
                3 if foreign && !self.is_placed(holder) => Part::Hole(format!("region {segment}")),
                _ => Part::Known((*segment).to_owned()),
            };
            colon.into_iter().chain([part])
        });
        Text::new(pieces)
    }
}

/// The region that stands for the one that code does not show.
const NOWHERE: &str = "region-0";

pub(crate) fn is_number(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

/// An address in the characters that names have.
fn plain(address: &str) -> String {
    address.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect()
}
