//! Resources that carry policies, what runs as roles, and policies of VPC endpoints.
//!
//! Must not know questions.

use redan_model::{Node, ResourceId, Str, Target, Value};

use super::Survey;
use super::identities::why;
use crate::account::{Protected, Runner};
use crate::engine::document::Document;
use crate::engine::{access, holders};

/// Kinds that run as a role: where the role stands, and the service that assumes it.
const RUNNERS: &[(&str, &str, &str)] = &[
    ("AWS::Lambda::Function", "Role", "lambda.amazonaws.com"),
    ("AWS::EC2::Instance", "IamInstanceProfile", "ec2.amazonaws.com"),
    ("AWS::CodeBuild::Project", "ServiceRole", "codebuild.amazonaws.com"),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn", "ecs-tasks.amazonaws.com"),
    ("AWS::Glue::DevEndpoint", "RoleArn", "glue.amazonaws.com"),
    ("AWS::SageMaker::NotebookInstance", "RoleArn", "sagemaker.amazonaws.com"),
    ("AWS::CloudFormation::Stack", "RoleARN", "cloudformation.amazonaws.com"),
];

impl Survey<'_> {
    pub(super) fn resources(&mut self) {
        for kind in holders::kinds().filter(|kind| *kind != "AWS::IAM::Role") {
            for id in self.estate.of_kind(Str::new(kind)).to_vec() {
                self.protected(id, kind);
            }
        }
        self.account.resources.sort_by(|one, other| one.arn.cmp(&other.arn));
        for (kind, attribute, service) in RUNNERS {
            for id in self.estate.of_kind(Str::new(kind)).to_vec() {
                self.runner(id, attribute, service);
            }
        }
    }

    fn protected(&mut self, id: ResourceId, kind: &str) {
        let (documents, rest) = holders::documents(self.estate, id);
        let Some(named) = self.names.arn(id) else { return };
        let label = self.label(id);
        let mut policies = Vec::new();
        for document in documents {
            let name = format!("policy of {}", label.as_deref().unwrap_or(&named.arn));
            policies.push(self.add(name, document));
        }
        let (closed, open) = access::switches(self.estate, id);
        self.held.insert(id, named.arn.clone());
        self.account.resources.push(Protected {
            arn: named.arn,
            kind: kind.to_owned(),
            address: label,
            account: self.names.number(id).to_owned(),
            policies,
            unknown: rest.as_ref().map(why),
            vague: named.vague,
            closed,
            open,
        });
    }

    fn runner(&mut self, id: ResourceId, attribute: &str, service: &str) {
        let Some(resource) = self.estate.get(id) else { return };
        let Some(node) = resource.body.get(Str::new(attribute)) else { return };
        let Some(arn) = self.names.arn(id).map(|named| named.arn).or_else(|| self.label(id)) else { return };
        for role in self.roles(node, 0) {
            self.account.runners.push(Runner { service: service.to_owned(), role: self.arn(role), arn: arn.clone() });
        }
    }

    /// The roles that a reference leads to, through an instance profile if need be.
    fn roles(&self, node: &Node, depth: usize) -> Vec<ResourceId> {
        match &node.value {
            Value::List(list) => list.items.iter().flat_map(|item| self.roles(item, depth)).collect(),
            Value::Ref(reference) => {
                let Target::Resource(id) = reference.target else { return Vec::new() };
                let Some(target) = self.estate.get(id) else { return Vec::new() };
                match target.kind.as_str() {
                    "AWS::IAM::Role" => vec![id],
                    "AWS::IAM::InstanceProfile" if depth == 0 => {
                        target.body.get(Str::new("Roles")).map(|roles| self.roles(roles, 1)).unwrap_or_default()
                    }
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
    pub(super) fn endpoints(&mut self) {
        for id in self.estate.of_kind(Str::new("AWS::EC2::VPCEndpoint")).to_vec() {
            let Some(resource) = self.estate.get(id) else { continue };
            let Some(node) = resource.body.get(Str::new("PolicyDocument")) else { continue };
            if matches!(node.value, Value::Null | Value::Unknown(_)) {
                continue;
            }
            let names: Vec<String> = resource.identities.iter().map(|name| name.as_str().to_owned()).collect();
            let label = self.label(id).unwrap_or_else(|| resource.address.as_str().to_owned());
            let place = self.add(format!("policy of {label}"), Document::new(self.estate, id, node));
            for name in names {
                self.account.endpoints.insert(name, place);
            }
        }
    }
}
