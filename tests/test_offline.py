"""With the network shut, planie imports, extracts and runs its command line; no pickle is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHUT = """
import os, sys

def shut(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname") or event == "pickle.find_class":
        os.write(2, f"refused: {event} {arguments}".encode("utf-8", "replace"))
        os._exit(97)  # no handler of a library can swallow this

sys.addaudithook(shut)
"""


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SHUT + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://example.org')",
        "import pickle, fractions; pickle.loads(pickle.dumps(fractions.Fraction(1)))",
    ],
)
def test_the_net_is_shut(code: str) -> None:
    ran = _run(code)
    assert (ran.returncode, ran.stderr[:8]) == (97, "refused:")


def test_import() -> None:
    ran = _run("import planie; [getattr(planie, name) for name in planie.__all__]")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_extract(root: Path) -> None:
    code = "import planie, sys; print(len(planie.extract(open(sys.argv[1], encoding='utf-8').read()).targets))"
    ran = _run(code, str(root / "examples" / "plan.txt"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert int(ran.stdout) > 5


def test_command_line(root: Path) -> None:
    ran = _run("from planie.cli import main; main()", "extract", str(root / "examples" / "plan.txt"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["issuer"] == "云桥县教育局"
