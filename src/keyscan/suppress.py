"""What is found but is no finding: each drop is a value with its reason."""

from collections.abc import Iterable, Iterator

from keyscan.model import Candidate, Confidence, Gap, Suppressed
from keyscan.placeholder import placeholder


def suppress(
    candidates: Iterable[Candidate | Gap],
) -> Iterator[Candidate | Suppressed | Gap]:
    """Placeholders become ``Suppressed``; everything else passes.

    Only the key's own body decides: a path or a comment must not be able to hide a real key.
    """
    for one in candidates:
        if isinstance(one, Gap) or one.confidence is Confidence.NOTE:
            yield one
            continue
        why = placeholder(one.secret.body)
        yield Suppressed(one, "placeholder", why) if why else one
