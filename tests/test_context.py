"""Names before values and values after names, in many notations."""

import pytest

import keys
from keyscan.context import (
    headings,
    line_around,
    name_before,
    shown_name,
    statement_around,
    value_after,
    whole_name,
)
from keyscan.formats import Show, render
from keyscan.model import Blob
from keyscan.pipeline import scan

NOTATIONS = {
    "export OPENAI_API_KEY={}": "OPENAI_API_KEY",
    '"api_key": "{}"': "api_key",
    'api_key := "{}"': "api_key",
    "'apiKey' => '{}'": "apiKey",
    '<string name="openai_api_key">{}</string>': "openai_api_key",
    "<key>OPENAI_API_KEY</key>\n  <string>{}</string>": "OPENAI_API_KEY",
    "<apiKey>{}</apiKey>": "apiKey",
    '<add key="OpenAIKey" value="{}" />': "OpenAIKey",
    "- name: OPENAI_KEY\n  value: {}": "OPENAI_KEY",
    'os.environ["A_KEY"] = "{}"': "A_KEY",
    'os.environ.setdefault("A_KEY", "{}")': "A_KEY",
    'api_key: Optional[str] = "{}"': "api_key",
    'let api_key: &str = "{}"': "api_key",
    'api_key=SecretStr("{}")': "api_key",
    '{{\\"api_key\\": \\"{}\\"}}': "api_key",
    "ENV OPENAI_API_KEY {}": "OPENAI_API_KEY",
    "--api-key {}": "api-key",
    "$env:OPENAI_API_KEY = '{}'": "OPENAI_API_KEY",
    'openai.api_key = f"{}"': "openai.api_key",
    'apiKey: process.env.X_KEY || "{}"': "process.env.X_KEY",
    "api-key: {}": "api-key",
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_the_name_before_a_value(notation: str) -> None:
    key = keys.openai_key("legacy")
    data = notation.format(key).encode()

    assert NOTATIONS[notation] == name_before(data, data.index(key.encode()))


def test_the_length_in_a_type_is_no_end_of_a_statement() -> None:
    first, second = keys.openai_key("legacy"), keys.openai_key("legacy")
    data = f'const API_KEYS: [&str; 2] = [\n    "{first}",\n    "{second}",\n];'.encode()

    for key in (first, second):
        assert name_before(data, data.index(key.encode())) == "API_KEYS"


@pytest.mark.parametrize(
    "text", ["my key is {}", "{}", "密钥：{}", "Authorization: Bearer {}", "see\n\n{}"]
)
def test_prose_has_no_name(text: str) -> None:
    key = keys.openai_key("legacy")
    data = text.format(key).encode()

    assert name_before(data, data.index(key.encode())) == ""


@pytest.mark.parametrize(
    "text",
    [
        "DEEPSEEK_KEY=\nk={}",
        "DEEPSEEK_KEY=\r\nk={}",
        "DEEPSEEK_KEY:\nk: {}",
        "DEEPSEEK_KEY=\nvalue={}",
        'DEEPSEEK_KEY=\nf("{}")',
        'deepseek_port = 1; k = "{}"',
        "DEEPSEEK_PORT=1\nk={}",
        "DEEPSEEK_PORT=1\n{}",
        "DEEPSEEK_MODE=PROD\n{}",
        'deepseek password page\nx=1\nb="{}"',
    ],
)
def test_the_name_of_another_statement_is_not_taken(text: str) -> None:
    key = f"sk-{keys.hexes(32)}"
    data = text.format(key).encode()

    assert name_before(data, data.index(key.encode())) == ""
    # Nor is it said whose the key is by it, which would decide whom ``--verify`` asks.
    (found,) = scan([Blob("a.txt", data)]).findings
    assert not found.names
    assert not any("DEEPSEEK" in str(one) for one in found.evidence)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('A_KEY =\n    "{}"', "A_KEY"),
        ('A_KEY = str(\n    "{}"', "A_KEY"),
        ("A_KEY=\n{}", "A_KEY"),
        ("# A_KEY\n{}", "A_KEY"),
        ('keys = {{\n  "1": "{}"', "keys"),
        ('keys[0] = "{}"', "keys"),
        ("keys:\n  - {}", "keys"),
        ('"name": "A_KEY",\n "value": "{}"', "A_KEY"),
        ('variable "a_key" {{\n  default = "{}"', "a_key"),
    ],
)
def test_a_name_may_stand_a_line_above(text: str, name: str) -> None:
    key = keys.openai_key("legacy")
    data = text.format(key).encode()

    assert name_before(data, data.index(key.encode())) == name


