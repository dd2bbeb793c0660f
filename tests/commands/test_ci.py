"""``keyscan ci`` on real repositories: what each event brings in, and what a checkout lacks."""

import json
import os
from pathlib import Path

import pytest

from hosted import NONE, Host, Ran, on_github, ran
from keys import openai_key
from keyscan.repository import repository
from repo import Repo


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def scanned(done: Ran) -> str:
    """The line that says what was scanned."""
    return next(line for line in done.out.splitlines() if "scanned commits:" in line)


def assert_found(done: Ran, key: str, place: str) -> None:
    """The key is found there, told everywhere, and written nowhere."""
    assert done.code == 1, done.out + done.err
    assert place in done.out
    assert done.outputs["findings"] == "1"
    assert f"{key[:8]}...{key[-4:]}" in done.out
    written = Path(done.outputs["report"]).read_text("utf-8")
    written += Path(done.outputs["sarif"]).read_text("utf-8")
    for text in (done.out, done.err, done.summary, written):
        assert key not in text
        assert key[12:40] not in text


POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names and programs")
DEPTHS = pytest.mark.parametrize("depth", [0, 1], ids=["whole", "shallow"])


@DEPTHS
def test_a_pull_request_is_scanned_from_its_merge_base(host: Host, depth: int) -> None:
    """Not what its target had before, nor what that got since."""
    host.leak("old.py")
    host.origin.git("checkout", "-q", "-b", "topic")
    key, commit = host.leak()
    host.origin.git("checkout", "-q", "main")
    host.leak("since.py")
    payload = host.request()
    job = host.checkout("refs/pull/1/merge", depth)
    done = on_github(job, "pull_request", payload)
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 2, blobs: 1, " in scanned(done)


@DEPTHS
@pytest.mark.parametrize("checked_out", ["refs/pull/1/merge", "topic"])
def test_a_branch_that_merged_its_target_brings_its_own_commits_alone(
    host: Host, depth: int, checked_out: str
) -> None:
    """GitHub's ``base.sha`` can be older than what the branch has merged since."""
    stale = host.head()
    host.origin.git("checkout", "-q", "-b", "topic")
    key, commit = host.leak()
    host.origin.git("checkout", "-q", "main")
    host.leak("theirs.py")
    host.origin.git("checkout", "-q", "topic")
    host.origin.git("merge", "-q", "-m", "Merge main", "main")
    payload = host.request()
    payload["pull_request"]["base"]["sha"] = stale
    sha = host.head("refs/pull/1/merge")
    done = on_github(host.checkout(checked_out, depth), "pull_request", payload, sha=sha)
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 3, blobs: 1, " in scanned(done)


@DEPTHS
def test_a_push_is_scanned_from_what_was_there(host: Host, depth: int) -> None:
    host.leak("old.py")
    before = host.head()
    key, commit = host.leak()
    done = on_github(host.checkout("main", depth), "push", host.push(before))
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert f"push, {before[:12]}..{host.head()[:12]}: scanned commits: 2, blobs: 1, " in done.out


def test_a_push_of_many_commits_is_fetched_as_deep_as_it_goes(host: Host) -> None:
    before = host.head()
    key, commit = host.leak()
    for _ in range(60):  # more than the first fetch brings
        host.origin.commit()
    done = on_github(host.checkout("main", 1), "push", host.push(before))
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 62, " in scanned(done)


@DEPTHS
def test_a_new_branch_is_scanned_from_the_default_branch(host: Host, depth: int) -> None:
    host.leak("old.py")
    host.origin.git("checkout", "-q", "-b", "topic")
    key, commit = host.leak()
    payload = host.push(NONE, ref="refs/heads/topic")
    done = on_github(host.checkout("topic", depth), "push", payload)
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 2, " in scanned(done)


