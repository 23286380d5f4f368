//! An account made up at random, in the form of `iam:GetAccountAuthorizationDetails`, with ways to administrator planted in it.
//!
//! Must not know the engine: tests, benches and tasks ask it about what is planted here. Every planted way leads somewhere: the
//! account has an administrator for each service that may run as one, and a group of administrators.

use serde_json::{Value, json};

/// The number of the account.
pub(crate) const ACCOUNT: &str = "111122223333";

/// A principal with a planted way.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    /// Its ARN.
    pub(crate) principal: String,
    /// Which way; `admin` and `poweruser` for the vendor's policies.
    pub(crate) way: &'static str,
    /// Whether a permission boundary takes it back.
    pub(crate) bounded: bool,
}

/// A small deterministic generator (xorshift).
pub(crate) struct Random(u64);

impl Random {
    /// From a seed, which must not be zero.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    /// One of the list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// True this often in a hundred.
    pub(crate) fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }
}

const WAYS: &[(&str, &[&str])] = &[
    ("CreatePolicyVersion", &["iam:CreatePolicyVersion"]),
    ("SetDefaultPolicyVersion", &["iam:SetDefaultPolicyVersion"]),
    ("PassRole+EC2", &["iam:PassRole", "ec2:RunInstances"]),
    ("CreateAccessKey", &["iam:CreateAccessKey"]),
    ("CreateLoginProfile", &["iam:CreateLoginProfile"]),
    ("UpdateLoginProfile", &["iam:UpdateLoginProfile"]),
    ("AttachUserPolicy", &["iam:AttachUserPolicy"]),
    ("AttachGroupPolicy", &["iam:AttachGroupPolicy"]),
    ("AttachRolePolicy+Assume", &["iam:AttachRolePolicy", "sts:AssumeRole"]),
    ("PutUserPolicy", &["iam:PutUserPolicy"]),
    ("PutRolePolicy+Assume", &["iam:PutRolePolicy", "sts:AssumeRole"]),
    ("AddUserToGroup", &["iam:AddUserToGroup"]),
    ("UpdateAssumeRolePolicy", &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]),
    ("PassRole+Lambda", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    ("UpdateFunctionCode", &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]),
    ("PassRole+CFN", &["iam:PassRole", "cloudformation:CreateStack"]),
    ("PassRole+Glue", &["iam:PassRole", "glue:CreateDevEndpoint", "glue:GetDevEndpoint"]),
    ("PassRole+CodeBuild", &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"]),
    ("SSMSendCommand", &["ssm:SendCommand"]),
];

const SERVICES: &[&str] = &["ec2", "lambda", "ecs-tasks", "codebuild", "glue", "cloudformation"];

const VENDOR: &[&str] =
    &["ReadOnlyAccess", "AmazonS3FullAccess", "AmazonEC2ReadOnlyAccess", "SecurityAudit", "AmazonSQSReadOnlyAccess"];

