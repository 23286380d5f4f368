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
            "AWS::Lambda::Permission FURLInvokeAllowPublicAccess",
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

#[test]
fn roles_grant_what_templates_queues_and_streams_need() {
    let found = read(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Jobs: {Type: AWS::SQS::Queue}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://code/f.zip
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Jobs.Arn}
      Policies: [AWSLambdaRole, SQSPollerPolicy: {QueueName: !GetAtt Jobs.QueueName}]
      Events:
        Work: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
        Later: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour)}}
",
    );
    let role = found.shown("FRole");
    for part in [
        "policy/service-role/AWSLambdaRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
        "PolicyName: \"DeadLetterQueuePolicy\"",
    ] {
        assert!(role.contains(part), "{part} in {role}");
    }
    let role = found.loaded.resources.iter().find(|resource| resource.address == "FRole").unwrap();
    let first = &role.body.at(&["Policies"]).unwrap().value.as_list().unwrap().items[0];
    let granted = redan_model::Shown(&first.at(&["PolicyDocument", "Statement"]).unwrap().value).to_string();
    assert!(granted.contains("\"sqs:ReceiveMessage\"") && granted.contains(":sqs:${"), "{granted}");
    assert!(found.shown("F").contains("Code: {S3Bucket: \"code\", S3Key: \"f.zip\"}"), "{}", found.shown("F"));
    assert!(found.shown("FLater").contains("RoleArn: FLaterRole.Arn"), "{}", found.shown("FLater"));
    assert!(found.shown("FLaterRole").contains("scheduler.amazonaws.com"));
}

#[test]
fn what_reaches_functions() {
    let found = read(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Images: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Auth: {Authorizers: {Token: {FunctionArn: !GetAtt Check.Arn}}}
      Domain: {DomainName: api.example.com, CertificateArn: arn:aws:acm:eu-west-1:111122223333:certificate/1, SecurityPolicy: TLS_1_0}
  Check: {Type: AWS::Serverless::Function, Properties: {Role: arn:aws:iam::111122223333:role/check}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn:aws:iam::111122223333:role/f
      Events:
        Get: {Type: Api, Properties: {RestApiId: Api, Path: '/x/{id}', Method: get}}
        Saved: {Type: S3, Properties: {Bucket: !Ref Images, Events: s3:ObjectCreated:*}}
        Told: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}
",
    );
    assert!(found.shown("Images").contains("LambdaConfigurations: [{Event: \"s3:ObjectCreated:*\""));
    assert!(found.shown("FGetPermissionlive").contains("/*/GET/x/*"), "{}", found.shown("FGetPermissionlive"));
    assert!(found.shown("ApiTokenAuthorizerPermission").contains("/authorizers/*"));
    assert!(found.shown("FTold").contains("Protocol: \"sqs\""));
    assert!(found.shown("FToldQueuePolicy").contains("sqs:SendMessage"));
    let domain = found.loaded.resources.iter().find(|resource| resource.kind == "AWS::ApiGateway::DomainName");
    assert!(found.shown(&domain.unwrap().address).contains("SecurityPolicy: \"TLS_1_0\""));
}