@DEPTHS
def test_the_first_push_is_scanned_from_the_beginning(host: Host, depth: int) -> None:
    key, commit = host.leak()
    done = on_github(host.checkout("main", depth), "push", host.push(NONE))
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 3, " in scanned(done)
    assert "all that" in scanned(done)


@DEPTHS
@pytest.mark.parametrize("kept", [True, False], ids=["served", "gone"])
def test_a_force_push_is_scanned_from_what_it_replaced(host: Host, depth: int, kept: bool) -> None:
    """Or, where the host has no such commit any more, from the default branch: more, not less."""
    host.origin.git("checkout", "-q", "-b", "topic")
    host.origin.commit(b="two\n")
    before = host.head()
    host.origin.git("reset", "-q", "--hard", "main")
    if not kept:
        host.origin.git("reflog", "expire", "--expire=now", "--all")
        host.origin.git("gc", "-q", "--prune=now")
    key, commit = host.leak()
    payload = {**host.push(before, ref="refs/heads/topic"), "forced": True}
    done = on_github(host.checkout("topic", depth), "push", payload)
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 2, " in scanned(done)
    assert kept == (f"({before})" not in done.out)
    assert kept == (before[:12] in scanned(done))


@DEPTHS
def test_a_merge_group_is_scanned_from_its_base(host: Host, depth: int) -> None:
    host.leak("old.py")
    base = host.head()
    host.origin.git("checkout", "-q", "-b", "gh-readonly-queue/main/pr-1")
    key, commit = host.leak()
    group = {"base_sha": base, "head_sha": host.head(), "base_ref": "refs/heads/main"}
    job = host.checkout("gh-readonly-queue/main/pr-1", depth)
    done = on_github(job, "merge_group", {"merge_group": group})
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert "commits: 2, " in scanned(done)


@DEPTHS
def test_a_tag_is_its_message_and_the_files_that_it_releases(host: Host, depth: int) -> None:
    key = openai_key()
    host.origin.git("tag", "-a", "v1", "-m", f"Release\n\n{key}")
    payload = host.push(NONE, "v1", "refs/tags/v1")
    done = on_github(host.checkout("refs/tags/v1", depth), "push", payload)
    assert_found(done, key, f"tag {payload['after'][:12]}:3:1")
    assert "commits: 0, blobs: 1, " in scanned(done)
    host.origin.add("b.py", f'key = "{(other := openai_key())}"\n')
    host.origin.commit()
    host.origin.git("tag", "v2")
    payload = host.push(NONE, "v2", "refs/tags/v2")
    done = on_github(host.checkout("refs/tags/v2", depth), "push", payload)
    assert_found(done, other, "b.py:1:8")


@DEPTHS
def test_a_tag_can_be_on_a_single_file(host: Host, depth: int) -> None:
    """As git's own repository tags its maintainer's public key."""
    host.origin.write("pub", f'key = "{openai_key()}"\n')
    oid = host.origin.git("hash-object", "-w", "pub")
    host.origin.git("tag", "-a", "v1", "-m", "A file", oid)
    payload = host.push(NONE, "v1", "refs/tags/v1")
    done = on_github(host.checkout("main", depth), "push", payload)
    assert (done.code, done.outputs.get("findings")) == (1, "1"), done.err


@DEPTHS
@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch", "delete"])
def test_without_commits_of_its_own_an_event_means_everything(
    host: Host, depth: int, event: str
) -> None:
    """Every branch, whatever was checked out, and every commit of it."""
    host.origin.git("checkout", "-q", "-b", "other")
    key, commit = host.leak()
    host.origin.git("checkout", "-q", "main")
    host.origin.commit(b="two\n")
    done = on_github(host.checkout("main", depth), event, {})
    assert_found(done, key, f"leak.py:1:26  {commit[:12]}")
    assert f"{event}, all that the repository holds: scanned commits: 4, blobs: 3, " in done.out


def test_a_deleted_branch_means_everything(host: Host) -> None:
    key, commit = host.leak()
    payload = {**host.push(host.first), "after": NONE, "deleted": True}
    assert_found(on_github(host.checkout("main", 1), "push", payload), key, commit[:12])