fn arn(rest: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{rest}")
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

/// A statement of the kind that most policies consist of.
fn everyday(random: &mut Random, number: usize, count: usize) -> Value {
    let within = |modulus: usize| number % modulus;
    match random.below(16) {
        0 => allow(&["s3:GetObject", "s3:PutObject"], &format!("arn:aws:s3:::app-{}-data/*", within(97))),
        1 => allow(&["s3:ListBucket", "s3:GetBucketLocation"], &format!("arn:aws:s3:::app-{}-*", within(97))),
        2 => allow(
            &["dynamodb:GetItem", "dynamodb:Query"],
            &format!("arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t-{}", within(53)),
        ),
        3 => allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &format!("arn:aws:logs:*:{ACCOUNT}:*")),
        4 => allow(&["ec2:Describe*", "cloudwatch:Get*", "cloudwatch:List*"], "*"),
        5 => allow(&["sqs:*"], &format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:queue-{}-*", within(31))),
        6 => json!({"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"),
            "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}),
        7 => allow(
            &["secretsmanager:GetSecretValue"],
            &format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:team-{}/*", within(17)),
        ),
        8 => allow(&["sts:AssumeRole"], &arn(&format!("role/app-{}", random.below(count)))),
        9 => json!({"Effect": "Allow", "Action": ["ecs:Describe*", "ecr:Get*", "ecr:BatchGetImage"], "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}}),
        10 => allow(&["ssm:GetParameter*"], &format!("arn:aws:ssm:*:{ACCOUNT}:parameter/app-{}/*", within(71))),
        11 => json!({"Effect": "Deny", "Action": ["s3:DeleteBucket", "s3:PutBucketPolicy"], "Resource": "*"}),
        12 => allow(&["iam:GetUser", "iam:ChangePassword"], &arn("user/${aws:username}")),
        13 => json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
            "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
            "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}}),
        14 => allow(&["sns:Publish"], &format!("arn:aws:sns:*:{ACCOUNT}:topic-{}", within(29))),
        _ => {
            allow(&["lambda:InvokeFunction"], &format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:fn-{}", within(83)))
        }
    }
}

fn attached(name: &str) -> Value {
    json!({"PolicyName": name, "PolicyArn": if VENDOR.contains(&name) || name.ends_with("Access") {
        format!("arn:aws:iam::aws:policy/{name}")
    } else {
        arn(&format!("policy/{name}"))
    }})
}

/// Who trusts whom, by lot.
fn trust(random: &mut Random, number: usize, roles: usize, users: usize) -> Value {
    let (principal, condition) = match random.below(100) {
        0..35 => (json!({"Service": format!("{}.amazonaws.com", random.pick(SERVICES).unwrap_or(&"ec2"))}), json!({})),
        35..65 => {
            let (role, user) = (random.below(roles), random.below(users));
            (json!({"AWS": [arn(&format!("role/app-{role}")), arn(&format!("user/user-{user}"))]}), json!({}))
        }
        65..80 => (json!({"AWS": arn("root")}), json!({})),
        80..90 => (
            json!({"AWS": "arn:aws:iam::999988887777:root"}),
            json!({"StringEquals": {"sts:ExternalId": format!("x{number}")}}),
        ),
        _ => (json!({"AWS": "*"}), json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
    };
    document(&[json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition})])
}

/// Policies of one principal, and what was planted in them.
fn permissions(random: &mut Random, number: usize, count: usize, name: &str) -> (Value, Option<(&'static str, bool)>) {
    let mut inline = Vec::new();
    let mut managed = vec![attached(&format!("cust-{}", random.below(count / 4 + 4)))];
    if random.percent(35) {
        let statements: Vec<Value> = (0..=random.below(4)).map(|_| everyday(random, number, count)).collect();
        inline.push(json!({"PolicyName": "own", "PolicyDocument": document(&statements)}));
    }
    if random.percent(30) {
        managed.extend(random.pick(VENDOR).map(|name| attached(name)));
    }
    let way = match random.below(100) {
        0 => Some("admin"),
        1 => Some("poweruser"),
        2..6 => random.pick(WAYS).map(|(way, actions)| {
            inline.push(json!({"PolicyName": "planted", "PolicyDocument": document(&[allow(actions, "*")])}));
            *way
        }),
        _ => None,
    };
    match way {
        Some("admin") => managed.push(attached("AdministratorAccess")),
        Some("poweruser") => managed.push(attached("PowerUserAccess")),
        _ => {}
    }
    let bounded = random.percent(10);
    let mut own = json!({"Path": "/", "AttachedManagedPolicies": managed});
    if let Some(fields) = own.as_object_mut() {
        fields.insert(name.to_owned(), json!(inline));
        if bounded {
            fields.insert("PermissionsBoundary".to_owned(), json!({"PermissionsBoundaryArn": arn("policy/limit")}));
        }
    }
    (own, way.map(|way| (way, bounded)))
}

fn with(mut own: Value, more: Value) -> Value {
    if let (Some(fields), Value::Object(more)) = (own.as_object_mut(), more) {
        fields.extend(more);
    }
    own
}

fn policy(name: &str, statements: &[Value]) -> Value {
    json!({"PolicyName": name, "Arn": arn(&format!("policy/{name}")), "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document(statements)}]})
}

/// An administrator for each service that may run as a role.
fn administrators() -> impl Iterator<Item = Value> {
    SERVICES.iter().map(|service| {
        let name = format!("{service}-admin");
        let principal = json!({"Service": format!("{service}.amazonaws.com")});
        let own = arn(&format!("role/{name}"));
        json!({"RoleName": name, "Arn": own, "Path": "/", "AttachedManagedPolicies": [attached("AdministratorAccess")],
            "AssumeRolePolicyDocument":
                document(&[json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})]),
            "InstanceProfileList": profile(&name, *service == "ec2")})
    })
}

fn profile(name: &str, has: bool) -> Value {
    let own = json!({"InstanceProfileName": name, "Path": "/", "Arn": arn(&format!("instance-profile/{name}"))});
    json!(if has { vec![own] } else { Vec::new() })
}

/// An account of `count` principals, three in ten of them users, and what is planted in it.
pub(crate) fn account(count: usize, seed: u64) -> (Value, Vec<Planted>) {
    let mut random = Random::new(seed);
    let users = (count * 3 / 10).max(1);
    let roles = count.saturating_sub(users + SERVICES.len()).max(1);
    let mut planted = Vec::new();
    let mut note = |principal: String, found: Option<(&'static str, bool)>| {
        planted.extend(found.map(|(way, bounded)| Planted { principal, way, bounded }));
    };
    let mut user_list = Vec::new();
    for number in 0..users {
        let principal = arn(&format!("user/user-{number}"));
        let (own, found) = permissions(&mut random, number, count, "UserPolicyList");
        note(principal.clone(), found);
        let groups: Vec<String> =
            (0..random.below(3)).map(|_| format!("group-{}", random.below(count / 50 + 3))).collect();
        user_list.push(with(
            own,
            json!({"UserName": format!("user-{number}"), "Arn": principal, "GroupList": groups,
                "Tags": [{"Key": "team", "Value": format!("t{}", number % 9)}]}),
        ));
    }
    let mut role_list: Vec<Value> = administrators().collect();
    for number in 0..roles {
        let name = format!("app-{number}");
        let principal = arn(&format!("role/{name}"));
        let (own, found) = permissions(&mut random, number, count, "RolePolicyList");
        note(principal.clone(), found);
        let trusted = trust(&mut random, number, roles, users);
        let machines = trusted.to_string().contains("ec2.amazonaws.com");
        role_list.push(with(
            own,
            json!({"RoleName": name, "Arn": principal, "AssumeRolePolicyDocument": trusted,
                "InstanceProfileList": profile(&name, machines)}),
        ));
    }
    let group = |number: usize, policy: Value| {
        let name = format!("group-{number}");
        json!({"GroupName": name, "Arn": arn(&format!("group/{name}")), "Path": "/", "AttachedManagedPolicies": [policy]})
    };
    let mut groups: Vec<Value> = (0..count / 50 + 3).map(|n| group(n, attached(&format!("cust-{}", n % 4)))).collect();
    groups.push(json!({"GroupName": "admins", "Arn": arn("group/admins"), "Path": "/",
        "AttachedManagedPolicies": [attached("AdministratorAccess")]}));
    let mut policies: Vec<Value> = (0..count / 4 + 4)
        .map(|number| {
            let statements: Vec<Value> =
                (0..2 + random.below(5)).map(|_| everyday(&mut random, number, count)).collect();
            policy(&format!("cust-{number}"), &statements)
        })
        .collect();
    policies.push(policy(
        "limit",
        &[
            allow(&["s3:*", "ec2:*", "logs:*", "lambda:*", "dynamodb:*", "sqs:*", "sns:*"], "*"),
            json!({"Effect": "Deny", "Action": ["iam:*", "organizations:*"], "Resource": "*"}),
        ],
    ));
    let details = json!({"UserDetailList": user_list, "GroupDetailList": groups, "RoleDetailList": role_list, "Policies": policies});
    (details, planted)
}
