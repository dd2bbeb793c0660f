"""A scan that is told to end leaves no temporary folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys
from tempfile import TemporaryDirectory
from keyscan.ending import told_to_end
try:
    with told_to_end(), TemporaryDirectory(dir=sys.argv[1]) as folder:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
except KeyboardInterrupt:
    print(os.path.exists(folder), signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


@pytest.mark.skipif(os.name == "nt", reason="nobody is told to end there")
def test_what_is_temporary_is_removed(tmp_path: Path) -> None:
    call = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "False True\n", done.stderr
    assert list(tmp_path.iterdir()) == []
