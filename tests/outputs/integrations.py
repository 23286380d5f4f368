"""Checks what lets redan run elsewhere: `integrations.py ROOT PROGRAM SCRATCH`, by the Python of `cargo xtask packages`.

The action and the GitLab template are held against their published schemas, and their scripts are run; hooks are run by
pre-commit on a repository; the container file is read, for no container is built here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT, PROGRAM, SCRATCH = (Path(argument) for argument in sys.argv[1:4])
TOOLS = Path(sys.executable).parent
BAD = 'resource "aws_security_group" "open" {\n  ingress {\n    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
FINDS = 1

passed, failed = 0, 0


def check(name, holds, more=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"error: {name} {more}")


def run(*command, cwd, **more):
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", **more}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def repository(name):
    folder = SCRATCH / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(BAD)
    git(folder, "init", "--quiet")
    return folder


def git(folder, *words):
    named = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    code, _, errors = run("git", *named, *words, cwd=folder)
    assert code == 0, errors


def schema(name, file, *more):
    code, said, errors = run(TOOLS / "check-jsonschema", "--builtin-schema", name, *more, file, cwd=ROOT)
    check(f"{file.name} follows {name}", code == 0, said + errors)
    broken = SCRATCH / f"broken-{file.name}"
    broken.write_text(file.read_text().replace("using: composite", "using: magic").replace("  script:", "  scripts:"))
    code, _, _ = run(TOOLS / "check-jsonschema", "--builtin-schema", name, *more, broken, cwd=ROOT)
    check(f"{name} refuses a broken {file.name}", code != 0)


def action():
    file = ROOT / "action.yml"
    schema("vendor.github-actions", file)
    steps = yaml.safe_load(file.read_text())["runs"]["steps"]
    for used in (step["uses"] for step in steps if "uses" in step):
        check("actions are pinned by commit", re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", used), used)
    for step in (step for step in steps if "run" in step):
        check("no expression stands in a script", "${{" not in step["run"], step["run"])
    scan = next(step for step in steps if step.get("id") == "scan")
    folder = repository("action")
    files = {name: SCRATCH / f"action-{name.lower()}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "SARIF")}
    for path in files.values():
        path.unlink(missing_ok=True)
    given = {name: str(path) for name, path in files.items()}
    arguments = "--page\nnetwork\n--no-config\n"
    code, said, errors = run("bash", "-e", "-c", scan["run"], cwd=folder, PROGRAM=str(PROGRAM), SCANNED=".", ARGUMENTS=arguments, **given)
    check("the action's scan fails with findings", code == FINDS, errors)
    check("it annotates the line", re.search(r"^::error file=main\.tf,line=6,", said, re.M), said)
    check("it writes the summary", "aws_security_group.open" in files["GITHUB_STEP_SUMMARY"].read_text())
    check("it hands the report on", files["GITHUB_OUTPUT"].read_text() == f"sarif={files['SARIF']}\n")
    check("the report has results", json.loads(files["SARIF"].read_text())["runs"][0]["results"])


def gitlab():
    file = ROOT / "integrations/gitlab-ci.yml"
    schema("vendor.gitlab-ci", file, "--data-transform", "gitlab-ci")
    job = yaml.safe_load(file.read_text())["redan"]
    folder = repository("gitlab")
    code, _, errors = run("bash", "-e", "-c", "\n".join(job["script"]), cwd=folder, REDAN_PATH=".")
    check("the job's script fails with findings", code == FINDS, errors)
    reports = job["artifacts"]["reports"]
    check("it writes the reports that it names", all((folder / name).is_file() for name in reports.values()))
    check("they have findings", len(json.loads((folder / reports["codequality"]).read_text())) > 0)


def hooks():
    source = SCRATCH / "hooks"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", source)
    git(source, "init", "--quiet")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "-m", "hooks")
    _, revision, _ = run("git", "rev-parse", "HEAD", cwd=source)
    folder = repository("hooked")
    config = {"repos": [{"repo": str(source), "rev": revision.strip(), "hooks": [{"id": "redan-system", "args": ["--page", "network/admin-ports-open"]}]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(folder, "add", ".")
    cache = {"PRE_COMMIT_HOME": str(SCRATCH / "pre-commit")}
    pre_commit = TOOLS / "pre-commit"
    code, said, errors = run(pre_commit, "run", "--all-files", cwd=folder, **cache)
    check("the hook stops a commit with findings", code == 1 and "aws_security_group.open" in said, said + errors)
    (folder / "main.tf").write_text(BAD.replace("0.0.0.0/0", "10.0.0.0/8"))
    git(folder, "add", ".")
    code, said, errors = run(pre_commit, "run", "--all-files", cwd=folder, **cache)
    check("and lets another pass", code == 0 and "Passed" in said, said + errors)
    (folder / "notes.txt").write_text("x\n")
    git(folder, "add", ".")
    code, said, _ = run(pre_commit, "run", "--files", "notes.txt", cwd=folder, **cache)
    check("it runs only for files that redan reads", code == 0 and "Skipped" in said, said)
    code, said, errors = run(pre_commit, "validate-manifest", ROOT / ".pre-commit-hooks.yaml", cwd=ROOT)
    check("the hooks are well-formed", code == 0, said + errors)
    folder = repository("scripted")
    code, said, errors = run(ROOT / "integrations/pre-commit", "--page", "network", cwd=folder, REDAN_PROFILE="dev")
    check("the script builds redan and scans", code == FINDS and "aws_security_group.open" in said, said + errors)


def container():
    text = (ROOT / "integrations/Containerfile").read_text()
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    bases = [line[1] for line in lines if line[0] == "FROM"]
    check("base images have a version", all(":" in base or base == "scratch" for base in bases), bases)
    stages = [line[3] for line in lines if line[0] == "FROM" and len(line) > 3]
    for line in (line for line in lines if line[0] == "COPY"):
        if line[1].startswith("--from="):
            check("copies come from a stage", line[1].removeprefix("--from=") in stages, line)
        else:
            check("what is copied exists", (ROOT / line[1]).exists(), line)
    toolchain = re.search(r"rust:([\d.]+)", text).group(1)
    wanted = re.search(r'^rust-version = "([\d.]+)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
    number = lambda text: [int(part) for part in text.split(".")]
    check("its Rust is new enough", number(toolchain) >= number(wanted), f"{toolchain} < {wanted}")


for part in (action, gitlab, hooks, container):
    part()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
