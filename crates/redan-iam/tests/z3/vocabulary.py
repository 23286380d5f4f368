"""Random policies over a small vocabulary, so that they meet often: all elements, all operators, variables, principals."""

# Actions with the ARNs that their requests can name, as the vendor's service authorization reference has them.
ARN = {
    "bucket": "arn:aws{p}:s3:::{+}",
    "object": "arn:aws{p}:s3:::{name}/{+}",
    "accesspoint": "arn:aws{p}:s3:{r}:{a}:accesspoint/{+}",
    "accesspointobject": "arn:aws{p}:s3:{r}:{a}:accesspoint/{name}/object/{+}",
    "instance": "arn:aws{p}:ec2:{r}:{a}:instance/{+}",
    "queue": "arn:aws{p}:sqs:{r}:{a}:{+}",
    "role": "arn:aws{p}:iam::{a}:role/{+}",
    "none": "*",
}
ACTIONS = {
    "s3:GetObject": ["object", "accesspointobject"],
    "s3:PutObject": ["object", "accesspointobject"],
    "s3:ListBucket": ["bucket", "accesspoint"],
    "s3:ListAllMyBuckets": ["none"],
    "ec2:TerminateInstances": ["instance"],
    "sqs:SendMessage": ["queue"],
    "iam:PassRole": ["role"],
}
PATTERNS = [
    "s3:GetObject", "s3:PutObject", "s3:*", "s3:Get*", "ec2:TerminateInstances", "ec2:*", "*", "iam:PassRole", "s3:List*", "sqs:Send*",
    "s3:?utObject", "S3:getobject",
]
RESOURCES = [
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "arn:aws:s3:::b/x?", "arn:aws:s3:::*/secret*", "arn:aws:ec2:*:*:instance/*", "arn:aws:s3:::b",
    "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:iam::*:role/a*", "arn:aws:iam::111122223333:role/app", "arn:aws:s3:::b/a/*",
    "arn:aws:sqs:*:111122223333:q*", "arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/*", "arn:aws:s3:::home/ann/*",
    "arn:aws:s3:*:*:accesspoint/a*", "arn:aws:s3:::home/${aws:PrincipalTag/team, 'none'}/*", "arn:aws:s3:::home/none/*",
]
TEXTS = ["ann", "bob", "a*", "?nn", "none", "ANN", "${aws:username}", "${aws:PrincipalTag/team, 'none'}"]
TAGS = ["ann", "bob", "a*", "?nn", "none"]
BLOCKS = ["203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "0.0.0.0/0", "203.0.112.0/23"]
DATES = ["2024-01-01T00:00:00Z", "2026-06-01T12:30:00Z", "2030-01-01T00:00:00Z"]
SOURCES = ["arn:aws:s3:::b", "arn:aws:s3:::*", "arn:aws:sns:*:111122223333:t*", "arn:aws:*:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:t?"]

TEXT_KEYS = ["aws:UserAgent", "s3:prefix", "aws:PrincipalTag/team", "aws:username", "aws:Referer"]
TEXT_OPERATORS = [
    "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "BinaryEquals",
]
ARN_OPERATORS = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]

ACCOUNT, OTHER = "111122223333", "444455556666"
USER, ROLE = "arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:role/app"
ROOT = "arn:aws:iam::444455556666:root"
PRINCIPALS = [
    "*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": ROLE}, {"AWS": [USER, OTHER]}, {"Service": "sns.amazonaws.com"}, {"AWS": [USER, ACCOUNT]},
    {"AWS": ROOT, "Service": ["sns.amazonaws.com"]}, {"AWS": [ROLE, ACCOUNT]},
]


def chosen(r, values, most):
    return r.sample(values, r.randint(1, most))


def condition(r):
    """An operator, a key that it fits, and values."""
    end = "IfExists" if r.random() < 0.25 else ""
    kind = r.randrange(9)
    if kind <= 1:
        operator = r.choice(TEXT_OPERATORS)
        # Variables stand in operators for text and ARNs only; two texts in any case are beyond the solver.
        values = TEXTS if operator.startswith("String") and "Case" not in operator else TEXTS[:6]
        return operator + end, r.choice(TEXT_KEYS), chosen(r, values, 2)
    if kind <= 3:
        operator = r.choice([operator for operator in TEXT_OPERATORS if operator != "BinaryEquals"])
        return r.choice(["ForAnyValue:", "ForAllValues:"]) + operator + end, "aws:TagKeys", chosen(r, TAGS, 2)
    if kind == 4:
        return "Numeric" + r.choice(ORDERS) + end, r.choice(["s3:max-keys", "aws:MultiFactorAuthAge"]), [r.choice(["0", "5", "10", "3600"])]
    if kind == 5:
        return "Date" + r.choice(ORDERS) + end, r.choice(["aws:CurrentTime", "aws:TokenIssueTime"]), [r.choice(DATES)]
    if kind == 6:
        return r.choice(["IpAddress", "NotIpAddress"]) + end, "aws:SourceIp", chosen(r, BLOCKS, 2)
    if kind == 7:
        if r.random() < 0.5:
            return r.choice(ARN_OPERATORS) + end, "aws:SourceArn", chosen(r, SOURCES, 2)
        return "Bool" + end, r.choice(["aws:SecureTransport", "aws:MultiFactorAuthPresent"]), [r.choice(["true", "false"])]
    keys = ["aws:username", "aws:TagKeys", "aws:SourceIp", "s3:prefix", "aws:PrincipalTag/team", "aws:SourceArn", "aws:TokenIssueTime"]
    return "Null", r.choice(keys), [r.choice(["true", "false"])]


def statement(r, principals):
    out = {"Effect": "Allow" if r.random() < 0.6 else "Deny"}
    out["NotAction" if r.random() < 0.12 else "Action"] = chosen(r, PATTERNS, 2)
    out["NotResource" if r.random() < 0.12 else "Resource"] = chosen(r, RESOURCES, 2)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        operator, key, values = condition(r)
        out.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    if principals:
        out["NotPrincipal" if r.random() < 0.15 else "Principal"] = r.choice(PRINCIPALS)
    return out


def policy(r, principals):
    return {"Version": "2012-10-17", "Statement": [statement(r, principals) for _ in range(r.randint(1, 4))]}


def pair(r):
    """Two policies; sometimes the second is the first with a change, so that the question is close."""
    principals = r.random() < 0.35
    reference, candidate = policy(r, principals), policy(r, principals)
    if r.random() < 0.3:
        kept = [s for s in reference["Statement"] if r.random() < 0.8]
        candidate["Statement"] = kept + candidate["Statement"][:1]
    return reference, candidate
