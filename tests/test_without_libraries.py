"""Without the search libraries the standard library finds exactly the same, over the corpus."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import keys
from contexts import CONTEXTS

_SCAN = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None
from keyscan.__main__ import main
main(["scan", "--format", "json", "--no-ignore", "."])
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for each context, each with a key of another form; and files without any."""
    root = tmp_path_factory.mktemp("corpus")
    forms = list(keys.OPENAI_FORMS)
    for index, (name, (path, build)) in enumerate(CONTEXTS.items()):
        folder = root / f"{index}"
        folder.mkdir()
        text = build(keys.openai_key(forms[index % len(forms)]))
        data = text if isinstance(text, bytes) else text.encode()
        (folder / Path(path).name).write_bytes(data)
        assert name
    for index, code in enumerate(Path(keys.__file__).parent.glob("*.py")):
        (root / f"clean{index}.py").write_bytes(code.read_bytes() * 20)
    return root


def _found(root: Path, *blocked: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", _SCAN.format(blocked=blocked)], cwd=root, capture_output=True
    )
    report = json.loads(done.stdout)
    return [done.returncode, report["findings"], report["suppressed"], report["gaps"]]


@pytest.mark.parametrize("blocked", [("hyperscan",), ("hyperscan", "stringzilla")])
def test_the_same_is_found(corpus: Path, blocked: tuple[str, ...]) -> None:
    expected = _found(corpus)
    assert len(expected[1]) > 400  # type: ignore[arg-type]
    assert _found(corpus, *blocked) == expected
