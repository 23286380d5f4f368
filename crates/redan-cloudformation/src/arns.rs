//! Types whose `Ref` is an ARN: those whose only primary identifier in the registry is one, and the older ones whose
//! documentation says so. <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>

use redan_model::Str;

const BY_ARN: [&str; 32] = [
    "AWS::ACMPCA::CertificateAuthority",
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::AppRunner::Service",
    "AWS::AppRunner::VpcConnector",
    "AWS::Batch::ComputeEnvironment",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CodeArtifact::Domain",
    "AWS::DataSync::LocationObjectStorage",
    "AWS::Detective::Graph",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::GlobalAccelerator::Accelerator",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::SAMLProvider",
    "AWS::ImageBuilder::Component",
    "AWS::ImageBuilder::ImageRecipe",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::MSK::Cluster",
    "AWS::NetworkFirewall::Firewall",
    "AWS::NetworkFirewall::FirewallPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
    "AWS::Transfer::Server",
];

/// Attributes beside `Arn` that are the ARN of their resource.
const ARN_ATTRIBUTES: [&str; 9] = [
    "AcceleratorArn",
    "FunctionArn",
    "ListenerArn",
    "LoadBalancerArn",
    "PolicyArn",
    "RuleArn",
    "ServiceArn",
    "TargetGroupArn",
    "TopicArn",
];

/// Whether the `Ref` of a type is an ARN.
pub(crate) fn named_by_arn(kind: Str) -> bool {
    BY_ARN.binary_search(&kind.as_str()).is_ok()
}

/// Whether an attribute is the ARN of its own resource.
pub(crate) fn is_arn(attribute: &str) -> bool {
    attribute == "Arn" || ARN_ATTRIBUTES.binary_search(&attribute).is_ok()
}