@DEPTHS
def test_an_event_without_new_commits_is_not_green_without_a_scan(host: Host, depth: int) -> None:
    """A branch that is created where another one stands: its files are scanned."""
    host.origin.add("b.py", f'key = "{(key := openai_key())}"\n')
    host.origin.commit()
    host.origin.git("branch", "topic")
    job = host.checkout("topic", depth)
    done = on_github(job, "push", host.push(NONE, ref="refs/heads/topic"))
    assert_found(done, key, "b.py:1:8")
    assert "no new commits: the files of" in done.out
    assert "commits: 0, blobs: 2, " in scanned(done)


def test_a_clean_event_tells_what_was_scanned(host: Host) -> None:
    host.origin.commit(b="two\n")
    done = on_github(host.checkout("main", 1), "push", host.push(host.first))
    assert done.code == 0
    assert "commits: 1, blobs: 1, " in scanned(done)
    assert "::error" not in done.out
    assert "no keys found" in done.summary
    assert "scanned commits: 1, blobs: 1, " in done.summary
    assert (done.outputs["findings"], done.outputs["live"]) == ("0", "0")


TWO_LINES = "\n        with:\n          fetch-depth: 0"


@pytest.mark.parametrize("event", ["push", "schedule", "pull_request"])
def test_what_cannot_be_fetched_is_no_clean_bill(host: Host, event: str) -> None:
    """Exit 3, the two lines to add, the same in an annotation and in the summary."""
    host.origin.git("checkout", "-q", "-b", "topic")
    host.leak()
    payload = host.request() if event == "pull_request" else host.push(host.first, "topic")
    job = host.checkout("topic", 1)
    job.git("remote", "set-url", "origin", str(host.folder / "gone"))
    done = on_github(job, event, payload)
    assert done.code == 3
    assert "commits to scan are not in this checkout and could not be fetched" in done.err
    assert done.err.endswith(
        f"add these two lines to the step that uses actions/checkout:{TWO_LINES}\n"
    )
    assert TWO_LINES.replace("\n", "%0A") in done.out
    assert done.out.startswith("::error title=keyscan%3A nothing was scanned::")
    assert f"```yaml{TWO_LINES}\n```" in done.summary
    assert done.outputs == {}


def test_a_wrong_configuration_is_told_where_everybody_looks(host: Host) -> None:
    host.origin.commit(**{"keyscan.toml": "fail_on = 'sometimes'\n"})
    done = on_github(host.checkout("main", 1), "push", host.push(host.first))
    line = done.err.removeprefix("keyscan: ").rstrip("\n")
    assert (done.code, "keyscan.toml" in line) == (2, True)
    assert done.out.startswith("::error title=keyscan%3A nothing was scanned::")
    assert line in done.out
    assert "nothing was scanned" in done.summary


def test_a_whole_clone_whose_remote_is_away_is_scanned_as_it_is(host: Host) -> None:
    key, _ = host.leak()
    job = host.checkout("main")
    job.git("remote", "set-url", "origin", str(host.folder / "gone"))
    assert_found(on_github(job, "push", host.push(host.first)), key, "leak.py")
    done = on_github(job, "schedule", {})
    assert_found(done, key, "leak.py")
    assert "origin could not be asked for branches that are not checked out here" in done.out


def test_a_base_that_is_nowhere_to_be_had_means_more_and_not_less(host: Host) -> None:
    key, commit = host.leak()
    done = on_github(host.checkout("main", 1), "push", host.push("f" * 40))
    assert_found(done, key, commit[:12])
    assert f"what was there before ({'f' * 40}) is not to be had" in done.out


def test_a_branch_that_holds_the_new_commits_by_now_is_not_what_was_there(host: Host) -> None:
    key, commit = host.leak()
    job = host.checkout("main", 1)
    done = on_github(job, "push", host.push("f" * 40, ref="refs/heads/topic"))
    assert_found(done, key, commit[:12])
    assert done.out.count("is not to be had") == 1


