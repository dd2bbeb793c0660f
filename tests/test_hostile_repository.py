"""A repository that wants to harm whoever scans it: its names are data, its words run nothing."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from faults import keyscan, line
from keys import openai_key
from repo import Repo

pytestmark = [
    pytest.mark.usefixtures("own_state"),
    pytest.mark.skipif(os.name == "nt", reason="POSIX file names and scripts"),
]

NAMES = [
    "a\nb.py",
    "%s%n.py",
    "\x1b[31mred\x1b]0;title\x07.py",
    "..\\..\\up.py",
    "...py",
    "-rf",
    "--output=x",
    "a:100644 000000 x",
    "tab\there.py",
    "carriage\rreturn.py",
    "\u202egnp.py",
    "\u200bhidden.py",
    os.fsdecode(b"\xff\xfe.py"),
    os.fsdecode(b"\xc3\x28\x9b31m.py"),
    "\"quoted\" 'and' `run`;$(run).py",
    "a!b.zip!c.py",
    "::warning file=x::y",
    "dir\nectory/in\x1bner.py",
]
FORMATS = ["text", "json"]


def trap(folder: Path) -> tuple[str, Path]:
    """A program that leaves a proof of having run."""
    proof, program = folder / "sprung", folder / "trap"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{proof}'\n")
    program.chmod(0o755)
    return str(program), proof


def calls(repo: Repo) -> dict[str, tuple[tuple[str, ...], str]]:
    """Every command that reads a repository: its words and its standard input."""
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    head = repo.git("rev-parse", "HEAD")
    pushed = f"refs/heads/main {head} refs/heads/main {first}\n"
    return {
        "history": (("history", "."), ""),
        "history --reachable": (("history", ".", "--reachable"), ""),
        "history --recurse-submodules": (("history", ".", "--recurse-submodules"), ""),
        "history --since": (("history", ".", "--since", "2000-01-01"), ""),
        "scan": (("scan", "."), ""),
        "range": (("scan", "--range", f"{first}..HEAD"), ""),
        "staged": (("scan", "--staged"), ""),
        "pre-commit": (("hook", "pre-commit"), ""),
        "pre-push": (("hook", "pre-push", "origin", "."), pushed),
        "pre-receive": (("hook", "pre-receive"), f"{first} {head} refs/heads/main\n"),
    }


COMMANDS = (
    *("history", "history --reachable", "history --recurse-submodules", "history --since"),
    *("scan", "range", "staged", "pre-commit", "pre-push", "pre-receive"),
)


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_names_are_shown_escaped(repo: Repo, name: str) -> None:
    """No control character, no line of their own; JSON gives the name back as it is."""
    repo.commit()
    for number, one in enumerate(NAMES):
        repo.write(one, line(openai_key()) + f"{number}\n")
    repo.git("add", "-A")
    if name not in ("staged", "pre-commit"):
        repo.git("commit", "-q", "-m", "names \x1b[31m\x07 \u202e")
    args, stdin = calls(repo)[name]
    if name == "pre-receive":  # git has not moved the ref yet
        repo.git("update-ref", "refs/heads/main", "HEAD~1")
    said = keyscan(*args, stdin=stdin)
    assert said.code == 1, said
    text = said.out + said.err
    assert not {char for char in text if ord(char) < 32 or 0x7F <= ord(char) < 0xA0} - {"\n"}
    assert not {"\u202e", "\u200b", "\udcff"} & set(text)
    assert not [one for one in text.splitlines() if one.startswith(("::", "b.py", "ectory"))]
    if args[0] != "hook":
        report = json.loads(keyscan(*args, "--format", "json", stdin=stdin).out)
        assert len(NAMES) == len(report["findings"])
        paths = {place["path"] for one in report["findings"] for place in one["locations"]}
        assert "a\nb.py" in paths
        assert "\x1b[31mred\x1b]0;title\x07.py" in paths
        assert not [path for path in paths if "\udcff" in path]


CONFIGURED = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.askPass", "core.editor",
    "core.gitProxy", "core.alternateRefsCommand", "sequence.editor", "diff.external",
    "diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "filter.evil.clean",
    "filter.evil.smudge", "filter.evil.process", "gpg.program", "gpg.ssh.program",
    "uploadpack.packObjectsHook", "credential.helper", "pager.log", "pager.rev-list",
    "pager.cat-file", "pager.ls-files", "interactive.diffFilter", "trailer.evil.command",
    "remote.origin.uploadpack", "remote.origin.vcs", "browser.evil.cmd", "web.browser",
    "sendemail.smtpServer", "trace2.eventTarget", "trace2.normalTarget",
)  # fmt: skip
ALIASES = (
    *("cat-file", "rev-list", "rev-parse", "log", "ls-files", "diff-index", "for-each-ref"),
    *("count-objects", "config", "ls-tree", "show-index", "merge-base"),
)
HOOKS = (
    *("post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"),
    *("query-watchman", "post-checkout", "pre-push", "pre-commit", "proc-receive"),
)
ENVIRONMENT = (
    *("GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_EDITOR"),
    *("GIT_SEQUENCE_EDITOR", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "PAGER", "SSH_ASKPASS"),
)


def hostile(repo: Repo, program: str, tmp_path: Path) -> None:
    """Everything that git could be told to run, in the repository's own folder."""
    for name in CONFIGURED:
        repo.git("config", name, program)
    for name in ALIASES:
        repo.git("config", f"alias.{name}", f"!{program}")
    repo.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    repo.git("config", "protocol.ext.allow", "always")
    repo.git("config", "protocol.allow", "always")
    repo.git("config", "submodule.recurse", "true")
    repo.git("config", "fetch.recurseSubmodules", "true")
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "remote.origin.url", f"ext::{program} %S x")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "submodule.sub.update", f"!{program}")
    repo.git("config", "submodule.sub.url", f"ext::{program} %S x")
    repo.git("config", "url.ext::x.insteadOf", "https://")
    included = tmp_path / "included"
    included.write_text(f"[core]\n\tfsmonitor = {program}\n[diff]\n\texternal = {program}\n")
    repo.git("config", f"includeIf.gitdir:{repo.path}/.path", str(included))
    repo.git("config", "include.path", str(included))
    for folder in (repo.path / ".git/hooks", tmp_path / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            (folder / hook).write_text(f"#!/bin/sh\nexec {program} {hook}\n")
            (folder / hook).chmod(0o755)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_the_repository_names_is_run(
    repo: Repo, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = openai_key()
    program, proof = trap(tmp_path)
    repo.add(".gitattributes", "* diff=evil filter=evil merge=evil export-subst\n")
    repo.add(
        ".gitmodules",
        f'[submodule "sub"]\n\tpath = sub\n\turl = ext::{program} %S x\n\tupdate = !{program}\n',
    )
    repo.commit()
    repo.add("a.py", line(key))
    if name not in ("staged", "pre-commit"):
        repo.commit()
    args, stdin = calls(repo)[name]
    if name == "pre-receive":  # git has not moved the ref yet
        repo.git("update-ref", "refs/heads/main", "HEAD~1")
    hostile(repo, program, tmp_path)
    repo.write(".gitattributes", "* diff=evil filter=evil\n")
    proof.unlink(missing_ok=True)
    environment = {one: program for one in ENVIRONMENT} | {
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_TRACE2_EVENT": str(tmp_path / "trace2"),
        "GIT_REDIRECT_STDOUT": str(tmp_path / "redirected"),
        "GIT_ALLOW_PROTOCOL": "ext:file:https",
        "GIT_PROTOCOL_FROM_USER": "1",
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    said = keyscan(*args, stdin=stdin)
    assert (said.code, key[-4:] in said.out + said.err) == (1, True), said
    assert not proof.exists(), proof.read_text()
    for written in ("trace", "trace2", "redirected"):
        assert not (tmp_path / written).exists()


def test_the_traps_are_real(repo: Repo, tmp_path: Path) -> None:
    """Plain git springs them."""
    program, proof = trap(tmp_path)
    repo.commit()
    repo.add("a.py", "1\n")
    hostile(repo, program, tmp_path)
    subprocess.run(["git", "status"], cwd=repo.path, capture_output=True, check=False)
    assert proof.exists()


@pytest.mark.parametrize("missing", [False, True])
def test_an_object_that_is_missing_is_not_fetched_by_whatever_the_remote_is(
    repo: Repo, tmp_path: Path, missing: bool
) -> None:
    program, proof = trap(tmp_path)
    key = openai_key()
    repo.add("a.py", line(key))
    repo.add("b.py", "missing\n")
    repo.commit()
    oid = repo.git("rev-parse", "HEAD:b.py")
    hostile(repo, program, tmp_path)
    if missing:
        path = repo.path / ".git/objects" / oid[:2] / oid[2:]
        path.chmod(0o644)
        path.unlink()
    said = keyscan("history", ".", "--format", "json")
    report = json.loads(said.out)
    assert [key[-4:]] == [one["redacted"][-4:] for one in report["findings"]]
    assert ["partial-clone"] * missing == [one["reason"] for one in report["gaps"]]
    assert not proof.exists(), proof.read_text()


@pytest.mark.parametrize(
    "address", ["ext::{program} x", "file://{folder}", "ssh://-oProxyCommand={program}/x"]
)
def test_requests_are_fetched_without_the_repositorys_own_programs(
    repo: Repo, tmp_path: Path, address: str
) -> None:
    """--refs is the one fetch there is: of the configuration it takes the address alone."""
    program, proof = trap(tmp_path)
    repo.add("a.py", line(openai_key()))
    repo.commit()
    other = Repo(tmp_path / "other")
    other.commit()
    hostile(repo, program, tmp_path)
    repo.git("config", "remote.origin.url", address.format(program=program, folder=other.path))
    said = keyscan("history", ".", "--refs", "pull")
    assert said.code in (1, 3)
    assert not proof.exists(), proof.read_text()


@pytest.mark.parametrize("name", ["i18n.logOutputEncoding", "i18n.commitEncoding"])
@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-7", "GBK"])
def test_no_encoding_of_the_repository_changes_what_git_tells(
    repo: Repo, name: str, encoding: str
) -> None:
    """Whatever people's own ``git log`` is to be written in."""
    repo.add("a.py", line(openai_key()))
    repo.commit()
    repo.git("mv", "a.py", "b.py")
    repo.git("commit", "-q", "-m", "x", GIT_AUTHOR_NAME="\u738b")
    commits = repo.git("rev-list", "HEAD").split()
    repo.git("config", name, encoding)
    said = keyscan("history", ".", "--format", "json")
    assert said.code == 1, said
    (one,) = json.loads(said.out)["findings"]
    told = [(each["path"], each["commit"], each["author"]) for each in one["locations"]]
    assert told == [("a.py", commits[1], "A U Thor"), ("b.py", commits[0], "\u738b")]
