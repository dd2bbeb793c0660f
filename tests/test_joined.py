"""Keys in two parts that code puts together: one finding, at the first part, wherever it is cut."""

import json
import re

import pytest

import keys
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.secret import Secret

FORMS = ("legacy", "named", "proj-20", "proj-74", "svcacct-46")

# AAA and BBB are the parts; the finding stands where AAA does.
CODE = {
    "percent.py": "TAIL = 'BBB'\nurl = 'AAA%s' % TAIL\n",
    "f_string.py": "HEAD = 'AAA'\nclient = OpenAI(api_key=f'{HEAD}BBB')\n",
    "f_string_end.py": "tail: str = 'BBB'\nclient = OpenAI(api_key=f'AAA{tail}')\n",
    "short_name.py": 'k = "AAA"\nopenai.api_key = k + "BBB"\n',
    "reused_name.py": 'k = "AAA" + "BBB"\nprint(k)\n',
    "below.py": "def key():\n    return HEAD + 'BBB'\n\nHEAD = 'AAA'\n",
    "sprintf.go": 'const head = "AAA"\n\nfunc key() string {\n\treturn '
    'fmt.Sprintf("%sBBB", head)\n}\n',
    "Const.java": 'static final String A = "AAA";\nstatic final String KEY = A + "BBB";\n',
    "template.ts": "const head = 'AAA';\nexport const key = `${head}BBB`;\n",
    "dollar.kt": 'const val HEAD = "AAA"\nval key = "${HEAD}BBB"\n',
    "define.php": "<?php\ndefine('HEAD', 'AAA');\n$key = HEAD . 'BBB';\n",
    "class.php": "<?php\nclass Key {\n  const A = 'AAA';\n  const B = self::A . 'BBB';\n}\n",
    "braces.php": "<?php\n$head = 'AAA';\n$key = \"{$head}BBB\";\n",
    "sub.ps1": '$head = "AAA"\r\n$env:OPENAI_API_KEY = "$($head)BBB"\r\n',
    "CMakeLists.txt": 'set(HEAD "AAA")\nset(KEY "${HEAD}BBB")\n',
    "pom.xml": "<properties>\n  <head>AAA</head>\n  <key>${head}BBB</key>\n</properties>\n",
    "one_line.xml": "<properties><p>AAA</p><k>${p}BBB</k></properties>\n",
    "variables.tf": 'variable "head" {\n  type    = string\n  default = "AAA"\n}\n\n'
    'key = "${var.head}BBB"\n',
    "Dockerfile": "FROM python:3.12\nENV HEAD AAA\nENV OPENAI_API_KEY ${HEAD}BBB\n",
    "args.Dockerfile": "ARG HEAD=AAA\nENV OPENAI_API_KEY=${HEAD}BBB\n",
    "Makefile": "HEAD := AAA\nexport KEY := $(HEAD)BBB\n",
    "next_line.sh": "P=AAA\nR=BBB\nexport OPENAI_API_KEY=$P$R\n",
    "settings.ini": "[a]\nhead = AAA\nkey = %(head)sBBB\n",
    "app.properties": "head=AAA\nkey=${head}BBB\n",
    "run.bat": "set HEAD=AAA\r\nset OPENAI_API_KEY=%HEAD%BBB\r\n",
    "half.sh": "export OPENAI_API_KEY=AAA'BBB'\n",
    "half_first.sh": "export OPENAI_API_KEY='AAA'BBB\n",
    "header.sh": "curl -H 'Authorization: Bearer 'AAA\"BBB\" https://api.openai.com\n",
    "Gap.hs": 'key = "AAA\\\n      \\BBB"\n',
    "data.s": 'key:\n\t.ascii "AAA"\n\t.ascii "BBB"\n',
    "append.tcl": 'set key "AAA"\nappend key "BBB"\n',
    "key.toml": 'key = """\\\n  AAA\\\n  BBB"""\n',
    "parts.xml": "<key><![CDATA[AAA]]><![CDATA[BBB]]></key>\n",
    "page.html": "<td>AAA&#8203;BBB</td>\n",
    "key.jsonnet": "local head = 'AAA';\n{ key: head + 'BBB' }\n",
    "chat.jsonl": json.dumps({"text": "const A = 'AAA';\nconst k = `${A}BBB`;\n"}) + "\n",
}
# What a name may be followed by here cannot be the rest of a name.
DASHED = {
    "dollar.ps1": '$head = "AAA"\r\n$key = "$headBBB"\r\n',
    "Dollar.kt": 'const val HEAD = "AAA"\nval key = "$HEADBBB"\n',
}


