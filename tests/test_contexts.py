"""Every form of key in every context is found once, whole, and as OpenAI's."""

import pytest

import keys
from contexts import CONTEXTS
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.secret import Secret


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_key_is_found_in_every_context(context: str) -> None:
    path, build = CONTEXTS[context]
    for form, (_, _, rule) in keys.OPENAI_FORMS.items():
        key = keys.openai_key(form)
        report = scan([Blob(path, build(key))])
        # By fingerprint: a failing test must not print a key.
        expected = (len(key), Secret(key, "").fingerprint, rule, "openai")
        assert [expected] == [
            (len(one.secret), one.secret.fingerprint, one.rule, one.provider)
            for one in report.findings
        ]
        assert report.gaps == ()
        assert len(report.findings[0].locations) == 1


def test_contexts_are_as_many_as_we_say() -> None:
    assert len(CONTEXTS) >= 150


def broken(key: str) -> dict[str, bytes]:
    """Look-alikes: parts of a key, or a key with something wrong in it."""
    raw, half = key.encode(), len(key) // 2
    return {
        "without prefix": raw[raw.rindex(b"-", 0, 12) + 1 :],
        "cut right": raw[:-1],
        "marker lower case": raw.replace(b"T3Blbk", b"t3blbk"),
        "left half": raw[:half],
        "halves in other files' order": b'"' + raw[half:] + b'" + "' + raw[:half] + b'"',
        "other text between": raw[:half] + b" and then the rest of it " + raw[half:],
        "masked": raw[:12] + b"..." + raw[-4:],
        "pattern": rb"sk-(proj|svcacct)-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}",
        "marker alone": b"the marker is T3BlbkFJ",
        "prefix alone": b'if key.startswith("sk-proj-") or key.startswith("sk-admin-"):',
    }


@pytest.mark.parametrize("kind", broken("sk-x"))
def test_what_is_no_key_is_not_reported(kind: str) -> None:
    for form in ("proj-74", "svcacct-46", "none-74", "admin-58"):
        report = scan([Blob("notes.txt", broken(keys.openai_key(form))[kind] + b"\n")])
        assert [(one.rule, len(one.secret)) for one in report.findings] == []
