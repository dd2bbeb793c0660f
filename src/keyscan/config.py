"""Where settings come from: files, ``KEYSCAN_*`` and, above all of them, the command line.

In rising order: the user's own file, the scanned repository's ``keyscan.toml``, ``[tool.keyscan]``
in its ``pyproject.toml``, the environment. The repository's are looked for at its top level alone,
so that hooks, scans, the history and CI decide alike from wherever they run; outside of any
repository, from the scanned folder up to the current one, or in the scanned folder itself.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from stat import S_ISREG
from typing import Any

from keyscan.columns import safe
from keyscan.config_files import (
    LARGEST,
    NAME,
    OTHERS,
    PYPROJECT,
    root_of,
    user_file,
)
from keyscan.errors import UsageError
from keyscan.model import msg
from keyscan.own_rules import register
from keyscan.policy import Policy
from keyscan.setting_values import Where, nearest, short, unknown
from keyscan.settings import SETTINGS, Config, Setting

DEFAULT = "default"
DOTS = 300  # in one line: tomllib's memory grows with the square of a dotted key's parts
_FINDING = ("KEYSCAN_CONFIG", "KEYSCAN_NO_CONFIG")  # say where to look
Values = dict[str, tuple[Any, str]]  # by the name in ``Config``; where each came from


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective values, where each came from (by the setting's name), and from which files.

    ``root`` is the folder that paths in the repository's files are relative to, absolute.
    """

    config: Config
    origins: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    root: str = ""

    @property
    def repository_files(self) -> tuple[str, ...]:
        """The names of those that are the scanned repository's own."""
        own = (os.path.join(self.root, name) for name in (NAME, PYPROJECT))
        return tuple(os.path.basename(one) for one in own if one in self.files)

    def origin(self, name: str) -> str:
        """Where a setting came from."""
        return dict(self.origins).get(name, DEFAULT)

    def policy(self, *, pragmas: bool = True) -> Policy:
        """What is accepted in a run."""
        return Policy(pragmas and self.config.pragmas, self.config.allow, self.root)


def load(
    path: str = "",
    *,
    file: str = "",
    repository: bool = True,
    environ: Mapping[str, str] | None = None,
    asked: Iterable[str] = (),
) -> Loaded:
    """The settings for a scan of ``path``, empty for the current folder. Raises ``UsageError``.

    ``file`` stands for the scanned repository's own files; without ``repository`` there are none.
    ``asked`` are providers for which the call names an address.
    """
    environ = os.environ if environ is None else environ
    root = root_of(path)
    values: Values = {}
    read: list[str] = []
    own = user_file(environ)
    for one, is_own in [(own, True), *((one, False) for one in _files(root, file, repository))]:
        found = _read(one, required=one == file)
        if found is not None:
            read.append(one)
            more = _values(found, Where(_called(one, is_own, file), own=is_own))
            _merge(values, more if is_own else _from_root(more, root))
    _merge(values, _from_environment(environ))
    config = replace(Config(), **{name: value for name, (value, _) in values.items()})
    _agree(config)
    origins = tuple((name.replace("_", "-"), origin) for name, (_, origin) in values.items())
    addressed = frozenset((*asked, *(name for name, _ in config.endpoints)))
    register(config.providers, config.rules, addressed)
    return Loaded(config, origins, tuple(read), root)


def _files(root: str, file: str, repository: bool) -> list[str]:
    if file:
        return [file]
    return [os.path.join(root, name) for name in (NAME, PYPROJECT)] if repository else []


def _called(path: str, own: bool, file: str) -> str:
    return safe(path) if own or path == file else os.path.basename(path)


def _read(path: str, *, required: bool) -> Mapping[str, Any] | None:
    """The file's settings; None where it is not there, or is a pyproject without any."""
    if not path:
        return None
    data = _bytes(path, required)
    if data is None or (_is_pyproject(path) and not required and b"keyscan" not in data):
        return None
    if max(map(_dots, data.split(b"\n"))) > DOTS:
        raise _broken(path, "nested too deeply")
    from tomllib import loads  # late: it takes 14 ms, and most runs have no file

    try:
        found: Any = loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _broken(path, "it is not UTF-8") from None
    except RecursionError:
        raise _broken(path, "nested too deeply") from None
    except ValueError as error:
        where = re.search(r"\(at [^()]{1,60}\)", str(error))  # the rest may repeat the content
        raise _broken(path, f"no TOML {where[0]}" if where else "no TOML") from None
    if not _is_pyproject(path):
        return dict(found)
    for name in ("tool", "keyscan"):
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return None
    if not isinstance(found, dict):
        raise UsageError(msg("{path}: [tool.keyscan] must be a table", path=safe(path)))
    return found


