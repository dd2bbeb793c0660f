"""What users' files hold around a key: ``CONTEXTS`` maps a name to (path, key → content).

Each is a small realistic file in which exactly one key stands, as it is or disguised.
"""

# ruff: noqa: E501
import base64
import gzip
import html
import json
import quopri
import re
import zlib
from collections.abc import Callable
from urllib.parse import quote

Build = Callable[[str], bytes]
CONTEXTS: dict[str, tuple[str, Build]] = {}
ESC = "\x1b"


def _add(name: str, path: str, build: Callable[[str], str | bytes]) -> None:
    def content(key: str) -> bytes:
        text = build(key)
        return text if isinstance(text, bytes) else text.encode()

    assert name not in CONTEXTS
    CONTEXTS[name] = (path, content)


def _texts(path: str, **texts: str) -> None:
    """Contexts that are plain text around ``@@``."""
    for name, text in texts.items():
        _add(name, path, lambda key, text=text: text.replace("@@", key))  # type: ignore[misc]


def _parts(path: str, **texts: str) -> None:
    """Contexts in which the key stands in two or three parts: ``AAA`` ``BBB`` ``CCC``.

    Two ways each: broken behind the prefix, and at places that depend on nothing.
    """
    for name, text in texts.items():
        for way in ("prefix", "middle", "marker"):
            _add(
                f"{name}-{way}",
                path,
                lambda key, text=text, way=way: _split(text, key, way),  # type: ignore[misc]
            )


