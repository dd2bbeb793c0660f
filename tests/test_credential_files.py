"""The files in which tools keep credentials: each secret found once, by its name; nothing else."""

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import keys
from keys import NAMED_FORMS, PROVIDER_FORMS, alnum, hexes, jwe, jwt, openai_key, urlsafe, uuid4
from keyscan.model import Blob, Confidence, Finding
from keyscan.pipeline import scan
from keyscan.sources.files import files

Wanted = list[tuple[str, str, str]]  # secret, rule, name
File = tuple[str, str | bytes, Wanted]
FILES: dict[str, Callable[[], File]] = {}


def _file(build: Callable[[], File]) -> Callable[[], File]:
    FILES[build.__name__] = build
    return build


def _identifiers() -> dict[str, str]:
    """What stands beside secrets and is none."""
    return {
        "account_id": uuid4(),
        "organization": "org-" + alnum(24),
        "project": "proj_" + alnum(24),
        "assistant": "asst_" + alnum(24),
        "request": "req_" + hexes(32),
        "realtime": "sess_" + alnum(21),
        "service_account": "svc_acct_" + alnum(24),
        "user_id": "user-" + alnum(24),
        "email": "someone.somewhere2026@example.org",
    }


@_file
def codex_auth() -> File:
    key, identity, access = openai_key(), jwt(email="a@example.org"), jwt()
    refresh = NAMED_FORMS["chatgpt-refresh-token"]()
    personal = NAMED_FORMS["codex-personal-access-token"]()
    content = {
        "auth_mode": "chatgpt",
        "OPENAI_API_KEY": key,
        "tokens": {
            "id_token": identity,
            "access_token": access,
            "refresh_token": refresh,
            "account_id": uuid4(),
        },
        "last_refresh": "2026-11-20T08:15:30.123456Z",
        "agent_identity": None,
        "personal_access_token": personal,
    }
    return (
        ".codex/auth.json",
        json.dumps(content, indent=2),
        [
            (key, "openai-project-key", "OPENAI_API_KEY"),
            (identity, "chatgpt-access-token", "id_token"),
            (access, "chatgpt-access-token", "access_token"),
            (refresh, "chatgpt-refresh-token", "refresh_token"),
            (personal, "codex-personal-access-token", "personal_access_token"),
        ],
    )


@_file
def codex_agent() -> File:
    token = PROVIDER_FORMS["codex-agent-identity"]()
    content = {"auth_mode": "agentIdentity", "OPENAI_API_KEY": None, "agent_identity": token}
    return (
        "codex/auth.json",
        json.dumps(content),
        [(token, "codex-agent-identity", "agent_identity")],
    )


@_file
def codex_old_refresh_tokens() -> File:
    old, opaque = "v1." + urlsafe(60) + "a1", urlsafe(45) + "a1"
    access = jwt()
    content = {"a": {"refresh_token": old}, "b": {"refresh_token": opaque, "access_token": access}}
    text = json.dumps({"OPENAI_API_KEY": None, **content})
    return (
        "auth.json.bak",
        text,
        [
            (old, "chatgpt-refresh-token", "refresh_token"),
            (opaque, "chatgpt-refresh-token", "refresh_token"),
            (access, "chatgpt-access-token", "access_token"),
        ],
    )


@_file
def opencode_auth() -> File:
    access, refresh = jwt(), NAMED_FORMS["chatgpt-refresh-token"]()
    ours, theirs = (PROVIDER_FORMS[f"anthropic-{one}-token"]() for one in ("oauth", "refresh"))
    content = {
        "openai": {"type": "oauth", "refresh": refresh, "access": access, "expires": 1790000000000},
        "anthropic": {"type": "oauth", "refresh": theirs, "access": ours, "expires": 1790000000000},
    }
    return (
        ".local/share/opencode/auth.json",
        json.dumps(content),
        [
            (refresh, "chatgpt-refresh-token", "refresh"),
            (access, "chatgpt-access-token", "access"),
            (theirs, "anthropic-refresh-token", "refresh"),
            (ours, "anthropic-oauth-token", "access"),
        ],
    )


