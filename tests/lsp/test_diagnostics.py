"""The diagnostics of open files stay up to date, and the editor says why a check fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lsp_client import LanguageServer

APP = """\
from starlette.background import BackgroundTasks

from mail import send


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(send, "a", retries=1)
"""
MAIL = "def send(to: str) -> None: ...\n"
CONFIG = '[tool.typed_bg]\ncheckers = ["{}"]\n'


class Editor:
    """An editor with files of a project."""

    def __init__(self, server: LanguageServer, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        document = {"uri": self.uri(name), "languageId": "python", "version": 1, "text": text}
        self.server.tell("textDocument/didOpen", {"textDocument": document})

    def save(self, name: str, text: str | None = None) -> None:
        if text is not None:
            changed = {"uri": self.uri(name), "version": 2}
            params = {"textDocument": changed, "contentChanges": [{"text": text}]}
            self.server.tell("textDocument/didChange", params)
            (self.folder / name).write_text(text, "utf-8")
        self.server.tell("textDocument/didSave", {"textDocument": {"uri": self.uri(name)}})

    def next_marks(self, name: str) -> list[str]:
        """Wait until the marks of a file are published, and return their rules."""
        message = self.server.hear(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == self.uri(name)
            ),
            name,
        )
        return [mark["code"] for mark in message["params"]["diagnostics"]]

    def messages(self) -> list[str]:
        """Return the messages that were shown so far."""
        method = "window/showMessage"
        return [
            message["params"]["message"]
            for message in self.server.told
            if message["method"] == method
        ]


@pytest.fixture
def editor(tmp_path: Path, start: Callable[..., LanguageServer]) -> Iterator[Editor]:
    """An editor in which a file with a mistake is open."""
    files = {"app.py": APP, "mail.py": MAIL, "pyproject.toml": CONFIG.format("ty")}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    with start(tmp_path) as server:
        editor = Editor(server, tmp_path)
        editor.open("app.py")
        assert editor.next_marks("app.py") == ["wrong-argument"]
        yield editor


def test_a_change_of_another_file_removes_a_mark(editor: Editor):
    editor.open("mail.py")
    assert editor.next_marks("mail.py") == []
    editor.save("mail.py", MAIL.replace("to: str", "to: str, retries: int = 0"))
    assert editor.next_marks("app.py") == []
    assert editor.server.log == []


def test_a_syntax_error_removes_marks_and_is_only_logged(editor: Editor):
    editor.save("app.py", f"{APP}\ndef broken(:\n")
    assert editor.next_marks("app.py") == []
    (logged,) = editor.server.log
    assert "app.py:9" in logged
    assert editor.messages() == []
    editor.save("app.py", APP)
    assert editor.next_marks("app.py") == ["wrong-argument"]


def test_a_check_that_does_not_work_is_shown_once(editor: Editor):
    config = editor.folder / "pyproject.toml"
    config.write_text(CONFIG.format("tyy"), "utf-8")
    for _ in range(2):
        editor.save("app.py")
        assert editor.next_marks("app.py") == []
    (shown,) = editor.messages()
    assert "tyy" in shown
    config.write_text(CONFIG.format("ty"), "utf-8")
    editor.save("app.py")
    assert editor.next_marks("app.py") == ["wrong-argument"]


def test_a_link_to_a_file_of_another_project(tmp_path: Path, start: Callable[..., LanguageServer]):
    other, project = tmp_path / "other", tmp_path / "project"
    for folder in (other, project):
        folder.mkdir()
        (folder / "pyproject.toml").write_text(CONFIG.format("ty"), "utf-8")
    (other / "app.py").write_text(APP, "utf-8")
    (other / "mail.py").write_text(MAIL, "utf-8")
    (project / "link.py").symlink_to(other / "app.py")
    with start(project) as server:
        editor = Editor(server, project)
        editor.open("link.py")
        assert editor.next_marks("link.py") == ["wrong-argument"]
        assert server.log == []


def test_wrong_settings_are_shown(
    tmp_path: Path, start: Callable[..., LanguageServer], monkeypatch: pytest.MonkeyPatch
):
    import lsp_client  # noqa: PLC0415

    ask: Any = lsp_client.LanguageServer.ask

    def with_options(server: LanguageServer, method: str, params: Any) -> Any:
        options = {"initializationOptions": {"also": "queue.put"}}
        return ask(server, method, {**params, **options} if method == "initialize" else params)

    monkeypatch.setattr(lsp_client.LanguageServer, "ask", with_options)
    with start(tmp_path) as server:
        (shown,) = Editor(server, tmp_path).messages()
        assert "'also'" in shown
