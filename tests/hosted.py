"""A repository as a host serves it, the checkout of a CI job, and ``keyscan ci`` run in it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from keys import openai_key
from repo import ISOLATED, Repo

NONE = "0" * 40


class Ran(NamedTuple):
    """How a job ended; ``out`` is what it printed, ``outputs`` what later steps get."""

    code: int
    out: str
    err: str
    summary: str
    outputs: dict[str, str]


class Host:
    """``origin`` with one commit on main, and the folder of the job beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = Repo(folder / "origin")
        self.first = self.origin.commit(a="one\n")
        self.url = self.origin.path.as_uri()

    def leak(self, name: str = "leak.py") -> tuple[str, str]:
        """A key in a commit of its own, and gone in the next: the key and the commit with it."""
        key = openai_key()
        self.origin.add(name, f'client = OpenAI(api_key="{key}")\n')
        commit = self.origin.commit()
        self.origin.git("rm", "-q", name)
        self.origin.commit()
        return key, commit

    def head(self, revision: str = "HEAD") -> str:
        return self.origin.git("rev-parse", revision)

    def checkout(self, revision: str, depth: int = 0) -> Repo:
        """As actions/checkout makes it: the commit alone, detached, or the whole history."""
        job = Repo(self.folder / f"job{len(list(self.folder.iterdir()))}")
        job.git("remote", "add", "origin", self.url)
        if depth:
            job.git("fetch", "-q", f"--depth={depth}", "--no-tags", "origin", revision)
        else:
            specs = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
            job.git("fetch", "-q", "origin", *specs, revision)
        job.git("checkout", "-q", "--detach", self.head(revision))
        return job

    def push(
        self, before: str, after: str = "HEAD", ref: str = "refs/heads/main"
    ) -> dict[str, Any]:
        """GitHub's description of a push."""
        home = {"default_branch": "main", "full_name": "o/r"}
        return {"ref": ref, "before": before, "after": self.head(after), "repository": home}

    def request(
        self, base: str = "main", head: str = "topic", theirs: str = "o/r"
    ) -> dict[str, Any]:
        """GitHub's description of a pull request, and the merge it makes of it for the job."""
        self.origin.git("checkout", "-q", "--detach", base)
        self.origin.git("merge", "-q", "--no-ff", "-m", "Merge", head)
        self.origin.git("update-ref", "refs/pull/1/merge", "HEAD")
        self.origin.git("update-ref", "refs/pull/1/head", head)
        self.origin.git("checkout", "-q", "main")
        asked = {
            "base": {"sha": self.head(base), "ref": "main", "repo": {"full_name": "o/r"}},
            "head": {"sha": self.head(head), "ref": "topic", "repo": {"full_name": theirs}},
        }
        return {"number": 1, "pull_request": asked}


def on_github(
    job: Repo, event: str, payload: dict[str, Any], *args: str, sha: str = "", **environ: str
) -> Ran:
    """``keyscan ci`` in a checkout, with what GitHub gives to a step."""
    away = job.path.parent / "runner"
    away.mkdir(exist_ok=True)
    files = {name: away / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    (away / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    known = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(away / "event.json"),
        "GITHUB_SHA": sha or job.git("rev-parse", "HEAD"),
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "o/r",
        "RUNNER_TEMP": str(away),
        **{name: str(file) for name, file in files.items()},
    }
    done = ran(job.path, *args, **known, **environ)
    lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
    return done._replace(
        summary=files["GITHUB_STEP_SUMMARY"].read_text("utf-8"),
        outputs=dict(line.split("=", 1) for line in lines),
    )


def ran(folder: Path, *args: str, **environ: str) -> Ran:
    """``keyscan ci`` in a folder, with these variables and none of the machine's CI."""
    systems = ("GITHUB_", "CI_", "GITLAB_", "TF_", "JENKINS_", "GIT_", "KEYSCAN_", "RUNNER_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(systems)}
    done = subprocess.run(
        [sys.executable, "-m", "keyscan", "ci", "--lang", "en", *args],
        cwd=folder,
        env={**plain, **ISOLATED, **environ},
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), "", {})