@_file
def claude_credentials() -> File:
    access, refresh = (PROVIDER_FORMS[f"anthropic-{one}-token"]() for one in ("oauth", "refresh"))
    content = {
        "claudeAiOauth": {
            "accessToken": access,
            "refreshToken": refresh,
            "expiresAt": 1790000000000,
            "scopes": ["user:inference", "user:profile"],
            "subscriptionType": "max",
        }
    }
    return (
        ".claude/.credentials.json",
        json.dumps(content),
        [
            (access, "anthropic-oauth-token", "accessToken"),
            (refresh, "anthropic-refresh-token", "refreshToken"),
        ],
    )


@_file
def claude_settings() -> File:
    relay, key = alnum(40) + "7", openai_key()
    content = {
        "env": {
            "ANTHROPIC_BASE_URL": "https://relay.example.org/anthropic",
            "ANTHROPIC_AUTH_TOKEN": relay,
            "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "32000",
            "OPENAI_API_KEY": key,
        },
        "permissions": {"allow": ["Bash(npm run test:*)"], "deny": ["Read(./.env)"]},
    }
    return (
        ".claude/settings.local.json",
        json.dumps(content, indent=2),
        [
            (relay, "unknown-token", "ANTHROPIC_AUTH_TOKEN"),
            (key, "openai-project-key", "OPENAI_API_KEY"),
        ],
    )


@_file
def claude_state() -> File:
    key = PROVIDER_FORMS["anthropic-api-key"]()
    content = {
        "userID": hexes(64),
        "oauthAccount": {"accountUuid": uuid4(), "emailAddress": "a@example.org"},
        "customApiKeyResponses": {"approved": [alnum(20)], "rejected": []},
        "primaryApiKey": key,
        "projects": {"/home/a/b": {"lastSessionId": uuid4(), "history": []}},
    }
    return ".claude.json", json.dumps(content), [(key, "anthropic-api-key", "primaryApiKey")]


def _mcp(path: str) -> File:
    key, relay = openai_key("svcacct-74"), hexes(48)
    content = {
        "mcpServers": {
            "images": {
                "command": "npx",
                "args": ["-y", "@acme/images-mcp@1.2.3", "--organization", "org-" + alnum(24)],
                "env": {"OPENAI_API_KEY": key, "OPENAI_ORG_ID": "org-" + alnum(24)},
            },
            "relay": {
                "command": "uvx",
                "env": {"OPENAI_BASE_URL": "https://one.example.cn/v1", "OPENAI_API_KEY": relay},
            },
        }
    }
    return (
        path,
        json.dumps(content, indent=2),
        [
            (key, "openai-service-account-key", "OPENAI_API_KEY"),
            (relay, "unknown-assigned-key", "OPENAI_API_KEY"),
        ],
    )


for _path in (".mcp.json", ".cursor/mcp.json", "Claude/claude_desktop_config.json"):
    FILES[_path] = lambda path=_path: _mcp(path)  # type: ignore[misc]


@_file
def continue_config() -> File:
    key, relay = PROVIDER_FORMS["anthropic-api-key"](), alnum(48)
    return (
        ".continue/config.yaml",
        f"""\
name: Local
version: 1.0.0
models:
  - name: Sonnet
    provider: anthropic
    model: claude-sonnet-4-5
    apiKey: {key}
  - name: House model
    provider: openai
    model: gpt-5
    apiBase: https://llm.example.org/v1
    apiKey: {relay}
""",
        [(key, "anthropic-api-key", "apiKey"), (relay, "unknown-assigned-key", "apiKey")],
    )


@_file
def aider() -> File:
    key, router = openai_key(), PROVIDER_FORMS["openrouter-api-key"]()
    return (
        ".aider.conf.yml",
        f"model: gpt-5\nopenai-api-key: {key}\napi-key:\n  - openrouter={router}\ngit: 0\n",
        [
            (key, "openai-project-key", "openai-api-key"),
            (router, "openrouter-api-key", "openrouter"),
        ],
    )


@_file
def opencode_config() -> File:
    relay = alnum(48)
    content = {
        "$schema": "https://opencode.ai/config.json",
        "provider": {
            "house": {
                "npm": "@ai-sdk/openai-compatible",
                "options": {"baseURL": "https://llm.example.org/v1", "apiKey": relay},
                "models": {"qwen3": {"name": "Qwen"}},
            },
            "other": {"options": {"apiKey": "{env:OTHER_API_KEY}"}},
        },
    }
    return "opencode.json", json.dumps(content), [(relay, "unknown-assigned-key", "apiKey")]


