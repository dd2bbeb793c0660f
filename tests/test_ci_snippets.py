"""The snippets of docs/ci.md: of their systems' schemas, and run as far as that goes here."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import docs
from framework import OUTSIDE, Project, installed, pre_commit
from hookable import shims
from hosted import Host, ran
from keys import openai_key
from keyscan.integrations.ci import SYSTEMS
from parts import scanner
from repo import ISOLATED

PAGE = docs.ROOT / "docs" / "ci.md"
SCHEMAS = {
    ".github/workflows/keyscan.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
}
OTHERS = {"Jenkinsfile", ".pre-commit-config.yaml"}
REV = "0123456789abcdef" * 2 + "01234567"
JOBS: dict[str, dict[str, str]] = {
    ".gitlab-ci.yml": {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "push",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_BRANCH": "main",
    },
    "azure-pipelines.yml": {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI"},
    "Jenkinsfile": {"JENKINS_URL": "http://127.0.0.1/"},
}


def snippets() -> dict[str, str]:
    """File name → content, as a reader fills it in."""
    named = [(block, re.match(r"<!-- file: (\S+)", block.remark)) for block in docs.blocks(PAGE)]
    text = {found[1]: "\n".join(block.lines) + "\n" for block, found in named if found}
    filled = {"OWNER": "octo", "COMMIT": REV, "HOST": "git.example.invalid"}
    for name, content in text.items():
        for word, value in filled.items():
            content = content.replace(word, value)
        text[name] = content
    return text


def loaded(name: str) -> Any:
    import yaml  # late, as everywhere

    return yaml.safe_load(snippets()[name])


def shell_lines(name: str) -> list[str]:
    """What a job runs in a shell, line by line."""
    if name == ".gitlab-ci.yml":
        return list(loaded(name)["keyscan"]["script"])
    if name == "azure-pipelines.yml":
        return [step["script"] for step in loaded(name)["steps"] if "script" in step]
    return re.findall(r"sh '([^']+)'", snippets()[name])


def test_every_snippet_is_tested() -> None:
    assert {*SCHEMAS, *OTHERS} == set(snippets())
    assert {name for name in JOBS if name in snippets()} == set(JOBS)


def test_every_system_that_is_known_is_on_the_page() -> None:
    heads = re.findall(r"^## (\w+)", PAGE.read_text("utf-8"), re.M)
    assert set(SYSTEMS) <= {one.lower() for one in heads}


@pytest.mark.external
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_snippet_is_of_its_vendors_schema(name: str, tmp_path: Path) -> None:
    file = tmp_path / "snippet.yml"
    file.write_text(snippets()[name], encoding="utf-8")
    check = scanner("check-jsonschema", "act")
    # Azure's schema has patterns that are not of the default dialect
    command = [check, "--regex-variant", "nonunicode", "--builtin-schema", SCHEMAS[name]]
    if name == ".gitlab-ci.yml":
        command += ["--data-transform", "gitlab-ci"]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.external
def test_githubs_snippet_pleases_its_linters(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "keyscan.yml"
    file.parent.mkdir(parents=True)
    file.write_text(snippets()[".github/workflows/keyscan.yml"], encoding="utf-8")
    for command in (["actionlint"], ["zizmor", "--offline", "--quiet"]):
        run = [scanner(command[0], "act"), *command[1:], str(file)]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_githubs_snippet_names_the_actions_inputs_and_outputs() -> None:
    """As the tables beside it do."""
    import yaml

    action = yaml.safe_load((docs.ROOT / "action.yml").read_text("utf-8"))
    text = PAGE.read_text("utf-8").partition("## What is scanned")[0]
    told = re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", text, re.M)))
    assert told == [*action["inputs"], *action["outputs"]]
    assert {one["default"] for one in action["inputs"].values()} <= {"", "false"}


@pytest.mark.skipif(os.name == "nt", reason="the lines are for a POSIX shell")
@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize("leak", [False, True], ids=["clean", "leak"])
def test_a_jobs_lines_run(name: str, leak: bool, tmp_path: Path) -> None:
    """All but the installation, in a checkout with the system's variables."""
    host = Host(tmp_path / "host")
    if leak:
        host.leak()
    job = host.checkout("main", 1)
    known = {"CI_COMMIT_SHA": host.head(), "CI_COMMIT_BEFORE_SHA": host.first}
    environ = {**OUTSIDE, **ISOLATED, **JOBS[name], **known, "WORKSPACE_TMP": str(tmp_path)}
    bins = shims(tmp_path / "keyscan" / "bin")
    environ["PATH"] = os.pathsep.join([str(bins), environ["PATH"]])
    lines = shell_lines(name)
    run = [one for one in lines if " ci " in one]
    assert (len(run), len([one for one in lines if "install" in one])) == (1, 1)
    done = subprocess.run(
        ["sh", "-c", run[0]], cwd=job.path, env=environ, capture_output=True, check=False
    )
    assert done.returncode == int(leak), done.stdout + done.stderr
    report = job.path / re.findall(r"--format \w+=(\S+)", run[0])[0]
    assert report.stat().st_size > 0
    assert str(report.name) in snippets()[name].replace(run[0], "")


@pytest.mark.external
@pytest.mark.skipif(os.name == "nt", reason="the lines are for a POSIX shell")
@pytest.mark.parametrize("name", [".gitlab-ci.yml", "Jenkinsfile"])
def test_a_jobs_installation_works(name: str, tmp_path: Path) -> None:
    """From a git repository with this tree, in an environment of its own."""
    project = installed(tmp_path / "project")
    url = f"git+{project.repo.path.as_uri()}@{project.rev}"
    lines = [re.sub(r"git\+https[^\"]*", url, one) for one in shell_lines(name)]
    script = "\n".join([*lines[:-1], lines[-1].split(" ci ")[0] + " --version"])
    venv = tmp_path / "keyscan"
    start = f'python3 -m venv "{venv}" && PATH="{venv}/bin:$PATH"\n'
    done = subprocess.run(
        ["sh", "-ec", start + script],
        cwd=tmp_path,
        env={**OUTSIDE, **ISOLATED, "WORKSPACE_TMP": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("keyscan, version ")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """This tree, installed by pre-commit."""
    return installed(tmp_path_factory.mktemp("project"))


def test_precommit_cis_snippet_finds_a_key_in_any_file(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pre-commit.ci runs the hooks on all files."""
    host = Host(tmp_path)
    text = snippets()[".pre-commit-config.yaml"].replace(REV, project.rev)
    text = re.sub(r"repo: \S+", f"repo: {project.repo.path.as_posix()}", text)
    config = host.origin.add(".pre-commit-config.yaml", text)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(project.home))
    pre_commit(host.origin.path, "validate-config", str(config), check=True)
    assert pre_commit(host.origin.path, "run", "--all-files").returncode == 0
    host.origin.add("b.py", f'key = "{openai_key()}"\n')
    host.origin.commit()
    done = pre_commit(host.origin.path, "run", "--all-files")
    assert (done.returncode, "b.py:1:8" in done.stdout) == (1, True)


def test_what_a_system_shows_of_a_report_is_a_report(tmp_path: Path) -> None:
    """GitLab takes its own format from the file that the snippet names."""
    host = Host(tmp_path)
    host.leak()
    done = ran(host.checkout("main").path, "--format", f"gitlab={tmp_path}/found.json")
    assert done.code == 1
    report = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert len(report["vulnerabilities"]) == 1
