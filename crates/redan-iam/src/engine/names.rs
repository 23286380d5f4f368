//! Names of the estate's resources as texts with holes: what a reference says, and the ARN of a resource.
//!
//! Must not know policies. Two texts about the same resource use the same holes, so that they can be compared.

use redan_model::{Estate, Node, Part as ModelPart, ResourceId, Str, Target, Value};

use crate::glob::NAME_HOLE;
use crate::text::{Part, Text};

const BUCKET: &str = "AWS::S3::Bucket";

/// The text of a value.
pub(crate) fn text(estate: &Estate, node: &Node) -> Text {
    match &node.value {
        Value::Text(text) => Text::from(text.as_str()),
        Value::Bool(value) => Text::from(value.to_string()),
        Value::Int(value) => Text::from(value.to_string()),
        Value::Template(template) => Text::new(template.parts.iter().flat_map(|part| match part {
            ModelPart::Literal(text) => vec![Part::Known(text.as_str().to_owned())],
            ModelPart::Hole(node) => text_of_hole(estate, node),
        })),
        Value::Ref(_) => Text::new(text_of_hole(estate, node)),
        _ => Text::hole(at(node)),
    }
}

/// A hole that is equal to no other: the place of the value.
fn at(node: &Node) -> String {
    format!("{:?}", node.origin)
}

fn text_of_hole(estate: &Estate, node: &Node) -> Vec<Part> {
    let Value::Ref(reference) = &node.value else {
        return match &node.value {
            Value::Unknown(unknown) => {
                let named = unknown.reasons().iter().map(|reason| reason.what).find(|what| is_of_place(what));
                vec![Part::Hole(named.map_or_else(|| at(node), |what| what.as_str().to_owned()))]
            }
            _ => text(estate, node).parts().to_vec(),
        };
    };
    if let Some(known) = &reference.text
        && !matches!(known, Value::Ref(_) | Value::Unknown(_))
    {
        let known = text(estate, &Node::new(known.clone(), node.origin));
        if known.known().is_some() {
            return known.parts().to_vec();
        }
    }
    match &reference.target {
        Target::Resource(id) => attribute(estate, *id, &reference.attribute),
        Target::Address(address) => vec![Part::Hole(format!("{address}.{}", reference.attribute))],
        Target::Missing(unknown) => {
            let asked = unknown.reasons().iter().map(|reason| reason.what).find(|what| is_of_place(what));
            let name = asked.map(|what| {
                let whole = what.ends_with(reference.attribute.as_str()) && !reference.attribute.is_empty();
                if whole { what.to_string() } else { format!("{what}.{}", reference.attribute) }
            });
            vec![Part::Hole(name.unwrap_or_else(|| at(node)))]
        }
        Target::Gone => vec![Part::Hole(at(node))],
    }
}

/// Whether a data source asks for the place that the code is deployed to: two that do have one answer.
fn is_of_place(what: &str) -> bool {
    ["aws_caller_identity.", "aws_partition.", "aws_region."].iter().any(|start| what.contains(start))
}

/// An attribute of a resource, in the words of the source that refers to it.
fn attribute(estate: &Estate, id: ResourceId, name: &str) -> Vec<Part> {
    let lower = name.to_lowercase();
    let bucket = estate.get(id).is_some_and(|resource| resource.kind == *BUCKET);
    match lower.as_str() {
        "arn" => arn(estate, id).parts().to_vec(),
        "" | "id" | "bucket" | "ref" if bucket => bucket_name(estate, id),
        _ => vec![Part::Hole(format!("resource {}.{lower}", id.index()))],
    }
}

/// The ARN of a resource.
pub(crate) fn arn(estate: &Estate, id: ResourceId) -> Text {
    let Some(resource) = estate.get(id) else { return Text::hole("nothing") };
    if let Some(known) = resource.identities.iter().find(|text| text.starts_with("arn:")) {
        return Text::from(known.as_str());
    }
    if resource.kind == *BUCKET {
        let name = bucket_name(estate, id);
        return Text::new([Part::Known("arn:aws:s3:::".to_owned())].into_iter().chain(name));
    }
    Text::hole(format!("resource {}.arn", id.index()))
}

fn bucket_name(estate: &Estate, id: ResourceId) -> Vec<Part> {
    let name = estate
        .get(id)
        .and_then(|resource| resource.body.get(Str::new("BucketName")))
        .and_then(|node| node.value.as_text());
    match name {
        Some(name) => vec![Part::Known(name.as_str().to_owned())],
        None => vec![Part::Hole(format!("{NAME_HOLE}of resource {}", id.index()))],
    }
}

/// The ARNs that a policy on the resource can be about: itself and all under it.
pub(crate) fn resources(estate: &Estate, id: ResourceId) -> Vec<Text> {
    let own = arn(estate, id);
    let kind = estate.get(id).map(|resource| resource.kind.as_str()).unwrap_or_default();
    let under = |end: &str| Text::new(own.parts().iter().cloned().chain([Part::Known(end.to_owned())]));
    match kind {
        "AWS::S3::Bucket" => vec![own.clone(), under("/*")],
        "AWS::OpenSearchService::Domain" | "AWS::Elasticsearch::Domain" => vec![own.clone(), under("/*")],
        "AWS::Lambda::Function" | "AWS::Logs::LogGroup" | "AWS::SNS::Topic" => vec![own.clone(), under(":*")],
        _ => vec![own],
    }
}

/// The number of the account that a resource lives in, or of an account.
pub(crate) fn account(estate: &Estate, id: ResourceId) -> Option<String> {
    let resource = estate.get(id)?;
    let place = resource.places.account.and_then(|place| estate.get(place));
    let of = |text: &Str| {
        let number = text.split(':').find(|part| part.len() == 12 && part.chars().all(|c| c.is_ascii_digit()));
        number.map(str::to_owned)
    };
    resource.identities.iter().find_map(of).or_else(|| place?.identities.iter().find_map(of))
}

/// The prefix of the actions that the policy of a resource of this kind is about.
pub(crate) fn service(kind: &str) -> Option<String> {
    let mut segments = kind.split("::");
    match (segments.next(), segments.next()) {
        (Some("AWS"), Some("OpenSearchService" | "Elasticsearch")) => Some("es".to_owned()),
        (Some("AWS"), Some("ApiGateway")) => Some("execute-api".to_owned()),
        (Some("AWS"), Some("EFS")) => Some("elasticfilesystem".to_owned()),
        (Some("AWS"), Some("IAM")) => Some("sts".to_owned()),
        (Some("AWS"), Some(service)) => {
            let service = service.to_lowercase();
            crate::table::table().service(&service).map(|_| service)
        }
        _ => None,
    }
}