@_file
def environment() -> File:
    key, personal = openai_key(), NAMED_FORMS["codex-personal-access-token"]()
    webhook, session = (
        NAMED_FORMS["openai-webhook-secret"](),
        PROVIDER_FORMS["openai-session-key"](),
    )
    relay, refresh = alnum(40), NAMED_FORMS["chatgpt-refresh-token"]()
    stripe = NAMED_FORMS["openai-webhook-secret"]()
    lines = {
        "OPENAI_API_KEY": f'"{key}"',
        "OPENAI_ORG_ID": "org-" + alnum(24),
        "OPENAI_PROJECT_ID": "proj_" + alnum(24),
        "OPENAI_WEBHOOK_SECRET": webhook,
        "STRIPE_WEBHOOK_SECRET": stripe,
        "CODEX_ACCESS_TOKEN": personal,
        "CHATGPT_REFRESH_TOKEN": refresh,
        "OPENAI_SESSION": session,
        "ANTHROPIC_AUTH_TOKEN": relay,
        "MAX_TOKENS": "4096",
        "GITHUB_TOKEN": "ghp_" + alnum(36),
        "SLACK_BOT_TOKEN": "xoxb-" + alnum(40),
        "SESSION_SECRET": alnum(40),
        "NEXTAUTH_TOKEN": alnum(40),
    }
    return (
        ".env.local",
        "".join(f"{name}={value}\n" for name, value in lines.items()),
        [
            (key, "openai-project-key", "OPENAI_API_KEY"),
            (webhook, "openai-webhook-secret", "OPENAI_WEBHOOK_SECRET"),
            (personal, "codex-personal-access-token", "CODEX_ACCESS_TOKEN"),
            (refresh, "chatgpt-refresh-token", "CHATGPT_REFRESH_TOKEN"),
            (session, "openai-session-key", "OPENAI_SESSION"),
            (relay, "unknown-token", "ANTHROPIC_AUTH_TOKEN"),
        ],
    )


@_file
def netrc() -> File:
    marked, plain = openai_key(), alnum(44)
    return (
        ".netrc",
        f"""\
machine api.openai.com
  login apikey
  password {marked}
machine api.mistral.ai login token password {plain}
machine api.wandb.ai
  login user
  password {hexes(40)}
machine git.example.org login me password {alnum(32)}
""",
        [
            (marked, "openai-project-key", ""),
            (plain, "unknown-netrc-password", ""),
        ],
    )


@_file
def zsh_history() -> File:
    key, chinese = openai_key(), "密钥"

    def metafied(text: str) -> bytes:
        """As zsh writes it: a mark and the byte with its bit 5 turned."""
        marked = (0, *range(0x83, 0xA3))
        coded = ((0x83, one ^ 0x20) if one in marked else (one,) for one in text.encode())
        return bytes(byte for pair in coded for byte in pair)

    line = f": 1790000000:0;echo {chinese};export OPENAI_API_KEY={key} # {chinese}\n"
    return ".zsh_history", metafied(line), [(key, "openai-project-key", "OPENAI_API_KEY")]


@_file
def bash_history() -> File:
    key, other = openai_key("legacy"), openai_key()
    return (
        ".bash_history",
        f"#1790000000\ncurl -H 'Authorization: Bearer {key}' https://api.openai.com/v1/models\n"
        f"git commit -m 'task-{hexes(32)}'\nOPENAI_API_KEY={other} python app.py\n",
        [(key, "openai-legacy-key", ""), (other, "openai-project-key", "OPENAI_API_KEY")],
    )


@_file
def streamlit() -> File:
    key, relay = openai_key(), alnum(44)
    return (
        ".streamlit/secrets.toml",
        f'OPENAI_API_KEY = "{key}"\n\n[relay.openai]\nbase_url = "https://r.example.org/v1"\n'
        f'api_key = "{relay}"\n\n[auth]\ncookie_secret = "{alnum(40)}"\n',
        [
            (key, "openai-project-key", "OPENAI_API_KEY"),
            (relay, "unknown-assigned-key", "api_key"),
        ],
    )


@_file
def litellm() -> File:
    key, master, virtual = openai_key(), "sk-Hafen-Kran-" + alnum(6), "sk-" + alnum(21) + "7"
    return (
        "litellm/config.yaml",
        f"""\
model_list:
  - model_name: gpt-5
    litellm_params:
      model: openai/gpt-5
      api_key: {key}
  - model_name: other
    litellm_params: {{model: openai/x, api_base: "https://l.example.org", api_key: {virtual}}}
  - model_name: third
    litellm_params: {{model: azure/x, api_key: os.environ/AZURE_API_KEY}}
general_settings:
  master_key: {master}
  database_url: os.environ/DATABASE_URL
""",
        [
            (key, "openai-project-key", "api_key"),
            (virtual, "unknown-sk-key", "api_key"),
            (master, "unknown-master-key", "master_key"),
        ],
    )


