#!/usr/bin/env python3
"""label.py COUNT SEED OUT.jsonl: random policy pairs, labelled by the solver z3 (package z3-solver).

The encoding is independent of the engine: strings and regular expressions, integers, bit vectors. A pair that z3 does not decide is
left out. Each candidate denies all actions outside of the vocabulary, so that only the vocabulary can be new."""
import json
import random
import sys

import z3

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
PATTERNS = ["s3:GetObject", "s3:PutObject", "s3:*", "s3:Get*", "ec2:TerminateInstances", "ec2:*", "*", "iam:PassRole", "s3:List*", "sqs:Send*", "s3:?utObject"]
RESOURCES = [
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "arn:aws:s3:::b/x?", "arn:aws:s3:::*/secret*", "arn:aws:ec2:*:*:instance/*", "arn:aws:s3:::b",
    "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:iam::*:role/a*", "arn:aws:iam::111122223333:role/app", "arn:aws:s3:::b/a/*",
    "arn:aws:sqs:*:111122223333:q*", "arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/*", "arn:aws:s3:::home/ann/*", "arn:aws:s3:*:*:accesspoint/a*",
]
TEXTS = ["ann", "bob", "a*", "?nn", "none"]
BLOCKS = ["203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "0.0.0.0/0", "203.0.112.0/23"]


def chosen(r, values, most):
    return r.sample(values, r.randint(1, most))


def condition(r):
    kind = r.randrange(6)
    if kind == 0:
        operator = r.choice(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists", "StringNotLikeIfExists"])
        return operator, r.choice(["aws:UserAgent", "s3:prefix", "aws:PrincipalTag/team", "aws:username"]), chosen(r, TEXTS, 2)
    if kind == 1:
        operator = r.choice(["ForAnyValue:StringEquals", "ForAllValues:StringLike", "ForAllValues:StringNotEquals", "ForAnyValue:StringNotLike"])
        return operator, "aws:TagKeys", chosen(r, TEXTS, 2)
    if kind == 2:
        operator = r.choice(["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals", "NumericLessThanEqualsIfExists"])
        return operator, r.choice(["s3:max-keys", "aws:MultiFactorAuthAge"]), [r.choice(["0", "5", "10", "3600"])]
    if kind == 3:
        return r.choice(["IpAddress", "NotIpAddress", "IpAddressIfExists"]), "aws:SourceIp", chosen(r, BLOCKS, 2)
    if kind == 4:
        return r.choice(["Bool", "BoolIfExists"]), r.choice(["aws:SecureTransport", "aws:MultiFactorAuthPresent"]), [r.choice(["true", "false"])]
    return "Null", r.choice(["aws:username", "aws:TagKeys", "aws:SourceIp", "s3:prefix", "aws:PrincipalTag/team"]), [r.choice(["true", "false"])]


def statement(r):
    out = {"Effect": "Allow" if r.random() < 0.6 else "Deny"}
    out["NotAction" if r.random() < 0.12 else "Action"] = chosen(r, PATTERNS, 2)
    out["NotResource" if r.random() < 0.12 else "Resource"] = chosen(r, RESOURCES, 2)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        operator, key, values = condition(r)
        out.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return out


def policy(r):
    return {"Version": "2012-10-17", "Statement": [statement(r) for _ in range(r.randint(1, 4))]}


# --- encoding

ANY = z3.AllChar(z3.ReSort(z3.StringSort()))
NO_COLON = z3.Intersect(ANY, z3.Complement(z3.Re(":")))
NAME = z3.Intersect(NO_COLON, z3.Complement(z3.Re("/")))
LOWER = z3.Union(z3.Range("a", "z"), z3.Re("-"))
PARTS = {
    "p": z3.Star(LOWER), "r": z3.Plus(z3.Union(LOWER, z3.Range("0", "9"))), "a": z3.Loop(z3.Range("0", "9"), 12, 12), "name": z3.Plus(NAME), "+": z3.Plus(ANY),
}


def joined(parts):
    parts = list(parts)
    return parts[0] if len(parts) == 1 else z3.Concat(*parts) if parts else z3.Re("")


def template(text):
    parts, rest = [], text
    while rest:
        before, open_, rest = rest.partition("{")
        if before:
            parts.append(z3.Re(before))
        if open_:
            name, _, rest = rest.partition("}")
            parts.append(PARTS[name])
    return joined(parts)


def wild(text, one=ANY):
    return joined([z3.Star(one) if c == "*" else one if c == "?" else z3.Re(c) for c in text] or [z3.Re("")])


def arn(text):
    """Segment by segment: wildcards in the first five segments end at the colon."""
    if text == "*":
        return z3.Star(ANY)
    segments = text.split(":", 5)
    parts = []
    for number, segment in enumerate(segments):
        if number:
            parts.append(z3.Re(":"))
        parts.append(wild(segment, NO_COLON if number < 5 else ANY))
    return joined(parts)


class Request:
    def __init__(self):
        self.action = z3.Int("action")
        self.names = list(ACTIONS)
        self.resource = z3.String("resource")
        self.keys = {}
        self.rules = [self.action >= 0, self.action < len(self.names)]
        for number, name in enumerate(self.names):
            fits = z3.Or([z3.InRe(self.resource, template(ARN[kind])) for kind in ACTIONS[name]])
            self.rules.append(z3.Implies(self.action == number, fits))

    def key(self, name, sort):
        if name not in self.keys:
            label = name.replace(":", "_").replace("/", "_")
            present, value = z3.Bool(label + "_present"), sort(label)
            self.keys[name] = (present, value)
            if name.startswith("s3:"):
                self.rules.append(z3.Implies(present, self.action == self.names.index("s3:ListBucket")))
            if name == "aws:username":
                self.rules.append(z3.InRe(value, z3.Plus(NAME)))
            elif sort is z3.String:
                self.rules.append(z3.Length(value) > 0)
        return self.keys[name]

    def tags(self):
        if "tags" not in self.keys:
            count = z3.Int("tags")
            self.keys["tags"] = (count, [z3.String("tag%d" % i) for i in range(6)])
            self.rules += [count >= 0, count <= 6] + [z3.Length(tag) > 0 for tag in self.keys["tags"][1]]
        return self.keys["tags"]

    def on(self, text):
        if "${aws:username}" in text:
            before, _, after = text.partition("${aws:username}")
            assert after == "/*"
            present, value = self.key("aws:username", z3.String)
            return z3.And(present, z3.PrefixOf(z3.Concat(z3.StringVal(before), value, z3.StringVal("/")), self.resource))
        return z3.InRe(self.resource, arn(text))

    def text(self, operator, value, wanted):
        if "Like" in operator:
            test = z3.Or([z3.InRe(value, wild(text)) for text in wanted])
        else:
            test = z3.Or([value == z3.StringVal(text) for text in wanted])
        return z3.Not(test) if "Not" in operator else test

    def condition(self, operator, key, wanted):
        if key == "aws:TagKeys":
            count, tags = self.tags()
            if operator == "Null":
                return count == 0 if wanted == ["true"] else count > 0
            tests = [z3.And(number < count, self.text(operator, tag, wanted)) for number, tag in enumerate(tags)]
            if operator.startswith("ForAny"):
                return z3.Or(tests)
            return z3.And([z3.Implies(number < count, self.text(operator, tag, wanted)) for number, tag in enumerate(tags)])
        if key == "aws:SourceIp":
            present, value = self.key(key, lambda label: z3.BitVec(label, 33))
            test = None if operator == "Null" else z3.Or([self.block(value, block) for block in wanted])
        elif operator.startswith("Numeric"):
            present, value = self.key(key, z3.Real)
            number = z3.RealVal(wanted[0])
            test = {"L": value < number, "G": value >= number, "E": value == number, "N": value == number}[operator[7]]
            if "LessThanEquals" in operator:
                test = value <= number
        elif key in ("aws:SecureTransport", "aws:MultiFactorAuthPresent"):
            present, value = self.key(key, z3.Bool)
            test = value == (wanted == ["true"])
        else:
            present, value = self.key(key, z3.String)
            test = self.text(operator.replace("Not", ""), value, wanted) if operator != "Null" else None
        if operator == "Null":
            return z3.Not(present) if wanted == ["true"] else present
        if "Not" in operator:
            return z3.Or(z3.Not(present), z3.Not(test))
        return z3.Or(z3.Not(present), test) if operator.endswith("IfExists") else z3.And(present, test)

    def block(self, value, block):
        """The highest bit says that the address is of the other version."""
        base, _, length = block.partition("/")
        number = int.from_bytes(bytes(map(int, base.split("."))), "big")
        free = 32 - int(length or 32)
        return z3.And(z3.Extract(32, 32, value) == 0, z3.LShR(z3.Extract(31, 0, value), free) == number >> free)

    def statement(self, statement):
        def fits(name, pattern):
            import fnmatch
            return fnmatch.fnmatchcase(name.lower(), pattern.lower())

        patterns = statement.get("Action") or statement.get("NotAction")
        taken = [number for number, name in enumerate(self.names) if any(fits(name, p) for p in patterns) == ("Action" in statement)]
        action = z3.Or([self.action == number for number in taken])
        resource = z3.Or([self.on(text) for text in statement.get("Resource") or statement.get("NotResource")])
        if "NotResource" in statement:
            resource = z3.Not(resource)
        tests = [self.condition(operator, key, wanted) for operator, keys in statement.get("Condition", {}).items() for key, wanted in keys.items()]
        return z3.And([action, resource] + tests)

    def allowed(self, policy):
        side = lambda effect: z3.Or([self.statement(s) for s in policy["Statement"] if s["Effect"] == effect])
        return z3.And(side("Allow"), z3.Not(side("Deny")))


def label(reference, candidate):
    request = Request()
    goal = z3.And(request.allowed(candidate), z3.Not(request.allowed(reference)))
    solver = z3.Solver()
    solver.set("timeout", 4000)
    solver.add(goal, *request.rules)
    return {"sat": "FAIL", "unsat": "PASS"}.get(str(solver.check()))


def main():
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    r = random.Random(seed)
    decided = 0
    with open(out, "w", encoding="utf-8") as file:
        for number in range(count):
            reference, candidate = policy(r), policy(r)
            expected = label(reference, candidate)
            if expected is None:
                continue
            decided += 1
            candidate["Statement"].append({"Effect": "Deny", "NotAction": list(ACTIONS), "Resource": "*"})
            title = "seed %d number %d" % (seed, number)
            file.write(json.dumps({"title": title, "reference": reference, "candidate": candidate, "expected": expected}) + "\n")
    print("z3 decided %d of %d" % (decided, count))
    return 0 if decided * 10 >= count * 6 else 1


if __name__ == "__main__":
    sys.exit(main())