def _split(text: str, key: str, way: str) -> str:
    first = key.rindex("-", 0, 12) + 1
    marker = key.index("T3Bl")
    places = {"prefix": (first + marker) // 2, "middle": len(key) // 2 + 9, "marker": marker + 3}
    second = places[way]
    if way != "prefix":
        first = second // 2
    if "CCC" not in text:
        first, second = (first, len(key)) if way == "prefix" else (second, len(key))
    parts = {"AAA": key[:first], "BBB": key[first:second], "CCC": key[second:]}
    return re.sub("AAA|BBB|CCC", lambda found: parts[found[0]], text)


_texts(
    "app.py",
    py_assign='import openai\nopenai.api_key = "@@"\n',
    py_single="client = OpenAI(api_key='@@')\n",
    py_call='llm = ChatOpenAI(model="gpt-4o", openai_api_key="@@", temperature=0)\n',
    py_positional='client = OpenAI("@@")\n',
    py_environ='import os\nos.environ["OPENAI_API_KEY"] = "@@"\n',
    py_getenv='key = os.getenv("OPENAI_API_KEY", "@@")\n',
    py_bearer='headers = {"Authorization": "Bearer @@"}\n',
    py_fstring='headers = {"Authorization": f"Bearer {"@@"}"}\n',
    py_comment="# old key: @@, revoked?\n",
    py_docstring='"""Usage: run.py --key @@."""\n',
    py_bytes='KEY_BYTES = b"@@"\n'.replace("KEY_BYTES", "RAW"),
    py_triple='text = """\n@@\n"""\n',
    py_list='keys = ["@@"]\n',
    py_tuple="keys = ('@@',)\n",
    py_chinese='密钥 = "@@"  # 请勿提交\n',
    py_repr="Settings(openai_api_key=SecretStr('@@'), model='gpt-4o')\n",
    py_dict="{'api_key': '@@', 'n': 3}\n",
    py_raise='raise ValueError("bad key @@")\n',
)
_texts(
    "index.js",
    js_const='const openai = new OpenAI({ apiKey: "@@", dangerouslyAllowBrowser: true });\n',
    js_template="const url = `https://x.test/ws?token=@@&model=gpt-4o`;\n",
    js_header="fetch(u,{headers:{Authorization:`Bearer @@`}})\n",
    js_minified='!function(){var e="@@",t=n(12);t.k=e}();' * 1,
    js_or='const k = process.env.OPENAI_API_KEY || "@@";\n',
    js_nullish="const k = import.meta.env.VITE_KEY ?? '@@'\n",
    js_regex="if (/^@@$/.test(k)) ok()\n",
)
_texts(
    "Main.java",
    java='private static final String API_KEY = "@@";\n',
    kotlin='val openAiKey: String = "@@"\n',
    csharp='var client = new OpenAIClient(@"@@");\n',
    go='client := openai.NewClient("@@")\n',
    go_raw="const key = `@@`\n",
    rust='let client = Client::new("@@".to_string());\n',
    rust_raw='let k = r#"@@"#;\n',
    swift='let token = "@@"\n',
    swift_plist="<key>OPENAI</key>\n<string>@@</string>\n",
    php="<?php $client = OpenAI::client('@@'); ?>\n",
    ruby='OpenAI.configure { |c| c.access_token = "@@" }\n',
    ruby_sym="access_token: :'@@'\n",
    lua="local key = [[@@]]\n",
    perl="my $key = q{@@};\n",
    r_lang='Sys.setenv(OPENAI_API_KEY = "@@")\n',
    c_define='#define OPENAI_KEY "@@"\n',
    sql="INSERT INTO channels (id, `key`) VALUES (3,'@@',0);\n",
    vb='Const ApiKey As String = "@@"\n',
    dart="OpenAI.apiKey = '@@';\n",
    elixir='config :openai, api_key: "@@"\n',
    matlab="key = '@@';\n",
)
_texts(
    ".env",
    env="OPENAI_API_KEY=@@\n",
    env_quoted='OPENAI_API_KEY="@@"\n',
    env_crlf="A=1\r\nOPENAI_API_KEY=@@\r\nB=2\r\n",
    env_export="export OPENAI_API_KEY=@@ # work\n",
    env_semicolon="OPENAI_API_KEY=@@;ORG=x\n",
    env_many="OPENAI_API_KEYS=@@,disabled\n",
    env_powershell='$env:OPENAI_API_KEY = "@@"\n',
    env_batch="setx OPENAI_API_KEY @@ /M\r\nset K=@@&& run\r\n".replace("set K=@@&& run\r\n", ""),
    env_fish="set -gx OPENAI_API_KEY @@\n",
    env_make="OPENAI_API_KEY ?= @@\n",
    env_docker="ENV OPENAI_API_KEY=@@\nRUN x\n",
    env_properties="spring.ai.openai.api-key=@@\n",
    env_ini="[openai]\nkey = @@ ; main\n",
    env_netrc="machine api.openai.com login x password @@\n",
)
_texts(
    "config.yaml",
    yaml="openai:\n  api_key: @@\n",
    yaml_quoted="api_key: '@@'\n",
    yaml_flow="env: {OPENAI_API_KEY: @@}\n",
    yaml_list="keys:\n  - @@\n  - other\n",
    yaml_literal="key: |\n  @@\n",
    yaml_folded_whole="key: >-\n  @@\nnext: 1\n",
    yaml_compose="    environment:\n      - OPENAI_API_KEY=@@\n",
    yaml_default="key: ${OPENAI_API_KEY:-@@}\n",
    yaml_anchor="key: &k @@\n",
    toml='[llm]\nkey = "@@"\n',
    toml_bare="api-key.@@ = 1\n",
    hcl='variable "k" { default = "@@" }\n',
    json_object='{"OPENAI_API_KEY":"@@","tokens":null}\n',
    json_unquoted="{k:@@}\n",
    json_bracket="[@@]\n",
    xml_text="<string name='k'>@@</string>\n",
    xml_attr='<add key="OpenAI" value="@@" />\n',
    xml_cdata="<k><![CDATA[@@]]></k>\n",
    csv_row="7,@@,2024-01-01\n",
    csv_semicolon="7;@@;x\n",
    tsv="7\t@@\tx\n",
    dsn="https://user:@@@proxy.test/v1\n",
    url_query="GET /v1?key=@@&x=1 HTTP/1.1\n",
    url_fragment="https://a.test/#@@\n",
    url_path="https://a.test/t/@@/models\n",
)
_texts(
    "notes.md",
    md_code="Use `@@` for now.\n",
    md_bold="**@@**\n",
    md_italic="_@@_\n",
    md_table="| name | @@|\n",
    md_link="[key](@@)\n",
    md_quote="> @@\n",
    md_sentence="The key is @@.\n",
    md_paren="(@@)\n",
    md_chinese="密钥是@@，请勿外传。\n",
    md_chinese_quotes="密钥为“@@”。\n",
    md_japanese="鍵は@@です\n",
    md_angle="<@@>\n",
    md_colon="@@: my key\n",
    md_slash="@@/abc\n",
    md_excl="@@!\n",
    md_hash="@@#1\n",
    md_strike="~~@@~~\n",
    md_fence="```\n@@\n```\n",
    md_plus="@@+1\n",
    md_equals="@@==\n",
    md_glued_left="prod@@\n",
    md_underscore_left="prod_@@\n",
    md_bom="\ufeff@@\n",
)
_texts(
    "run.log",
    log_curl='curl https://api.openai.com/v1/models -H "Authorization: Bearer @@"\n',
    log_curl_pct="Authorization: Bearer%20@@\n",
    log_pct_quotes="q=%22@@%22&x\n",
    log_u_quotes='{"a":"\\u0022@@\\u0022"}\n',
    log_escaped='{"line":"key = \\"@@\\"\\n"}\n',
    log_escaped_twice='{"a":"{\\\\\\"k\\\\\\":\\\\\\"@@\\\\\\"}"}\n',
    log_html_quotes="value=&quot;@@&quot;\n",
    log_newline_escaped='"@@\\nnext line"\n',
    log_newline_left='"first\\n@@"\n',
    log_tab_left='"first\\t@@\\tx"\n',
    log_qp_equals="key=3D@@=20\n",
    log_colour=f"{ESC}[32m@@{ESC}[0m\n",
    log_history=": 1700000000:0;export K=@@\n",
    log_nul="A=1\0OPENAI_API_KEY=@@\0HOME=/root\0",
    log_json_lines='{"type":"user","text":"my key is @@"}\n',
    log_gha="2024-05-01T10:00:00.0000000Z   OPENAI_API_KEY: @@\n",
    log_diff="-old\n+OPENAI_API_KEY=@@\n",
    log_traceback="openai.AuthenticationError: @@\n",
    log_pipe="a|@@|b\n",
    log_tmux="$ echo @@\r\n",
    log_ctrl="\x02@@\x03",
    log_har='{"name":"authorization","value":"Bearer @@"}',
    log_caret="set K=@@^\n",
)

# Files in other encodings.
for _encoding in (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "shift-jis",
    "utf-8-sig",
):
    _add(
        f"file_{_encoding}",
        "settings.ps1",
        lambda key, enc=_encoding: f'# 設定 上\r\n$env:K = "{key}"\r\n'.encode(enc),  # type: ignore[misc]
    )
_add("file_latin1", "a.txt", lambda key: f"clé={key}é\n".encode("latin-1"))
_add(
    "file_utf16_appended", "a.txt", lambda key: b"plain text\n" + f"K={key}\r\n".encode("utf-16-le")
)
_add(
    "file_utf16_binary",
    "a.dll",
    lambda key: b"MZ\x90\0\3\xff\xfe\1" * 9 + key.encode("utf-16-le") + b"\0\0\1\2",
)
_add("file_pickle", "a.pkl", lambda key: b"\x80\x04\x95\x8c\xa4" + key.encode() + b"\x94s.")


# One encoding of the whole key or of what is around it.
def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _wrapped(text: str, width: int, prefix: str = "") -> str:
    lines = (text[at : at + width] for at in range(0, len(text), width))
    return "\n".join(prefix + line for line in lines)


def _each(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form % ord(char) for char in text)


_enc: dict[str, tuple[str, Callable[[str], str | bytes]]] = {
    "b64_k8s": ("s.yaml", lambda k: f"data:\n  OPENAI_API_KEY: {_b64(k)}\n"),
    "b64_newline": ("s.yaml", lambda k: f"data:\n  key: {_b64(k + chr(10))}\n"),
    "b64_basic": ("r.http", lambda k: f"Authorization: Basic {_b64(':' + k)}\n"),
    "b64_basic2": ("r.http", lambda k: f"Authorization: Basic {_b64('me:' + k)}\n"),
    "b64_json": ("a.txt", lambda k: _b64(json.dumps({"a": 1, "OPENAI_API_KEY": k})) + "\n"),
    "b64_env": (
        "a.yaml",
        lambda k: ".env: " + _b64(f"A=1\nOPENAI_API_KEY={k}\nB=2\n"),
    ),
    "b64_url": (
        "a.txt",
        lambda k: base64.urlsafe_b64encode(f"~~?{k}???".encode()).decode().rstrip("=") + "\n",
    ),
    "b64_pem": (
        "a.pem",
        lambda k: f"-----BEGIN X-----\n{_wrapped(_b64('k=' + k), 64)}\n-----END X-----\n",
    ),
    "b64_mime": ("a.eml", lambda k: base64.encodebytes(b"Dear all, the key is " + k.encode())),
    "b64_indent": (
        "a.yaml",
        lambda k: f"x: !!binary |\n{_wrapped(_b64('xy' + k), 76, '  ')}\nz: 1\n",
    ),
    "b64_comment": ("a.py", lambda k: _wrapped(_b64("x" + k), 60, "# ") + "\n"),
    "b64_json_nl": ("a.json", lambda k: json.dumps({"c": _wrapped(_b64("# a\n" + k), 60)})),
    "b64_twice": ("a.yaml", lambda k: f"auth: {_b64(_b64('x:' + k))}\n"),
    "b64_docker": (
        "a.yaml",
        lambda k: (
            f".dockerconfigjson: {_b64(json.dumps({'auths': {'r': {'auth': _b64('u:' + k)}}}))}\n"
        ),
    ),
    "b64_thrice": ("a.txt", lambda k: _b64(_b64(_b64("k" + k)))),
    "b64_glued": ("a.txt", lambda k: "Basic%20" + _b64("u:" + k) + "%22"),
    "b64_data_uri": ("a.html", lambda k: f"<a href='data:text/plain;base64,{_b64('k ' + k)}'>"),
    "b64_powershell": (
        "a.cmd",
        lambda k: "powershell -enc " + base64.b64encode(f"$k='{k}'".encode("utf-16-le")).decode(),
    ),
    "b64_gzip": ("a.tf", lambda k: base64.b64encode(gzip.compress(f"k={k}\n".encode())).decode()),
    "b64_zlib": ("a.tf", lambda k: base64.b64encode(zlib.compress(f"k={k}\n".encode())).decode()),
    "b64_jwt": (
        "a.txt",
        lambda k: f"eyJhbGciOiJub25lIn0.{_b64(json.dumps({'k': k})).rstrip('=')}.c2ln",
    ),
    "b64_concat": (
        "a.py",
        lambda k: (
            "d(" + "\n  ".join(f'"{line}"' for line in _wrapped(_b64(k), 60).split("\n")) + ")"
        ),
    ),
    "hex_lower": ("a.txt", lambda k: k.encode().hex() + "\n"),
    "hex_upper": ("a.sql", lambda k: f"X'{k.encode().hex().upper()}'\n"),
    "hex_0x": ("a.sql", lambda k: f"VALUES (0x{k.encode().hex()})\n"),
    "hex_wrapped": ("a.txt", lambda k: _wrapped(("key: " + k).encode().hex(), 60) + "\n"),
    "hex_b64": ("a.txt", lambda k: _b64(k).encode().hex()),
    "b64_hex": ("a.txt", lambda k: _b64(k.encode().hex())),
    "hex_colons": ("a.txt", lambda k: k.encode().hex(":") + "\n"),
    "hex_spaces": ("a.txt", lambda k: k.encode().hex(" ").upper() + "\n"),
    "pct_full": ("a.txt", lambda k: "k=" + _each("%%%02X")(k)),
    "pct_dashes": (
        "a.txt",
        lambda k: "k=" + quote(k).replace("-", "%2D").replace("_", "%5F") + "&a",
    ),
    "pct_twice": ("a.txt", lambda k: quote(quote(f'{{"k":"{k}"}}').replace("-", "%2D"))),
    "pct_full_twice": ("a.txt", lambda k: quote(_each("%%%02x")(k))),
    "u_full": ("a.json", lambda k: '{"k":"' + _each("\\u%04x")(k) + '"}'),
    "u_upper": ("a.java", lambda k: '"' + _each("\\u%04X")(k) + '"'),
    "u_dashes": ("a.js", lambda k: '"' + k.replace("-", "\\u002d").replace("_", "\\u005f") + '"'),
    "u_braces": ("a.rs", lambda k: '"' + _each("\\u{%x}")(k) + '"'),
    "u_long": ("a.py", lambda k: '"' + _each("\\U%08x")(k) + '"'),
    "u_twice": ("a.jsonl", lambda k: json.dumps({"a": '"' + _each("\\u%04x")(k) + '"'})),
    "x_full": ("a.c", lambda k: '"' + _each("\\x%02x")(k) + '"'),
    "x_dashes": ("a.js", lambda k: '"' + k.replace("-", "\\x2d") + '"'),
    "octal": ("a.sh", lambda k: "printf '" + _each("\\%03o")(k) + "'"),
    "octal_short": ("a.c", lambda k: '"' + _each("\\%o")(k) + '"'),
    "html_dec": ("a.html", lambda k: "<p>" + _each("&#%d;")(k)),
    "html_hex": ("a.html", lambda k: "<p>" + _each("&#x%X;")(k)),
    "html_padded": ("a.html", lambda k: "<p>" + _each("&#%03d;")(k)),
    "html_twice": ("a.html", lambda k: "<p>" + html.escape(_each("&#%d;")(k))),
    "html_dashes": ("a.html", lambda k: k.replace("-", "&#45;").replace("_", "&lowbar;")),
    "html_spans": (
        "a.html",
        lambda k: (
            f'<span class="s">"{k[:3]}</span><span class="n">{k[3:30]}</span><b>{k[30:]}"</b>'
        ),
    ),
    "html_wbr": ("a.html", lambda k: "<wbr>".join(k[i : i + 9] for i in range(0, len(k), 9))),
    "docx_runs": (
        "document.xml",
        lambda k: f"<w:r><w:t>{k[:20]}</w:t></w:r><w:r w:rsidR='0'><w:t>{k[20:]}</w:t></w:r>",
    ),
    "qp_soft": (
        "a.eml",
        lambda k: quopri.encodestring(f"Hello, your key for all is {k} ok".encode()),
    ),
    "qp_dashes": ("a.eml", lambda k: k.replace("-", "=2D")),
    "jsonl_nested": (
        "a.jsonl",
        lambda k: json.dumps({"m": json.dumps({"c": json.dumps({"k": f"a\n{k}\nb"})})}),
    ),
    "numbers_json": ("a.json", lambda k: json.dumps({"type": "Buffer", "data": list(k.encode())})),
    "numbers_pretty": ("a.json", lambda k: json.dumps(list(k.encode()), indent=2)),
    "numbers_hex": (
        "a.go",
        lambda k: "[]byte{" + ", ".join(f"0x{b:02x}" for b in k.encode()) + "}",
    ),
    "markdown_escaped": ("a.md", lambda k: k.replace("_", "\\_").replace("-", "\\-")),
    "ansi_grep": ("a.log", lambda k: f"k={ESC}[01;31m{ESC}[Ksk-{ESC}[m{ESC}[K{k[3:]}\n"),
    "ansi_marker": (
        "a.log",
        lambda k: f"k={k.replace('T3BlbkFJ', f'{ESC}[1;31mT3Blbk{ESC}[0mFJ')}\n",
    ),
    "ansi_escaped": ("a.json", lambda k: f'"k={k[:9]}\\u001b[31m{k[9:30]}\\u001b[0m{k[30:]}"\n'),
    "ansi_literal": ("a.txt", lambda k: f"k={k[:9]}^[[31m{k[9:30]}^[[0m{k[30:]}\n"),
    "zero_width": ("a.md", lambda k: "\u200b".join(k[i : i + 7] for i in range(0, len(k), 7))),
    "soft_hyphen": ("a.html", lambda k: "&shy;".join(k[i : i + 15] for i in range(0, len(k), 15))),
    "other_hyphens": ("a.txt", lambda k: k.replace("-", "\u2011")),
    "full_width_dash": ("a.txt", lambda k: k.replace("-", "\uff0d")),
    "mixed_utf16_json": (
        "a.json",
        lambda k: json.dumps({"k": _each("\\u%04x")(k)}).encode("utf-16"),
    ),
}
for _name, (_path, _build) in _enc.items():
    _add(_name, _path, _build)


def _xxd(key: str, group: int, base: str = "%08x: ", per: int = 16, text: bool = True) -> str:
    raw = b"key: " + key.encode() + b"\n"
    lines = []
    for at in range(0, len(raw), per):
        row = raw[at : at + per]
        pairs = " ".join(row[i : i + group].hex() for i in range(0, len(row), group))
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        lines.append(
            base % at + pairs.ljust(per * 2 + per // group) + (f" {shown}" if text else "")
        )
    return "\n".join(lines) + "\n"


_add("dump_xxd", "a.txt", lambda k: _xxd(k, 2))
_add("dump_hexdump", "a.txt", lambda k: _xxd(k, 1, "%08x  "))

# Wrapped lines.
for _width in (40, 60, 72):
    for _label, _prefix in (("plain", ""), ("mail", "> "), ("comment", "# "), ("indent", "    ")):
        _add(
            f"wrap_{_label}_{_width}",
            "a.txt",
            lambda k, w=_width, p=_prefix: f"{p}the key\n{_wrapped(k, w, p)}\n\n{p}end\n",  # type: ignore[misc]
        )
_parts(
    "a.txt",
    wrap_crlf="k=AAA\r\nBBB\r\n",
    wrap_backslash='k="AAA\\\nBBB"\n',
    wrap_backslash_indent='k: "AAA\\\n    BBB"\n',
    wrap_yaml="k: >-\n  AAA\n  BBB\n  CCC\nn: 1\n",
    wrap_yaml_plain="k: AAA\n  BBB\nn: 1\n",
    wrap_escaped='"AAA\\nBBB"',
    wrap_table="│ AAA │\n│ BBB │\n",
    wrap_batch="set K=AAA^\r\nBBB\r\n",
    wrap_slashes="// AAA\n// BBB\n",
    wrap_star=" * AAA\n * BBB\n",
    wrap_diff="+AAA\n+BBB\n",
    wrap_ldif="k: AAA\n BBB\n",
)
_parts(
    "a.py",
    join_plus='k = "AAA" + "BBB"\n',
    join_three="k = 'AAA' + 'BBB' + 'CCC'\n",
    join_lines='k = ("AAA"\n     "BBB"\n     "CCC")\n',
    join_same_line='k = "AAA" "BBB"\n',
    join_mixed="k = \"AAA\" + 'BBB'\n",
    join_comment='k = ("AAA"  # first\n     "BBB")\n',
    join_prefix_r='k = r"AAA" rf"BBB"\n',
    join_backslash='k = "AAA" \\\n    "BBB"\n',
    join_bytes='k = b"AAA" + b"BBB"\n',
    join_list='k = "".join(["AAA", "BBB", "CCC"])\n',
    join_augmented='k = "AAA"\nk += "BBB"\n',
    join_js="const k = ['AAA','BBB'].join('');\n",
    join_js_concat="const k = 'AAA'.concat('BBB');\n",
    join_js_template="const k = `AAA${'BBB'}`;\n",
    join_java='String k = "AAA"\n        + "BBB"\n        + "CCC";\n',
    join_builder='sb.append("AAA").append("BBB");\n',
    join_csharp='var k = string.Concat("AAA", "BBB");\n',
    join_go='k := "AAA" +\n\t"BBB"\n',
    join_php="$k = 'AAA' . 'BBB';\n",
    join_php_implode="$k = implode('', ['AAA', 'BBB']);\n",
    join_perl='my $k = "AAA"."BBB";\n',
    join_lua='local k = "AAA" .. "BBB"\n',
    join_vb='k = "AAA" & _\n    "BBB"\n',
    join_rust='const K: &str = concat!("AAA", "BBB");\n',
    join_sql="SELECT 'AAA' || 'BBB';\n",
    join_sql_concat="SELECT CONCAT('AAA', 'BBB');\n",
    join_c='const char *k =\n  "AAA"\n  "BBB";\n',
    join_shell="K='AAA''BBB'\n",
    join_shell_mixed="K=\"AAA\"'BBB'\n",
    join_elixir='k = "AAA" <> "BBB"\n',
    join_r='k <- paste0("AAA", "BBB")\n',
    join_haskell='k = "AAA" ++ "BBB"\n',
    join_comment_c='k = "AAA" /* x */ + "BBB";\n',
    join_notebook='{"source": ["k = (\\"AAA\\"\\n",\n "     \\"BBB\\")\\n"]}\n',
    join_json_plus='{"c":"k = \\"AAA\\" + \\"BBB\\""}\n',
    join_percent='k = "%s%s" % ("AAA", "BBB")\n',
    join_format='k = "{}{}".format("AAA", "BBB")\n',
    join_format_index='k = "{1}{0}".format("BBB", "AAA")\n',
    join_format_named='k = "{a}{b}".format(b="BBB", a="AAA")\n',
    join_format_tail='k = "AAA{}".format("BBB")\n',
    join_sprintf='k := fmt.Sprintf("%s%s", "AAA", "BBB")\n',
    join_fields='{"prefix": "AAA", "rest": "BBB"}\n',
    const_plus='P = "AAA"\nQ = "BBB"\n\nkey = P + Q\n',
    const_reversed='Q = "BBB"\nP = "AAA"\n\nkey = P + Q\n',
    const_literal='P = "AAA"\n\n\ndef f(n):\n    return n + 1\n\n\nkey = P + "BBB"\n',
    const_fstring='P = "AAA"\nx = 1\ny = 2\nkey = f"{P}BBB"\n',
    const_fstring_two='B = "BBB"\nx = f(1)\nA = "AAA"\nkey = f"{A}{B}"\n',
    const_js='const B = "BBB";\nfoo();\nconst A = "AAA";\nconst k = `${A}${B}`;\n',
    const_php='$b = "BBB";\nfoo();\n$a = "AAA";\n$k = $a . $b;\n',
    const_php_string='$b = "BBB";\nfoo();\n$a = "AAA";\n$k = "$a$b";\n',
    const_shell='B="BBB"\nA="AAA"\nexport OPENAI_API_KEY="${A}${B}"\n',
    const_shell_bare="B=BBB\nA=AAA\nexport OPENAI_API_KEY=$A$B\n",
    const_batch="set B=BBB\r\nset A=AAA\r\nset K=%A%%B%\r\n",
    const_make="B := BBB\nA := AAA\nK := $(A)$(B)\n",
    const_ruby="b = 'BBB'\nputs 1\na = 'AAA'\nk = \"#{a}#{b}\"\n",
    const_swift='let b = "BBB"\nfoo()\nlet a = "AAA"\nlet k = "\\(a)\\(b)"\n',
    const_java='static final String B = "BBB";\nint n;\nstatic final String A = "AAA";\nk = A + B;\n',
    const_class='class C:\n    B = "BBB"\n    n = 1\n    A = "AAA"\n\nk = C.A + C.B\n',
    const_join='B = "BBB"\nn = 1\nA = "AAA"\nk = "".join([A, B])\n',
    const_percent='B = "BBB"\nn = 1\nA = "AAA"\nk = "%s%s" % (A, B)\n',
    const_format='B = "BBB"\nn = 1\nA = "AAA"\nk = "{}{}".format(A, B)\n',
    const_typed='B: Final[str] = "BBB"\nn = 1\nA: str = "AAA"\nk = A + B\n',
    const_env_file="PREFIX=AAA\nN=1\nOPENAI_API_KEY=${PREFIX}BBB\n",
    const_define='#define B "BBB"\nint n;\n#define A "AAA"\nchar *k = A B;\n',
    const_go='const (\n\tb = "BBB"\n\tn = 1\n\ta = "AAA"\n)\nvar k = a + b\n',
    const_terraform='locals {\n  b = "BBB"\n  n = 1\n  a = "AAA"\n  k = "${local.a}${local.b}"\n}\n',
    const_csharp='const string B = "BBB";\nint n;\nconst string A = "AAA";\nvar k = $"{A}{B}";\n',
)
_add(
    "join_pieces",
    "a.py",
    lambda k: "k = (" + "\n     ".join(f'"{k[i : i + 8]}"' for i in range(0, len(k), 8)) + ")\n",
)
_add("join_hyphen", "a.py", lambda k: f"k = '-'.join({k.split('-', 2)!r})\n")
