//! Steps of a path: attributes with their defaults, keyed lists, references, children, referrers.

use super::Evaluator;
use super::reading::{Held, Reading, Set};
use crate::code::{EntryStep, FieldInfo, FieldStep, Step};
use redan_model::{
    Completeness, DefaultValue, Existence, List, Map, Node, Origin, ReasonClass, ResourceId, Rest, Source, Str, Target,
    Unknown, Value,
};
use std::sync::Arc;

type Infos<'a> = &'a [(Option<Str>, FieldInfo)];

static NULL: Value = Value::Null;
const NOTHING_REFERS: &str = "nothing in this code refers to it";
const NOTHING_ADDS: &str = "nothing in this code adds one";

impl<'a> Evaluator<'a> {
    pub(super) fn step(&mut self, mut reading: Reading<'a>, step: &'a Step) -> Reading<'a> {
        if let Held::Node(Value::Unknown(_)) | Held::Owned(Value::Unknown(_)) = &reading.held {
            return reading;
        }
        match step {
            Step::Field(field) => self.field(reading, field),
            Step::Entry(entry) => self.entry(reading, entry),
            Step::Named(name) => self.named(reading, *name),
            Step::Children(..) | Step::Parent | Step::Referrers(..) | Step::Resources(_) => {
                let id = match self.target(&reading) {
                    Ok(Some(id)) => id,
                    Ok(None) => {
                        reading.held = Held::Node(&NULL);
                        return reading;
                    }
                    Err(unknown) => return self.unknown(reading, unknown),
                };
                self.related(id, step)
            }
        }
    }

    fn unknown(&self, mut reading: Reading<'a>, unknown: Arc<Unknown>) -> Reading<'a> {
        reading.held = Held::Owned(Value::Unknown(unknown));
        reading
    }

    fn null(&self, mut reading: Reading<'a>) -> Reading<'a> {
        reading.held = Held::Node(&NULL);
        reading.stated = false;
        if let Some(trail) = &mut reading.trail {
            trail.origin = Origin::NOWHERE;
        }
        reading
    }

    /// The resource behind a reading; `None` where it is null.
    pub(super) fn target(&self, reading: &Reading<'a>) -> Result<Option<ResourceId>, Arc<Unknown>> {
        let missing = |what: &str| {
            let origin = reading.trail.as_ref().map_or(Origin::NOWHERE, |trail| trail.origin);
            Err(Unknown::new(ReasonClass::NotInEstate, what, origin))
        };
        match &reading.held {
            Held::Resource(id) => Ok(Some(*id)),
            Held::Missing(_) => Ok(None),
            held => match held.value() {
                Value::Null => Ok(None),
                Value::Unknown(unknown) => Err(Arc::clone(unknown)),
                Value::Ref(reference) => match &reference.target {
                    Target::Resource(id) => Ok(Some(*id)),
                    Target::Missing(unknown) => Err(Arc::clone(unknown)),
                    Target::Gone => Ok(None),
                    Target::Address(address) => missing(address),
                },
                Value::Text(text) => missing(text),
                _ => missing("what a reference leads to"),
            },
        }
    }

    fn field(&mut self, mut reading: Reading<'a>, step: &'a FieldStep) -> Reading<'a> {
        if let Held::Node(Value::Ref(_)) | Held::Owned(Value::Ref(_)) = &reading.held {
            match self.target(&reading) {
                Ok(Some(id)) => {
                    let block = reading.trail.as_ref().map(|trail| trail.block);
                    reading = self.resource(id);
                    if let (Some(trail), Some(block)) = (&mut reading.trail, block) {
                        trail.block = block;
                    }
                }
                Ok(None) => return self.null(reading),
                Err(unknown) => return self.unknown(reading, unknown),
            }
        }
        if let Held::Resource(id) = reading.held {
            reading.resource = id;
            match self.context.estate.get(id) {
                Some(resource) => reading.held = Held::Node(&resource.body.value),
                None => return self.null(reading),
            }
        }
        let secret = step.infos.first().is_some_and(|(_, info)| info.secret);
        if let Some(trail) = &mut reading.trail {
            trail.field(&step.name);
            trail.secret |= secret;
        }
        match &reading.held {
            Held::Node(Value::Map(map)) => {
                let map: &'a Map = map;
                match map.get(step.name) {
                    Some(node) => self.found(reading, Held::Node(&node.value), node.origin),
                    None => self.left_out(reading, &map.rest, &step.infos),
                }
            }
            Held::Owned(Value::Map(map)) => {
                let map = Arc::clone(map);
                match map.get(step.name) {
                    Some(node) => self.found(reading, Held::Owned(node.value.clone()), node.origin),
                    None => self.left_out(reading, &map.rest, &step.infos),
                }
            }
            // Behind a reference that nobody stated is nothing, whatever the defaults of its kind.
            Held::Missing(_) if step.infos.iter().any(|(kind, _)| kind.is_some()) => self.null(reading),
            Held::Missing(assumed) => {
                let assumed = *assumed;
                self.absent(reading, &step.infos, assumed)
            }
            held if held.is_null() || step.infos.is_empty() => self.null(reading),
            held => {
                let unresolved = step.infos.iter().any(|(kind, _)| kind.is_some());
                let what = super::text::shown(held.value());
                let class = if unresolved { ReasonClass::NotInEstate } else { ReasonClass::Problem };
                let origin = reading.trail.as_ref().map_or(Origin::NOWHERE, |trail| trail.origin);
                self.unknown(reading, Unknown::new(class, &what, origin))
            }
        }
    }

    fn found(&self, mut reading: Reading<'a>, held: Held<'a>, origin: Origin) -> Reading<'a> {
        reading.held = held;
        if let Some(trail) = &mut reading.trail {
            if reading.stated || origin != Origin::NOWHERE {
                trail.origin = origin;
            }
            if reading.resource == self.subject && self.context.estate.sources().is_in_file(origin) {
                trail.block = origin;
            }
        }
        reading
    }

    fn left_out(&mut self, reading: Reading<'a>, rest: &Rest, infos: Infos<'a>) -> Reading<'a> {
        match rest {
            Rest::Absent => self.absent(reading, infos, None),
            Rest::Unknown(unknown) => self.unknown(reading, Arc::clone(unknown)),
            Rest::Assumed(what) => self.absent(reading, infos, Some(*what)),
        }
    }

    /// What holds for what nobody stated.
    fn absent(&mut self, mut reading: Reading<'a>, infos: Infos<'a>, assumed: Option<Str>) -> Reading<'a> {
        let estate = self.context.estate;
        let Some(resource) = estate.get(reading.resource) else { return self.null(reading) };
        let of_kind = |(kind, _): &&(Option<Str>, FieldInfo)| kind.is_none_or(|kind| kind == resource.kind);
        let Some((_, info)) = infos.iter().find(of_kind).filter(|_| !resource.live) else { return self.null(reading) };
        reading.stated = false;
        if info.observed {
            let what = format!("{}: only a running place shows it", infos_name(&reading, resource.kind));
            return self.unknown(reading, Unknown::new(ReasonClass::NotCollected, &what, resource.origin));
        }
        let source = match (assumed, &info.default) {
            (Some(what), _) => Some(Source::Assumed { what }),
            (None, Some(rule)) => Some(Source::Default { docs: rule.docs }),
            (None, None) => None,
        };
        if let Some(trail) = &mut reading.trail {
            trail.assumed = trail.assumed.or(assumed);
            trail.origin = match source {
                Some(Source::Assumed { what }) => Origin::whole(estate.sources().assumed(what)),
                Some(Source::Default { docs }) => Origin::whole(estate.sources().default_of(docs)),
                _ => Origin::NOWHERE,
            };
        }
        reading.held = match info.default.as_ref().map(|rule| &rule.value) {
            None => Held::Missing(assumed),
            Some(DefaultValue::Constant(value)) => Held::Node(value),
            Some(DefaultValue::Unknown(why)) => {
                Held::Owned(Value::Unknown(Unknown::new(ReasonClass::Undocumented, why, resource.origin)))
            }
            Some(DefaultValue::Expression(number)) => {
                let (id, kind, number) = (reading.resource, resource.kind, *number);
                Held::Owned(self.nested((id, kind, number)))
            }
        };
        reading
    }

    fn entry(&mut self, mut reading: Reading<'a>, step: &'a EntryStep) -> Reading<'a> {
        if let Some(trail) = &mut reading.trail {
            trail.key(&step.key);
            trail.secret |= step.info.iter().any(|(_, info)| info.secret);
        }
        let missing = match &reading.held {
            Held::Node(Value::List(list)) => match keyed(list, step) {
                Ok(Some(node)) => return self.found(reading, Held::Node(&node.value), node.origin),
                Ok(None) => None,
                Err(unknown) => return self.unknown(reading, unknown),
            },
            Held::Owned(Value::List(list)) => {
                let list = Arc::clone(list);
                match keyed(&list, step) {
                    Ok(Some(node)) => return self.found(reading, Held::Owned(node.value.clone()), node.origin),
                    Ok(None) => None,
                    Err(unknown) => return self.unknown(reading, unknown),
                }
            }
            Held::Missing(assumed) => *assumed,
            held if held.is_null() => return self.null(reading),
            held => {
                let what = super::text::shown(held.value());
                return self.unknown(reading, Unknown::new(ReasonClass::Problem, &what, Origin::NOWHERE));
            }
        };
        if step.info.iter().all(|(_, info)| info.default.is_none() && !info.observed) {
            return self.null(reading);
        }
        self.absent(reading, &step.info, missing)
    }

    fn named(&mut self, reading: Reading<'a>, name: Str) -> Reading<'a> {
        let Held::Set(set) = &reading.held else { return self.null(reading) };
        let set = Arc::clone(set);
        let estate = self.context.estate;
        let mut doubt = set.rest.clone();
        for (id, uncertain) in &set.members {
            let Some(resource) = estate.get(*id) else { continue };
            match resource.name {
                Some(known) if known.eq_ignore_ascii_case(&name) => {
                    if let Some(unknown) = uncertain {
                        return self.unknown(self.resource(*id), Arc::clone(unknown));
                    }
                    return self.within(*id, &reading);
                }
                Some(_) => {}
                None => {
                    doubt = doubt.or_else(|| {
                        Some(Unknown::new(
                            ReasonClass::Computed,
                            &format!("name of {}", resource.address),
                            resource.origin,
                        ))
                    });
                }
            }
        }
        let mut reading = match doubt {
            Some(unknown) => self.unknown(reading, unknown),
            None => self.null(reading),
        };
        if let Some(trail) = &mut reading.trail {
            trail.key(&name);
            if set.assumed && reading.held.is_null() {
                trail.assumed = Some(Str::new(NOTHING_ADDS));
            }
        }
        reading
    }

    /// A resource, reached from `self`: what has no place of its own is reported where `self` is.
    fn within(&self, id: ResourceId, from: &Reading<'a>) -> Reading<'a> {
        let mut reading = self.resource(id);
        if let (Some(trail), Some(before)) = (&mut reading.trail, &from.trail) {
            trail.block = before.block;
        }
        reading
    }

    fn related(&mut self, id: ResourceId, step: &'a Step) -> Reading<'a> {
        let estate = self.context.estate;
        let mut reading = self.resource(id);
        let live = estate.get(id).is_some_and(|resource| resource.live);
        let (name, found, note) = match step {
            Step::Parent => {
                let Some(resource) = estate.get(id) else { return self.null(reading) };
                return match resource.parent {
                    Some(parent) => self.within(parent, &reading),
                    None => {
                        let what = format!("parent of {}", resource.address);
                        self.unknown(reading, Unknown::new(ReasonClass::NotInEstate, &what, resource.origin))
                    }
                };
            }
            Step::Children(kind, segment) => (segment.to_string(), estate.children(id, *kind), NOTHING_ADDS),
            Step::Referrers(kind, attribute) => {
                let found = estate.referrers(id, *kind, *attribute);
                let mut members: Vec<ResourceId> = found.members.iter().map(|referrer| referrer.from).collect();
                members.sort();
                members.dedup();
                let name = format!("referrers({})", kind.as_deref().unwrap_or_default());
                (name, Completeness { members, rest: found.rest }, NOTHING_REFERS)
            }
            Step::Resources(kind) => (format!("resources({kind})"), estate.resources_in(id, *kind), ""),
            Step::Field(_) | Step::Entry(_) | Step::Named(_) => return reading,
        };
        let existence = |id: ResourceId| match estate.get(id).map(|resource| &resource.existence) {
            Some(Existence::Uncertain(unknown)) => Some(Arc::clone(unknown)),
            _ => None,
        };
        let members = found.members.into_iter().map(|id| (id, existence(id))).collect();
        let assumed = !live && found.rest.is_none() && !note.is_empty();
        if let Some(trail) = &mut reading.trail {
            if !trail.path.is_empty() {
                trail.path.push('.');
                trail.stable.push('.');
            }
            trail.path.push_str(&name);
            trail.stable.push_str(&name);
            trail.origin = Origin::NOWHERE;
            if assumed {
                trail.assumed = Some(Str::new(note));
                trail.origin = Origin::whole(estate.sources().assumed(Str::new(note)));
            }
        }
        reading.held = Held::Set(Arc::new(Set { members, rest: found.rest, assumed }));
        reading
    }
}

fn infos_name(reading: &Reading<'_>, kind: Str) -> String {
    match &reading.trail {
        Some(trail) => format!("{kind} {}", trail.path),
        None => kind.to_string(),
    }
}

/// The value under a key of a keyed list.
fn keyed<'l>(list: &'l List, step: &EntryStep) -> Result<Option<&'l Node>, Arc<Unknown>> {
    let mut doubt = list.rest.clone();
    for item in &list.items {
        let key = match &item.value {
            Value::Map(map) => map.get(step.key_field).map(|node| &node.value),
            Value::Unknown(unknown) => {
                doubt = Some(Arc::clone(unknown));
                continue;
            }
            _ => continue,
        };
        match key {
            Some(Value::Text(text)) if *text == step.key => {
                let Some(field) = step.value_field else { return Ok(Some(item)) };
                return match item.get(field) {
                    Some(node) => Ok(Some(node)),
                    None => match &item.value {
                        Value::Map(map) => match &map.rest {
                            Rest::Unknown(unknown) => Err(Arc::clone(unknown)),
                            Rest::Absent | Rest::Assumed(_) => Ok(None),
                        },
                        _ => Ok(None),
                    },
                };
            }
            Some(Value::Text(_)) | None => {}
            Some(other) => {
                if let Some(unknown) = Unknown::all(other.unknowns()) {
                    doubt = Some(unknown);
                }
            }
        }
    }
    doubt.map_or(Ok(None), Err)
}
