//! Which kinds carry policies, where they stand, and how the ARNs of these kinds are formed.
//!
//! Must not know what a policy says. Documents that other attributes amount to (the permissions of a function, the grants of a
//! key) are written out here in the words of the policy language.

use std::sync::Arc;

use redan_model::{Estate, Node, ReasonClass, ResourceId, Rest, Str, Unknown, Value};

use super::document::Document;
use super::names;
use crate::json::{self, Tree};
use crate::policy::Span;
use crate::text::{Part, Text};

/// Where a policy stands.
enum Place {
    /// In an attribute.
    Own(&'static str),
    /// In another resource: its kind, the attribute that refers, the attribute with the document.
    Beside(&'static str, &'static str, &'static str),
    /// In the permissions of a function.
    Permissions,
    /// In the grants of a key.
    Grants,
}

/// A kind whose resources carry policies.
pub(crate) struct Holder {
    pub(crate) kind: &'static str,
    /// Its ARN: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    pub(crate) arn: &'static str,
    places: &'static [Place],
}

const fn holder(kind: &'static str, arn: &'static str, places: &'static [Place]) -> Holder {
    Holder { kind, arn, places }
}

use Place::{Beside, Grants, Own, Permissions};

const HOLDERS: &[Holder] = &[
    holder(
        "AWS::S3::Bucket",
        "arn:aws:s3:::{BucketName}",
        &[Beside("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument")],
    ),
    holder("AWS::S3::AccessPoint", "arn:aws:s3:{region}:{account}:accesspoint/{Name}", &[Own("Policy")]),
    holder(
        "AWS::SQS::Queue",
        "arn:aws:sqs:{region}:{account}:{QueueName}",
        &[Beside("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument")],
    ),
    holder(
        "AWS::SNS::Topic",
        "arn:aws:sns:{region}:{account}:{TopicName}",
        &[Beside("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument")],
    ),
    holder(
        "AWS::SecretsManager::Secret",
        "arn:aws:secretsmanager:{region}:{account}:secret:{Name}-AbCdEf",
        &[Own("ResourcePolicy")],
    ),
    holder("AWS::KMS::Key", "arn:aws:kms:{region}:{account}:key/{KeyId}", &[Own("KeyPolicy"), Grants]),
    holder("AWS::IAM::Role", "arn:aws:iam::{account}:role{Path}{RoleName}", &[Own("AssumeRolePolicyDocument")]),
    holder(
        "AWS::OpenSearchService::Domain",
        "arn:aws:es:{region}:{account}:domain/{DomainName}",
        &[Own("AccessPolicies")],
    ),
    holder("AWS::ApiGateway::RestApi", "arn:aws:execute-api:{region}:{account}:{RestApiId}", &[Own("Policy")]),
    holder(
        "AWS::ECR::Repository",
        "arn:aws:ecr:{region}:{account}:repository/{RepositoryName}",
        &[Own("RepositoryPolicyText")],
    ),
    holder(
        "AWS::EFS::FileSystem",
        "arn:aws:elasticfilesystem:{region}:{account}:file-system/{FileSystemId}",
        &[Own("FileSystemPolicy")],
    ),
    holder(
        "AWS::Backup::BackupVault",
        "arn:aws:backup:{region}:{account}:backup-vault:{BackupVaultName}",
        &[Own("AccessPolicy")],
    ),
    holder(
        "AWS::Lambda::Function",
        "arn:aws:lambda:{region}:{account}:function:{FunctionName}",
        &[Permissions, Own("Policy")],
    ),
    holder("AWS::Glacier::Vault", "arn:aws:glacier:{region}:{account}:vaults/{VaultName}", &[Own("AccessPolicy")]),
    holder("AWS::Events::EventBus", "arn:aws:events:{region}:{account}:event-bus/{Name}", &[Own("Policy")]),
    holder(
        "AWS::CodeArtifact::Domain",
        "arn:aws:codeartifact:{region}:{account}:domain/{DomainName}",
        &[Own("PermissionsPolicyDocument")],
    ),
];

/// ARNs of kinds that policies name, beside those that carry some.
const NAMED: &[(&str, &str)] = &[
    ("AWS::IAM::User", "arn:aws:iam::{account}:user{Path}{UserName}"),
    ("AWS::IAM::Group", "arn:aws:iam::{account}:group{Path}{GroupName}"),
    ("AWS::IAM::ManagedPolicy", "arn:aws:iam::{account}:policy{Path}{ManagedPolicyName}"),
    ("AWS::IAM::InstanceProfile", "arn:aws:iam::{account}:instance-profile{Path}{InstanceProfileName}"),
    ("AWS::DynamoDB::Table", "arn:aws:dynamodb:{region}:{account}:table/{TableName}"),
    ("AWS::Kinesis::Stream", "arn:aws:kinesis:{region}:{account}:stream/{Name}"),
    ("AWS::Logs::LogGroup", "arn:aws:logs:{region}:{account}:log-group:{LogGroupName}"),
    ("AWS::EC2::Instance", "arn:aws:ec2:{region}:{account}:instance/{InstanceId}"),
    ("AWS::CodeBuild::Project", "arn:aws:codebuild:{region}:{account}:project/{Name}"),
    ("AWS::StepFunctions::StateMachine", "arn:aws:states:{region}:{account}:stateMachine:{StateMachineName}"),
    ("AWS::SSM::Parameter", "arn:aws:ssm:{region}:{account}:parameter/{Name}"),
    ("AWS::CloudTrail::Trail", "arn:aws:cloudtrail:{region}:{account}:trail/{TrailName}"),
];

/// All kinds that carry policies.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    HOLDERS.iter().map(|holder| holder.kind)
}

/// The template of the ARNs of a kind.
pub(crate) fn template(kind: &str) -> Option<&'static str> {
    let own = HOLDERS.iter().find(|holder| holder.kind == kind).map(|holder| holder.arn);
    own.or_else(|| NAMED.iter().find(|(named, _)| *named == kind).map(|(_, arn)| *arn))
}

