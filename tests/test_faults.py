"""Whatever happens to git, to the disk or to keyscan itself: one line, exit 3, and no silence."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faults import fake_git, fill, keyscan, line, small, small_disk
from keys import openai_key
from repo import Repo
from unprivileged import give_away, open_folder, unprivileged

pytestmark = [
    pytest.mark.usefixtures("own_state"),
    pytest.mark.skipif(os.name == "nt", reason="signals, shells and mounts of POSIX"),
]

NOTHING = "0" * 40
RECORD = ".git/keyscan/history"


def calls(repo: Repo) -> dict[str, tuple[tuple[str, ...], str]]:
    """Every command that reads a repository: its words and its standard input."""
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    pushed = f"refs/heads/main {repo.git('rev-parse', 'HEAD')} refs/heads/main {NOTHING}\n"
    return {
        "history": (("history", "-q", "."), ""),
        "range": (("scan", "-q", "--range", f"{first}..HEAD"), ""),
        "staged": (("scan", "-q", "--staged"), ""),
        "pre-commit": (("hook", "pre-commit"), ""),
        "pre-push": (("hook", "pre-push", "origin", "."), pushed),
    }


# ------------------------------------------------------------------------------------ git itself


def kill_at(word: str) -> str:
    return f'for a; do if [ "$a" = {word} ]; then kill -9 $$; fi; done\nexec $REAL "$@"'


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("history", "cat-file"),
        ("history", "rev-list"),
        ("history", "rev-parse"),
        ("history", "for-each-ref"),
        ("history", "count-objects"),
        ("history", "log"),
        ("range", "cat-file"),
        ("range", "rev-list"),
        ("range", "rev-parse"),
        ("staged", "diff-index"),
        ("staged", "cat-file"),
        ("pre-commit", "diff-index"),
        ("pre-commit", "cat-file"),
        ("pre-push", "cat-file"),
        ("pre-push", "rev-list"),
        ("pre-push", "rev-parse"),
    ],
)
def test_a_git_that_is_killed_is_exit_3(repo: Repo, tmp_path: Path, name: str, word: str) -> None:
    small(repo)
    repo.add("staged.py", "staged\n")
    args, stdin = calls(repo)[name]
    path = fake_git(tmp_path / "bin", kill_at(word))
    ended = keyscan(*args, stdin=stdin, PATH=path)
    assert ended.code == 3
    assert "signal 9" in ended.out + ended.err or "git stopped" in ended.out + ended.err
    assert ended.err.count("\n") <= 1


OLD = """case "$*" in *" version") echo git version {version}; exit 0;; esac
for a; do case "$a" in
  {lacks}) echo "error: unknown option \\`$a'" >&2; echo "usage: git ..." >&2; exit 129;;
  {echoed}) echo "$a"; echoed=1;;
