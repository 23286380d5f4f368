//! The argument of a question, `{principal, action, resource, context}`, as a shape of requests.
//!
//! Must not know policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use redan_model::{Estate, Node, Origin, ReasonClass, ResourceId, Str, Target, Unknown, Value};

use super::names;
use crate::principal::{Principal, Who};
use crate::question::{Answer, Shape};
use crate::text::Text;

/// A shape, and what it could be instead where the place it speaks of is not known.
pub(crate) struct Asked {
    least: Shape,
    most: Option<Shape>,
}

impl Asked {
    /// The answer that holds for both bounds, else unknown.
    pub(crate) fn ask(&self, question: impl Fn(&Shape) -> Answer) -> Answer {
        let least = question(&self.least);
        match &self.most {
            None => least,
            Some(_) if least.is_yes() => least,
            Some(most) => match question(most) {
                Answer::No => Answer::No,
                _ => Answer::Unknown("the number of the account is not known".to_owned()),
            },
        }
    }
}

/// Reads the argument; an unknown in it makes the question unknown.
pub(crate) fn read(estate: &Estate, subject: ResourceId, argument: Option<&Node>) -> Result<Asked, Arc<Unknown>> {
    let mut shape = Shape::default();
    let mut most: Option<Who> = None;
    let Some(map) = argument.and_then(|node| node.value.as_map()) else {
        return Ok(Asked { least: shape, most: None });
    };
    for entry in map.entries() {
        match entry.key.as_str() {
            "action" => shape.actions = known(&entry.node)?,
            "resource" => shape.resources = resources(estate, &entry.node)?,
            "context" => shape.context = context(&entry.node)?,
            "principal" => match principal(estate, subject, &entry.node)? {
                Some(who) => shape.principal = Some(who),
                None => {
                    shape.principal = Some(Who::Anyone);
                    most = Some(Who::Outside(String::new()));
                }
            },
            other => {
                let what = format!("`{other}` is not part of a request; write principal, action, resource, context");
                return Err(Unknown::new(ReasonClass::Problem, &what, Origin::NOWHERE));
            }
        }
    }
    if shape.actions.is_empty()
        && let Some(node) = map.get(Str::new("resource"))
    {
        shape.actions = services(estate, node);
    }
    let most = most.map(|who| Shape { principal: Some(who), ..shape.clone() });
    Ok(Asked { least: shape, most })
}

fn items(node: &Node) -> &[Node] {
    node.value.as_list().map_or(std::slice::from_ref(node), |list| &list.items)
}

fn known(node: &Node) -> Result<Vec<String>, Arc<Unknown>> {
    let texts = items(node).iter().map(|item| match &item.value {
        Value::Text(text) => Ok(text.as_str().to_owned()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Int(value) => Ok(value.to_string()),
        other => Err(Unknown::all(other.unknowns())
            .unwrap_or_else(|| Unknown::new(ReasonClass::Problem, "a text was expected", item.origin))),
    });
    texts.collect()
}

fn resources(estate: &Estate, node: &Node) -> Result<Vec<Text>, Arc<Unknown>> {
    let mut texts = Vec::new();
    for item in items(node) {
        match &item.value {
            Value::Ref(reference) if reference.attribute.is_empty() => match &reference.target {
                Target::Resource(id) => texts.extend(names::resources(estate, *id)),
                _ => texts.push(names::text(estate, item)),
            },
            Value::Unknown(unknown) => return Err(Arc::clone(unknown)),
            _ => texts.push(names::text(estate, item)),
        }
    }
    Ok(texts)
}

/// The actions of the services of the resources that are named by reference.
fn services(estate: &Estate, node: &Node) -> Vec<String> {
    let kinds = items(node).iter().map(|item| match &item.value {
        Value::Ref(reference) => match reference.target {
            Target::Resource(id) => estate.get(id).map(|resource| resource.kind),
            _ => None,
        },
        _ => None,
    });
    let services = kinds.map(|kind| names::service(kind?.as_str()).map(|service| format!("{service}:*")));
    services.collect::<Option<Vec<String>>>().unwrap_or_default()
}

fn context(node: &Node) -> Result<BTreeMap<String, Vec<String>>, Arc<Unknown>> {
    let Some(map) = node.value.as_map() else { return Ok(BTreeMap::new()) };
    map.entries().iter().map(|entry| Ok((entry.key.to_lowercase(), known(&entry.node)?))).collect()
}

/// Who asks; `None` for everybody outside of an account whose number is not known.
fn principal(estate: &Estate, subject: ResourceId, node: &Node) -> Result<Option<Who>, Arc<Unknown>> {
    match &node.value {
        Value::Map(map) if map.get(Str::new("anyone")).is_some() => Ok(Some(Who::Anyone)),
        Value::Map(map) => match map.get(Str::new("outside")).map(|node| &node.value) {
            Some(Value::Ref(reference)) => {
                let Target::Resource(id) = reference.target else { return Ok(None) };
                let organization =
                    estate.get(id).is_some_and(|place| place.kind == *"AWS::Organizations::Organization");
                if organization {
                    let own = estate.get(id).into_iter().flat_map(|place| &place.identities);
                    let own = own.flat_map(|text| text.split('/')).find(|part| part.starts_with("o-"));
                    return Ok(own.map(|id| Who::OutsideOrganization(id.to_owned())));
                }
                Ok(names::account(estate, id).or_else(|| names::account(estate, subject)).map(Who::Outside))
            }
            _ => Ok(None),
        },
        Value::Unknown(unknown) => Err(Arc::clone(unknown)),
        _ => {
            let texts = known(node)?;
            let principal = texts.first().and_then(|text| match text.as_str() {
                "*" => Some(Who::All),
                service if service.ends_with(".amazonaws.com") => {
                    Some(Who::Only(Principal::Service(service.to_owned())))
                }
                arn => Principal::from_arn(arn).map(Who::Only),
            });
            let bad = || Unknown::new(ReasonClass::Problem, "not a principal", node.origin);
            principal.map(Some).ok_or_else(bad)
        }
    }
}
