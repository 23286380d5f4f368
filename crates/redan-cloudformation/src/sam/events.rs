//! Events of functions: rules, subscriptions, mappings and permissions.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html>

use super::build::{Made, Properties, arn, object, reference, text};
use super::function::{permission, permission_as, target};
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
            let properties = Properties::of(entry)
                .copy(own, &["Name", "Description", "EventBusName", "State"])
                .put("ScheduleExpression", own.get("Schedule").cloned())
                .put("EventPattern", own.get("Pattern").cloned())
                .put("Targets", Some(target(entry, event)));
            made.add(entry, &name, "AWS::Events::Rule", properties);
            permission(entry, event, "events.amazonaws.com", Some(arn(&name, origin)), made);
        }
        "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "DocumentDB" => {
            let source = ["Queue", "Stream", "Broker", "Cluster"].iter().find_map(|source| own.get(source));
            let properties = Properties::of(entry)
                .copy(own, &MAPPING)
                .put("EventSourceArn", source.cloned())
                .put("FunctionName", Some(reference(&entry.key, origin)));
            made.add(entry, &name, "AWS::Lambda::EventSourceMapping", properties);
        }
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
            let source = own.get("Bucket").and_then(|bucket| match bucket.call() {
                Some((call, name)) if call == "Ref" => Some(arn(&name.as_str()?, origin)),
                _ => None,
            });
            let account = object(vec![("Ref", text("AWS::AccountId", origin))], origin);
            let properties = Properties::of(entry)
                .put("FunctionName", Some(reference(&entry.key, origin)))
                .put("Action", Some(text("lambda:InvokeFunction", origin)))
                .put("Principal", Some(text("s3.amazonaws.com", origin)))
                .put("SourceArn", source)
                .put("SourceAccount", Some(account));
            made.add(entry, &format!("{name}Permission"), "AWS::Lambda::Permission", properties);
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
        Some(tree) => {
            let (name, argument) = tree.call()?;
            (name == "Ref").then(|| argument.as_str().map(|api| api.to_string()))?
        }
    }
}

/// The calls of an API that an event is about, on any of its stages.
fn stage_arn(api: &str, event: &Tree) -> Tree {
    let part = |name: &str| event.get(name).and_then(Tree::as_str).map(|text| text.to_string());
    let method = part("Method").map_or("*".to_owned(), |method| method.to_uppercase()).replace("ANY", "*");
    let path = part("Path").unwrap_or_default();
    let resource =
        format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*/{method}{path}");
    Tree::single("Fn::Sub", text(&resource, event.origin))
}

fn log_group(name: &Tree) -> Tree {
    let parts = vec![text("arn:aws:logs:*:*:log-group:", name.origin), name.clone(), text(":*", name.origin)];
    let arguments = vec![text("", name.origin), super::build::list(parts, name.origin)];
    Tree::single("Fn::Join", super::build::list(arguments, name.origin))
}
