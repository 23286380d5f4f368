"""What a policy allows, as formulas of z3: strings and regular expressions, numbers, bit vectors. Independent of the engine: straight from the
vendor's description of the policy language."""
import datetime
import fnmatch

import z3

from vocabulary import ACCOUNT, ACTIONS, ARN, OTHER, ROLE, USER

ANY = z3.AllChar(z3.ReSort(z3.StringSort()))
NO_COLON = z3.Intersect(ANY, z3.Complement(z3.Re(":")))
NAME = z3.Intersect(NO_COLON, z3.Complement(z3.Re("/")))
LOWER = z3.Union(z3.Range("a", "z"), z3.Re("-"))
PARTS = {
    "p": z3.Star(LOWER), "r": z3.Plus(z3.Union(LOWER, z3.Range("0", "9"))), "a": z3.Loop(z3.Range("0", "9"), 12, 12), "name": z3.Plus(NAME), "+": z3.Plus(ANY),
}
SERVICE = "sns.amazonaws.com"
FRESH = "777788889999"
# Who may ask: kind, account, and the ARN if a policy of the vocabulary names it. Users, sessions and roots beside the named stand for all others.
CALLERS = [("user", ACCOUNT, USER), ("session", ACCOUNT, ROLE), ("service", None, SERVICE), ("anonymous", None, None)] + [
    (kind, account, None) for account in (ACCOUNT, OTHER, FRESH) for kind in ("user", "session", "root")
]
# Keys that a request has only if somebody's own credentials signed it.
SIGNED = ["aws:PrincipalTag/team", "aws:username", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"]


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


def folded(text):
    return joined([z3.Union(z3.Re(c.lower()), z3.Re(c.upper())) if c.isalpha() else z3.Re(c) for c in text])


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


def milliseconds(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp() * 1000)


def is_taken(element, caller):
    """Whether one of the entries is the caller, its account or everybody."""
    if element == "*":
        return True
    kind, account, named = caller
    listed = lambda name: element.get(name, []) if isinstance(element.get(name, []), list) else [element[name]]
    ids = {"*"}
    if account:
        ids |= {account, "arn:aws:iam::%s:root" % account}
    if named:
        ids.add(named)
    return any(entry in ids for entry in listed("AWS")) or (kind == "service" and SERVICE in listed("Service"))


def is_spared(element, caller):
    """Whether NotPrincipal lets the caller go: a user or a session only if its account is listed as well."""
    kind, account, named = caller
    if element == "*" or kind in ("service", "anonymous"):
        return is_taken(element, caller)
    whole = is_taken(element, ("root", account, None))
    return whole if kind == "root" else whole and (is_taken(element, (kind, None, named)))


class Request:
    def __init__(self, callers):
        self.action = z3.Int("action")
        self.names = list(ACTIONS)
        self.resource = z3.String("resource")
        self.who = z3.Int("who") if callers else None
        self.keys = {}
        self.rules = [self.action >= 0, self.action < len(self.names)]
        if callers:
            self.rules += [self.who >= 0, self.who < len(CALLERS)]
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
            elif name == "aws:SourceArn":
                self.rules.append(z3.InRe(value, arn("arn:*:*:*:*:?*")))
            elif name in ("aws:CurrentTime", "aws:TokenIssueTime"):
                self.rules += [value >= 0, value <= milliseconds("9999-01-01T00:00:00Z")]
            elif sort is z3.String:
                self.rules.append(z3.Length(value) > 0)
            self.bound(name, present, value)
        return self.keys[name]

    def bound(self, name, present, value):
        """What the caller says about a key."""
        if self.who is None or name not in SIGNED:
            return
        for number, (kind, account, named) in enumerate(CALLERS):
            if name == "aws:username":
                fact = present if kind == "user" else z3.Not(present)
                if account == ACCOUNT and kind == "user":
                    fact = z3.And(fact, value == z3.StringVal("ann") if named else value != z3.StringVal("ann"))
            elif kind in ("service", "anonymous"):
                fact = z3.Not(present)
            else:
                continue
            self.rules.append(z3.Implies(self.who == number, fact))

    def tags(self):
        if "tags" not in self.keys:
            count = z3.Int("tags")
            self.keys["tags"] = (count, [z3.String("tag%d" % i) for i in range(6)])
            self.rules += [count >= 0, count <= 6] + [z3.Length(tag) > 0 for tag in self.keys["tags"][1]]
        return self.keys["tags"]

    def variable(self, text):
        """What stands for the variable in the text, and whether it has a value: before, value, after."""
        before, _, rest = text.partition("${")
        body, _, after = rest.partition("}")
        key, _, default = body.partition(",")
        present, value = self.key(key, z3.String)
        if default:
            return before, z3.BoolVal(True), z3.If(present, value, z3.StringVal(default.strip().strip("'"))), after
        return before, present, value, after

    def on(self, text):
        if "${" in text:
            before, present, value, after = self.variable(text)
            assert after == "/*"
            return z3.And(present, z3.PrefixOf(z3.Concat(z3.StringVal(before), value, z3.StringVal("/")), self.resource))
        return z3.InRe(self.resource, arn(text))

    def one_text(self, operator, value, text):
        if "${" in text:
            before, present, other, after = self.variable(text)
            assert before == after == ""
            return z3.And(present, value == other)
        if "Like" in operator:
            return z3.InRe(value, wild(text))
        if "IgnoreCase" in operator:
            return z3.InRe(value, folded(text))
        return value == z3.StringVal(text)

    def texts(self, operator, value, wanted):
        """Whether the value fits one of those wanted; turned around if the operator says so."""
        test = z3.Or([self.one_text(operator, value, text) for text in wanted])
        return z3.Not(test) if "Not" in operator else test

    def many(self, operator, wanted):
        count, tags = self.tags()
        if operator == "Null":
            return count == 0 if wanted == ["true"] else count > 0
        fits = [(number < count, self.texts(operator, tag, wanted)) for number, tag in enumerate(tags)]
        if operator.startswith("ForAny"):
            return z3.Or([z3.And(has, fit) for has, fit in fits])
        return z3.And([z3.Implies(has, fit) for has, fit in fits])

    def condition(self, operator, key, wanted):
        if key == "aws:TagKeys":
            return self.many(operator, wanted)
        plain = operator.removesuffix("IfExists")
        order = plain.removeprefix("Numeric").removeprefix("Date").replace("Not", "")
        if key == "aws:SourceIp":
            present, value = self.key(key, lambda label: z3.BitVec(label, 33))
            test = operator != "Null" and z3.Or([self.block(value, block) for block in wanted])
        elif key in ("s3:max-keys", "aws:MultiFactorAuthAge"):
            present, value = self.key(key, z3.Real)
            test = self.order(order, value, z3.RealVal(wanted[0]))
        elif key in ("aws:CurrentTime", "aws:TokenIssueTime"):
            present, value = self.key(key, z3.Int)
            test = operator != "Null" and self.order(order, value, z3.IntVal(milliseconds(wanted[0])))
        elif key in ("aws:SecureTransport", "aws:MultiFactorAuthPresent"):
            present, value = self.key(key, z3.Bool)
            test = value == (wanted == ["true"])
        elif key == "aws:SourceArn":
            present, value = self.key(key, z3.String)
            test = z3.Or([z3.InRe(value, arn(text)) for text in wanted])
        else:
            present, value = self.key(key, z3.String)
            test = operator != "Null" and self.texts(plain.replace("Not", ""), value, wanted)
        if operator == "Null":
            return z3.Not(present) if wanted == ["true"] else present
        if "Not" in operator:
            return z3.Or(z3.Not(present), z3.Not(test))
        return z3.Or(z3.Not(present), test) if operator.endswith("IfExists") else z3.And(present, test)

    def order(self, order, value, wanted):
        tests = {
            "Equals": value == wanted, "LessThan": value < wanted, "LessThanEquals": value <= wanted, "GreaterThan": value > wanted,
            "GreaterThanEquals": value >= wanted,
        }
        return tests[order]

    def block(self, value, block):
        """The highest bit says that the address is of the other version."""
        base, _, length = block.partition("/")
        number = int.from_bytes(bytes(map(int, base.split("."))), "big")
        free = 32 - int(length or 32)
        return z3.And(z3.Extract(32, 32, value) == 0, z3.LShR(z3.Extract(31, 0, value), free) == number >> free)

    def statement(self, statement):
        def fits(name, pattern):
            return fnmatch.fnmatchcase(name.lower(), pattern.lower())

        patterns = statement.get("Action") or statement.get("NotAction")
        taken = [number for number, name in enumerate(self.names) if any(fits(name, p) for p in patterns) == ("Action" in statement)]
        action = z3.Or([self.action == number for number in taken])
        resource = z3.Or([self.on(text) for text in statement.get("Resource") or statement.get("NotResource")])
        if "NotResource" in statement:
            resource = z3.Not(resource)
        tests = [self.condition(operator, key, wanted) for operator, keys in statement.get("Condition", {}).items() for key, wanted in keys.items()]
        if self.who is not None:
            tests.append(z3.Or([self.who == number for number, caller in enumerate(CALLERS) if self.meant(statement, caller)]))
        return z3.And([action, resource] + tests)

    def meant(self, statement, caller):
        if "Principal" in statement:
            return is_taken(statement["Principal"], caller)
        return not is_spared(statement["NotPrincipal"], caller)

    def allowed(self, policy):
        side = lambda effect: z3.Or([self.statement(s) for s in policy["Statement"] if s["Effect"] == effect])
        return z3.And(side("Allow"), z3.Not(side("Deny")))
