"""Whose key is it: shared shapes go where the nearest and strongest evidence points."""

import pytest

import keys
from keyscan.attribute import attribute
from keyscan.detect import detect_in
from keyscan.group import group
from keyscan.model import Blob, Candidate, Confidence, View
from keyscan.suppress import suppress


def _candidates(text: str, path: str = "settings.txt") -> list[Candidate]:
    blob = Blob(path, text.encode())
    every = suppress(attribute(detect_in(View(blob, blob.data))))
    return [one for one in every if isinstance(one, Candidate)]


def _vendors(text: str, path: str = "settings.txt") -> list[str]:
    return [one.provider for one in _candidates(text, path)]


NAMES = {
    "azure-openai": "AZURE_OPENAI_API_KEY",
    "baichuan": "BAICHUAN_API_KEY",
    "braintrust": "BRAINTRUST_API_KEY",
    "cohere": "CO_API_KEY",
    "dashscope": "DASHSCOPE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "elevenlabs": "ELEVENLABS_API_KEY",
    "lingyiwanwu": "YI_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "moonshot": "MOONSHOT_API_KEY",
    "openai": "OPENAI_API_KEY",
    "siliconflow": "SILICONFLOW_API_KEY",
    "stepfun": "STEPFUN_API_KEY",
    "together": "TOGETHER_API_KEY",
    "volcengine": "ARK_API_KEY",
    "zhipu": "ZHIPUAI_API_KEY",
}


@pytest.mark.parametrize("vendor", keys.SHARED_FORMS)
def test_the_name_decides(vendor: str) -> None:
    key = keys.SHARED_FORMS[vendor]()
    text = f"{NAMES[vendor]}={key}\n"

    (one,) = _candidates(text)

    assert vendor == one.provider
    assert (text.index(key), text.index(key) + len(key)) == one.span
    assert f"name {NAMES[vendor]}" in [str(message) for message in one.evidence]


@pytest.mark.parametrize("vendor", keys.SHARED_FORMS)
def test_camel_case_names_decide_too(vendor: str) -> None:
    if vendor in ("cohere", "lingyiwanwu", "volcengine"):
        return  # their words are too short to be trusted inside a name
    words = vendor.replace("azure-openai", "azureOpenai")

    assert [vendor] == _vendors(f'{{"{words}ApiKey": "{keys.SHARED_FORMS[vendor]()}"}}')


HOSTS = {
    "deepseek": "api.deepseek.com/v1",
    "dashscope": "dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "baichuan": "api.baichuan-ai.com/v1",
    "moonshot": "api.moonshot.ai/v1",
    "siliconflow": "api.siliconflow.cn/v1",
    "braintrust": "api.braintrust.dev/v1",
    "mistral": "api.mistral.ai/v1",
    "azure-openai": "my-resource.openai.azure.com/",
    "zhipu": "api.z.ai/api/paas/v4",
}


@pytest.mark.parametrize("vendor", HOSTS)
def test_the_host_of_the_same_call_decides_against_the_usual_name(vendor: str) -> None:
    key = keys.SHARED_FORMS[vendor]()
    call = f'OpenAI(\n  api_key="{key}",\n  base_url="https://{HOSTS[vendor]}",\n)'
    shell = f"curl https://{HOSTS[vendor]} \\\n  -H 'api-key: {key}'"

    assert [vendor] == _vendors(call)
    assert [vendor] == _vendors(shell)


@pytest.mark.parametrize("vendor", HOSTS)
def test_the_host_beside_openais_name_decides(vendor: str) -> None:
    text = (
        f"OPENAI_API_KEY={keys.SHARED_FORMS[vendor]()}\nOPENAI_BASE_URL=https://{HOSTS[vendor]}\n"
    )

    assert [vendor] == _vendors(text)


@pytest.mark.parametrize("vendor", ["deepseek", "moonshot", "siliconflow", "dashscope"])
def test_a_host_anywhere_in_the_file_decides_for_prefixed_shapes(vendor: str) -> None:
    text = f'K = "{keys.SHARED_FORMS[vendor]()}"\n' + "x = 1\n" * 200 + f"U='{HOSTS[vendor]}'\n"

    assert [vendor] == _vendors(text)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("from dashscope import Generation\n\nK = '{}'\n", "dashscope"),
        ("import deepseek\n\n\nk('{}')\n", "deepseek"),
        ("K = '{}'\nmodel = 'qwen-plus'\n", "dashscope"),
        ("deepseek:\n  enabled: true\n  token: {}\n", "deepseek"),
        ("[baichuan]\ntoken = {}\n", "baichuan"),
        ('{{"providers": {{"deepseek": {{"token": "{}"}}}}}}', "deepseek"),
    ],
)
def test_imports_models_and_headings_count(text: str, vendor: str) -> None:
    assert [vendor] == _vendors(text.format("sk-" + keys.hexes(32)))


def test_the_file_name_counts_least() -> None:
    key = "sk-" + keys.hexes(32)

    assert _vendors(key, "conf/deepseek.key") == ["deepseek"]
    assert _vendors(f"DASHSCOPE_API_KEY={key}", "conf/deepseek.env") == ["dashscope"]


