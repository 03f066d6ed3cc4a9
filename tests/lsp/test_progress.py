"""The editor sees that a check or a fix runs, and can cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

import lsp_client
from test_fix_action import _APP, _FILES, _offered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lsp_client import LanguageServer

CANCELLED = -32800
BEGIN, REPORT, END = "begin", "report", "end"
# It takes seconds to parse, so that a request about its file has not ended when it is cancelled.
_MUCH = "\n\n".join(f"def function_{n}(a: int) -> int: return a + {n}" for n in range(4_000))


def _values(server: LanguageServer, token: object) -> list[dict[str, Any]]:
    """Return what was shown so far with a token."""
    return [
        message["params"]["value"]
        for message in server.told
        if message["method"] == "$/progress" and message["params"]["token"] == token
    ]


def _next(server: LanguageServer, kind: str) -> dict[str, Any]:
    """Wait for the next message about progress of a kind."""
    return server.hear(
        lambda message: (
            message.get("method") == "$/progress" and message["params"]["value"]["kind"] == kind
        ),
        kind,
    )["params"]


def _published(server: LanguageServer) -> list[dict[str, Any]]:
    """Return the diagnostics that were published so far."""
    nowhere = {"textDocument": {"uri": "file:///no.py"}, "position": {"line": 0, "character": 0}}
    server.ask("textDocument/hover", nowhere)  # what was sent before its answer has come too
    method = "textDocument/publishDiagnostics"
    return [message["params"] for message in server.told if message["method"] == method]


def _cancel(server: LanguageServer, token: object) -> None:
    server.tell("window/workDoneProgress/cancel", {"token": token})


def _open(server: LanguageServer, path: Path) -> str:
    document = {"languageId": "python", "version": 1, "text": path.read_text("utf-8")}
    server.tell("textDocument/didOpen", {"textDocument": {"uri": path.as_uri(), **document}})
    return path.as_uri()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose check finds something, and takes more than a moment."""
    for name, content in _FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


@pytest.fixture
def server(
    project: Path, start: Callable[..., LanguageServer], monkeypatch: pytest.MonkeyPatch
) -> Iterator[LanguageServer]:
    """A server in it, for an editor that can show progress."""
    monkeypatch.setitem(lsp_client.CAPABILITIES, "window", {"workDoneProgress": True})
    with start(project) as running:
        yield running


def test_a_check_is_shown_from_its_begin_to_its_end(server: LanguageServer, project: Path):
    _open(server, project / "app.py")
    token = _next(server, END)["token"]
    created = [message for message in server.told if message["method"].endswith("/create")]
    assert [message["params"] for message in created] == [{"token": token}]
    begin, *reports, end = _values(server, token)
    assert begin == {
        "kind": BEGIN,
        "title": "typed-bg check",
        "message": "app.py",
        "cancellable": True,
    }
    assert [report["message"] for report in reports] == ["app.py: finding calls", "app.py: ty"]
    assert end == {"kind": END}
    (shown,) = _published(server)
    assert shown["diagnostics"]


@pytest.mark.full
def test_an_editor_that_cannot_show_it_is_not_asked_to(
    project: Path, start: Callable[..., LanguageServer]
):
    with start(project) as server:
        _open(server, project / "app.py")
        server.hear(lambda message: message.get("method", "").endswith("Diagnostics"), "check")
        assert {message["method"] for message in server.told} == {"textDocument/publishDiagnostics"}


def test_a_cancelled_check_shows_nothing_and_the_next_one_runs(
    server: LanguageServer, project: Path
):
    uri = _open(server, project / "app.py")
    token = _next(server, BEGIN)["token"]
    _cancel(server, token)
    assert _next(server, END)["token"] == token
    server.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
    assert _next(server, END)["token"] != token
    (shown,) = _published(server)
    assert shown["diagnostics"]
    assert server.log == []


@pytest.mark.full
def test_a_file_that_is_closed_while_it_is_checked_gets_no_diagnostics(
    server: LanguageServer, project: Path
):
    uri = _open(server, project / "app.py")
    _next(server, BEGIN)
    server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    _next(server, END)
    assert [shown["diagnostics"] for shown in _published(server)] == [[]]


@pytest.mark.full
def test_a_fix_is_shown_and_can_be_cancelled(server: LanguageServer, project: Path):
    uri = _open(server, project / "app.py")
    _next(server, END)
    (action,) = _offered(server, uri, _APP.splitlines().index('    tasks.add_task(report, "ä𝄞")'))
    request = server.start("codeAction/resolve", action)
    begin = _next(server, BEGIN)
    assert begin["value"]["title"] == "typed-bg fix"
    _cancel(server, begin["token"])
    answer = server.answer_to(request, "codeAction/resolve")
    assert "edit" not in answer["result"]
    assert _values(server, begin["token"])[-1] == {"kind": END}


def _hover(server: LanguageServer, path: Path) -> dict[str, Any]:
    line = path.read_text("utf-8").splitlines().index("@keep")
    position = {"line": line, "character": 2}
    return {"textDocument": {"uri": _open(server, path)}, "position": position}


def test_a_question_is_answered_while_a_check_runs(server: LanguageServer, project: Path):
    hover = _hover(server, project / "app.py")
    server.ask("textDocument/hover", hover)  # the first answer takes longer
    while not _published(server):
        _next(server, END)
    server.tell("textDocument/didSave", {"textDocument": hover["textDocument"]})
    token = _next(server, BEGIN)["token"]
    server.ask("textDocument/hover", hover)
    assert END not in [value["kind"] for value in _values(server, token)]
    assert _next(server, END)["token"] == token


def test_a_request_with_a_token_is_shown_with_it(server: LanguageServer, project: Path):
    hover = _hover(server, project / "app.py")
    assert server.capabilities["hoverProvider"] == {"workDoneProgress": True}
    server.ask("textDocument/hover", {**hover, "workDoneToken": "mine"})
    assert [value["kind"] for value in _values(server, "mine")] == [BEGIN, END]


@pytest.mark.parametrize("how", ["token", "request"])
def test_a_cancelled_request_ends_and_the_next_one_is_answered(
    server: LanguageServer, project: Path, how: str
):
    path = project / "app.py"
    path.write_text(path.read_text("utf-8") + _MUCH, "utf-8")
    hover = _hover(server, path)
    request = server.start("textDocument/hover", {**hover, "workDoneToken": 7})
    _next(server, BEGIN)
    if how == "token":
        _cancel(server, 7)
    else:
        server.tell("$/cancelRequest", {"id": request})
    assert server.answer_to(request, "textDocument/hover")["error"]["code"] == CANCELLED
    assert _values(server, 7)[-1] == {"kind": END}
    server.ask("textDocument/hover", hover)
    assert server.log == []
