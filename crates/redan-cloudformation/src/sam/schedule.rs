//! Events that start something by a rule or a schedule, and the roles by which they may.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventsource.html>

use super::build::{Made, Properties, arn, list, object, reference, text};
use super::policies::{Grants, starter};
use crate::syntax::{Entry, Kind, Tree};

const SCHEDULE: [&str; 8] = [
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
];

/// The list of the one target of a rule, with what the event hands to it.
pub(super) fn target(event: &Entry, to: Tree, default: Tree, role: Option<Tree>) -> Tree {
    let origin = event.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = event.value.get("Properties").unwrap_or(&empty);
    let id = own.get("Target").and_then(|target| target.get("Id")).cloned().unwrap_or(default);
    let mut entries = vec![("Arn", to), ("Id", id)];
    entries.extend(role.map(|role| ("RoleArn", role)));
    for name in ["Input", "InputPath", "InputTransformer", "RetryPolicy"] {
        entries.extend(own.get(name).map(|value| (name, value.clone())));
    }
    let dead = own.get("DeadLetterConfig").and_then(|queue| queue.get("Arn"));
    entries.extend(dead.map(|queue| ("DeadLetterConfig", object(vec![("Arn", queue.clone())], queue.origin))));
    list(vec![object(entries, origin)], origin)
}

/// The rule of an event, with its target.
pub(super) fn rule(entry: &Entry, event: &Entry, name: &str, targets: Tree, made: &mut Made) {
    let empty = Tree::new(Kind::Null, event.value.origin);
    let own = event.value.get("Properties").unwrap_or(&empty);
    let state = own.get("Enabled").and_then(|enabled| match enabled.kind {
        Kind::Bool(on) => Some(text(if on { "ENABLED" } else { "DISABLED" }, enabled.origin)),
        _ => None,
    });
    let rule_name = own.get("RuleName").or_else(|| own.get("Name"));
    let properties = Properties::of(entry)
        .copy(own, &["Description", "EventBusName"])
        .put("Name", rule_name.cloned())
        .put("State", own.get("State").cloned().or(state))
        .put("ScheduleExpression", own.get("Schedule").cloned())
        .put("EventPattern", own.get("Pattern").cloned())
        .put("Targets", Some(targets));
    made.add(entry, name, "AWS::Events::Rule", properties);
}

/// A schedule of EventBridge Scheduler, and the role by which it starts a function or a state machine.
pub(super) fn schedule(entry: &Entry, event: &Entry, machine: bool, made: &mut Made) {
    let origin = event.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = event.value.get("Properties").unwrap_or(&empty);
    let name = format!("{}{}", entry.key, event.key);
    let to = if machine { reference(&entry.key, origin) } else { arn(&entry.key, origin) };
    let role = own.get("RoleArn").cloned().unwrap_or_else(|| arn(&format!("{name}Role"), origin));
    let mut entries = vec![("Arn", to.clone()), ("RoleArn", role)];
    for name in ["Input", "RetryPolicy"] {
        entries.extend(own.get(name).map(|value| (name, value.clone())));
    }
    let window = || object(vec![("Mode", text("OFF", origin))], origin);
    let properties = Properties::of(entry)
        .copy(own, &SCHEDULE)
        .put("FlexibleTimeWindow", own.get("FlexibleTimeWindow").is_none().then(window))
        .put("Name", Some(own.get("Name").cloned().unwrap_or_else(|| text(&name, origin))))
        .put("State", own.get("State").cloned())
        .put("Target", Some(object(entries, origin)));
    made.add(entry, &name, "AWS::Scheduler::Schedule", properties);
    if own.get("RoleArn").is_none() {
        let mut grants = Grants::default();
        if machine {
            grants.allow(&format!("{name}StartExecutionPolicy"), "states:StartExecution", &to);
        } else {
            grants.allow(&format!("{name}LambdaPolicy"), "lambda:InvokeFunction", &to);
        }
        let boundary = own.get("PermissionsBoundary");
        starter(made, entry, &format!("{name}Role"), "scheduler.amazonaws.com", grants, boundary);
    }
}

/// What starts a state machine.
pub(super) fn of_machine(entry: &Entry, event: &Entry, made: &mut Made) {
    let origin = event.value.origin;
    let name = format!("{}{}", entry.key, event.key);
    let kind = event.value.get("Type").and_then(Tree::as_str).unwrap_or_default();
    let own = event.value.get("Properties");
    let given = own.and_then(|own| own.get("RoleArn"));
    let role = format!("{name}Role");
    let service = match kind.as_str() {
        "ScheduleV2" => return schedule(entry, event, true, made),
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let id = text(&format!("{name}StepFunctionsTarget"), origin);
            let by = given.cloned().unwrap_or_else(|| arn(&role, origin));
            let targets = target(event, reference(&entry.key, origin), id, Some(by));
            rule(entry, event, &name, targets, made);
            "events.amazonaws.com"
        }
        "Api" => {
            if own.is_none_or(|own| own.get("RestApiId").is_none()) {
                made.rest_routes.push(entry.clone());
            }
            "apigateway.amazonaws.com"
        }
        _ => return,
    };
    if given.is_none() {
        let mut grants = Grants::default();
        grants.allow(&format!("{role}StartExecutionPolicy"), "states:StartExecution", &reference(&entry.key, origin));
        starter(made, entry, &role, service, grants, None);
    }
}