def _cuts(key: str) -> list[int]:
    """In ``sk-``, in the prefix, the halves, the marker, and before the last character."""
    marker = key.index(keys.MARKER)
    near = {1, 2, 3, 5, marker - 20, marker - 9, marker, marker + 2, marker + 4, marker + 8}
    inner = key.find("sk-", 3)
    return sorted(
        {*near, marker + 15, len(key) - 1, *({inner - 1, inner, inner + 1} if inner > 0 else ())}
    )


@pytest.mark.parametrize("path", [*CODE, *DASHED])
@pytest.mark.parametrize("form", FORMS)
def test_a_key_in_two_parts_is_one_finding(path: str, form: str) -> None:
    text = {**CODE, **DASHED}[path]
    key = keys.openai_key(form)
    for cut in _cuts(key):
        if cut == 1 and re.search(r"%(\(\w+\))?sBBB", text):
            continue  # the s of %s stands where the key's own belongs
        parts = {"AAA": key[:cut], "BBB": key[cut:]}  # at once: a key can hold either, too
        content = re.sub("AAA|BBB", lambda found: parts[found[0]], text)  # noqa: B023
        report = scan([Blob(path, content.encode())])
        before = text[: text.index("AAA")]
        first = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = [
            (one.secret.fingerprint, one.provider, [(p.line, p.column) for p in one.locations])
            for one in report.findings
        ]
        assert [(Secret(key, "").fingerprint, "openai", [first])] == found, cut
        assert report.gaps == ()


@pytest.mark.parametrize("between", [", ", ",", ",\n"])
@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("form", FORMS)
def test_a_key_letter_by_letter(form: str, quote: str, between: str) -> None:
    key = keys.openai_key(form)
    text = "k = [" + between.join(quote + letter + quote for letter in key) + "]\n"
    (finding,) = scan([Blob("a.js", text.encode())]).findings
    assert (finding.secret.fingerprint, finding.locations[0].column) == (
        Secret(key, "").fingerprint,
        7,
    )


def _nothing(key: str) -> dict[str, str]:
    """No key stands here, and none can be put together."""
    return {
        "the next setting": f"A={key[:-1]}\nRETRIES={key[3]}\n",
        "the next setting, spaces": f"A = {key[:-1]}\nB = other\n",
        "the same name": f"K := {key[:-1]}\nK := x\n",
        "an exported name": f"K={key[:-1]}\nexport OTHER=1\n",
        "a space": f"{key[:9]} {key[9:]}\n",
        "the marker by itself": f"{key[:30]} {keys.MARKER} {key[-30:]}\n",
    }


@pytest.mark.parametrize("kind", _nothing("sk-..."))
@pytest.mark.parametrize("form", ["legacy", "proj-74"])
def test_what_is_not_put_together(kind: str, form: str) -> None:
    report = scan([Blob("a.txt", _nothing(keys.openai_key(form))[kind].encode())])
    assert [one.rule for one in report.findings if one.provider == "openai"] == []


def test_keys_that_share_their_first_part() -> None:
    one, two = keys.openai_key("proj-74"), keys.openai_key("proj-74")
    text = f'P = "{one[:8]}"\na = P + "{one[8:]}"\nb = P + "{two[8:]}"\n'
    report = scan([Blob("a.py", text.encode())])
    assert {Secret(one, "").fingerprint, Secret(two, "").fingerprint} == {
        found.secret.fingerprint for found in report.findings
    }


def test_a_key_behind_a_prefix_in_the_same_list_is_itself() -> None:
    key = keys.openai_key("legacy")
    report = scan([Blob("a.py", f'KEYS = ["sk-test-", "{key}"]\n'.encode())])
    assert [Secret(key, "").fingerprint] == [one.secret.fingerprint for one in report.findings]


