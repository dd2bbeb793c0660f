"""One file of another scanner → the keys that it is about."""

from keyscan.columns import safe
from keyscan.commands import _accepting as accepting
from keyscan.commands._baseline import parsed
from keyscan.errors import UsageError
from keyscan.integrations import imports, secrets_baseline
from keyscan.integrations.translate import Translated, translated
from keyscan.model import Finding, msg


def imported(name: str) -> Translated:
    """The keys in a report, an ignore file or another baseline."""
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UsageError(
            msg("{path} cannot be read: {why}", path=name, why=error.strerror)
        ) from None
    if secrets_baseline.is_one(data):
        known = parsed(data, name)
        report = accepting.found(())
        keys = tuple(one for one in report.findings if known.acceptance(one))
        return Translated(keys, (), report.gaps)
    return translated(imports.read(data, name), accepting.root(), _everywhere)


def said(done: Translated) -> Translated:
    """The same, after what could not be translated was told."""
    for one in done.missed:
        where = f"{one.path}:{one.line}" if one.path else one.digest[:12]
        accepting.tell(msg("{place}: no key that keyscan knows", place=safe(where)))
    return done


def _everywhere() -> tuple[Finding, ...]:
    return accepting.found((), history=True).findings