def test_a_head_that_nobody_knows_is_named(host: Host) -> None:
    done = ran(host.checkout("main", 1).path, "--base", host.first, "--head", "HEAD~9")
    assert (done.code, "(no commit HEAD~9)" in done.err) == (3, True)


def test_a_head_that_is_nowhere_to_be_had_is_no_clean_bill(host: Host) -> None:
    payload = {**host.push(host.first), "after": "f" * 40}
    for depth in (0, 1):
        done = on_github(host.checkout("main", depth), "push", payload)
        assert done.code == 3
        assert "could not be fetched" in done.err


def test_a_partial_clone_is_fetched_whole(host: Host) -> None:
    """``filter: blob:none`` leaves the content with the remote."""
    host.origin.git("config", "uploadpack.allowFilter", "true")
    key, commit = host.leak()
    job = Repo(host.folder / "partial")
    job.git("remote", "add", "origin", host.url)
    job.git("fetch", "-q", "--filter=blob:none", "origin", "main")
    job.git("checkout", "-q", "--detach", host.head())
    assert_found(on_github(job, "push", host.push(host.first)), key, commit[:12])
    assert_found(on_github(job, "schedule", {}), key, commit[:12])


def test_the_checkout_is_left_as_it_was(host: Host) -> None:
    host.leak()
    job = host.checkout("main", 1)

    def state() -> list[tuple[str, bytes]]:
        files = [one for one in (job.path / ".git").rglob("*") if one.is_file()]
        return sorted((str(one), one.read_bytes()) for one in files)

    before = state()
    assert on_github(job, "schedule", {}).code == 1
    assert before == state()
    assert repository(str(job.path)).shallow
    assert list(Path(os.environ.get("TMPDIR", "/tmp")).glob("keyscan-*/HEAD")) == []


@POSIX
def test_nothing_of_the_checkouts_configuration_is_executed(host: Host, tmp_path: Path) -> None:
    """Only its remote's address and header are taken."""
    host.leak()
    trace = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho $0 >>'{trace}'\nexit 1\n")
    evil.chmod(0o755)
    job = host.checkout("main", 1)
    for name in (
        *("core.fsmonitor", "core.sshCommand", "core.askPass", "core.gitProxy", "core.pager"),
        *("credential.helper", "remote.origin.uploadpack", "remote.origin.vcs", "gpg.program"),
        *("core.alternateRefsCommand", "uploadpack.packObjectsHook", "diff.external"),
    ):
        job.git("config", name, str(evil))
    job.git("config", f"url.ext::{evil} .insteadOf", "file://")
    job.git("config", "core.hooksPath", str(tmp_path))
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (tmp_path / hook).symlink_to(evil)
    for event, payload in (("schedule", {}), ("push", host.push(host.first))):
        assert on_github(job, event, payload).code == 1
        assert not trace.exists()


@pytest.mark.parametrize(
    "address", ["ext::sh -c 'touch RAN'", "--upload-pack=touch RAN", "ftp://h/r"]
)
def test_an_address_that_runs_something_is_not_fetched_from(host: Host, address: str) -> None:
    host.leak()
    job = host.checkout("main", 1)
    job.git("config", "remote.origin.url", address)
    job.git("config", "protocol.allow", "always")
    done = on_github(job, "push", host.push(host.first))
    assert done.code == 3
    assert not (job.path / "RAN").exists()