def test_each_object_has_its_own_host() -> None:
    one, two = ("sk-" + keys.hexes(32) for _ in range(2))
    text = (
        f'[{{"url": "https://api.deepseek.com", "token": "{one}"}},'
        f' {{"url": "https://dashscope.aliyuncs.com", "token": "{two}"}}]'
    )

    assert _vendors(text) == ["deepseek", "dashscope"]


def test_neighbours_in_an_env_file_do_not_take_each_others_keys() -> None:
    pairs = [(NAMES[v], keys.SHARED_FORMS[v](), v) for v in ("deepseek", "moonshot", "dashscope")]
    text = "".join(f"{name}={key}\nX=https://{HOSTS[v]}\n" for name, key, v in pairs)

    assert _vendors(text) == ["deepseek", "moonshot", "dashscope"]


def test_the_name_of_another_key_nearby_says_nothing_of_this_one() -> None:
    key, other = ("sk-" + keys.hexes(32) for _ in range(2))

    assert _vendors(f"A_RELAYS_API_KEY={key}\nDEEPSEEK_API_KEY={other}\n") == [
        "unknown",
        "deepseek",
    ]
    assert _vendors(f"A_RELAYS_API_KEY={key}\nDEEPSEEK_API_KEY=\n") == ["unknown"]
    for given in ('="$KEY"', " = KEY", ": KEY,", '="${KEY}"', ' = os.getenv("X") or KEY'):
        assert _vendors(f'KEY="{key}"\nDEEPSEEK_API_KEY{given}\n') == ["deepseek"]
    text = f"api_key={key}\n# qwen-plus\n# DEEPSEEK_API_KEY={other}\n"
    assert _vendors(text)[0] == "unknown"  # evidence against the model's vendor, all the same
    assert _vendors(f'Our shop on alibaba sells\napi_key = "{key}"\n') == ["unknown"]


def test_conflicting_strong_evidence_stays_unknown_and_says_so() -> None:
    text = f"DEEPSEEK_API_KEY=sk-{keys.hexes(32)} # https://dashscope.aliyuncs.com\n"

    (one,) = _candidates(text)

    evidence = " / ".join(str(message) for message in one.evidence)
    assert (one.provider, one.confidence) == ("unknown", Confidence.MEDIUM)
    assert "DEEPSEEK_API_KEY" in evidence
    assert "dashscope.aliyuncs.com" in evidence
    assert "several vendors" in evidence


@pytest.mark.parametrize("vendor", ["deepseek", "moonshot"])
def test_no_evidence_is_unknown_with_medium_confidence(vendor: str) -> None:
    (one,) = _candidates(f'x = "{keys.SHARED_FORMS[vendor]()}"')

    assert (one.provider, one.confidence) == ("unknown", Confidence.MEDIUM)


def test_openais_name_does_not_make_a_key_openais() -> None:
    """OpenAI's keys of 48 characters have the marker; its first ones had 40 and none."""
    assert _vendors(f"OPENAI_API_KEY=sk-{keys.alnum(48)}") == ["unknown"]
    (one,) = _candidates(f"OPENAI_API_KEY=sk-{keys.alnum(40)}")
    assert (one.provider, one.confidence) == ("openai", Confidence.LOW)


def test_a_relays_host_is_information_only() -> None:
    text = f'OpenAI(api_key="sk-{keys.alnum(48)}", base_url="https://relay.example.net/v1")'

    (one,) = _candidates(text)

    assert one.provider == "unknown"
    assert any("relay.example.net" in str(message) for message in one.evidence)


@pytest.mark.parametrize("vendor", ["mistral", "azure-openai", "together", "volcengine"])
def test_shapes_without_a_prefix_need_a_name(vendor: str) -> None:
    key = keys.SHARED_FORMS[vendor]()

    assert _vendors(f'digest = "{key}"\n# {HOSTS.get(vendor, vendor)}') == []


def test_an_argument_without_a_name() -> None:
    assert _vendors(f'co = cohere.Client("{keys.alnum(40)}")') == ["cohere"]


def test_marked_forms_ignore_what_stands_around() -> None:
    text = f"DEEPSEEK_API_KEY={keys.openai_key()} # https://api.deepseek.com"

    assert _vendors(text) == ["openai"]


def test_places_pool_their_evidence() -> None:
    key = "sk-" + keys.hexes(32)
    candidates = [*_candidates(f"x = {key}"), *_candidates(f"DEEPSEEK_API_KEY={key}", "b.env")]

    (finding,) = group(candidates)

    assert (finding.provider, finding.rule) == ("deepseek", "deepseek-api-key")
    assert len(finding.locations) == 2


def test_places_that_contradict_each_other_leave_it_unknown() -> None:
    key = "sk-" + keys.hexes(32)
    candidates = [
        *_candidates(f"DASHSCOPE_API_KEY={key}", "a.env"),
        *_candidates(f"DEEPSEEK_API_KEY={key}", "b.env"),
    ]

    (finding,) = group(candidates)

    assert finding.provider == "unknown"
    assert {"name DASHSCOPE_API_KEY", "name DEEPSEEK_API_KEY"} <= set(map(str, finding.evidence))
