//! Events of functions: rules, subscriptions, mappings and permissions.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html>

use super::build::{Made, Properties, arn, object, reference, text};
use super::function::{permission, permission_as, target};
use super::policies::Grants;
use super::schedule::{rule, schedule};
use crate::syntax::{Entry, Kind, Tree};

/// Properties of mappings from streams and queues.
const MAPPING: [&str; 16] = [
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KmsKeyArn",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "Queues",
    "ScalingConfig",
    "SourceAccessConfigurations",
    "StartingPosition",
    "Topics",
];

/// Lays what an event of a function creates.
pub(super) fn event(entry: &Entry, event: &Entry, made: &mut Made) {
    let origin = event.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = event.value.get("Properties").unwrap_or(&empty);
    let name = format!("{}{}", entry.key, event.key);
    let kind = event.value.get("Type").and_then(Tree::as_str).unwrap_or_default();
    match kind.as_str() {
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            rule(entry, event, &name, target(entry, event), made);
            permission(entry, event, "events.amazonaws.com", Some(arn(&name, origin)), made);
        }
        "ScheduleV2" => schedule(entry, event, false, made),
        "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "DocumentDB" => {
            let source = ["Queue", "Stream", "Broker", "Cluster"].iter().find_map(|source| own.get(source));
            let properties = Properties::of(entry)
                .copy(own, &MAPPING)
                .put("EventSourceArn", source.cloned())
                .put("FunctionName", Some(reference(&entry.key, origin)));
            made.add(entry, &name, "AWS::Lambda::EventSourceMapping", properties);
        }
        "SNS" if subscribes(own) => through_queue(entry, event, own, made),
        "SNS" => {
            let topic = own.get("Topic").cloned();
            let properties = Properties::of(entry)
                .copy(own, &["FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy"])
                .put("TopicArn", topic.clone())
                .put("Endpoint", Some(arn(&entry.key, origin)))
                .put_text("Protocol", "lambda");
            made.add(entry, &name, "AWS::SNS::Subscription", properties);
            permission(entry, event, "sns.amazonaws.com", topic, made);
        }
        "S3" => {
            let account = object(vec![("Ref", text("AWS::AccountId", origin))], origin);
            let properties = Properties::of(entry)
                .put("FunctionName", Some(reference(&entry.key, origin)))
                .put("Action", Some(text("lambda:InvokeFunction", origin)))
                .put("Principal", Some(text("s3.amazonaws.com", origin)))
                .put("SourceAccount", Some(account));
            made.add(entry, &format!("{name}Permission"), "AWS::Lambda::Permission", properties);
            notify(entry, own, made);
        }
        "CloudWatchLogs" => {
            permission(entry, event, "logs.amazonaws.com", own.get("LogGroupName").map(log_group), made)
        }
        "AlexaSkill" => permission(entry, event, "alexa-appkit.amazon.com", None, made),
        "IoTRule" => permission(entry, event, "iot.amazonaws.com", None, made),
        "Cognito" => {
            let pool = own.get("UserPool").and_then(|pool| Some(arn(&pool.call()?.1.as_str()?, origin)));
            permission(entry, event, "cognito-idp.amazonaws.com", pool, made);
        }
        "Api" => {
            let api = named_api(own.get("RestApiId"), "ServerlessRestApi");
            if own.get("RestApiId").is_none() {
                made.rest_routes.push(entry.clone());
            }
            let stage = match &api {
                Some(api) if own.get("RestApiId").is_some() => made.stage_of(api),
                _ => "Prod".to_owned(),
            };
            let source = api.map(|api| stage_arn(&api, own));
            permission_as(entry, event, &stage, "apigateway.amazonaws.com", source, made);
        }
        "HttpApi" => {
            let api = named_api(own.get("ApiId"), "ServerlessHttpApi");
            if own.get("ApiId").is_none() {
                made.http_routes.push(entry.clone());
            }
            permission(entry, event, "apigateway.amazonaws.com", api.map(|api| stage_arn(&api, own)), made);
        }
        _ => {}
    }
}

/// The logical id of the API that an event names; the implicit one if it names none.
fn named_api(tree: Option<&Tree>, implicit: &str) -> Option<String> {
    match tree {
        None => Some(implicit.to_owned()),
        Some(tree) => match tree.call() {
            Some((name, argument)) => (name == "Ref").then(|| argument.as_str().map(|api| api.to_string()))?,
            None => tree.as_str().map(|api| api.to_string()),
        },
    }
}

/// The calls of an API that an event is about, on any of its stages.
fn stage_arn(api: &str, event: &Tree) -> Tree {
    let part = |name: &str| event.get(name).and_then(Tree::as_str).map(|text| text.to_string());
    let method = part("Method").map_or("*".to_owned(), |method| method.to_uppercase()).replace("ANY", "*");
    let path = wild(&part("Path").unwrap_or_default());
    let resource =
        format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*/{method}{path}");
    Tree::single("Fn::Sub", text(&resource, event.origin))
}

fn log_group(name: &Tree) -> Tree {
    let parts = vec![text("arn:aws:logs:*:*:log-group:", name.origin), name.clone(), text(":*", name.origin)];
    let arguments = vec![text("", name.origin), super::build::list(parts, name.origin)];
    Tree::single("Fn::Join", super::build::list(arguments, name.origin))
}

/// A path of an API with a star for each of its parameters.
fn wild(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}