@POSIX
def test_a_file_named_like_a_workflow_command_is_none(host: Host) -> None:
    """What is printed of the repository stands between two lines that switch commands off."""
    name = "::error file=x::fooled%0A.py"
    host.origin.write(name, f'client = OpenAI(api_key="{openai_key()}")\n')
    host.origin.git("add", "-A")
    host.origin.commit()
    done = on_github(host.checkout("main", 1), "push", host.push(host.first))
    lines = done.out.splitlines()
    fence = next(line for line in lines if line.startswith("::stop-commands::"))
    end = lines.index(f"::{fence.removeprefix('::stop-commands::')}::")
    first = next(at for at, line in enumerate(lines) if "fooled" in line)
    assert not lines[first].startswith("::")
    assert lines.index(fence) < first < end
    commands = [line for line in lines[end + 1 :] if line.startswith("::")]
    assert len(commands) == 1
    assert "file=%3A%3Aerror file=x%3A%3Afooled%250A.py,line=1,col=26::" in commands[0]


def test_a_key_that_was_there_before_is_told_and_does_not_fail(host: Host) -> None:
    host.origin.add("b.py", f'key = "{(key := openai_key())}"\n')
    before = host.origin.commit()
    host.origin.add("b.py", f'import os\nkey = "{key}"\n')
    host.origin.commit()
    done = on_github(host.checkout("main", 1), "push", host.push(before))
    assert done.code == 0
    assert f"was there before, so this does not fail for it; rotate it: sk-proj-...{key[-4:]}" in (
        done.out
    )


def test_a_baseline_is_honoured(host: Host) -> None:
    host.leak()
    job = host.checkout("main", 1)
    done = on_github(job, "push", host.push(host.first))
    found = json.loads(Path(done.outputs["report"]).read_text("utf-8"))["findings"]
    row = {"fingerprint": found[0]["fingerprint"], "rule": found[0]["rule"]}
    row |= {
        "provider": found[0]["provider"],
        "reason": "a test",
        "author": "A",
        "date": "2026-01-02",
        "expires": "",
    }
    head = '{"version": 1, "accepted": [\n'
    job.write(".keyscan-baseline.json", head + json.dumps(row) + "\n]}\n")
    done = on_github(job, "push", host.push(host.first))
    assert done.code == 0, done.out + done.err
    assert done.outputs["findings"] == "0"
    assert on_github(job, "push", host.push(host.first), "--no-baseline").code == 1


def test_base_and_head_are_what_the_call_says(host: Host) -> None:
    key, commit = host.leak()
    host.origin.commit(b="two\n")
    job = host.checkout("main", 1)
    done = ran(job.path, "--base", host.first)
    assert (done.code, commit[:12] in done.out) == (1, True)
    done = ran(job.path, "--base", host.head("HEAD~1"), "--head", host.head())
    assert (done.code, "commits: 1, blobs: 1, " in done.out) == (0, True)
    assert ran(job.path, "--base", "main").code == 0
    assert key not in done.out
    done = ran(job.path, "--head", "main")
    assert (done.code, done.err) == (2, "keyscan: --head needs --base: what was there before?\n")
    done = ran(job.path, "--base", "nowhere")
    assert done.code == 1  # all that HEAD reaches
    assert "what was there before (nowhere) is not to be had" in done.out


def test_elsewhere_everything_is_scanned_and_nothing_said_in_githubs_words(host: Host) -> None:
    _, commit = host.leak()
    for depth in (0, 1):
        done = ran(host.checkout("main", depth).path, "--reports", "made/reports")
        assert (done.code, commit[:12] in done.out) == (1, True)
        assert "::" not in done.out.replace("https://", "")
    job = host.checkout("main", 1)
    job.git("remote", "set-url", "origin", str(host.folder / "gone"))
    done = ran(job.path)
    assert done.code == 3
    assert done.err.endswith("; run this first: git fetch --unshallow\n")


