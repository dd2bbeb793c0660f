"""The one place that runs git: its environment, its failures, and nothing executed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyscan import git, git_processes, git_safety
from keyscan.errors import IncompleteError, UsageError
from keyscan.sources.files import files
from keyscan.sources.staged import already_committed, staged, tracked
from repo import ISOLATED, Repo
from sourced import handed

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX processes")


def test_run_tells_code_output_and_errors(repo: Repo) -> None:
    oid = repo.commit()
    assert git.run(["rev-parse", "HEAD"]) == git.Answer(0, f"{oid}\n".encode(), b"")
    failed = git.run(["rev-parse", "--verify", "nothing"])
    assert (failed.code, failed.out) == (128, b"")
    assert b"fatal:" in failed.err


@posix
def test_much_output_on_both_streams_does_not_stop(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(
        f"#!{sys.executable}\nimport os\n"
        "for _ in range(40):\n os.write(1, b'o' * 50000); os.write(2, b'e' * 50000)\n"
    )
    program.chmod(0o755)
    child = git_processes.spawned([str(program)], dict(os.environ), asks=False)
    assert git_processes.finished(child) == git.Answer(0, b"o" * 2_000_000, b"e" * 2_000_000)


def test_running_git_leaves_no_descriptor_and_no_child_behind(repo: Repo) -> None:
    repo.add("a", "1")

    def opened() -> int:
        return len(os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else 0

    list(staged())
    before = opened()
    for _ in range(5):
        list(staged())
        git.run(["no-such-command"])
        next(staged())
    assert opened() == before
    if os.name != "nt":
        with pytest.raises(ChildProcessError):  # there is no child
            os.waitpid(-1, os.WNOHANG)


def test_the_environment_keeps_a_hooks_index_only_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = {"GIT_EXEC_PATH", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"}
    hooks = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}
    leaks = {"GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_LITERAL_PATHSPECS", "GIT_PAGER", "GIT_PREFIX"}
    for name in mine | hooks | leaks:
        monkeypatch.setenv(name, "x")
    fixed = set(git_safety._FIXED)
    for hook, expected in ((False, mine), (True, mine | hooks)):
        found = git_safety.environment(hook=hook)
        kept = {one for one in found if one.startswith("GIT_")} - fixed - set(ISOLATED)
        assert kept == expected - set(ISOLATED)
        assert found["GIT_CONFIG_GLOBAL"] == "x"
        assert found["LC_ALL"] == "C"


@posix
def test_a_git_in_the_scanned_folder_is_never_run(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap(repo.write("git", ""), repo.path / "ran")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    git.program.cache_clear()
    list(files([]))
    found = git.program()
    git.program.cache_clear()
    assert found is not None
    assert os.path.isabs(found)
    assert not (repo.path / "ran").exists()


def trap(program: Path, proof: Path) -> str:
    """A program that leaves a proof of having run."""
    program.write_text(f"#!/bin/sh\necho ran >> '{proof}'\n")
    program.chmod(0o755)
    return str(program)


@posix
def test_nothing_of_a_repositorys_configuration_is_executed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "ran"
    program = trap(tmp_path / "program", proof)
    repo.add(".gitattributes", "*.py diff=bad filter=bad\n")
    repo.add("a.py", "1\n")
    repo.commit()
    repo.add("a.py", "2\n")
    repo.write("a.py", "3\n")
    (repo.path / ".git" / "hooks").mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        trap(repo.path / ".git" / "hooks" / name, proof)
    for name in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass",
        "diff.external", "diff.bad.command", "diff.bad.textconv", "filter.bad.clean",
        "filter.bad.smudge", "filter.bad.process", "alias.ls-files", "pager.ls-files",
        "interactive.diffFilter", "credential.helper", "gpg.program",
    ):  # fmt: skip
        repo.git("config", name, f"!{program}" if name.startswith("alias") else program)
    repo.git("config", "submodule.recurse", "true")
    proof.unlink(missing_ok=True)
    assert [one.path for one in staged()] == ["a.py"]
    assert len(list(files([]))) == 2
    assert len(list(tracked())) == 2
    assert not proof.exists()
    # The traps are real: plain git springs one.
    subprocess.run(["git", "status"], capture_output=True, check=False)
    assert proof.exists()


@posix
def test_a_partial_clone_contacts_nobody(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = Repo(tmp_path / "origin")
    origin.add("a.py", "1")
    oid = origin.commit()
    proof = tmp_path / "ran"
    program = trap(tmp_path / "program", proof)
    repo.git("fetch", "-q", str(origin.path), "main")
    repo.git("reset", "-q", "--hard", oid)
    blob = repo.git("rev-parse", ":a.py")
    repo.git("config", "extensions.partialClone", "origin")
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "remote.origin.url", "ssh://host.invalid/repo")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "core.sshCommand", program)
    for path in (repo.path / ".git" / "objects").rglob("*"):
        if blob == path.parent.name + path.name:
            path.unlink()
    # An object that is not there: git would fetch it, with the repository's own ssh command.
    assert [one.kind for one in git.objects([blob.encode()])] == ["missing"]
    assert not proof.exists()
    subprocess.run(["git", "cat-file", "blob", blob], capture_output=True, check=False)
    assert proof.exists()


def test_objects_come_in_order_and_unread_ones_are_skipped(repo: Repo) -> None:
    names = [f"f{number}" for number in range(150)]
    for name in names:
        repo.write(name, name * 5)
    repo.git("add", ".")
    oids = [line.split()[1] for line in repo.git("ls-files", "-s").splitlines()]
    oids.insert(1, "0" * 39 + "1")
    got = [
        (one.kind, one.read(3) if number % 2 else b"")
        for number, one in enumerate(git.objects([oid.encode() for oid in oids]))
    ]
    assert got[1] == ("missing", b"")
    assert [kind for kind, _ in got] == ["blob", "missing"] + ["blob"] * 149
    ordered = sorted(names)
    assert got[3] == ("blob", (ordered[2] * 5).encode()[:3])
    assert got[149] == ("blob", (ordered[148] * 5).encode()[:3])


@posix
def test_a_git_that_dies_is_no_end_of_the_objects(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "bin" / "git"
    dying.parent.mkdir()
    dying.write_text('#!/bin/sh\nread line\necho "$line blob 100"\necho some\n')
    dying.chmod(0o755)
    monkeypatch.setenv("PATH", str(dying.parent), prepend=os.pathsep)
    git.program.cache_clear()
    with pytest.raises(IncompleteError, match="git stopped while its objects were read"):
        [one.read(1000) for one in git.objects([b"1" * 40])]
    git.program.cache_clear()


def test_without_git_the_index_cannot_be_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    git.program.cache_clear()
    with pytest.raises(UsageError, match="git was not found on PATH"):
        list(staged())
    git.program.cache_clear()


def test_a_bare_repository_is_walked_and_has_nothing_staged(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare", "--bare")
    assert list(tracked(str(bare.path))) == []
    assert list(staged(str(bare.path))) == []
    assert "bare/HEAD" in {one.path[-9:] for one in handed(files([str(bare.path)]))}


@posix
def test_a_scan_of_the_index_loads_no_subprocess(repo: Repo) -> None:
    repo.add("a.py", "1")
    code = (
        "import sys; from keyscan.sources.staged import staged; list(staged());"
        "from keyscan.sources.files import files; list(files([]));"
        "print({'subprocess', 'tempfile', 'pathlib', 'shutil'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_finding_means_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "program", lambda: pytest.fail("git was wanted"))
    assert already_committed((), lambda blobs: pytest.fail("scanned")) == ()


@posix
def test_a_started_git_answers_when_asked_and_ends_when_nobody_asks(repo: Repo) -> None:
    repo.commit(a="1")
    with git.started(["ls-files", "-z"], str(repo.path)) as answer:
        assert git.Answer(0, b"a\0", b"") == answer()
    with git.started(["cat-file", "--batch-all-objects", "--batch"], str(repo.path)):
        pass
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