@_file
def one_api() -> File:
    root, token = alnum(48), "sk-" + alnum(48)
    return (
        "one-api/.env",
        f"SESSION_SECRET={alnum(40)}\nSQL_DSN=root:x@tcp(db:3306)/oneapi\nPORT=3000\n"
        f"INITIAL_ROOT_TOKEN={root}\nONE_API_KEY={token}\n",
        [(root, "unknown-token", "INITIAL_ROOT_TOKEN"), (token, "unknown-sk-key", "ONE_API_KEY")],
    )


@_file
def cookies() -> File:
    whole = jwe(3000)
    first, second = whole[:2000], whole[2000:]
    return (
        "cookies.txt",
        "# Netscape HTTP Cookie File\n"
        f".chatgpt.com\tTRUE\t/\tTRUE\t1790000000\t__Secure-next-auth.session-token.0\t{first}\n"
        f".chatgpt.com\tTRUE\t/\tTRUE\t1790000000\t__Secure-next-auth.session-token.1\t{second}\n"
        f".chatgpt.com\tTRUE\t/\tFALSE\t1790000000\toai-did\t{uuid4()}\n",
        [(first, "chatgpt-session-cookie", "*"), (second, "chatgpt-session-cookie", "*")],
    )


@_file
def exported_cookies() -> File:
    whole = jwe(3000)
    parts = [whole[:2000], whole[2000:]]
    content = [
        {
            "domain": ".chatgpt.com",
            "httpOnly": True,
            "name": f"__Secure-next-auth.session-token.{number}",
            "path": "/",
            "value": part,
        }
        for number, part in enumerate(parts)
    ]
    wanted = [(part, "chatgpt-session-cookie", "*") for part in parts]
    return "cookies.json", json.dumps(content, indent=4), wanted


@_file
def cookie_header() -> File:
    cookie = jwe()
    return (
        "request.sh",
        "curl https://chatgpt.com/api/auth/session \\\n"
        f"  -H 'cookie: oai-did={uuid4()}; __Secure-next-auth.session-token={cookie}; _cfuvid=1'\n",
        [(cookie, "chatgpt-session-cookie", "*")],
    )


@_file
def browser_session() -> File:
    token = jwt(iss="https://auth.openai.com", aud=["https://api.openai.com/v1"])
    content = {
        "user": {"id": "user-" + alnum(24), "email": "a@example.org", "mfa": False},
        "expires": "2026-12-31T00:00:00.000Z",
        "accessToken": token,
        "authProvider": "auth0",
    }
    return "session.json", json.dumps(content), [(token, "chatgpt-access-token", "accessToken")]


@_file
def agent_transcript() -> File:
    """JSON in JSONL: what an agent saw when it read the file."""
    access, refresh = jwt(), NAMED_FORMS["chatgpt-refresh-token"]()
    seen = json.dumps({"tokens": {"access_token": access, "refresh_token": refresh}})
    event = {"type": "tool_result", "content": json.dumps({"stdout": f"codex {seen}"})}
    return (
        ".claude/projects/a/b.jsonl",
        json.dumps(event) + "\n",
        [
            (access, "chatgpt-access-token", "access_token"),
            (refresh, "chatgpt-refresh-token", "refresh_token"),
        ],
    )


@_file
def realtime_secret() -> File:
    secret = PROVIDER_FORMS["openai-client-secret"]()
    content = {"value": secret, "expires_at": 1790000000, "session": {"id": "sess_" + alnum(21)}}
    return "answer.json", json.dumps(content), [(secret, "openai-client-secret", "*")]


def _revealed(one: Finding) -> str:
    return one.secret.reveal()


