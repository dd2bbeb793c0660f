"""A history finds what each of its blobs holds, however often versions repeat each other."""

import base64
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contexts import CONTEXTS
from keys import PROVIDER_FORMS, alnum, openai_key
from keyscan.history import Wanted, scan_history
from keyscan.model import Blob
from keyscan.pipeline import scan

FILLING = [f"value_{n} = compute({n}, 'some/path/of/a/file_{n}', api_key=None)" for n in range(60)]


def versions(content: bytes, chance: random.Random) -> Iterator[bytes]:
    """A file before a key came in, with it, with other lines changed, and after it."""
    lines = [line.encode() for line in FILLING]
    if b"\0" in content or content[:2] in (b"PK", b"\x1f\x8b", b"x\x9c") or b"\n" not in content:
        yield from (content, content)
        return
    yield b"\n".join(lines)
    for _ in range(2):
        lines[chance.randrange(len(lines))] = b"changed = %d" % chance.randrange(10**6)
        half = len(lines) // 2
        yield b"\n".join((*lines[:half], content.rstrip(b"\n"), *lines[half:]))
    yield b"\n".join(lines) + b"\n"


def files() -> dict[str, bytes]:
    """Names and contents: contexts, forms, texts in base64 that hold something or nothing."""
    made = {
        f"{at}/{path}": build(openai_key("proj-20"))
        for at, (path, build) in enumerate(list(CONTEXTS.values())[::6])
    }
    for form, build_key in PROVIDER_FORMS.items():
        made[f"{form}.py"] = f"client = Client(\n    api_key='{build_key()}',\n)\n".encode()
    settings = f"openai:\n  api_key: {alnum(48)}\n  base_url: https://api.openai.com/v1\n"
    made["settings.b64"] = base64.encodebytes(settings.encode())
    made["nothing.b64"] = base64.encodebytes(b"a certificate of an authority in some country" * 9)
    return made


def imported(repo: Path, contents: dict[str, bytes]) -> None:
    """Round by round, so that versions of one file stand apart in the pack."""
    chance = random.Random(7)
    every = {name: list(versions(content, chance)) for name, content in contents.items()}
    stream = []
    for number in range(4):
        stream.append(
            b"commit refs/heads/main\ncommitter a <a@example.invalid> %d +0000\ndata 1\nx\n"
            % (1_700_000_000 + number)
        )
        for name, some in every.items():
            if number < len(some):
                stream.append(
                    b"M 100644 inline %s\ndata %d\n%s\n"
                    % (name.encode(), len(some[number]), some[number])
                )
    subprocess.run(["git", "init", "-q", "--bare", str(repo)], check=True)
    command = ["git", "-C", str(repo), "fast-import", "--quiet"]
    subprocess.run(command, input=b"".join(stream), check=True)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_history_finds_what_each_of_its_versions_holds(tmp_path: Path, processes: int) -> None:
    contents = files()
    chance = random.Random(7)
    wanted = set()
    for name, content in contents.items():
        for text in versions(content, chance):
            report = scan([Blob(name, text)])
            wanted |= {(one.secret, one.provider) for one in report.findings}
    imported(tmp_path / "repo", contents)
    options = Wanted(processes=processes, cache=False)
    report = scan_history(str(tmp_path / "repo"), options, lambda _files, _bytes: None)
    assert len(wanted) > 60
    found = {(one.secret, one.provider) for one in report.findings}
    assert {secret.redacted for secret, _ in wanted - found} == set()
    assert {secret.redacted for secret, _ in found - wanted} == set()
