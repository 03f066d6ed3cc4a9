"""The code action that runs `typed-bg fix`: its edit is what the command writes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lsp_client import LanguageServer

_APP = """\
from starlette.background import BackgroundTasks

from decorators import keep, odd


@keep
def report(user: str) -> None: ...


@odd
def strange(user: str) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "ä𝄞")
    tasks.add_task(strange, "a")
"""
_FILES = {
    "pyproject.toml": '[tool.typed_bg]\ncheckers = ["ty"]\n',
    "app.py": _APP,
    "decorators.py": "def keep(function):\n    return function  # 𝄞\n\n\n"
    "def odd(function):\n    return [function][0]\n",
}
_SECONDS = 120  # generous, since the check has to run first


def _offered(server: LanguageServer, uri: str, line: int) -> list[dict[str, Any]]:
    spot = {"line": line, "character": 0}
    params = {"textDocument": {"uri": uri}, "range": {"start": spot, "end": spot}}
    return server.ask("textDocument/codeAction", params | {"context": {"diagnostics": []}})


def _applied(text: str, edits: list[Mapping[str, Any]]) -> str:
    """Return a text after edits of whole lines."""
    lines = text.splitlines(keepends=True)
    for edit in reversed(edits):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["character"] == end["character"] == 0
        lines[start["line"] : end["line"]] = [edit["newText"]]
    return "".join(lines)


def test_the_action_makes_the_proven_edit(
    tmp_path: Path, start: Callable[..., LanguageServer]
) -> None:
    for name, content in _FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    app = tmp_path / "app.py"
    uri, line = app.as_uri(), _APP.splitlines().index('    tasks.add_task(report, "ä𝄞")')
    with start(tmp_path) as server:
        document = {"uri": uri, "languageId": "python", "version": 1, "text": _APP}
        server.tell("textDocument/didOpen", {"textDocument": document})
        end = time.monotonic() + _SECONDS
        while not (offered := _offered(server, uri, line)) and time.monotonic() < end:
            time.sleep(0.2)
        (action,) = offered
        assert action["title"] == "typed-bg fix: untyped-decorator"
        assert "edit" not in action
        assert _offered(server, uri, line + 1) == []  # of a form that it cannot annotate
        resolved = server.ask("codeAction/resolve", action)
        changed = {
            each["textDocument"]["uri"]: each["edits"]
            for each in resolved["edit"]["documentChanges"]
        }

        # What is not saved is not overwritten.
        helpers = (tmp_path / "decorators.py").as_uri()
        document = {"uri": helpers, "languageId": "python", "version": 1, "text": "x = 1\n"}
        server.tell("textDocument/didOpen", {"textDocument": document})
        assert "edit" not in server.ask("codeAction/resolve", action)
    assert list(changed) == [helpers]
    command = [str(Path(sys.executable).parent / "typed-bg"), "fix", "--write", "app.py"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)  # noqa: S603
    written = (tmp_path / "decorators.py").read_text("utf-8")
    assert written != _FILES["decorators.py"]
    assert _applied(_FILES["decorators.py"], changed[helpers]) == written