@pytest.mark.parametrize("name", FILES)
def test_every_secret_of_a_file_is_found_with_its_name_and_nothing_else(name: str) -> None:
    path, content, wanted = FILES[name]()
    raw = content.encode() if isinstance(content, str) else content

    report = scan([Blob(path, raw)])

    assert sorted((key, rule) for key, rule, _ in wanted) == sorted(
        (_revealed(one), one.rule) for one in report.findings
    )
    assert report.gaps == ()
    for one in report.findings:
        name = next(name for key, _, name in wanted if key == _revealed(one))
        assert name == "*" or one.names == ((name,) if name else ())
        assert len(one.locations) == 1
        offset = raw.index(_revealed(one).encode())
        assert raw.count(b"\n", 0, offset) + 1 == one.locations[0].line


def test_a_home_folder_holds_what_its_files_hold(tmp_path: Path) -> None:
    wanted = []
    for build in FILES.values():
        path, content, secrets = build()
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        wanted += [(key, rule) for key, rule, _ in secrets]

    report = scan(files([str(tmp_path)]))

    assert sorted(wanted) == sorted((_revealed(one), one.rule) for one in report.findings)
    assert report.gaps == ()


def _only(text: str) -> list[Finding]:
    return list(scan([Blob("notes.txt", text.encode())]).findings)


NOTATIONS = [
    ("chatgpt-refresh-token", "curl https://auth.openai.com/oauth/token -d 'refresh_token={}&a=b'"),
    ("chatgpt-refresh-token", "openai:\n  refresh_token: {}\n"),
    ("chatgpt-refresh-token", '[codex]\nrefresh_token = "{}"\n'),
    ("chatgpt-refresh-token", "export OPENAI_REFRESH_TOKEN={}"),
    ("chatgpt-refresh-token", "tokens = TokenData(refresh_token='{}')  # codex"),
    ("chatgpt-refresh-token", "<key>codex</key><key>refresh_token</key><string>{}</string>"),
    ("codex-personal-access-token", "CODEX_ACCESS_TOKEN={} codex exec hello"),
    ("codex-personal-access-token", "environment:\n  - CODEX_ACCESS_TOKEN={}\n"),
    ("codex-personal-access-token", "ENV CODEX_ACCESS_TOKEN {}\n"),
    ("codex-personal-access-token", "os.environ['CODEX_ACCESS_TOKEN'] = '{}'"),
    ("codex-personal-access-token", "A=1\0CODEX_ACCESS_TOKEN={}\0B=1\0"),
    ("openai-webhook-secret", "const client = new OpenAI({{ webhookSecret: '{}' }})"),
    ("openai-webhook-secret", "OPENAI_WEBHOOK_KEY: {}"),
    ("chatgpt-session-cookie", 'revchatgpt: {{"session_token": "{}"}}'),
    ("chatgpt-session-cookie", "https://chatgpt.com/ session=%22{}%22"),
]


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
@pytest.mark.parametrize(("rule", "text"), NOTATIONS)
def test_what_is_known_by_its_name_is_found_in_every_notation(
    rule: str, text: str, encoded: bool
) -> None:
    key = NAMED_FORMS[rule]()
    content = text.format(key)
    if encoded:
        content = base64.b64encode(content.encode()).decode() + "\n"

    (one,) = _only(content)

    assert (rule, key) == (one.rule, _revealed(one))


@pytest.mark.parametrize("token", [uuid4, lambda: hexes(32), lambda: "cr_" + hexes(64)])
def test_a_relays_token_is_found_whatever_it_looks_like(token: Callable[[], str]) -> None:
    key = token()

    (one,) = _only(f"export ANTHROPIC_AUTH_TOKEN={key}\n")

    assert (one.rule, one.provider, _revealed(one)) == ("unknown-token", "unknown", key)


NOTHING: dict[str, Callable[[], str]] = {
    "identifiers": lambda: "openai chatgpt codex " + json.dumps(_identifiers()),
    "others-token": lambda: (
        f'openai {{"access_token": "{jwt({"iss": "https://login.example.org"})}"}}'
    ),
    "others-cookie": lambda: f"Cookie: __Secure-next-auth.session-token={jwe()}; host=example.org",
    "others-refresh": lambda: f'google {{"refresh_token": "1//0{urlsafe(60)}"}}',
    "rt-without-context": lambda: f'{{"refresh_token": "rt_{urlsafe(60)}"}}',
    "refresh-code": lambda: (
        'openai = {"refresh_token": settings.codex_refresh_token_v2_production1}'
    ),
    "grant": lambda: 'codex: data = {"grant_type": "refresh_token", "refresh_token": token}',
    "at-rule": lambda: 'codex {"personal_access_token": "at-rule-no-unknown-selectors-2"}',
    "stripe-webhook": lambda: "STRIPE_SECRET=" + NAMED_FORMS["openai-webhook-secret"](),
    "stripe-beside-openai": lambda: (
        f"OPENAI_MODEL=gpt-5\nSTRIPE_WEBHOOK_SECRET={NAMED_FORMS['openai-webhook-secret']()}"
    ),
    "pat": lambda: f'{{"personal_access_token": "{alnum(40)}"}}',
    "session-word": lambda: "sess-" + "a" * 40,
    "week": lambda: "week_" + hexes(32),
    "not-a-token": lambda: "eyJhbGciOi" + urlsafe(60) + "." + urlsafe(200) + "." + urlsafe(60),
    "other-master-key": lambda: f"RAILS_MASTER_KEY={hexes(32)}\nmaster_key: os.environ/KEY_OF_1",
}


