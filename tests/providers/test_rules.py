"""Every rule of every provider, in the contexts that users' files have."""

import hashlib
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable

import pytest

import keys
from keyscan.attribute import attribute
from keyscan.detect import detect_in
from keyscan.model import Blob, Candidate, View
from keyscan.providers import all_providers, owner_of, rules, rules_by_literal

ISSUE_IDS = set(
    "openai azure-openai anthropic openrouter groq xai perplexity huggingface replicate google"  # noqa: SIM905 - as the list is written
    " nvidia cerebras together fireworks elevenlabs langfuse langsmith tavily jina deepseek"
    " dashscope moonshot siliconflow zhipu minimax volcengine stepfun baichuan lingyiwanwu mistral"
    " cohere unknown".split()
)

CONTEXTS = {
    "bare": "{}",
    "assigned": 'api_key = "{}"\n',
    "single-quoted": "token: '{}',",
    "backticks": "use `{}` here",
    "environment": "export SOME_KEY={}\n",
    "chinese": "密钥是{}请勿外传",
    "chinese-comma": "密钥：{}，用完删除",
    "brackets": "f({})",
    "list": "[{}, 1]",
    "braces": "{{{}}}",
    "comma": "a,{},b",
    "semicolon": "x={};",
    "json-escaped": '{{"cell": "k = \\"{}\\"\\n"}}',
    "newline-escape": '"first\\n{}\\n"',
    "percent-encoded": "?q=%22{}%22",
    "bearer-encoded": "auth=Bearer%20{}&x=1",
    "bearer": 'curl -H "Authorization: Bearer {}" https://example.org',
    "colour": "\x1b[32m{}\x1b[0m done",
    "nul": "A=1\0KEY={}\0B=2\0",
    "xml": "<string>{}</string>",
    "xml-attribute": '<add key="a" value="{}" />',
    "url-query": "https://example.org/v1?key={}&alt=json",
    "url-user": "https://user:{}@example.org/",
    "markdown-bold": "**{}**",
    "markdown-table": "| key | {} |",
    "sentence": "The key is {}.",
    "unicode-escape": "\\u0022{}\\u0022",
    "html-entity": "&quot;{}&quot;",
    "crlf": "K={}\r\nX=1\r\n",
}


def _found(text: str | bytes, path: str = "settings.py") -> list[Candidate]:
    blob = Blob(path, text.encode() if isinstance(text, str) else text)
    every = attribute(detect_in(View(blob, blob.data)))
    return [one for one in every if isinstance(one, Candidate)]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("rule", keys.PROVIDER_FORMS)
def test_every_form_is_found_in_every_context_with_its_exact_span(rule: str, context: str) -> None:
    key = keys.PROVIDER_FORMS[rule]()
    text = CONTEXTS[context].format(key)
    start = len(text[: text.index(key)].encode())

    (one,) = _found(text)

    assert (start, start + len(key)) == one.span
    assert rule == one.rule
    assert owner_of(rule).id == one.provider


def test_every_rule_has_a_builder() -> None:
    """Rules without a literal take their candidates from shared shapes: see test_attribute."""
    searched = {one.id for one in rules().values() if one.literals}
    by_name = {one for one in searched if owner_of(one).id == "unknown"} | {"openai-unprefixed-key"}

    assert searched - by_name == {*keys.PROVIDER_FORMS, *keys.NAMED_FORMS}


def test_every_vendor_of_a_shared_shape_has_a_builder() -> None:
    assert {one.id for one in all_providers().values() if one.shapes} == set(keys.SHARED_FORMS)


def test_provider_ids_are_those_promised() -> None:
    # braintrust shares its shape with others: without it they would get its keys
    assert ISSUE_IDS | {"braintrust"} == set(all_providers())


def test_rule_ids_start_with_their_provider() -> None:
    """OpenAI's products that are no API have names of their own."""
    for one in all_providers().values():
        others = ("chatgpt-", "codex-") if one.id == "openai" else ()
        assert {f"{one.id}-"} <= {rule.id[: len(one.id) + 1] for rule in one.rules}
        assert all(rule.id.startswith((f"{one.id}-", *others)) for rule in one.rules)


def test_the_prefilter_has_few_literals() -> None:
    """Each costs a pass over all bytes."""
    assert len(rules_by_literal()) <= 37


@pytest.mark.parametrize("rule", ["groq-api-key", "jina-api-key", "openrouter-api-key"])
def test_glued_text_is_cut_at_the_length_and_lowers_the_confidence(rule: str) -> None:
    key = keys.PROVIDER_FORMS[rule]()

    (alone,) = _found(key)
    (glued,) = _found(key + "Zz9")

    assert (0, len(key)) == glued.span
    assert glued.confidence.rank < alone.confidence.rank