def test_reports_are_written_where_the_call_says(host: Host) -> None:
    job = host.checkout("main")
    assert ran(job.path, "--reports", "made/reports").code == 0
    folder = job.path / "made" / "reports"
    assert {"keyscan.json", "keyscan.sarif"} == {one.name for one in folder.iterdir()}
    job.write("file", "")
    done = ran(job.path, "--reports", "file/reports")
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_options_come_from_variables_too(host: Host) -> None:
    """As the action passes its inputs; an input that is not given is empty."""
    job = host.checkout("main")
    assert ran(job.path, KEYSCAN_CI_VERIFY="false", KEYSCAN_CI_FAIL_ON="any").code == 0
    assert ran(job.path, KEYSCAN_CI_VERIFY="", KEYSCAN_CI_FAIL_ON="").code == 0
    assert ran(job.path, KEYSCAN_CI_FAIL_ON="live").code == 2
    assert ran(job.path, KEYSCAN_CI_FAIL_ON="live", KEYSCAN_CI_VERIFY="true").code == 0


def test_variables_come_before_the_repositorys_configuration(host: Host) -> None:
    """And one that is empty, as of an input that nobody gave, leaves it to the configuration."""
    host.leak()
    job = host.checkout("main", 1)
    job.write("keyscan.toml", 'fail-on = "live"\n')
    settings = 'format = ["json"]\nverify = true\nendpoints = {openai = "http://127.0.0.1:9"}\n'
    file = job.write("user/keyscan/config.toml", settings)
    push, user = host.push(host.first), {"XDG_CONFIG_HOME": str(job.path / "user")}
    given = {"KEYSCAN_CI_FAIL_ON": "any", "KEYSCAN_CI_VERIFY": "false"}
    done = on_github(job, "push", push, **user, **given)
    assert (done.code, '"liveness": "unchecked"' in done.out) == (1, True), done.err
    empty = {"KEYSCAN_CI_FAIL_ON": "", "KEYSCAN_CI_VERIFY": ""}
    done = on_github(job, "push", push, **user, **empty)
    assert (done.code, '"liveness": "unknown"' in done.out) == (3, True), done.err
    file.write_text(settings.replace("verify = true", ""))
    done = on_github(job, "push", push, **user, KEYSCAN_CI_VERIFY="true", KEYSCAN_CI_FAIL_ON="any")
    assert (done.code, '"liveness": "unknown"' in done.out) == (1, True), done.err
    assert "127.0.0.1:9" in done.summary  # and not at the issuer's own address


def test_what_the_configuration_allows_is_told(host: Host) -> None:
    host.leak("made/up.py")
    job = host.checkout("main", 1)
    job.write("keyscan.toml", '[[allow]]\npath = "made/"\nreason = "made up"\n')
    done = on_github(job, "push", host.push(host.first))
    assert (done.code, "1 suppressed" in done.out) == (0, True), done.out + done.err
    assert on_github(job, "push", host.push(host.first), "--no-config").code == 1


def test_without_a_checkout_nothing_is_green(host: Host, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = ran(tmp_path / "empty")
    assert (done.code, "not in a git repository" in done.err) == (2, True)
    done = ran(Repo(tmp_path / "new").path)
    assert done.code == 3
    assert done.err == "keyscan: this repository holds nothing: nothing was scanned\n"
    job = host.checkout("main")
    nowhere = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "nowhere"}
    done = ran(job.path, **nowhere)
    assert (done.code, "nothing was scanned" in done.err) == (3, True)
    assert ran(job.path, "--base", host.first, **nowhere).code == 0


GITLAB = {"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main"}


@DEPTHS
def test_gitlabs_push_and_merge_request(host: Host, depth: int) -> None:
    host.leak("old.py")
    before = host.head()
    host.origin.git("checkout", "-q", "-b", "topic")
    _, commit = host.leak()
    job = host.checkout("topic", depth)
    push = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": host.head(), "CI_COMMIT_BRANCH": "topic"}
    for start in (before, NONE):
        done = ran(job.path, **GITLAB, **push, CI_COMMIT_BEFORE_SHA=start)
        assert (done.code, commit[:12] in done.out) == (1, True)
        assert "commits: 2, blobs: 1, " in done.out
    done = ran(
        job.path,
        **GITLAB,
        CI_PIPELINE_SOURCE="merge_request_event",
        CI_COMMIT_SHA=host.head(),
        CI_MERGE_REQUEST_DIFF_BASE_SHA=before,
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main",
    )
    assert (done.code, commit[:12] in done.out) == (1, True)
    assert "merge_request, " in done.out
    assert "commits: 2, blobs: 1, " in done.out
    done = ran(job.path, **GITLAB, CI_PIPELINE_SOURCE="schedule")
    assert (done.code, "commits: 5, " in done.out) == (1, True)


