"""Commands whose options a configuration may set: files and variables become their defaults."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from keyscan import config_files
from keyscan.errors import UsageError
from keyscan.model import msg

if TYPE_CHECKING:
    from keyscan.config import Loaded
    from keyscan.model import Report
    from keyscan.policy import Policy

F = TypeVar("F", bound=Callable[..., Any])
_LOADED, _PRAGMAS = "keyscan.loaded", "keyscan.pragmas"
_SCANNED = ("paths", "repo")  # the arguments that name what is scanned


class Configured(click.Command):
    """Reads the configuration before the options get their values.

    A clean scan without one pays for looking for the files, and for nothing else.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with the configuration's values as defaults."""
        if not ctx.resilient_parsing:
            given = self._given(ctx, args)
            loaded = None if given is None else loaded_for(given)
            if loaded is not None and given is not None:
                ctx.meta[_LOADED] = loaded
                asks = self.name == "verify" or bool(given.get("verify"))
                told = f"{ctx.auto_envvar_prefix}_VERIFY"  # comes before what a file says
                asks = asks or _is_set(told) or (loaded.config.verify and not os.environ.get(told))
                ctx.default_map = _defaults(self, loaded, asks=asks)
        return super().parse_args(ctx, args)

    def _given(self, ctx: click.Context, args: Sequence[str]) -> dict[str, Any] | None:
        """What the call says; None where it only asks for help, or is wrong."""
        try:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        except click.UsageError:
            return None
        plain = (str, bool, int, tuple, list)  # not click's mark for what was not given
        given = {name: value for name, value in given.items() if isinstance(value, plain)}
        return None if given.get("help") else given


def loaded_for(given: dict[str, Any]) -> "Loaded | None":
    """The configuration for a call; None where there is none. Raises ``UsageError``."""
    file = given.get("config") or os.environ.get("KEYSCAN_CONFIG", "")
    repository = not (given.get("no_config") or _is_set("KEYSCAN_NO_CONFIG"))
    if given.get("config") and given.get("no_config"):
        raise UsageError(msg("--config and --no-config contradict each other"))
    path = _scanned(given)
    root = config_files.root_of(path)
    there = file or config_files.present(root, os.environ)
    if not there and not config_files.variables(os.environ):
        return None
    from keyscan.config import load  # late: most runs have no configuration

    asked = [str(one).partition("=")[0] for one in given.get("endpoint", ())]
    return load(path, file=file if repository else "", repository=repository, asked=asked)


def _scanned(given: dict[str, Any]) -> str:
    """The first path that the call names; click marks in its own way what it does not name."""
    for name in _SCANNED:
        value = given.get(name)
        paths = (value,) if isinstance(value, str) else value
        if isinstance(paths, tuple | list):
            return next((one for one in paths if isinstance(one, str) and one != "-"), "")
    return ""


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no", "off")


def _defaults(command: click.Command, loaded: "Loaded", *, asks: bool) -> dict[str, Any]:
    """Values for those of the command's options that something set."""
    config = loaded.config
    values: dict[str, Any] = {
        name.replace("-", "_"): getattr(config, name.replace("-", "_"))
        for name, _ in loaded.origins
    }
    if not asks:
        values.pop("endpoints", None)  # nobody is asked
        if values.get("fail_on") == "live":
            values.pop("fail_on")  # nobody knows, so every key fails
    if loaded.origin("lang") == "KEYSCAN_LANG":
        values.pop("lang")
    if "endpoints" in values:
        values["endpoint"] = tuple(f"{name}={url}" for name, url in values.pop("endpoints"))
    return {
        one.name: values[one.name]
        for one in command.params
        if one.name in values and _fits(one, values[one.name])
    }


def _fits(option: click.Parameter, value: Any) -> bool:
    """Hooks ask nobody, so they have no ``--fail-on live``."""
    return not isinstance(option.type, click.Choice) or value in option.type.choices


def config_options(function: F) -> F:
    """``--config``, ``--no-config`` and ``--no-pragma``; the command asks for ``policy``."""
    function = click.option(
        "--no-pragma",
        is_flag=True,
        expose_value=False,
        callback=_pragmas,
        help="Count the keys that comments allow, too.",
    )(function)
    function = click.option(
        "--no-config",
        is_flag=True,
        expose_value=False,
        help="Leave the scanned repository's configuration out.",
    )(function)
    return click.option(
        "--config",
        metavar="FILE",
        expose_value=False,
        help="Use FILE instead of the scanned repository's configuration.",
    )(function)


def _pragmas(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta[_PRAGMAS] = not value


def policy() -> "Policy | None":
    """What the running command accepts; None: pragmas, and nothing else."""
    meta = click.get_current_context().meta
    loaded: Loaded | None = meta.get(_LOADED)
    pragmas = bool(meta.get(_PRAGMAS, True))
    if loaded is not None:
        return loaded.policy(pragmas=pragmas)
    if pragmas:
        return None
    from keyscan.policy import Policy

    return Policy(pragmas=False)


def with_own_changes(report: "Report", bases: Iterable[str], cwd: str | None) -> "Report":
    """The report of a range, with a sentence where the range changed what it is judged by.

    ``bases`` are the commits before it: whoever wrote the commits wrote their allowlist, too.
    """
    loaded: Loaded | None = click.get_current_context().meta.get(_LOADED)
    hidden = sum(one.reason == "allowlist" for one in report.suppressed)
    revisions = [one for one in bases if not one.startswith("-")]
    if loaded is None or not hidden or not revisions:
        return report
    from dataclasses import replace

    changed = [name for name in loaded.repository_files if _differs(name, loaded, revisions, cwd)]
    if not changed:
        return report
    told = msg(
        "{files} is not what it was before these commits, and the allowlist hides {count} here:"
        " review it, or judge by an older version with --config FILE",
        files=", ".join(changed),
        count=hidden,
    )
    return replace(report, notices=(*report.notices, told))


def _differs(name: str, loaded: "Loaded", revisions: Sequence[str], cwd: str | None) -> bool:
    from keyscan import git
    from keyscan.config_files import LARGEST

    asked = [f"{one}:{name}".encode() for one in revisions]
    before = {one.read(LARGEST + 1) for one in git.objects(asked, cwd) if one.kind == "blob"}
    with open(os.path.join(loaded.root, name), "rb") as file:
        return file.read(LARGEST + 1) not in before
