//! The Serverless Application Model: what the transform creates.

use crate::support::read;

#[test]
fn a_function_brings_its_role_and_what_its_events_create() {
    let found = read(
        "Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Environment: {Variables: {A: x}}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Tracing: Active
      Environment: {Variables: {B: y}}
      Policies: [AmazonS3ReadOnlyAccess, {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}]
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Get: {Type: Api, Properties: {Path: /x, Method: get}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
",
    );
    let mut all: Vec<String> =
        found.loaded.resources.iter().map(|resource| format!("{} {}", resource.kind, resource.address)).collect();
    all.sort();
    assert_eq!(
        all,
        [
            "AWS::ApiGateway::Deployment ServerlessRestApiDeployment",
            "AWS::ApiGateway::RestApi ServerlessRestApi",
            "AWS::ApiGateway::Stage ServerlessRestApiProdStage",
            "AWS::Events::Rule FTick",
            "AWS::IAM::Role FRole",
            "AWS::Lambda::Function F",
            "AWS::Lambda::Permission FGetPermissionProd",
            "AWS::Lambda::Permission FTickPermission",
            "AWS::Lambda::Permission FUrlPublicPermissions",
            "AWS::Lambda::Url FUrl",
        ]
    );
    let function = found.shown("F");
    assert!(function.contains("Runtime: \"python3.12\""), "{function}");
    assert!(function.contains("Environment: {Variables: {A: \"x\", B: \"y\"}}"), "{function}");
    assert!(found.shown("FRole").contains("s3:*"));
    assert!(found.loaded.problems.is_empty(), "{:?}", found.loaded.problems);
}

#[test]
fn apis_and_tables() {
    let found = read(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: live, CacheClusterEnabled: true, EndpointConfiguration: PRIVATE}}
  Http: {Type: AWS::Serverless::HttpApi}
  T: {Type: AWS::Serverless::SimpleTable, Properties: {SSESpecification: {SSEEnabled: true}}}
",
    );
    assert!(found.shown("ApiliveStage").contains("CacheClusterEnabled: true"));
    assert!(found.shown("Api").contains("Types: [\"PRIVATE\"]"));
    assert!(found.shown("HttpApiGatewayDefaultStage").contains("StageName: \"$default\""));
    assert!(found.shown("T").contains("BillingMode: \"PAY_PER_REQUEST\""));
}
