"""The action and the project's own workflows, linted and run for real without Docker (act)."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from framework import OUTSIDE, ROOT, tree
from keys import openai_key
from parts import scanner
from repo import ISOLATED, Repo

ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What act cannot fetch here, in the place of GitHub's own actions: the running Python, and an
# upload that writes down what it was given.
STANDINS = {
    "actions/setup-python": (
        "action.yml",
        """\
name: setup-python
description: the Python that runs the tests
inputs: {python-version: {description: v}, update-environment: {description: u}}
outputs: {python-path: {description: p, value: "PYTHON"}}
runs: {using: composite, steps: [{run: "true", shell: bash}]}
""",
    ),
    "github/codeql-action": (
        "upload-sarif/action.yml",
        """\
name: upload-sarif
description: writes down what it was given
inputs: {sarif_file: {description: s}, category: {description: c}}
runs:
  using: composite
  steps:
    - run: cp "$SARIF" "UPLOADED"
      shell: bash
      env: {SARIF: "${{ inputs.sarif_file }}"}
""",
    ),
}
# A user's: everything asked for, and the outputs printed.
USERS = """\
name: user
on: [push, pull_request]
permissions: {contents: read, security-events: write}
jobs:
  keys:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: keyscan
        uses: ./
        with: {verify: "true", upload-sarif: "true"}
        continue-on-error: true
      - run: echo "findings $FINDINGS live $LIVE outcome ${{ steps.keyscan.outcome }}"
        env:
          FINDINGS: ${{ steps.keyscan.outputs.findings }}
          LIVE: ${{ steps.keyscan.outputs.live }}
      - run: test -s "${{ steps.keyscan.outputs.sarif }}"
      - run: test -s "${{ steps.keyscan.outputs.report }}"
