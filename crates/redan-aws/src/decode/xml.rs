//! XML bodies by their shapes, as botocore reads them: what is not there is left out, an empty element is an empty list.

use crate::table::{InMessage, Member, Service, Shape, Type};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use redan_model::{Node, Origin, Str};

const MAX_DEPTH: usize = 100;

/// An element without namespaces.
#[derive(Debug, Default)]
pub(super) struct Element {
    name: String,
    text: String,
    attributes: Vec<(String, String)>,
    children: Vec<Self>,
}

impl Element {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    fn is_blank(&self) -> bool {
        self.children.is_empty() && self.text.trim().is_empty()
    }
}

/// The root element of a text. Entities other than the predefined and characters by number are left as they stand.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err("the body is nested too deeply".to_owned());
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                let whole = element(&start)?;
                if let Some(parent) = open.last_mut() {
                    parent.children.push(whole);
                }
            }
            Event::End(_) => {
                let whole = open.pop().ok_or("the body ends an element twice")?;
                open.last_mut().ok_or("the body ends an element twice")?.children.push(whole);
            }
            Event::Text(inner) => add(&mut open, &inner.xml10_content()),
            Event::CData(inner) => add(&mut open, &inner.xml10_content()),
            Event::GeneralRef(entity) => {
                let number = entity.resolve_char_ref().map_err(|error| error.to_string())?;
                match (number, resolve_predefined_entity(&entity)) {
                    (Some(letter), _) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => add(&mut open, text),
                    (None, None) => add(&mut open, &format!("&{};", &*entity)),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    match open.as_mut_slice() {
        [outside] => outside.children.pop().ok_or_else(|| "the body holds no element".to_owned()),
        _ => Err("the body ends inside an element".to_owned()),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(inside) = open.last_mut() {
        inside.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        attributes.push((attribute.key.as_ref().to_owned(), attribute.value.into_owned()));
    }
    Ok(Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() })
}

/// A body that is a structure, perhaps inside an element (query).
pub(super) fn structure(
    service: &Service,
    members: &[(String, Member)],
    wrapper: &str,
    text: &str,
) -> Result<Node, String> {
    if text.trim().is_empty() {
        return Ok(super::empty());
    }
    let root = parse(text)?;
    let inside = if wrapper.is_empty() { Some(&root) } else { root.child(wrapper) };
    let Some(inside) = inside else { return Err(format!("the body holds no {wrapper}")) };
    // The answer of GetBucketLocation is its one member.
    if let [(name, member)] = members
        && inside.name == member.wire
        && !matches!(member.ty, Type::Shape(_))
    {
        let text = inside.text.trim();
        let entries =
            if text.is_empty() { Vec::new() } else { vec![(Str::new(name), super::scalar(&member.ty, text))] };
        return Ok(Node::map(entries, Origin::NOWHERE));
    }
    Ok(of_members(service, members, inside))
}

/// A body that is one member.
pub(super) fn payload(service: &Service, member: &Member, text: &str) -> Result<Option<Node>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(shaped(service, member, &parse(text)?)))
}

fn of_members(service: &Service, members: &[(String, Member)], element: &Element) -> Node {
    let mut entries = Vec::new();
    for (name, member) in members.iter().filter(|(_, member)| member.place == InMessage::Body) {
        let value = if member.attribute {
            let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
            let found = element.attributes.iter().find(|(known, _)| local(known) == local(&member.wire));
            found.map(|(_, value)| Node::text(value, Origin::NOWHERE))
        } else {
            inner(service, member, element)
        };
        entries.extend(value.map(|value| (Str::new(name), value)));
    }
    Node::map(entries, Origin::NOWHERE)
}

/// What a member is inside an element; nothing where it does not stand.
fn inner(service: &Service, member: &Member, element: &Element) -> Option<Node> {
    let shape = if let Type::Shape(name) = &member.ty { service.shape(name) } else { None };
    match shape {
        Some(Shape::List(inside)) if member.flat => {
            // A flat list's elements have the name of the element type, or the member's.
            let name = if inside.wire == "member" { &member.wire } else { &inside.wire };
            let all: Vec<Node> = named(element, name).map(|child| shaped(service, inside, child)).collect();
            (!all.is_empty()).then(|| Node::list(all, Origin::NOWHERE))
        }
        Some(Shape::Map(key, value)) if member.flat => {
            let pairs: Vec<_> =
                named(element, &member.wire).filter_map(|entry| pair(service, key, value, entry)).collect();
            (!pairs.is_empty()).then(|| Node::map(pairs, Origin::NOWHERE))
        }
        _ => element.child(&member.wire).map(|child| shaped(service, member, child)),
    }
}

fn named<'e>(element: &'e Element, name: &'e str) -> impl Iterator<Item = &'e Element> {
    element.children.iter().filter(move |child| child.name == name)
}

fn pair(service: &Service, key: &Member, value: &Member, entry: &Element) -> Option<(Str, Node)> {
    let name = entry.child(&key.wire)?.text.trim();
    Some((Str::new(name), shaped(service, value, entry.child(&value.wire)?)))
}

fn shaped(service: &Service, member: &Member, element: &Element) -> Node {
    let Type::Shape(name) = &member.ty else { return super::scalar(&member.ty, &element.text) };
    match service.shape(name) {
        Some(Shape::Structure(members)) => of_members(service, members, element),
        Some(Shape::List(inside)) => {
            let all = element.children.iter().filter(|child| child.name == inside.wire || inside.wire == "member");
            Node::list(all.map(|child| shaped(service, inside, child)).collect(), Origin::NOWHERE)
        }
        Some(Shape::Map(key, value)) => {
            let pairs = element.children.iter().filter_map(|entry| pair(service, key, value, entry)).collect();
            Node::map(pairs, Origin::NOWHERE)
        }
        None if element.is_blank() => Node::null(),
        None => Node::text(&element.text, Origin::NOWHERE),
    }
}