esac; done
[ -n "$echoed" ] && exit 0
exec $REAL "$@"
"""
ANCIENT = OLD.format(
    version="1.8.3.1",
    lacks="-C|--batch-all-objects|--unordered|--buffer|--missing*|--ita-invisible-in-index",
    echoed="--git-common-dir|--is-shallow-repository|--show-object-format",
)
WITHOUT_UNORDERED = OLD.format(version="2.17.1", lacks="--unordered", echoed="--show-object-format")
WITHOUT_SHALLOW = OLD.format(version="2.11.0", lacks="--missing*", echoed="--is-shallow-repository")


@pytest.mark.parametrize(
    ("name", "script", "version"),
    [
        (name, ANCIENT, "1.8.3.1")
        for name in ("history", "range", "staged", "pre-commit", "pre-push")
    ]
    + [("history", WITHOUT_UNORDERED, "2.17.1"), ("history", WITHOUT_SHALLOW, "2.11.0")]
    + [("range", WITHOUT_SHALLOW, "2.11.0"), ("pre-push", WITHOUT_SHALLOW, "2.11.0")],
)
def test_an_old_git_is_told_which_version_is_needed(
    repo: Repo, tmp_path: Path, name: str, script: str, version: str
) -> None:
    small(repo)
    repo.add("staged.py", "staged\n")
    args, stdin = calls(repo)[name]
    ended = keyscan(*args, stdin=stdin, PATH=fake_git(tmp_path / "bin", script))
    assert ended.code == 3
    assert f"this git ({version}) is too old" in ended.err
    assert "install git 2.30 or newer" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("name", ["history", "range", "staged", "pre-commit", "pre-push"])
def test_no_git_at_all_says_what_to_do(repo: Repo, tmp_path: Path, name: str) -> None:
    small(repo)
    args, stdin = calls(repo)[name]
    ended = keyscan(*args, stdin=stdin, PATH=str(tmp_path))
    assert ended.code == 2
    assert "git was not found on PATH; install it" in ended.err
    assert ended.err.count("\n") == 1


def test_the_small_hook_without_git_or_with_an_old_one_is_no_pass(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit()
    repo.add("staged.py", line(openai_key()))
    entry = [sys.executable, "-c", "from keyscan.hook_entry import main; main()"]
    for path in (str(tmp_path), fake_git(tmp_path / "bin", ANCIENT)):
        done = subprocess.run(
            entry, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode in (2, 3)
        assert "git" in done.stderr


# ------------------------------------------------------------------------------ keyscan is killed

# Sends itself SIGKILL at a moment that a timer would hardly hit; everything else is the program.
AT = """
import os, signal, sys
import {module} as module
real = module.{name}
def killed(*args, **named):
    if {when!r} == "before": os.kill(os.getpid(), signal.SIGKILL)
    real(*args, **named)
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = killed
from keyscan.__main__ import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("module", "name"), [("os", "fsync"), ("os", "replace"), ("keyscan.cache", "save")]
)
@pytest.mark.parametrize("recorded", [False, True])
def test_killed_while_the_record_is_written(
    repo: Repo, module: str, name: str, when: str, recorded: bool
) -> None:
    keys = {small(repo)[-4:]}
    if recorded:
        assert keyscan("history", "-q").code == 1
    later = openai_key()
    keys.add(later[-4:])
    repo.add("later.py", line(later))
    repo.commit()
    code = AT.format(module=module, name=name, when=when)
    call = [sys.executable, "-c", code, "history", "-q"]
    done = subprocess.run(call, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    for _ in range(2):
        report = json.loads(keyscan("history", "--format", "json").out)
        assert keys == {one["redacted"][-4:] for one in report["findings"]}
        assert report["gaps"] == []


def children() -> set[str]:
    """Ids of gits that run on behalf of nobody."""
    found = set()
    for entry in Path("/proc").iterdir() if Path("/proc/self/stat").exists() else ():
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            name = (entry / "comm").read_text().strip()
        except (OSError, ValueError):
            continue
        if name == "git" and words[1] == "1" and words[0] != "Z":
            found.add(entry.name)
    return found


@pytest.mark.parametrize("name", ["history", "range", "pre-commit", "pre-push"])
@pytest.mark.parametrize("after", [0.03, 0.1, 0.2])
def test_killed_in_the_middle_it_leaves_nothing_behind(
    repo: Repo, name: str, after: float, tmp_path: Path
) -> None:
    """No lock, no file, no changed index, no git that goes on; and the next run is right."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    key = small(repo)
    for number in range(6):
        repo.add(f"noise{number}", os.urandom(1 << 20))
    repo.commit()
    repo.add("staged.py", line(key))
    args, stdin = calls(repo)[name]
    index = (repo.path / ".git/index").read_bytes()
    before = sorted(path for path in repo.path.rglob("*") if "keyscan" not in str(path))
    orphans = children()
    one = subprocess.Popen(
        [sys.executable, "-m", "keyscan", *args],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert one.stdin
    one.stdin.write(stdin.encode())
    one.stdin.close()
    one.stdin = None
    try:
        one.wait(after)
    except subprocess.TimeoutExpired:
        one.kill()
    one.communicate()
    assert (repo.path / ".git/index").read_bytes() == index
    assert before == sorted(path for path in repo.path.rglob("*") if "keyscan" not in str(path))
    assert list(temporary.iterdir()) == []
    assert keyscan(*args, stdin=stdin).code == 1
    for _ in range(50):
        if children() <= orphans:
            break
        time.sleep(0.1)
    assert children() <= orphans


# -------------------------------------------------------------------------------------- full disks


def test_a_full_disk_under_the_record_is_one_warning(repo: Repo) -> None:
    key = small(repo)
    for number in range(200):
        repo.write(f"loose{number}", f"{number}")
    repo.git("add", "-A")
    with small_disk(repo.path / ".git/keyscan", "4k") as disk:
        ended = keyscan("history")
        assert list(disk.iterdir()) == []
    assert ended.code == 1
    assert f"...{key[-4:]}" in ended.out
    assert "read everything again: No space left on device" in ended.out + ended.err


def test_a_full_disk_under_the_temporary_files_is_one_line(repo: Repo, tmp_path: Path) -> None:
    small(repo)
    stream = b"".join(b"blob\ndata %d\n%d\n" % (len(str(n)), n) for n in range(3000))
    subprocess.run(["git", "fast-import", "--quiet"], input=stream, cwd=repo.path, check=True)
    with small_disk(tmp_path / "disk", "16k") as disk:
        ended = keyscan("history", "-q", TMPDIR=str(disk))
    assert ended.code == 3
    assert "cannot write: No space left on device; make room" in ended.err
    assert ended.err.count("\n") == 1
    assert not (repo.path / RECORD).exists()


@pytest.mark.parametrize("words", [("scan", "."), ("history",)])
def test_a_full_disk_under_the_report_is_one_line_and_the_old_report_stays(
    repo: Repo, tmp_path: Path, words: tuple[str, ...]
) -> None:
    small(repo)
    with small_disk(tmp_path / "disk", "16k") as disk:
        report = disk / "report.json"
        report.write_text("old")
        fill(disk)
        ended = keyscan(*words, "--format", "json", "--output", str(report))
        assert report.read_text() == "old"
        assert sorted(path.name for path in disk.iterdir()) == ["fill", "report.json"]
    assert ended.code == 3
    assert "nothing was written, make room and run again" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("words", [("scan", "."), ("history",), ("hook", "pre-commit")])
def test_a_full_device_in_place_of_the_terminal_is_exit_3(
    repo: Repo, words: tuple[str, ...]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    small(repo)
    repo.add("staged.py", line(openai_key()))
    call = [sys.executable, "-m", "keyscan", *words]
    with open("/dev/full", "w") as full:
        one = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        both = subprocess.run(call, stdout=full, stderr=full, check=False)
    assert (one.returncode, both.returncode) == (3, 3)
    assert "cannot write: No space left" in one.stderr
    assert one.stderr.count("\n") == 1


# --------------------------------------------------------------------------------- damaged stores


def packed(repo: Repo) -> Path:
    """The only pack of a repository whose last key is loose."""
    repo.git("gc", "-q", "--prune=now")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    for one in (pack, pack.with_suffix(".idx")):
        one.chmod(0o644)
    return pack


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize(
    "damage", ["pack cut", "index cut", "pack gone", "index gone", "pack empty", "pack garbled"]
)
def test_a_damaged_pack_is_a_gap_and_the_rest_is_scanned(
    repo: Repo, damage: str, recorded: bool
) -> None:
    small(repo)
    pack = packed(repo)
    loose = openai_key()
    repo.add("loose.py", line(loose))
    repo.commit()
    if recorded:
        assert keyscan("history", "-q").code == 1
    half = pack if damage.startswith("pack") else pack.with_suffix(".idx")
    data = half.read_bytes()
    if damage.endswith("gone"):
        half.unlink()
    elif damage.endswith("empty"):
        half.write_bytes(b"")
    elif damage.endswith("cut"):
        half.write_bytes(data[: len(data) // 2])
    else:
        half.write_bytes(data[:100] + bytes(len(data) - 200) + data[-100:])
    for _ in range(2):
        ended = keyscan("history", "--format", "json")
        report = json.loads(ended.out)
        assert ended.code == 3
        assert {"git-object"} == {gap["reason"] for gap in report["gaps"]}
        assert loose[-4:] in {one["redacted"][-4:] for one in report["findings"]}


@pytest.mark.parametrize("half", [".pack", ".idx"])
def test_a_pack_that_nothing_refers_to_and_git_does_not_see_is_a_gap(repo: Repo, half: str) -> None:
    small(repo)
    keyscan("history", "-q")
    oid = repo.git("hash-object", "-w", str(repo.write("dangling", "dangling\n")))
    call = ["git", "pack-objects", "-q", ".git/objects/pack/pack"]
    subprocess.run(call, input=oid.encode(), cwd=repo.path, check=True, capture_output=True)
    (one,) = (repo.path / ".git/objects/pack").glob(f"*{half}")
    one.unlink()
    report = json.loads(keyscan("history", "--format", "json").out)
    assert [gap["reason"] for gap in report["gaps"]] == ["git-object"]


@pytest.mark.parametrize("recorded", [False, True])
def test_an_alternate_that_is_gone_is_a_gap_each_time(repo: Repo, recorded: bool) -> None:
    key = small(repo)
    if recorded:
        keyscan("history", "-q")
    info = repo.path / ".git/objects/info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text("/does/not/exist\n")
    for _ in range(2):
        report = json.loads(keyscan("history", "--format", "json").out)
        assert [gap["reason"] for gap in report["gaps"]] == ["git-object"]
        assert [key[-4:]] == [one["redacted"][-4:] for one in report["findings"]]


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("what", ["*.pack", "*.idx", "pack", "fan-out", "HEAD", "refs"])
def test_what_may_not_be_read_is_no_clean_store(
    what: str, recorded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyscan.history import Wanted, scan_history
    from keyscan.model import Report

    with open_folder() as folder:
        repo = Repo(folder / "repo")
        small(repo)
        packed(repo)
        loose = openai_key()
        repo.add("loose.py", line(loose))
        repo.commit()
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        (folder / "state").mkdir()
        wanted = Wanted(processes=1)

        def scanned() -> Report | str:
            from keyscan.errors import IncompleteError

            try:
                return scan_history(str(repo.path), wanted, lambda _files, _bytes: None)
            except IncompleteError as error:
                return str(error)

        key = repo.git("rev-parse", "HEAD:loose.py")
        scanned()  # loads what a child without privileges may not read
        give_away(folder)
        if recorded:
            unprivileged(scanned)
        objects = repo.path / ".git/objects"
        named = {"HEAD": repo.path / ".git/HEAD", "refs": repo.path / ".git/refs"}
        named["pack"] = objects / "pack"
        others = [one for one in sorted(objects.glob("??")) if one.name != key[:2]]
        named["fan-out"] = others[0]
        for path in [named[what]] if what in named else (objects / "pack").glob(what):
            path.chmod(0)
        report = unprivileged(scanned)
        named.get(what, objects).chmod(0o755)
    if what in ("HEAD", "refs"):
        assert "check the permissions of .git" in str(report)
        return
    assert isinstance(report, Report)
    assert {"git-object"} == {gap.reason for gap in report.gaps}
    assert loose[-4:] in {str(one.secret)[-4:] for one in report.findings}


def test_a_git_file_that_points_nowhere_says_so(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /does/not/exist\n")
    ended = keyscan("history", str(tmp_path))
    assert ended.code == 3
    assert "check the permissions of .git" in ended.err
    assert "/does/not/exist" in ended.err


# ------------------------------------------------------------------ a repository that does not wait


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_repository_that_changes_all_the_time_is_scanned(repo: Repo, processes: str) -> None:
    """Commits, new branches, repacks and gc, again and again, while it is scanned."""
    key = small(repo)
    for number in range(300):
        repo.write(f"{number}.txt", f"{number}\n" * 100)
    repo.git("add", "-A")
    repo.commit()
    script = (
        "n=0; while [ $n -lt 60 ] && [ ! -e stop ]; do n=$((n+1));"
        " echo $n > changing; git add changing; git commit -q -m $n;"
        " git branch -q branch$n; [ $((n % 3)) = 0 ] && git repack -q -a -d;"
        " [ $((n % 7)) = 0 ] && git gc -q --prune=now; done"
    )
    with subprocess.Popen(["sh", "-c", script], cwd=repo.path, stderr=subprocess.DEVNULL) as busy:
        try:
            for cached in ((), ("--no-cache",)) * 3:
                ended = keyscan("history", "--format", "json", "--processes", processes, *cached)
                report = json.loads(ended.out)
                assert [key[-4:]] == [one["redacted"][-4:] for one in report["findings"]]
                assert report["gaps"] == []
                assert report["findings"][0]["locations"][0]["path"] == "key.py"
        finally:
            (repo.path / "stop").touch()
            busy.wait(60)


def told(text: str) -> dict[str, object]:
    """A report without its times, and without how much of it was known already."""
    report: dict[str, object] = json.loads(text)
    report.pop("stats", None)
    return report


def test_runs_at_once_say_the_same_as_one_after_another(repo: Repo) -> None:
    shared = openai_key()
    for number in range(40):
        repo.add(f"{number}.py", line(openai_key()) + "x = 1\n" * number)
        repo.add("shared.py", line(shared) + f"version = {number}\n")
        repo.add(f"more/{number % 5}.py", f"NAME_{number}_KEY = '{shared}'\n")
        if number % 4 == 0:
            date = f"2026-01-01T00:{number:02}:00Z"
            repo.git("commit", "-q", "-m", "a commit", GIT_AUTHOR_DATE=date)
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    repo.add("noise", os.urandom(3 << 20))
    repo.commit()
    keyscan("history", "-q")  # a record names objects in the order of the loose ones
    repo.git("gc", "-q")
    call = [sys.executable, "-m", "keyscan", "history", "--format", "json"]
    expected = told(keyscan("history", "--format", "json", "--no-cache").out)
    assert f'"shared.py", "line": 1, "column": 8, "source": "history", "commit": "{first}"' in (
        json.dumps(expected)
    )
    for more in ([], ["--processes", "2"], ["--no-cache"], ["--no-cache", "--processes", "2"]):
        several = [
            subprocess.Popen([*call, *more], stdout=subprocess.PIPE, text=True) for _ in range(3)
        ]
        for one in several:
            assert expected == told(one.communicate(timeout=60)[0])


def test_many_found_keys_cost_no_more_gits_than_few(repo: Repo, tmp_path: Path) -> None:
    """1,000 keys in 100,000 commits take seconds (bench/README.md): never one git for each."""
    log = tmp_path / "calls"
    path = fake_git(tmp_path / "bin", f'echo "$*" >> {log}\nexec $REAL "$@"')
    counts = []
    for keys in (3, 300):
        parts = []
        for number in range(keys):
            body = line(openai_key()).encode()
            who = b"A <a@example.invalid> %d +0000" % (1_700_000_000 + number)
            parts.append(
                b"commit refs/heads/main%d\ncommitter %s\ndata 1\nc\n"
                b"M 100644 inline f%d.py\ndata %d\n%s\n" % (keys, who, number % 9, len(body), body)
            )
        subprocess.run(["git", "fast-import", "--quiet"], input=b"".join(parts), check=True)
        log.unlink(missing_ok=True)
        report = json.loads(keyscan("history", "--no-cache", "--format", "json", PATH=path).out)
        counts.append(len(log.read_text().splitlines()))
        for one in report["findings"]:
            assert one["exposure"]["first"]["commit"] == one["locations"][0]["commit"]
    assert len(report["findings"]) == 303
    assert counts[0] == counts[1] < 25