LOOK_ALIKES: dict[str, Callable[[], str]] = {
    "task": lambda: "task-" + keys.hexes(32),
    "disk": lambda: "/dev/disk-" + keys.alnum(48),
    "mask": lambda: "mask_" + keys.hexes(48),
    "scikit": lambda: (
        '<div class="sk-top-container sk-estimator-doc-link sk-toggleable__label-arrow">'
    ),
    "scikit-id": lambda: '<div id="sk-container-id-12" class="sk-text-repr-fallback-2-estimator">',
    "spinner": lambda: ".sk-folding-cube .sk-cube-grid-animation-delay-container { x: 1 }",
    "slovak": lambda: "locale=sk-SK; sk-SK-x-private-subtag-value-12",
    "kubernetes": lambda: "ask-service-canada-east-1-production-deployment-2",
    "git": lambda: "commit " + keys.hexes(40),
    "uuid": lambda: "id: " + keys.uuid4(),
    "integrity": lambda: (
        '"integrity": "sha512-' + b64encode(hashlib.sha512(b"x").digest()).decode() + '"'
    ),
    "record": lambda: f"pip/version.py,sha256=qaN-fw_{keys.alnum(36)},160",
    "lock": lambda: f'"integrity": "sha512-{keys.alnum(40)}/hf_{keys.alnum(42)}=="',
    "transformers": lambda: "def hf_convert_checkpoint_to_pytorch_format(hf_model_name_or_path):",
    "transformers-camel": lambda: "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",
    "firmware": lambda: "fw_load_microcode_from_userspace(fw_version_minor_number)",
    "firmware-camel": lambda: "fw_updateFirmwareVersionTable1",
    "r8": lambda: "mov r8_saved_register_for_the_exception_handler, r9",
    "firebase": lambda: (
        'firebaseConfig = { apiKey: "'
        + keys.PROVIDER_FORMS["google-api-key"]()
        + '", authDomain: "a.firebaseapp.com" }'
    ),
    "stripe": lambda: "sk_" + "live_" + keys.alnum(24),
    "algolia": lambda: f'algoliasearch({{ appId: "A1B2", apiKey: "{keys.hexes(32)}" }})',
    "other-vendor": lambda: f'STRIPE_API_KEY="{keys.alnum(32)}"\nSENDGRID_API_KEY={keys.alnum(40)}',
    "exchange": lambda: f'api_key = "{keys.alnum(64)}"\napi_secret = "{keys.alnum(64)}"',
    "cloud": lambda: f"- memset_zone:\n    api_key: {keys.hexes(32)}",
    "django": lambda: f'SECRET_KEY = "{keys.alnum(50)}"',
    "environment": lambda: 'api_key=os.environ.get("OPENAI_API_KEY"), base_url=BASE',
    "attribute": lambda: "openai.api_key = settings.providers.openai_api_key_v2_production",
    "expansion": lambda: "OPENAI_API_KEY=${OPENAI_API_KEY_FROM_VAULT_2}",
    "model": lambda: 'openai_api_key_model = "gpt-4o-mini-2024-07-18-preview"',
    "url": lambda: 'OPENAI_API_KEY_URL="https://vault.example.org/v1/secret/data/openai1"',
    "path": lambda: "OPENAI_API_KEY_FILE=/run/secrets/openai-api-key-2024/v1.txt",
    "sentence": lambda: 'api_key: "the API key that you got from openai on the 1st of May"',
    "call": lambda: "api_key=get_secret_value_from_openai_vault(name1)",
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_look_alikes_are_nothing(name: str) -> None:
    text = LOOK_ALIKES[name]()

    assert [(one.rule, one.confidence) for one in _found(text)] == []


@pytest.mark.parametrize("form", ["legacy", "proj-74", "svcacct-58", "admin-58", "none-20"])
def test_a_key_without_its_sk_is_found_and_never_asked_about(form: str) -> None:
    """The issuer's answer to what we put in front of it would not be about the key."""
    body = keys.openai_key(form).removeprefix("sk-")

    for text in (f"x: process.env.OPENAI_{body},", f'key = "{body}"', f"OPENAI_TOKEN={body}\n"):
        assert [one.rule for one in _found(text)] == ["openai-unprefixed-key"]
    assert all("unprefixed" not in probe.kinds for probe in all_providers()["openai"].probes)


def test_base64_of_a_text_about_openai_is_no_key_without_its_sk() -> None:
    text = b64encode(b"they say so of OpenAI and its models").decode()

    assert (text[20:28], len(text)) == (keys.MARKER, 48)
    assert _found(f"key = {text}") == []


def test_a_key_behind_the_name_of_a_digest_is_found() -> None:
    key = keys.PROVIDER_FORMS["fireworks-api-key"]()

    assert [one.rule for one in _found(f"KEY_SHA256={key}")] == ["fireworks-api-key"]


def test_maps_and_firebase_keys_are_out_of_scope_unless_their_name_says_gemini() -> None:
    key = keys.PROVIDER_FORMS["google-api-key"]()
    around = '"authDomain": "a.firebaseapp.com"'

    assert _found(f'{{"apiKey": "{key}", {around}}}') == []
    assert [one.rule for one in _found(f"GEMINI_API_KEY={key}\n{around}")] == ["google-api-key"]


def test_the_providers_import_nothing_heavy() -> None:
    heavy = {"asyncio", "httpx", "click", "json", "subprocess", "logging", "typing_extensions"}
    code = "import sys, keyscan.providers as p; p.rules_by_literal(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set() == heavy & set(done.stdout.split())