def _dots(line: bytes) -> int:
    return line.count(b".")


def _is_pyproject(path: str) -> bool:
    return os.path.basename(path) == PYPROJECT


def _bytes(path: str, required: bool) -> bytes | None:
    """The content of a regular file of at most ``LARGEST`` bytes."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        if required or os.path.islink(path):
            raise _broken(path, "no such file") from None
        return None
    except (OSError, ValueError) as error:
        raise _broken(path, getattr(error, "strerror", "") or "no such file") from None
    try:
        if not S_ISREG(os.fstat(fd).st_mode):
            raise _broken(path, "it is no regular file")
        with os.fdopen(os.dup(fd), "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _broken(path, str(error.strerror)) from None
    finally:
        os.close(fd)
    if len(data) > LARGEST and not (_is_pyproject(path) and b"keyscan" not in data):
        raise _broken(path, f"it is larger than {LARGEST >> 10} KiB")
    return data


def _broken(path: str, why: str) -> UsageError:
    return UsageError(
        msg(
            "the configuration {path} cannot be read: {why}; mend it, or leave it out with"
            " --no-config",
            path=safe(path),
            why=why,
        )
    )


def _values(found: Mapping[str, Any], where: Where) -> Values:
    """Checked values by their name in ``Config``."""
    settings = {one.name: one for one in SETTINGS}
    values: Values = {}
    for key, value in found.items():
        setting = settings.get(key)
        here = where.at(key)
        if setting is None:
            raise unknown(here, key, (one.name for one in SETTINGS if where.own or not one.own))
        if setting.own and not where.own:
            raise here.wrong(_not_yours(setting))
        values[setting.field] = setting.read(here, value), where.origin
    return values


def _from_root(values: Values, root: str) -> Values:
    """The repository's values, its files named as the current folder sees them."""
    if "baseline" not in values:
        return values
    paths, origin = values["baseline"]
    seen = tuple(os.path.relpath(os.path.join(root, one)) for one in paths)
    return {**values, "baseline": (seen, origin)}


def _not_yours(setting: Setting) -> Any:
    if setting.name == "endpoints":
        return msg(
            "a repository cannot say where keys are sent: use --endpoint, or your own file"
            " (`keyscan config` names it)"
        )
    return msg(
        "a repository cannot set this: use the command line, {variable}, or your own file"
        " (`keyscan config` names it)",
        variable=setting.variable,
    )


def _merge(values: Values, more: Values) -> None:
    """``more`` is of a higher rank. Tables of several files hold together."""
    many = {one.field for one in SETTINGS if one.many}
    for name, (value, origin) in more.items():
        if name in many and name in values:
            before, origins = values[name]
            values[name] = (*before, *value), f"{origins}, {origin}"
        else:
            values[name] = value, origin


def _from_environment(environ: Mapping[str, str]) -> Values:
    known = {one.variable: one for one in SETTINGS if one.variable}
    values: Values = {}
    for name in environ:
        if not name.startswith("KEYSCAN_") or name.startswith(OTHERS) or name in _FINDING:
            continue
        setting = known.get(name)
        if setting is None:
            _refuse_slip(name, known)
        elif environ[name]:
            where = Where(name, setting.name, own=True)
            values[setting.field] = setting.read(where, environ[name]), name
    return values


def _refuse_slip(name: str, known: Mapping[str, Setting]) -> None:
    """A variable that is nearly one of ours; others may be anybody's."""
    words = {one.removeprefix("KEYSCAN_"): one for one in known}
    near = nearest(name.removeprefix("KEYSCAN_"), words, 0.8)
    if near:
        raise UsageError(
            msg(
                "there is no variable {name}; did you mean {near}?",
                name=short(name),
                near=words[near],
            )
        )


def _agree(config: Config) -> None:
    """What no value can know of the others."""
    ids = [one.id for one in config.providers]
    rules = [one.id for one in config.rules]
    for many in (ids, rules):
        twice = next((one for one in many if many.count(one) > 1), None)
        if twice:
            raise UsageError(msg("the configuration has {name} twice; rename one", name=twice))
    for rule in config.rules:
        if rule.provider not in ids:
            raise UsageError(
                msg(
                    "rule {rule}: provider must be one of your own, under [providers.{provider}]",
                    rule=rule.id,
                    provider=rule.provider,
                )
            )