@pytest.mark.parametrize("name", NOTHING)
def test_identifiers_and_other_vendors_tokens_are_nothing(name: str) -> None:
    assert [one.rule for one in _only(NOTHING[name]())] == []


def test_the_documentations_master_key_is_a_placeholder() -> None:
    text = "general_settings:\n  master_key: sk-1234567890\n"
    report = scan([Blob("config.yaml", text.encode())])

    assert report.findings == ()
    assert [one.candidate.rule for one in report.suppressed] == ["unknown-master-key"]


def test_an_expired_token_says_so_and_is_less_sure() -> None:
    (fresh,), (old,) = _only(jwt()), _only(jwt(hours=-24 * 30))

    assert Confidence.HIGH is fresh.confidence
    assert Confidence.MEDIUM is old.confidence
    assert any(one.text == "expires on {day}" for one in fresh.evidence)
    assert any(one.text == "expired on {day}" for one in old.evidence)


@pytest.mark.parametrize("exp", ["soon", 1e300, -1e300, None, True])
def test_a_token_with_a_strange_date_is_a_token(exp: object) -> None:
    (one,) = _only(jwt(exp=exp))

    assert one.rule == "chatgpt-access-token"


def test_no_sign_in_is_ever_probed() -> None:
    from keyscan.providers import all_providers, rules

    asked = {kind for one in all_providers()["openai"].probes for kind in one.kinds}
    kinds = {
        rule.kind
        for rule in rules().values()
        if rule.id in {*NAMED_FORMS, "chatgpt-access-token", "codex-agent-identity"}
        or rule.id in ("openai-session-key", "openai-client-secret")
    }

    assert set() == asked & kinds


@pytest.mark.parametrize(
    ("provider", "kind", "words"),
    [
        ("openai", "chatgpt-session", "Sign out of all devices"),
        ("openai", "chatgpt-session", "codex logout"),
        ("openai", "chatgpt-refresh", "it works once"),
        ("openai", "codex-token", "https://chatgpt.com/admin/access-tokens"),
        ("openai", "client-secret", "expires by itself"),
        ("openai", "webhook", "24 hours"),
        ("anthropic", "oauth", "claude /logout"),
        ("anthropic", "oauth-refresh", "it works once"),
    ],
)
def test_sign_ins_have_their_own_steps(provider: str, kind: str, words: str) -> None:
    from keyscan.providers import all_providers
    from keyscan.rotate import steps

    assert any(words in str(one) for one in steps(all_providers()[provider], kind).steps)


@pytest.mark.parametrize("mark", ["eyJ", "eyJhbGciOi.", "auth.session-token.1=", "refresh_token="])
def test_a_megabyte_of_marks_takes_seconds_not_minutes(mark: str) -> None:
    import time

    noise = random.Random(1).choice("ab")
    text = (mark * (1_000_000 // len(mark)) + noise).encode()
    started = time.perf_counter()

    scan([Blob("noise", b"chatgpt.com " + text)])

    assert time.perf_counter() - started < 20


def test_a_webhook_secret_belongs_to_the_client_that_it_is_given_to() -> None:
    secret = NAMED_FORMS["openai-webhook-secret"]()

    (one,) = _only(f'client = OpenAI(webhook_secret="{secret}")')

    assert one.rule == "openai-webhook-secret"
    assert _only(f'client = Svix(webhook_secret="{secret}")') == []


def test_builders_are_not_found_without_their_names() -> None:
    assert [one.rule for name in keys.NAMED_FORMS for one in _only(keys.NAMED_FORMS[name]())] == []