"""


def linted(*command: str) -> str:
    """What a linter that finds nothing says."""
    done = subprocess.run(
        command, cwd=ROOT, env=OUTSIDE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_action_is_short_and_has_no_logic() -> None:
    text = ACTION.read_text("utf-8")
    assert len(text.splitlines()) <= 25
    script = text.partition("run: |\n")[2].partition("    - if:")[0]
    assert len(script.splitlines()) == 2
    assert "${{" not in script  # inputs go through the environment, where nothing expands them


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda one: one.name)
def test_foreign_actions_are_pinned_by_commit(file: Path) -> None:
    uses = [
        line.split("uses: ", 1)[1] for line in file.read_text().splitlines() if "uses: " in line
    ]
    pins = [one.split("@", 1)[1] for one in uses if "@" in one]
    assert pins
    assert all(len(one.split(",")[0].split()[0]) == 40 and " # v" in one for one in pins), pins


@pytest.mark.external
def test_actionlint_finds_nothing() -> None:
    assert linted(scanner("actionlint", "act"), *map(str, WORKFLOWS)) == ""


@pytest.mark.external
def test_zizmor_finds_nothing() -> None:
    linted(scanner("zizmor", "act"), "--offline", "--quiet", str(ACTION), *map(str, WORKFLOWS))


@pytest.mark.external
def test_the_files_are_of_githubs_schemas() -> None:
    check = scanner("check-jsonschema", "act")
    linted(check, "--builtin-schema", "vendor.github-actions", str(ACTION))
    linted(check, "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))


class Runner:
    """A host with this tree on main, and act as its runner."""

    def __init__(self, folder: Path) -> None:
        self.act = scanner("act", "act")
        self.folder = folder
        self.uploaded = folder / "uploaded.sarif"
        self.origin = Repo(folder / "origin")
        for name in tree():
            (self.origin.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.origin.path / name)
        self.origin.write(".github/workflows/user.yml", USERS)
        self.origin.git("add", "-A")
        self.base = self.origin.commit()
        self.standins = [option for name in STANDINS for option in self._standin(name)]

    def _standin(self, name: str) -> Iterator[str]:
        path, text = STANDINS[name]
        made = Repo(self.folder / name.replace("/", "-"))
        made.add(
            path, text.replace("PYTHON", sys.executable).replace("UPLOADED", str(self.uploaded))
        )
        made.commit()
        pin = next(
            line.partition(f"{name}")[2].partition("@")[2][:40]
            for line in ACTION.read_text("utf-8").splitlines()
            if f"uses: {name}" in line
        )
        yield from ("--local-repository", f"{name}@{pin}={made.path}")

    def leak(self) -> str:
        key = openai_key()
        self.origin.add("leak.py", f'client = OpenAI(api_key="{key}")\n')
        self.origin.commit()
        return key

    def run(self, event: str, payload: dict[str, Any], workflow: str, **environ: str) -> str:
        """The log of a job whose checkout is the last commit alone."""
        job = Repo(self.folder / "job")
        job.git("remote", "add", "origin", self.origin.path.as_uri())
        job.git("fetch", "-q", "--depth=1", "origin", "main")
        job.git("checkout", "-q", "-B", "main", "FETCH_HEAD")
        file = self.folder / "event.json"
        file.write_text(json.dumps(payload), encoding="utf-8")
        command = [self.act, event, "-W", f".github/workflows/{workflow}.yml", "-e", str(file)]
        command += ["-P", "ubuntu-latest=-self-hosted", "--pull=false", *self.standins]
        if workflow == "keyscan":
            command += ["--matrix", "os:ubuntu-latest"]
        for name, value in environ.items():
            command += ["--env", f"{name}={value}"]
        plain = {name: value for name, value in OUTSIDE.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            command,
            cwd=job.path,
            env={**plain, **ISOLATED, "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return done.stdout

    def push(self) -> dict[str, Any]:
        head = self.origin.git("rev-parse", "HEAD")
        home = {"default_branch": "main", "full_name": "o/r"}
        return {"ref": "refs/heads/main", "before": self.base, "after": head, "repository": home}

    def request(self, theirs: str) -> dict[str, Any]:
        head = self.origin.git("rev-parse", "HEAD")
        fork = theirs != "o/r"
        base = {"sha": self.base, "ref": "main", "repo": {"full_name": "o/r", "fork": False}}
        asked = {"sha": head, "ref": "topic", "repo": {"full_name": theirs, "fork": fork}}
        return {"pull_request": {"base": base, "head": asked, "commits": 1}}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if os.name == "nt":
        pytest.skip("act needs a POSIX shell to run jobs without Docker")
    return Runner(tmp_path)


@pytest.mark.external
def test_the_projects_own_workflow_is_green_on_a_clean_push(runner: Runner) -> None:
    runner.origin.commit(clean="nothing here\n")
    log = runner.run("push", runner.push(), "keyscan")
    assert "Job succeeded" in log, log
    assert "scanned commits: 1, blobs: 1, " in log


@pytest.mark.external
def test_the_projects_own_workflow_is_red_on_a_push_with_a_key(runner: Runner) -> None:
    key = runner.leak()
    log = runner.run("push", runner.push(), "keyscan")
    assert "Job failed" in log, log
    assert "::error title=keyscan%3A OpenAI project key,file=leak.py,line=1,col=26::" in log
    assert "### keyscan: 1 key" in log
    assert key not in log
    assert not runner.uploaded.exists()


@pytest.mark.external
@pytest.mark.parametrize("theirs", ["o/r", "stranger/r"], ids=["own", "fork"])
def test_a_users_workflow_on_a_pull_request(
    runner: Runner, httpserver: HTTPServer, theirs: str
) -> None:
    """On a fork's nobody is asked and nothing uploaded, and the key is found all the same."""
    own = theirs == "o/r"
    httpserver.expect_request("/v1/models").respond_with_json({"object": "list", "data": []})
    key = runner.leak()
    endpoint = f"openai=http://127.0.0.1:{httpserver.port}"
    payload = runner.request(theirs)
    log = runner.run("pull_request", payload, "user", KEYSCAN_CI_ENDPOINT=endpoint)
    assert "Job succeeded" in log, log
    assert f"findings 1 live {int(own)} outcome failure" in log
    assert len(httpserver.log) == own
    assert ("this comes from a fork, so no issuer was asked about its keys" in log) == (not own)
    assert key not in log
    assert runner.uploaded.exists() == own
    if own:
        sarif = json.loads(runner.uploaded.read_text("utf-8"))
        assert len(sarif["runs"][0]["results"]) == 1
