"""Comments that allow a key: keyscan's own and its peers', and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keys
from keyscan.model import Blob, Suppressed
from keyscan.pipeline import scan
from keyscan.policy import Policy
from keyscan.pragma import REACH, Pragmas

KEY = "K" * 40  # stands for a key where none is searched


def _on(text: str, provider: str = "openai") -> str:
    """The pragma for the first KEY, as a report shows it."""
    data = text.encode()
    at = data.index(KEY.encode())
    return str(Pragmas(data).on(at, at + len(KEY), provider) or "")


ON_THE_LINE = [
    ('k = "{}"  # keyscan: allow', "keyscan:allow"),
    ('k = "{}"  # keyscan:allow', "keyscan:allow"),
    ('k = "{}"  # noqa: E501  keyscan: allow', "keyscan:allow"),
    ('k = "{}"  # keyscan: allow=a test key', "keyscan:allow a test key"),
    ("k = '{}'; // keyscan: allow=\"two words\"", "keyscan:allow two words"),
    ('k = "{}"  # keyscan: allow=测试用的密钥', "keyscan:allow 测试用的密钥"),
    ('/* keyscan: allow */ k = "{}"', "keyscan:allow"),
    ("<k>{}</k> <!-- keyscan: allow=docs -->", "keyscan:allow docs"),
    ("<k>{}</k> <!-- keyscan: allow=docs--><b/>", "keyscan:allow docs"),
    ("INSERT '{}' -- keyscan: allow", "keyscan:allow"),
    ("INSERT '{}' --gitleaks:allow", "gitleaks:allow"),
    ("k={} ; keyscan: allow", "keyscan:allow"),
    ('  "k": "{}", "_": "gitleaks:allow"', "gitleaks:allow"),
    ("\"k = '{}'  # keyscan: allow\\n\",", "keyscan:allow"),
    ("k: {}  # pragma: allowlist secret", "pragma:allowlist secret"),
    ("k: {}  # pragma: whitelist secret", "pragma:whitelist secret"),
    ("k: {}  // pragma: allowlist-secret", "pragma:allowlist-secret"),
    ("k: {}  // GITLEAKS:ALLOW", "gitleaks:allow"),
    ("k: {}  # betterleaks:allow for the tests", "betterleaks:allow for the tests"),
    ("k: {}  # kingfisher:ignore", "kingfisher:ignore"),
    ("k: {}  # kingfisher:allow", "kingfisher:allow"),
    ("k: {}  # trufflehog:ignore (generated)", "trufflehog:ignore generated"),
    ("k: {}  # a + gitleaks:allow + trufflehog:ignore", "gitleaks:allow + trufflehog:ignore"),
    ("k: {}  // secretlint-disable-line", "secretlint-disable-line"),
    (
        "k: {}  // secretlint-disable-line @secretlint/secretlint-rule-openai -- old",
        "secretlint-disable-line old",
    ),
    ("// secretlint-disable-line @secretlint/secretlint-rule-github\n{}", ""),
    ("k: {}\r\n# keyscan: allow", ""),
    ("k: {}  # keyscan: allow\r\n", "keyscan:allow"),
]


@pytest.mark.parametrize(("text", "shown"), ON_THE_LINE)
def test_a_pragma_on_the_line_allows_its_key(text: str, shown: str) -> None:
    assert shown == _on(text.format(KEY) if "{}" in text else text)


ABOVE = [
    ("# keyscan: allow=why\nk = {}", "keyscan:allow why"),
    ("    // gitleaks:allow\n    k = {}", "gitleaks:allow"),
    ('    "# keyscan: allow\\n",\n    "k = {}\\n",', "keyscan:allow"),
    ("<!-- keyscan: allow=why -->\n{}", "keyscan:allow why"),
    (" * kingfisher:ignore\n{}", "kingfisher:ignore"),
    ("# pragma: allowlist nextline secret\r\nk = {}", "pragma:allowlist nextline secret"),
    ("// secretlint-disable-next-line\n{}", "secretlint-disable-next-line"),
]
NOT_ABOVE = [
    "other = 1  # keyscan: allow\nk = {}",
    "# keyscan: allow\n\nk = {}",
    "k = {}\n# keyscan: allow",
    "# pragma: allowlist secret\nk = {}",
    "x = 1  # pragma: allowlist nextline secret\nk = {}",
    "k = {}  # pragma: allowlist nextline secret",
    "# secretlint-disable-line\nk = {}",
    "k = {} // secretlint-disable-next-line",
]


@pytest.mark.parametrize(("text", "shown"), ABOVE)
def test_a_comment_above_allows_the_line_below(text: str, shown: str) -> None:
    assert shown == _on(text.replace("{}", KEY))


@pytest.mark.parametrize("text", NOT_ABOVE)
def test_another_line_s_own_comment_allows_nothing_here(text: str) -> None:
    assert _on(text.replace("{}", KEY)) == ""


NONE = [
    "k = {}",
    "k = {}  keyscan: allow",  # no comment
    "k = {}  # keyscan: allowed",
    "k = {}  # keyscan: allow-list",
    "k = {}  # mykeyscan: allow",
    "k = {}  # not.keyscan: allow",
    "k = {}  # my-gitleaks:allow",
    "k = {}  # gitleaks: allow",
    "k = {}  # keyscan : allow",
    "k = {}  # keyscan:  allow",
    "k = {}  # pragma: allowlist",
    "k = {}  # pragma: allowlist secrets",
    "k = {}  # trufflehog:ignored",
    "https://example.org/#/keyscan:allow/{}",
    "k = f('{}', 'x keyscan: allow')",
]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_pragma_is_none(text: str) -> None:
    assert _on(text.replace("{}", KEY)) == ""


BY_DETECT_SECRETS = [
    f"{KEY}{space}{opening}{space}pragma: {word}{dash}secret{more}{closing}"
    for opening, closing in [
        ("#", ""),
        ("//", ""),
        ("/*", " */"),
        ("'", ""),
        ("--", ""),
        ("<!--", " -->"),
    ]
    for word in ("allowlist", "whitelist", "allow list")
    for dash in " -"
    for space in (" ", "  ")
    for more in ("", " because")
]


@pytest.mark.parametrize("line", BY_DETECT_SECRETS)
def test_what_detect_secrets_itself_allows_is_allowed(line: str) -> None:
    from detect_secrets.filters.allowlist import is_line_allowlisted
    from detect_secrets.util.code_snippet import CodeSnippet

    allowed = is_line_allowlisted("a.txt", line, CodeSnippet(["", line], 1, 1))
    assert bool(_on(line)) == allowed


def test_a_part_of_the_key_is_no_pragma() -> None:
    data = b"k = #gitleaks:allow"

    assert Pragmas(data).on(4, len(data), "openai") is None


def test_a_reason_shows_no_key_and_ends_with_its_comment() -> None:
    key = keys.openai_key()

    assert _on(f"{KEY}  # keyscan: allow=was {key} once") == "keyscan:allow was ... once"
    assert len(_on(f"{KEY}  # keyscan: allow={'why ' * 200}")) < 250
    assert _on(f"{KEY}  # keyscan: allow=a\x1b[31mb") == "keyscan:allow a [31mb"


BLOCKS = [
    ("// secretlint-disable\na\nb\n{}", True),
    ("// secretlint-disable\na\n// secretlint-enable\n{}", False),
    ("// secretlint-disable\n// secretlint-enable\n# secretlint-disable\n{}", True),
    ("{}\n// secretlint-disable", False),
    ("/* secretlint-disable @secretlint/secretlint-rule-openai */\n{}", True),
    ("/* secretlint-disable @secretlint/secretlint-rule-preset-recommend */\n{}", True),
    ("/* secretlint-disable @secretlint/secretlint-rule-github */\n{}", False),
    (
        "// secretlint-disable\n// secretlint-enable @secretlint/secretlint-rule-github\n{}",
        True,
    ),
    ("see secretlint-disable\n{}", False),
    ("// secretlint-disabled\n{}", False),
]


@pytest.mark.parametrize(("text", "allowed"), BLOCKS)
def test_secretlint_s_blocks_hold_until_they_are_taken_back(text: str, allowed: bool) -> None:
    assert allowed == bool(_on(text.replace("{}", KEY)))


def test_in_a_long_line_only_what_is_near_counts() -> None:
    near, far = " " * (REACH - 40), " " * (REACH + 1)

    assert _on(f"{KEY}{near}# keyscan: allow") != ""
    assert _on(f"{KEY}{far}# keyscan: allow") == ""
    assert _on(f"/* keyscan: allow */{near}{KEY}") != ""
    assert _on(f"/* keyscan: allow */{far}{KEY}") == ""


def test_of_a_key_in_two_lines_both_count() -> None:
    whole = b'k = ("aaa"  # one\n     "bbb")  # two\n'
    first = whole.replace(b"one", b"keyscan: allow=first")
    second = whole.replace(b"two", b"keyscan: allow=second")

    assert str(Pragmas(first).on(6, first.index(b"bbb") + 3, "openai")) == "keyscan:allow first"
    assert str(Pragmas(second).on(6, second.index(b"bbb") + 3, "openai")) == "keyscan:allow second"


@given(
    st.binary(max_size=200), st.integers(0, 199), st.integers(1, 60), st.sampled_from(["openai"])
)
def test_any_bytes_are_read_without_an_error(
    data: bytes, start: int, size: int, provider: str
) -> None:
    start = min(start, max(0, len(data) - 1))

    Pragmas(data).on(start, min(len(data), start + size) or 1, provider)


WORDS = st.sampled_from(
    ["keyscan: allow", "gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore"]
)


@given(WORDS, st.text("abcXYZ019_", min_size=1, max_size=3), st.booleans())
def test_a_pragma_is_a_whole_word(word: str, glued: str, behind: bool) -> None:
    text = f"{KEY}  # {word}{glued}" if behind else f"{KEY}  # {glued}{word}"

    assert _on(text) == ""


@given(WORDS, st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=80))
def test_whatever_the_reason_is_the_pragma_holds(word: str, reason: str) -> None:
    found = _on(f"{KEY}  # {word} {reason}")

    assert found.startswith(word.replace(": ", ":"))
    assert found.isprintable()


def _suppressed(path: str, data: bytes, policy: Policy | None = None) -> list[tuple[str, str]]:
    report = scan([Blob(path, data)], policy)
    return [(one.reason, one.detail) for one in report.suppressed]


def test_a_run_counts_the_key_that_a_pragma_allows_with_its_reason() -> None:
    data = f"k = '{keys.openai_key()}'  # keyscan: allow=test\n".encode()

    assert _suppressed("a.py", data) == [("pragma", "keyscan:allow test")]
    assert scan([Blob("a.py", data)]).findings == ()


def test_without_pragmas_it_is_a_finding() -> None:
    data = f"k = '{keys.openai_key()}'  # keyscan: allow=test\n".encode()
    report = scan([Blob("a.py", data)], Policy(pragmas=False))

    assert (len(report.findings), report.suppressed) == (1, ())


def test_a_pragma_allows_one_place_and_not_the_key() -> None:
    key = keys.openai_key()
    report = scan([Blob("a.py", f"a = '{key}'  # keyscan: allow\nb = '{key}'\n".encode())])

    ((place,),) = [one.locations for one in report.findings]
    assert place.line == 2
    assert len(report.suppressed) == 1


ENCODED = [
    lambda text: text.encode("utf-16"),
    lambda text: text.replace("-", "\\x2d").encode(),
    lambda text: text.replace("-", "%2D").encode(),
]


@pytest.mark.parametrize("encode", ENCODED)
def test_the_file_s_own_line_counts_for_what_a_decoder_reads(encode) -> None:  # type: ignore[no-untyped-def]
    text = f'x = 1\nk = "{keys.openai_key()}"  # keyscan: allow=why\n'

    assert ("pragma", "keyscan:allow why") in _suppressed("a.js", encode(text))
    assert scan([Blob("a.js", encode(text))]).findings == ()


def test_base64_is_allowed_on_the_line_where_it_stands() -> None:
    import base64

    text = base64.b64encode(f"OPENAI_API_KEY={keys.openai_key()}".encode()).decode()
    data = f"# keyscan: allow=encoded\ndata: {text}\n".encode()

    assert _suppressed("a.yaml", data) == [("pragma", "keyscan:allow encoded")]


def test_in_an_archive_the_member_s_own_line_counts() -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", f"k = '{keys.openai_key()}'  # keyscan: allow=packed\n")

    assert _suppressed("a.zip", packed.getvalue()) == [("pragma", "keyscan:allow packed")]


def test_a_notebook_s_cell_is_allowed_by_its_own_comment() -> None:
    import json

    key = keys.openai_key()
    cell = {"cell_type": "code", "source": [f"k = '{key}'  # keyscan: allow=cell\n", "x = 1\n"]}
    book = {"cells": [{**cell, "metadata": {}, "outputs": []}], "nbformat": 4, "metadata": {}}
    data = json.dumps(book, indent=1).encode()
    report = scan([Blob("a.ipynb", data)])

    assert report.findings == ()
    assert {one.reason for one in report.suppressed} == {"pragma"}


def test_parts_that_are_put_together_are_allowed_on_their_last_line_too() -> None:
    key = keys.openai_key()
    data = f'k = ("{key[:60]}"\n     "{key[60:]}")  # keyscan: allow=parts\n'.encode()

    assert ("pragma", "keyscan:allow parts") in _suppressed("a.py", data)
    assert scan([Blob("a.py", data)]).findings == ()


def test_many_keys_and_pragmas_take_linear_time() -> None:
    import time

    line = f"k = '{keys.openai_key()}' // secretlint-disable\n".encode()
    started = time.process_time()
    report = scan([Blob("a.py", line * 2000)])

    assert len(report.suppressed) == 1999  # the first stands before its pragma
    assert time.process_time() - started < 10


def test_suppressed_keys_are_redacted() -> None:
    key = keys.openai_key()
    one, _ = scan([Blob("a.py", f"k = '{key}'  # keyscan: allow={key}\n".encode())]).suppressed

    assert isinstance(one, Suppressed)
    assert key not in repr(one)
    assert one.detail == "keyscan:allow ..."