/// The policies on a resource, and why there may be more.
pub(crate) fn documents(estate: &Estate, id: ResourceId) -> (Vec<Document>, Option<Arc<Unknown>>) {
    let mut found = Found { estate, documents: Vec::new(), rest: None };
    let Some(resource) = estate.get(id) else { return (Vec::new(), None) };
    let Some(holder) = HOLDERS.iter().find(|holder| resource.kind == *holder.kind) else { return (Vec::new(), None) };
    for place in holder.places {
        match place {
            Own(attribute) => found.attribute(id, attribute),
            Beside(kind, refers, attribute) => {
                found.referrers(id, kind, refers).into_iter().for_each(|member| found.attribute(member, attribute));
            }
            Permissions => {
                let members = found.referrers(id, "AWS::Lambda::Permission", "FunctionName");
                members.into_iter().for_each(|member| found.permission(id, member));
            }
            Grants => found.grants(id),
        }
    }
    (found.documents, found.rest)
}

struct Found<'e> {
    estate: &'e Estate,
    documents: Vec<Document>,
    rest: Option<Arc<Unknown>>,
}

impl Found<'_> {
    fn referrers(&mut self, id: ResourceId, kind: &str, refers: &str) -> Vec<ResourceId> {
        let referrers = self.estate.referrers(id, Some(Str::new(kind)), Some(Str::new(refers)));
        let mut members: Vec<ResourceId> = referrers.members.iter().map(|referrer| referrer.from).collect();
        members.dedup();
        self.rest = self.rest.take().or(referrers.rest);
        members
    }

    fn attribute(&mut self, id: ResourceId, attribute: &str) {
        let Some(resource) = self.estate.get(id) else { return };
        match resource.body.get(Str::new(attribute)) {
            Some(Node { value: Value::Null, .. }) => {}
            Some(Node { value: Value::Unknown(unknown), .. }) => self.rest = Some(Arc::clone(unknown)),
            Some(node) => self.documents.push(Document::new(self.estate, id, node)),
            None => {
                if let Some(Rest::Unknown(unknown)) = resource.body.value.as_map().map(|map| &map.rest) {
                    self.rest = Some(Arc::clone(unknown));
                } else if resource.partial {
                    self.rest = Some(Unknown::new(ReasonClass::NotStated, attribute, resource.origin));
                }
            }
        }
    }

    /// A permission as the statement that it becomes:
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>.
    fn permission(&mut self, function: ResourceId, id: ResourceId) {
        let Some(resource) = self.estate.get(id) else { return };
        let text = |name: &str| {
            let node = resource.body.get(Str::new(name)).filter(|node| !node.value.is_null());
            node.map(|node| names::text(self.estate, node))
        };
        let mut conditions = Vec::new();
        for (attribute, operator, key) in [
            ("SourceArn", "ArnLike", "AWS:SourceArn"),
            ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
            ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
            ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ] {
            if let Some(value) = text(attribute) {
                conditions.push((Text::from(operator), map(vec![(Text::from(key), leaf(value))])));
            }
        }
        let principal = text("Principal").unwrap_or_else(|| Text::hole("a principal"));
        let principal = match principal.known() {
            Some("*") => leaf(Text::from("*")),
            Some(own) if own.starts_with("arn:") || own.chars().all(|c| c.is_ascii_digit()) => {
                map(vec![(Text::from("AWS"), leaf(principal))])
            }
            Some(_) => map(vec![(Text::from("Service"), leaf(principal))]),
            None => map(vec![(Text::from("AWS"), leaf(principal))]),
        };
        let action = text("Action").unwrap_or_else(|| Text::hole("an action"));
        let statement = vec![
            (Text::from("Effect"), leaf(Text::from("Allow"))),
            (Text::from("Principal"), principal),
            (Text::from("Action"), leaf(action)),
            (Text::from("Resource"), leaf(names::arn(self.estate, function))),
            (Text::from("Condition"), joined(conditions)),
        ];
        let tree = document(vec![map(statement)]);
        let reasons = resource.body.value.unknowns();
        self.documents.push(Document::made(id, tree, Str::new("Principal"), resource.origin, reasons));
    }

    /// Grants allow without any policy: <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>.
    fn grants(&mut self, id: ResourceId) {
        let Some(resource) = self.estate.get(id) else { return };
        let Some(node) = resource.body.get(Str::new("Grants")) else { return };
        let list = match &node.value {
            Value::List(list) => list,
            Value::Unknown(unknown) => {
                self.rest = Some(Arc::clone(unknown));
                return;
            }
            _ => return,
        };
        let arn = names::arn(self.estate, id);
        let statements: Vec<json::Node> = list.items.iter().map(|grant| self.grant(&arn, grant)).collect();
        self.rest = self.rest.take().or_else(|| list.rest.clone());
        if !statements.is_empty() {
            let reasons = node.value.unknowns();
            self.documents.push(Document::made(id, document(statements), Str::new("Grants"), node.origin, reasons));
        }
    }

    fn grant(&self, arn: &Text, grant: &Node) -> json::Node {
        let field = |name: &str| grant.get(Str::new(name)).filter(|node| !node.value.is_null());
        let operations = match field("Operations").map(|node| (&node.value, node)) {
            Some((Value::List(list), _)) => {
                let action = |item: &Node| {
                    let prefix = Part::Known("kms:".to_owned());
                    leaf(Text::new([prefix].into_iter().chain(names::text(self.estate, item).parts().iter().cloned())))
                };
                json::Node { span: SPAN, tree: Tree::List(list.items.iter().map(action).collect()) }
            }
            _ => leaf(Text::hole("operations")),
        };
        let mut conditions = Vec::new();
        for context in ["EncryptionContextEquals", "EncryptionContextSubset"] {
            let entries = grant.at(&["Constraints", context]).and_then(|node| node.value.as_map());
            for entry in entries.into_iter().flat_map(|map| map.entries()) {
                let key = Text::from(format!("kms:EncryptionContext:{}", entry.key));
                conditions.push((key, leaf(names::text(self.estate, &entry.node))));
            }
        }
        let conditions =
            if conditions.is_empty() { Vec::new() } else { vec![(Text::from("StringEquals"), map(conditions))] };
        let principal = field("GranteePrincipal").map(|node| names::text(self.estate, node));
        map(vec![
            (Text::from("Effect"), leaf(Text::from("Allow"))),
            (
                Text::from("Principal"),
                map(vec![(Text::from("AWS"), leaf(principal.unwrap_or_else(|| Text::hole("a grantee"))))]),
            ),
            (Text::from("Action"), operations),
            (Text::from("Resource"), leaf(arn.clone())),
            (Text::from("Condition"), map(conditions)),
        ])
    }
}

const SPAN: Span = Span { start: 0, end: 0 };

fn leaf(text: Text) -> json::Node {
    json::Node { span: SPAN, tree: Tree::Text(text) }
}

fn map(entries: Vec<(Text, json::Node)>) -> json::Node {
    json::Node { span: SPAN, tree: Tree::Map(entries) }
}

/// Conditions of the same operator in one map.
fn joined(conditions: Vec<(Text, json::Node)>) -> json::Node {
    let mut out: Vec<(Text, json::Node)> = Vec::new();
    for (operator, node) in conditions {
        match (out.iter_mut().find(|(known, _)| *known == operator), node.tree) {
            (Some((_, json::Node { tree: Tree::Map(entries), .. })), Tree::Map(more)) => entries.extend(more),
            (_, tree) => out.push((operator, json::Node { span: SPAN, tree })),
        }
    }
    map(out)
}

fn document(statements: Vec<json::Node>) -> json::Node {
    map(vec![
        (Text::from("Version"), leaf(Text::from("2012-10-17"))),
        (Text::from("Statement"), json::Node { span: SPAN, tree: Tree::List(statements) }),
    ])
}
