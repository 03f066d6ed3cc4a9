"""A server that does not work is distinguished from one that has nothing to show."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import lsp_client
import pytest
from lsp_client import LanguageServer, ServerError

if TYPE_CHECKING:
    from pathlib import Path

# Answers each request as HOW says, once it has been introduced.
SERVER = """
import json, sys

def read():
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        length = int(line.partition(b":")[2])
    return json.loads(sys.stdin.buffer.read(length))

def write(**message):
    body = json.dumps(message)
    sys.stdout.buffer.write(f"Content-Length: {len(body)}\\r\\n\\r\\n{body}".encode())
    sys.stdout.buffer.flush()

sys.stdout.buffer.write(b"downloading ...\\r\\n\\r\\n")
asked = read()
write(id=asked["id"], result={"capabilities": {}})
assert read()["method"] == "initialized"
asked = read()
HOW
while (asked := read())["method"] != "exit":
    write(id=asked["id"], result="bye")
"""


def _start(folder: Path, how: str) -> LanguageServer:
    script = folder / "server.py"
    script.write_text(SERVER.replace("HOW", how), encoding="utf-8")
    return LanguageServer(
        [sys.executable, str(script)],
        folder,
        settings={"python": {"analysis": {"depth": 7}}},
        environment=os.environ,
    )


@pytest.mark.parametrize(
    ("how", "result"),
    [
        ("write(id=asked['id'], result=[1])", [1]),
        ("write(id=asked['id'], result=None)", None),
        # What is said meanwhile is not the answer, and what is asked meanwhile gets its own.
        ("write(method='log', params={}); write(id=asked['id'], result=2)", 2),
        (
            """
write(id=8, method='workspace/configuration',
      params={'items': [{'section': 'python.analysis'}, {'section': 'no'}]})
write(id=asked['id'], result=read()['result'])
""",
            [{"depth": 7}, {}],
        ),
        (
            "write(id=99, method='client/other'); write(id=asked['id'], result=read()['error'])",
            {"code": -32601, "message": "no client/other here"},
        ),
        (
            """
write(id=asked['id'], error={'code': -32801, 'message': 'changed'})
write(id=read()['id'], result='again')
""",
            "again",
        ),
    ],
)
def test_answer(tmp_path: Path, how: str, result: object) -> None:
    """The answer to a request is its result, whatever comes before it."""
    with _start(tmp_path, how) as server:
        assert server.ask("textDocument/hover", {}) == result


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("write(id=asked['id'], error={'code': 1, 'message': 'no such file'})", "no such file"),
        ("sys.exit('out of memory')", "out of memory"),
        ("sys.stdout.buffer.write(b'Content-Length: 9\\r\\n\\r\\n{'); sys.exit()", "no answer"),
    ],
)
def test_failure_is_no_answer(tmp_path: Path, how: str, said: str) -> None:
    """An error, or the server's end, is no empty answer, and says what the server said."""
    with _start(tmp_path, how) as server, pytest.raises(ServerError, match=said):
        server.ask("textDocument/hover", {})


def test_server_that_does_not_start(tmp_path: Path) -> None:
    """The error includes what the server wrote when it failed to start."""
    command = [sys.executable, "-c", "import sys; sys.exit('no licence')"]
    with pytest.raises(ServerError, match="no licence"):
        LanguageServer(command, tmp_path, settings={}, environment=os.environ)


def test_server_that_says_nothing_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not keep the tests waiting for ever."""
    with _start(tmp_path, "import time; time.sleep(600)") as server:
        monkeypatch.setattr(lsp_client, "SECONDS_FOR_AN_ANSWER", 0.1)
        with pytest.raises(ServerError, match="no answer"):
            server.ask("textDocument/hover", {})