@DEPTHS
def test_gitlabs_tag_is_its_message_and_the_files_that_it_releases(host: Host, depth: int) -> None:
    """GitLab names the commit that the tag is on, GitHub the tag."""
    host.origin.git("tag", "-a", "v1", "-m", f"Release\n\n{openai_key()}")
    oid, commit = host.head("v1"), host.head()
    job = host.checkout("refs/tags/v1", depth)
    tag = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": commit, "CI_COMMIT_TAG": "v1"}
    done = ran(job.path, **GITLAB, **tag, CI_COMMIT_BEFORE_SHA=NONE)
    assert (done.code, f"tag {oid[:12]}:3:1" in done.out) == (1, True)
    assert "commits: 0, blobs: 1, " in done.out
    host.origin.commit(b="two\n")
    host.origin.git("tag", "-f", "-a", "v1", "-m", "moved")
    moved = host.checkout("refs/tags/v1", depth)
    done = ran(moved.path, **GITLAB, **tag, CI_COMMIT_BEFORE_SHA=NONE)
    assert (done.code, f"..{commit[:12]}" in done.out) == (0, True)
    host.origin.git("tag", "-d", "v1")
    bare = host.checkout("main", depth)
    done = ran(bare.path, **GITLAB, **tag, CI_COMMIT_BEFORE_SHA=NONE)
    assert (done.code, "could not be fetched" in done.err) == (3, True)


def test_gitlab_is_told_its_own_two_lines(host: Host) -> None:
    host.leak()
    job = host.checkout("main", 1)
    job.git("remote", "set-url", "origin", str(host.folder / "gone"))
    sha = host.head()
    push = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": sha, "CI_COMMIT_BEFORE_SHA": host.first}
    done = ran(job.path, **GITLAB, **push)
    assert done.code == 3
    assert done.err.endswith('add these two lines to the job:\n  variables:\n    GIT_DEPTH: "0"\n')


@DEPTHS
def test_azures_pull_request_is_compared_with_its_target(host: Host, depth: int) -> None:
    host.leak("old.py")
    host.origin.git("checkout", "-q", "-b", "topic")
    _, commit = host.leak()
    host.request()
    job = host.checkout("refs/pull/1/merge", depth)
    done = ran(
        job.path,
        TF_BUILD="True",
        BUILD_REASON="PullRequest",
        BUILD_SOURCEVERSION=job.git("rev-parse", "HEAD"),
        SYSTEM_PULLREQUEST_SOURCECOMMITID=host.head("topic"),
        SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
        SYSTEM_PULLREQUEST_ISFORK="False",
    )
    assert (done.code, commit[:12] in done.out) == (1, True)
    assert "commits: 2, blobs: 1, " in done.out


@DEPTHS
def test_jenkins_is_compared_with_the_last_green_build_or_the_target(
    host: Host, depth: int
) -> None:
    host.leak("old.py")
    before = host.head()
    host.origin.git("checkout", "-q", "-b", "topic")
    _, commit = host.leak()
    job = host.checkout("topic", depth)
    for more in ({"CHANGE_TARGET": "main"}, {"GIT_PREVIOUS_SUCCESSFUL_COMMIT": before}):
        done = ran(job.path, JENKINS_URL="http://127.0.0.1/", **more)
        assert (done.code, commit[:12] in done.out) == (1, True)
        assert "commits: 2, blobs: 1, " in done.out
