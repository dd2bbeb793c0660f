"""What is dropped, what becomes a note, and what is a key known only by its name."""

import pytest

import keys
from keyscan.attribute import attribute
from keyscan.detect import detect_in
from keyscan.model import Blob, Candidate, Confidence, Gap, Suppressed, View, msg
from keyscan.suppress import suppress


def _kinds(text: str) -> list[tuple[str, str]]:
    blob = Blob("tests/docs/example.py", text.encode())
    found = []
    for one in suppress(attribute(detect_in(View(blob, blob.data)))):
        if isinstance(one, Suppressed):
            found.append(("suppressed", one.reason))
        elif isinstance(one, Candidate):
            found.append((one.rule, one.confidence.value))
    return found


NOTES = [
    'chatgpt.api_key = "你的API密钥"',
    'openai.api_key = "sk-your-api-key-here"',
    'client = OpenAI(api_key="<YOUR_KEY>")',
    'openai_api_key: "在此填写"',
    "OPENAI_API_KEY = 'paste your key here'",
    'llm = ChatOpenAI(api_key="sk-xxxxxxxxxxxxxxxx")',
]


@pytest.mark.parametrize("text", NOTES)
def test_a_place_for_a_key_in_code_is_a_note(text: str) -> None:
    assert _kinds(text) == [("unknown-hard-coded-key", "note")]


@pytest.mark.parametrize("text", NOTES)
def test_a_real_key_in_the_same_place_is_a_finding(text: str) -> None:
    """Whatever the path says: this one is called an example."""
    quote = '"' if '"' in text else "'"
    before, _, after = text.split(quote)
    key = keys.openai_key("proj-74")

    assert _kinds(f"{before}{quote}{key}{quote}{after}") == [("openai-project-key", "high")]


RELAYED = [
    'chatgpt.api_key = "{}"',
    'api_key = "{}"',
    "OPENAI_API_KEY={}",
    "openai_api_key: {}",
    'OpenAI(api_key="{}")',
    'new OpenAI({{ apiKey: "{}" }})',
    'requests.post("https://relay.example/v1/chat/completions",'
    ' headers={{"Authorization": "Bearer {}"}})',
]


@pytest.mark.parametrize("text", RELAYED)
@pytest.mark.parametrize("size", [24, 36, 51])
def test_a_value_of_no_form_is_a_finding_of_an_unknown_provider(text: str, size: int) -> None:
    key = keys.alnum(size - 2) + "7a"
    ((rule, confidence),) = _kinds(text.format(key))

    assert rule in ("unknown-assigned-key", "unknown-bearer-key")
    assert confidence == "medium"


NOTHING = [
    'api_key = os.environ["OPENAI_API_KEY"]',
    "api_key=settings.openai_key",
    "OPENAI_API_KEY=${OPENAI_API_KEY}",
    "OPENAI_API_KEY: {{ .Values.openai.key }}",
    "apiKey: process.env.OPENAI_API_KEY,",
    'OPENAI_API_KEY=$(cat "/run/secrets/openai")',
    'openai_api_key: "https://vault.example.org/v1/openai?version=12"',
    "OPENAI_API_KEY_PATH=/etc/openai/keys/2024-11/api1.key",
    'api_key_name = "openai-production-service-account-1"',
    "multi_key = foreign_key(primary_key_of_the_table_2)",
    'description: "the api_key of OpenAI, which starts with sk-, is needed"',
]


@pytest.mark.parametrize("text", NOTHING)
def test_references_addresses_and_names_are_nothing(text: str) -> None:
    assert _kinds(text) == []


def test_placeholders_of_a_form_are_dropped_with_their_reason() -> None:
    body = "abcdefghij1234567890"

    assert _kinds(f"k = sk-{body}{keys.MARKER}{body}") == [("suppressed", "placeholder")]
    assert _kinds(f"k = sk-{'a' * 20}{keys.MARKER}{'b' * 20}") == [("suppressed", "placeholder")]


NO_NOTES = [
    "headers = {'openai-api-key': '<redacted>'}",
    'openai_api_key = f"your key ends in {last_four}"',
    'export OPENAI_API_KEY="${OPENAI_API_KEY:-placeholder}"',
    'LITELLM_SALT_KEY = "sk-your-salt-here"',
    'LANGFUSE_PUBLIC_KEY = "your-public-key"',
    'openai_api_key = "sk-*****"',
    'OPENAI_API_KEY = "sk-........"',
    '# openai.api_key = "your key"',
]


@pytest.mark.parametrize("text", NO_NOTES)
def test_what_is_left_out_or_read_from_elsewhere_is_no_note(text: str) -> None:
    assert _kinds(text) == []


def test_gaps_pass() -> None:
    gap = Gap("a", "unreadable", msg("read it yourself"))

    assert [gap] == list(suppress([gap]))


def test_a_note_is_never_suppressed() -> None:
    assert ("unknown-hard-coded-key", Confidence.NOTE.value) in _kinds(
        'openai.api_key = "xxxxxxxxxxxxxxxx"'
    )


@pytest.mark.parametrize(
    "text",
    [
        "{}  # example",
        'FAKE_KEY = "{}"',
        '"dummyApiKey": "{}"',
        "keys look like {}, e.g. in tests",
        "示例: {}",
    ],
)
def test_a_key_that_is_called_an_example_is_less_sure_but_found(text: str) -> None:
    assert _kinds(text.format(keys.openai_key())) == [("openai-project-key", "medium")]


@pytest.mark.parametrize(
    "text",
    [
        "OPENAI_TEST_KEY={}",
        "curl https://api.example.com -H 'Authorization: Bearer {}'",
        "see examples/a.py\n{}\n# an example follows\n",
        "# example: {{}}\n" + "x" * 300 + " {}",
        "{} " + "x" * 300 + " example",
        "sample_rate=3; key='{}'",
    ],
)
def test_other_words_nearby_do_not_make_it_less_sure(text: str) -> None:
    assert _kinds(text.format(keys.openai_key())) == [("openai-project-key", "high")]