def test_another_vendors_prefix_in_the_random_half_changes_nothing() -> None:
    whole = keys.openai_key("proj-74")
    other = "-hf_" + "".join(char for char in keys.alnum(200) if char.isalpha())[:34] + "-"
    key = whole[:20] + other + whole[20 + len(other) :]
    for cut in (12, 70, 100):
        code = f'A = "{key[:cut]}"\nB = "{key[cut:]}"\nkey = A + B\n'.encode()
        found = scan([Blob("a.py", code)]).findings
        assert [(one.provider, one.secret.reveal()) for one in found] == [("openai", key)]


@pytest.mark.parametrize("form", [*FORMS, "admin-58", "service-named"])
def test_keys_in_parts_with_a_name_that_holds_a_prefix_among_others(form: str) -> None:
    """``task-runner`` can be read where it stands; its first part is shared, or a line before."""
    made = [keys.openai_key("named"), keys.openai_key(form), keys.openai_key("named")]
    shared = "P = 'sk-'\n" + "".join(f"K{i} = P + '{key[3:]}'\n" for i, key in enumerate(made))
    broken = "".join(f'k{i}: "{key[:7]}\\\n  {key[7:]}"\n' for i, key in enumerate(made))
    for path, text in (("a.py", shared), ("a.yaml", broken)):
        report = scan([Blob(path, text.encode())])
        assert {Secret(key, "").fingerprint for key in made} == {
            one.secret.fingerprint for one in report.findings
        }, path


@pytest.mark.parametrize("left", [1, 2, 3])
def test_the_next_part_in_a_list_of_parts_is_not_the_end_of_a_key(left: int) -> None:
    made = [keys.openai_key("legacy"), keys.openai_key("legacy"), keys.openai_key("svcacct-46")]
    cuts = [(key[:-left], key[-left:]) for key in made]
    text = "".join(f"A{i} = '{a}'\n" for i, (a, _) in enumerate(cuts))
    text += "".join(f"B{i} = '{b}'\n" for i, (_, b) in enumerate(cuts))
    text += "".join(f"K{i} = f'{{A{i}}}{{B{i}}}'\n" for i in range(len(made)))
    report = scan([Blob("a.py", text.encode())])
    assert {Secret(key, "").fingerprint for key in made} == {
        one.secret.fingerprint for one in report.findings
    }


# Three parts: what joins the first two must not take the second for a name, or a comment.
THREE = {
    "append.rb": "k = 'AAA' << 'BBB' << 'CCC'\n",
    "bars.sql": "SELECT 'AAA' || 'BBB' || 'CCC';\n",
    "plus.js": "k = 'AAA' + 'BBB' + 'CCC';\n",
    "dots.lua": "k = 'AAA' .. 'BBB' .. 'CCC'\n",
    "angles.ex": 'k = "AAA" <> "BBB" <> "CCC"\n',
    "pluses.hs": 'k = "AAA" ++ "BBB" ++ "CCC"\n',
    "and.vb": 'k = "AAA" & "BBB" & "CCC"\n',
    "roof.ml": 'let k = "AAA" ^ "BBB" ^ "CCC"\n',
    "listed.py": "k = ''.join(['AAA', 'BBB', 'CCC'])\n",
    "itself.bas": 'k = "AAA"\nk = k & "BBB"\nk = k & "CCC"\n',
    "itself.js": "let k = 'AAA';\nk = k + 'BBB';\nk = k + 'CCC';\n",
    "itself.php": "<?php $k = 'AAA';\n$k = $k . 'BBB';\n$k = $k . 'CCC';\n",
    "next_line.applescript": 'set k to "AAA" & ¬\n  "BBB" & ¬\n  "CCC"\n',
}


@pytest.mark.parametrize("path", THREE)
@pytest.mark.parametrize("form", FORMS)
def test_a_key_in_three_parts_is_one_finding(path: str, form: str) -> None:
    key = keys.openai_key(form)
    third = len(key) // 3
    parts = {"AAA": key[:third], "BBB": key[third : 2 * third], "CCC": key[2 * third :]}
    content = re.sub("AAA|BBB|CCC", lambda found: parts[found[0]], THREE[path])
    report = scan([Blob(path, content.encode())])
    assert [Secret(key, "").fingerprint] == [one.secret.fingerprint for one in report.findings]