@pytest.mark.parametrize("form", keys.OPENAI_FORMS)
def test_an_earlier_key_of_a_list_is_never_a_name(form: str) -> None:
    first, second = keys.openai_key(form), keys.openai_key("legacy")
    for text in (f'keys = ["{first}", "{second}"]', f"{first}={second}", f"{first}:{second}"):
        name = name_before(text.encode(), text.index(second))
        assert name in ("keys", "")


VALUES = [one for one in NOTATIONS if "process" not in one and "setdefault" not in one]


@pytest.mark.parametrize("notation", VALUES)
def test_the_value_after_a_name(notation: str) -> None:
    key = keys.alnum(40)
    data = notation.format(key).encode()
    _, end = whole_name(data, data.index(NOTATIONS[notation].encode()))
    if NOTATIONS[notation] == "openai.api_key":
        end = data.index(b"api_key") + 7

    value = value_after(data, end)

    assert value is not None
    assert key.encode() == data[value.start : value.end]


@pytest.mark.parametrize(
    "text", ["api_key is nice to have", "api_key", "api_key)", "api_key, other_argument_here)"]
)
def test_names_without_a_literal_have_no_value(text: str) -> None:
    assert value_after(text.encode(), len("api_key")) is None


def test_a_statement_is_the_innermost_bracket_or_the_logical_line() -> None:
    call = b'a(x)\nc = OpenAI(\n  api_key="K",\n  base_url=f("u"),\n)\nother()'
    at = call.index(b"K")
    left, right = statement_around(call, at, at + 1)
    assert call[left:right] == b'(\n  api_key="K",\n  base_url=f("u"),\n)'

    curl = b'x\ncurl https://h \\\n  -H "api-key: K" \\\n  -d 1\ny'
    at = curl.index(b"K")
    left, right = statement_around(curl, at, at + 1)
    assert curl[2:-2] == curl[left:right]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('ChatDeepSeek(model="a", token="K")', "ChatDeepSeek"),
        ('{"deepseek": {"token": "K"}}', "deepseek"),
        ("[deepseek]\nurl=1\ntoken=K", "deepseek"),
        ("deepseek:\n  enabled: true\n  token: K", "deepseek"),
        ("providers:\n  deepseek:\n    token: K", "deepseek"),
    ],
)
def test_headings_name_what_holds_a_value(text: str, name: str) -> None:
    assert name in headings(text.encode(), text.index("K"))


def test_a_sibling_is_no_heading() -> None:
    text = b"qwen:\n  token: x\ndeepseek:\n  token: K"

    assert headings(text, text.index(b"K")) == ("deepseek",)


def test_lines_are_cut_at_the_reach() -> None:
    data = b"a" * 1000 + b"K" + b"b" * 1000

    assert len(line_around(data, 1000, 1001)) == 2 * 400 + 1


@pytest.mark.parametrize("form", ["legacy", "groq-api-key", "huggingface-api-key"])
def test_a_name_that_holds_a_key_is_not_told(form: str) -> None:
    """``process.env.OPENAI_<key>``: no report shows more of it than of any key."""
    key = keys.openai_key("legacy") if form == "legacy" else keys.PROVIDER_FORMS[form]()
    body = key.rpartition("_" if "_" in key else "-")[2]
    assert shown_name(f"OPENAI_{body}_KEY") == "…"
    for text in (f"OPENAI_{body}_KEY={keys.hexes(32)}", f"process.env.OPENAI_{body} = '{key}'"):
        report = scan([Blob("a.py", text.encode())])
        assert report.findings
        for kind in ("text", "json", "sarif", "html"):
            told = render(kind, report, Show(2))
            assert body[:12] not in told
            assert body[-12:] not in told


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "openaiApiKeyForProduction2", "azure_key_eu1"])
def test_a_plain_name_is_told(name: str) -> None:
    assert shown_name(name) == name
