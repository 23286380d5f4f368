#!/usr/bin/env python3
"""
Asks an emulator again, with botocore, everything that a snapshot of redan holds an answer to, and compares the answers leaf
by leaf.

    python decoded.py account.redan http://127.0.0.1:5100
"""
import base64, datetime, gzip, json, pathlib, re, sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

TABLE = pathlib.Path(__file__).resolve().parents[2] / "crates/redan-aws/data/operations"
NAMES = dict(line.split(" ") for line in (TABLE / "names.txt").read_text().splitlines() if not line.startswith("#"))
FILES = {}
CLIENTS = {}


def file(service):
    return FILES.setdefault(service, json.loads((TABLE / f"{service}.json").read_text()))


def client(service, region, endpoint):
    if (service, region) not in CLIENTS:
        CLIENTS[service, region] = boto3.client(
            service, region_name=region, endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))
    return CLIENTS[service, region]


def moment(value):
    value = value.astimezone(datetime.timezone.utc)
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return value.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def plain(value):
    """A value of botocore as redan writes it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def parameters(service, operation, text):
    """The parameters of a call out of `Name=value,Name=value`; None where they are nested."""
    known = file(service)["operations"][operation].get("input", {})
    found = {}
    for piece in filter(None, re.split(r",(?=(?:%s)=)" % "|".join(known or ["-"]), text)):
        name, value = piece.split("=", 1)
        ty = known[name].split(" ")[0]
        if ty.startswith("#"):
            shape = file(service)["shapes"][ty[1:]]
            if not isinstance(shape, list) or shape[0].startswith("#"):
                return None
            found[name] = value.split("+")
        else:
            found[name] = int(value) if ty == "integer" else value == "true" if ty == "boolean" else value
    return found


def asked(service, operation, region, arguments, endpoint):
    spec = file(service)["operations"][operation]
    if spec.get("account"):
        arguments = {**arguments, spec["account"]: "123456789012"}
    one = client(service, region, endpoint)
    method = next(name for name, known in one.meta.method_to_api_mapping.items() if known == operation)
    pages = spec.get("pages")
    if pages and one.can_paginate(method):
        whole = plain(one.get_paginator(method).paginate(**arguments).build_full_result())
        return whole, [path.split(".")[0] for path in pages["results"]]
    return plain(getattr(one, method)(**arguments)), None


COUNT = {"leaves": 0, "hidden": 0}
# What the emulator answers with the moment of asking.
NOW = ("LatestRestorableTime", "SizeInBytes.Timestamp", ".WorkGroup.CreationTime", ".WorkGroups[0].CreationTime", "LatestDeliveryTime",
       "LatestDeliveryAttemptTime")


def differences(ours, theirs, path):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            if key not in ours or key not in theirs:
                yield f"{path}.{key}: only in {'botocore' if key not in ours else 'redan'}"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{path}: {len(ours)} and {len(theirs)} entries"
        for at, (left, right) in enumerate(zip(ours, theirs)):
            yield from differences(left, right, f"{path}[{at}]")
    else:
        COUNT["leaves"] += 1
        if isinstance(ours, str) and re.search(r"<redan:[a-z0-9-]+( [0-9a-f]{16})?>", ours):
            COUNT["hidden"] += 1  # a credential, which snapshots do not hold
        elif ours != theirs and not (path.endswith(NOW) and re.fullmatch(r"[0-9T:.-]+Z", str(ours))):
            yield f"{path}: {ours!r} and {theirs!r}"


# Known to differ, and why.
KNOWN = {
    "cloudfront:ListDistributions": "botocore's paginator drops what is not paginated",
    "cloudfront:ListOriginAccessControls": "botocore's paginator drops what is not paginated",
    "iam:GenerateCredentialReport": "another state when asked again",
    "s3control:ListAccessPoints": "botocore puts the account into the host name, which does not resolve here",
}


def main():
    snapshot, endpoint = sys.argv[1:]
    calls, left_out, wrong, known, operations = 0, set(), [], [], set()
    with gzip.open(snapshot, "rt") as lines:
        next(lines)
        for line in lines:
            _, name, arguments, region, ours = json.loads(line)
            service, operation = NAMES[name], name.split(":")[1]
            arguments = parameters(service, operation, arguments)
            if arguments is None:
                left_out.add(name)
                continue
            try:
                theirs, only = asked(service, operation, region, arguments, endpoint)
            except ClientError as error:
                theirs, only = {"error": error.response["Error"]["Code"]}, None
                if isinstance(ours, dict) and "error" in ours and (theirs["error"].isdigit() or ours["error"] in ("ServiceFailed", "Unreadable") or ours["error"].startswith("Http")):
                    theirs = ours  # no code in the answer: each names it its own way
            except Exception as error:  # an answer that botocore itself cannot read
                theirs, only = {"error": type(error).__name__}, None
                if isinstance(ours, dict) and "error" in ours:
                    theirs = ours
            ours = {key: value for key, value in ours.items() if key != "permission"}
            if only is not None and "error" not in ours:
                ours = {key: ours.get(key, []) for key in only if key in ours or key in theirs}
                theirs = {key: theirs.get(key, []) for key in only if key in ours or key in theirs}
            calls += 1
            operations.add(name)
            found = [f"{name} in {region}: {one}" for one in differences(ours, theirs, "")]
            (known if name in KNOWN else wrong).extend(found)
    for one in wrong[:40]:
        print(one)
    print(f"{calls} calls of {len(operations)} operations, {COUNT['leaves']} leaves compared with botocore, {COUNT['hidden']} hidden, "
          f"{len(wrong)} different, {len(known)} known to differ; left out for nested parameters: {' '.join(sorted(left_out)) or 'none'}")
    sys.exit(1 if wrong or not calls else 0)


main()