/// Whether another event of a function brings what this one asks for: the default route of an HTTP API takes every call.
pub(super) fn covered(event: &Entry, all: &[Entry]) -> bool {
    let kind = |event: &Entry| event.value.get("Type").and_then(Tree::as_str).unwrap_or_default();
    let own = |event: &Entry, name: &str| event.value.get("Properties").and_then(|own| own.get(name)).cloned();
    let api = |event: &Entry| named_api(own(event, "ApiId").as_ref(), "ServerlessHttpApi");
    let default = |event: &Entry| own(event, "Path").is_none();
    let is = |event: &Entry| kind(event) == "HttpApi";
    is(event) && !default(event) && all.iter().any(|other| is(other) && default(other) && api(other) == api(event))
}

/// A bucket of the template tells the function.
fn notify(entry: &Entry, own: &Tree, made: &mut Made) {
    let bucket = own.get("Bucket").and_then(|bucket| match bucket.call() {
        Some((call, name)) if call == "Ref" => name.as_str(),
        _ => None,
    });
    let events = own.get("Events").map(|events| match events.as_list() {
        Some(events) => events.to_vec(),
        None => vec![events.clone()],
    });
    for event in events.into_iter().flatten() {
        let origin = event.origin;
        let mut entries = vec![("Event", event), ("Function", arn(&entry.key, origin))];
        entries.extend(own.get("Filter").map(|filter| ("Filter", filter.clone())));
        made.notifications.extend(bucket.map(|bucket| (bucket, object(entries, origin))));
    }
}

/// Whether a topic reaches a function through a queue.
fn subscribes(own: &Tree) -> bool {
    own.get("SqsSubscription").is_some_and(|queue| matches!(queue.kind, Kind::Bool(true) | Kind::Map(_)))
}

/// The queue between a topic and a function: one of the template, or one that is made.
fn through_queue(entry: &Entry, event: &Entry, own: &Tree, made: &mut Made) {
    let origin = event.value.origin;
    let name = format!("{}{}", entry.key, event.key);
    let given = own.get("SqsSubscription").filter(|queue| queue.as_map().is_some());
    let made_queue = format!("{name}Queue");
    if given.is_none() {
        made.add(entry, &made_queue, "AWS::SQS::Queue", Properties::of(entry));
    }
    let part = |part: &str| given.and_then(|queue| queue.get(part)).cloned();
    let queue_arn = part("QueueArn").unwrap_or_else(|| arn(&made_queue, origin));
    let url = part("QueueUrl").unwrap_or_else(|| reference(&made_queue, origin));
    let topic = own.get("Topic").cloned();
    let properties = Properties::of(entry)
        .copy(own, &["FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy"])
        .put("TopicArn", topic.clone())
        .put("Endpoint", Some(queue_arn.clone()))
        .put_text("Protocol", "sqs");
    made.add(entry, &name, "AWS::SNS::Subscription", properties);
    let equals = object(topic.into_iter().map(|topic| ("aws:SourceArn", topic)).collect(), origin);
    let statement = object(
        vec![
            ("Action", text("sqs:SendMessage", origin)),
            ("Effect", text("Allow", origin)),
            ("Principal", text("*", origin)),
            ("Resource", queue_arn.clone()),
            ("Condition", object(vec![("ArnEquals", equals)], origin)),
        ],
        origin,
    );
    let document = object(
        vec![("Version", text("2012-10-17", origin)), ("Statement", super::build::list(vec![statement], origin))],
        origin,
    );
    let policy = Properties::of(entry)
        .put("PolicyDocument", Some(document))
        .put("Queues", Some(super::build::list(vec![url], origin)));
    let id = part("QueuePolicyLogicalId").and_then(|id| id.as_str());
    let id = id.map_or_else(|| format!("{name}QueuePolicy"), |id| id.to_string());
    made.add(entry, &id, "AWS::SQS::QueuePolicy", policy);
    let ten = Tree::new(Kind::Int(10), origin);
    let mapping = Properties::of(entry)
        .put("BatchSize", Some(part("BatchSize").unwrap_or(ten)))
        .put("Enabled", Some(part("Enabled").unwrap_or(Tree::new(Kind::Bool(true), origin))))
        .put("EventSourceArn", Some(queue_arn))
        .put("FunctionName", Some(reference(&entry.key, origin)));
    made.add(entry, &format!("{name}EventSourceMapping"), "AWS::Lambda::EventSourceMapping", mapping);
}

/// What a function's role needs to read from an event's source.
pub(super) fn grant(function: &str, event: &Entry, grants: &mut Grants) {
    let kind = event.value.get("Type").and_then(Tree::as_str).unwrap_or_default();
    let own = event.value.get("Properties");
    match kind.as_str() {
        "SQS" => grants.managed("service-role/AWSLambdaSQSQueueExecutionRole"),
        "SNS" if own.is_some_and(subscribes) => grants.managed("service-role/AWSLambdaSQSQueueExecutionRole"),
        "Kinesis" => grants.managed("service-role/AWSLambdaKinesisExecutionRole"),
        "DynamoDB" => grants.managed("service-role/AWSLambdaDynamoDBExecutionRole"),
        "MSK" => grants.managed("service-role/AWSLambdaMSKExecutionRole"),
        _ => {}
    }
    let failure = own.and_then(|own| own.get("DestinationConfig")?.get("OnFailure"));
    if let Some(failure) = failure
        && let (Some(kind), Some(to)) = (failure.get("Type").and_then(Tree::as_str), failure.get("Destination"))
    {
        let name = format!("{function}{}", event.key);
        match kind.as_str() {
            "SQS" => grants.allow(&format!("{name}SQSPolicy"), "sqs:SendMessage", to),
            "SNS" => grants.allow(&format!("{name}SNSPolicy"), "sns:publish", to),
            _ => {}
        }
    }
}
