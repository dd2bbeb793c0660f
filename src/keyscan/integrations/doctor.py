"""Whether the hooks of a repository work, and what stands in their way."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple

from keyscan import __version__, git
from keyscan.columns import safe
from keyscan.integrations import global_hooks, hook_files, installing, programs
from keyscan.integrations.setting import Setting, setting
from keyscan.integrations.trial import Tried, tried
from keyscan.model import Message, msg

_OLDEST = (2, 30)  # rev-parse --end-of-options


class Check(NamedTuple):
    """``good`` None: could not be told."""

    good: bool | None
    told: Message


def checks(cwd: str | None = None) -> Iterator[Check]:
    """Everything that can be wrong, the trial at the end. Raises KeyscanError outside of git."""
    here = setting(cwd)
    yield from _versions(here)
    yield from _programs(here)
    yield from _shadowed(here)
    yield from _modes(here)
    yield from _workflows(here)
    for one in tried(here):
        yield _of_trial(here, one)


def _versions(here: Setting) -> Iterator[Check]:
    words = git.checked(["version"]).decode().split()
    found = words[2] if len(words) > 2 else "?"
    numbers = tuple(int(one) for one in found.split(".")[:2] if one.isdigit())
    if numbers < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        yield Check(
            False, msg("git {found} is too old: update it to {oldest}", found=found, oldest=oldest)
        )
    else:
        yield Check(True, msg("git {version}", version=found))
    python = platform.python_version()
    yield Check(
        True, msg("keyscan {version} on Python {python}", version=__version__, python=python)
    )
    if here.framework:
        yield _framework(here)


def _framework(here: Setting) -> Check:
    for name in programs.FRAMEWORKS:
        program = programs.found(name)
        if program:
            done = programs.run([program, "--version"], here.top, programs.outside())
            if not done.code:
                return Check(True, Message("{version}", (("version", safe(done.out.strip())),)))
    return Check(
        False,
        msg("neither pre-commit nor prek is on PATH: install one, `pipx install pre-commit`"),
    )


def _programs(here: Setting) -> Iterator[Check]:
    for name in ("keyscan", "keyscan-hook"):
        path = which(name)
        if path:
            yield Check(True, msg("{name} is {path}", name=name, path=safe(path)))
        elif installing.what_fits(here) == "git" and programs.own_folder():
            told = msg("{name} is not on PATH; the hooks call the one in {folder}",
                       name=name, folder=safe(programs.own_folder()))  # fmt: skip
            yield Check(True, told)
        else:
            told = msg("{name} is not on PATH, where hooks look for it: `pipx install keyscan-cli`",
                       name=name)  # fmt: skip
            yield Check(False, told)


def _shadowed(here: Setting) -> Iterator[Check]:
    own = here.common / "hooks"
    if not here.scope or here.hooks.resolve() == own.resolve():
        return
    passed_on = global_hooks.PASSED_ON if here.hooks == global_hooks.folder() else ()
    names = [one.name for one in _hooks_in(own) if one.name not in passed_on]
    path = safe(str(here.hooks))
    if names:
        told = msg(
            "core.hooksPath ({scope}) is {path}, so git never runs these hooks in {own}: {hooks};"
            " move them there, or run `git config --{scope} --unset core.hooksPath`",
            scope=here.scope,
            path=path,
            own=safe(str(own)),
            hooks=safe(", ".join(sorted(names))),
        )
        yield Check(False, told)
    else:
        yield Check(True, msg("core.hooksPath ({scope}) is {path}", scope=here.scope, path=path))


def _hooks_in(folder: Path) -> list[Path]:
    """Scripts that git would run from this folder."""
    try:
        files = [one for one in folder.iterdir() if not one.suffix and one.is_file()]
    except OSError:
        return []
    return [one for one in files if os.access(one, os.X_OK)]


def _modes(here: Setting) -> Iterator[Check]:
    for hook in hook_files.HOOKS:
        path = here.hooks / hook
        if path.is_file() and not os.access(path, os.X_OK):
            path_shown = safe(str(path))
            told = msg("{path} is not executable, so git does not run it: `chmod +x {path}`",
                       path=path_shown)  # fmt: skip
            yield Check(False, told)


def _workflows(here: Setting) -> Iterator[Check]:
    folder = here.top / ".github" / "workflows"
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        name = f".github/workflows/{path.name}"
        jobs = _jobs(path)
        if jobs is None:
            yield Check(None, msg("{path} cannot be read as YAML", path=safe(name)))
        elif any(_shallow(one) for one in jobs):
            told = msg(
                "{path} runs keyscan in a shallow checkout, where earlier commits are missing:"
                " give actions/checkout `with: {{fetch-depth: 0}}`",
                path=safe(name),
            )
            yield Check(False, told)


def _jobs(path: Path) -> list[Any] | None:
    """The steps of each job; None for what is no workflow."""
    import yaml  # late: 20 ms, and only for repositories with workflows

    try:
        jobs = yaml.safe_load(path.read_bytes())["jobs"].values()
        return [one.get("steps") or [] for one in jobs]
    except (OSError, yaml.YAMLError, TypeError, KeyError, AttributeError):
        return None


def _shallow(steps: list[Any]) -> bool:
    """Whether keyscan runs in this job behind a checkout of the last commit alone."""
    shallow = False
    for step in steps:
        uses, given = str(step.get("uses", "")), step.get("with") or {}
        if uses.startswith("actions/checkout@"):
            shallow = str(given.get("fetch-depth", 1)) != "0"
        elif shallow and "keyscan" in uses + str(step.get("run", "")):
            return True
    return False


def _of_trial(here: Setting, one: Tried) -> Check:
    said = safe(one.said)[:200]
    if one.what == "clone":
        return Check(None, msg("no clone could be made to try the hooks: {why}", why=said))
    if one.stopped:
        return Check(True, _STOPPED[one.what])
    if one.stopped is None:
        told = msg(
            "a {what} with a key was stopped, but not by keyscan, so it is not known whether its"
            " hook fires: {why}",
            what=one.what,
            why=said,
        )
        return Check(None, told)
    told = _LET_PASS[one.what]
    return Check(False, told._replace(values=(("command", installing.remedy(here, one.what)),)))


_STOPPED = {
    "commit": msg("a commit with a key was stopped"),
    "message": msg("a commit message with a key was stopped"),
    "push": msg("a push with a key that a later commit removes was stopped"),
}
_LET_PASS = {
    "commit": msg("a commit with a key was NOT stopped: run `{command}`"),
    "message": msg("a commit message with a key was NOT stopped: run `{command}`"),
    "push": msg("a push with a key was NOT stopped: run `{command}`"),
}
