//! Ways to get another identity's power, as data.
//!
//! Must not know how permissions are decided. Collected from the vendor's documentation of each action and the public catalogues of
//! escalation paths (<https://pathfinding.cloud>, <https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/>).

/// A new resource of a service that runs as a role which the principal passes: `iam:PassRole`, and all of `needs`.
pub(crate) struct Passing {
    pub(crate) service: &'static str,
    pub(crate) needs: &'static [&'static str],
}

const fn pass(service: &'static str, needs: &'static [&'static str]) -> Passing {
    Passing { service, needs }
}

pub(crate) const PASSING: &[Passing] = &[
    pass("ec2.amazonaws.com", &["ec2:RunInstances"]),
    pass("ec2.amazonaws.com", &["ec2:AssociateIamInstanceProfile"]),
    pass("ec2.amazonaws.com", &["ec2:ReplaceIamInstanceProfileAssociation"]),
    pass("ec2.amazonaws.com", &["ec2:RequestSpotInstances"]),
    pass("ec2.amazonaws.com", &["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"]),
    pass("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:InvokeFunction"]),
    pass("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:AddPermission"]),
    pass("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"]),
    pass("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"]),
    pass("cloudformation.amazonaws.com", &["cloudformation:CreateStack"]),
    pass("cloudformation.amazonaws.com", &["cloudformation:UpdateStack"]),
    pass("cloudformation.amazonaws.com", &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"]),
    pass("cloudformation.amazonaws.com", &["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"]),
    pass("glue.amazonaws.com", &["glue:CreateDevEndpoint"]),
    pass("glue.amazonaws.com", &["glue:CreateJob", "glue:StartJobRun"]),
    pass("glue.amazonaws.com", &["glue:CreateJob", "glue:CreateTrigger"]),
    pass("glue.amazonaws.com", &["glue:UpdateJob", "glue:StartJobRun"]),
    pass("glue.amazonaws.com", &["glue:CreateSession", "glue:RunStatement"]),
    pass("codebuild.amazonaws.com", &["codebuild:CreateProject", "codebuild:StartBuild"]),
    pass("codebuild.amazonaws.com", &["codebuild:CreateProject", "codebuild:StartBuildBatch"]),
    pass("codebuild.amazonaws.com", &["codebuild:UpdateProject", "codebuild:StartBuild"]),
    pass(
        "datapipeline.amazonaws.com",
        &["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
    ),
    pass(
        "sagemaker.amazonaws.com",
        &["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    pass("sagemaker.amazonaws.com", &["sagemaker:CreateTrainingJob"]),
    pass("sagemaker.amazonaws.com", &["sagemaker:CreateProcessingJob"]),
    pass("ecs-tasks.amazonaws.com", &["ecs:RegisterTaskDefinition", "ecs:RunTask"]),
    pass("ecs-tasks.amazonaws.com", &["ecs:RegisterTaskDefinition", "ecs:StartTask"]),
    pass("ecs-tasks.amazonaws.com", &["ecs:RegisterTaskDefinition", "ecs:CreateService"]),
    pass("ecs-tasks.amazonaws.com", &["ecs:RegisterTaskDefinition", "ecs:UpdateService"]),
    pass("tasks.apprunner.amazonaws.com", &["apprunner:CreateService"]),
    pass("batch.amazonaws.com", &["batch:RegisterJobDefinition", "batch:SubmitJob"]),
    pass("states.amazonaws.com", &["states:CreateStateMachine", "states:StartExecution"]),
    pass("ssm.amazonaws.com", &["ssm:StartAutomationExecution"]),
    pass("scheduler.amazonaws.com", &["scheduler:CreateSchedule"]),
    pass("elasticmapreduce.amazonaws.com", &["elasticmapreduce:RunJobFlow"]),
    pass(
        "bedrock-agentcore.amazonaws.com",
        &["bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"],
    ),
];

/// An existing resource of a service that runs as a role: all of `needs` let the principal run code in it.
pub(crate) struct Running {
    pub(crate) service: &'static str,
    pub(crate) needs: &'static [&'static str],
    /// What the role itself must be allowed for the way to work.
    pub(crate) target: &'static [&'static str],
}

const fn run(service: &'static str, needs: &'static [&'static str]) -> Running {
    Running { service, needs, target: &[] }
}

/// The channels that a command in a container goes through:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions>.
const CHANNELS: &[&str] = &[
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

pub(crate) const RUNNING: &[Running] = &[
    run("lambda.amazonaws.com", &["lambda:UpdateFunctionCode"]),
    run("lambda.amazonaws.com", &["lambda:UpdateFunctionConfiguration"]),
    run("ec2.amazonaws.com", &["ssm:SendCommand"]),
    run("ec2.amazonaws.com", &["ssm:StartSession"]),
    run("ec2.amazonaws.com", &["ec2-instance-connect:SendSSHPublicKey"]),
    run("ec2.amazonaws.com", &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"]),
    run("cloudformation.amazonaws.com", &["cloudformation:UpdateStack"]),
    run("cloudformation.amazonaws.com", &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"]),
    run("glue.amazonaws.com", &["glue:UpdateDevEndpoint"]),
    run("codebuild.amazonaws.com", &["codebuild:StartBuild"]),
    run("codebuild.amazonaws.com", &["codebuild:StartBuildBatch"]),
    Running { service: "ecs-tasks.amazonaws.com", needs: &["ecs:ExecuteCommand"], target: CHANNELS },
    run("sagemaker.amazonaws.com", &["sagemaker:CreatePresignedNotebookInstanceUrl"]),
];

/// Changes of a user's own, attached or group policies, and of roles' policies: the target, once reached, is unlimited.
pub(crate) const EDIT_USER: &[&str] = &["iam:PutUserPolicy", "iam:AttachUserPolicy"];
/// The same for a group.
pub(crate) const EDIT_GROUP: &[&str] = &["iam:PutGroupPolicy", "iam:AttachGroupPolicy"];
/// The same for a role.
pub(crate) const EDIT_ROLE: &[&str] = &["iam:PutRolePolicy", "iam:AttachRolePolicy"];
/// A new document, or another version, for a managed policy.
pub(crate) const EDIT_POLICY: &[&str] = &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];
/// Credentials of a user.
pub(crate) const TAKE_USER: &[&str] = &["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"];
