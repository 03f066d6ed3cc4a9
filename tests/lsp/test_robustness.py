"""Nothing that is typed ends the server, and nothing of the project runs."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from window import CURSOR, HEAD, MAIL, Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsp_client import LanguageServer

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")


def test_astral_characters_and_windows_newlines(window: Window):
    head = HEAD.replace("\n", "\r\n")
    answer = window.signature("x = '😋é'; tasks.add_task(send_email, '😋', ‸", head)
    assert answer.marked == "subject: str"


@pytest.mark.full
def test_utf_8_positions(tmp_path: Path, start: Callable[..., LanguageServer], monkeypatch):
    import lsp_client  # noqa: PLC0415

    general = {"positionEncodings": ["utf-8", "utf-16"]}
    monkeypatch.setitem(lsp_client.CAPABILITIES, "general", general)
    (tmp_path / "mail.py").write_text(MAIL, encoding="utf-8")
    with start(tmp_path) as server:
        assert server.capabilities["positionEncoding"] == "utf-8"
        window = Window(server, tmp_path)
        code = "x = '😋é'; tasks.add_task(send_email, 'a', 'b', retr‸ies=2)"
        shown = window.ask("hover", code, HEAD, "utf-8")
        assert "retries: int = 3" in shown["contents"]["value"]
        line = (HEAD + code).rpartition("\n")[2].replace(CURSOR, "")
        start_of = len(line.partition("retries")[0].encode())
        assert shown["range"]["start"]["character"] == start_of


def test_nothing_of_the_project_runs(tmp_path: Path, start: Callable[..., LanguageServer]):
    proof = tmp_path / "ran"
    code = f"open({str(proof)!r}, 'a').write(__file__)\n"
    folder = tmp_path / "project"
    site = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (folder / ".venv" / "bin").mkdir()
    (folder / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f"#!/bin/sh\necho >> {proof}\n")
    python.chmod(0o755)
    (site / "evil.pth").write_text(f"import os; {code}")
    for name in ("mail.py", "conftest.py", "sitecustomize.py", "jedi.py", "typing_extensions.py"):
        (folder / name).write_text(code + (MAIL if name == "mail.py" else ""), encoding="utf-8")
    (site / "installed.py").write_text(code + "def run(speed: int) -> None: ...\n")
    environment = {"PATH": "", "HOME": str(tmp_path)}
    with start(folder, environment=environment) as server:
        window = Window(server, folder)
        head = HEAD + "import installed\n    "
        assert window.signature("tasks.add_task(installed.run, ‸", head).marked == "speed: int"
        assert window.signature("tasks.add_task(send_email, ‸", head).marked.startswith("to")
    assert not proof.exists()
    assert not [path for path in folder.rglob("*") if path.name in {"__pycache__", ".jedi"}]


def test_a_failing_request_is_logged_and_the_next_one_answered(
    tmp_path: Path, start: Callable[..., LanguageServer]
):
    (tmp_path / "mail.py").write_text(MAIL, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.typed_bg]\nalso = [1]\n")
    with start(tmp_path) as server:
        window = Window(server, tmp_path)
        assert window.signature("tasks.add_task(send_email, ‸").marked == "to: str"
        params = {
            "textDocument": {"uri": "file:///missing.py"},
            "position": {"line": 0, "character": 0},
        }
        assert server.ask("textDocument/hover", params) is None
        assert window.signature("tasks.add_task(send_email, ‸").marked == "to: str"


@pytest.mark.full
def test_a_broken_file_of_the_cache_is_parsed_again(
    tmp_path: Path, start: Callable[..., LanguageServer]
):
    """A server that is killed while it writes leaves half a file."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "mail.py").write_text(MAIL, encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    code = "tasks.add_task(send_email, ‸"
    with start(project, environment=environment) as server:
        assert Window(server, project).signature(code).marked == "to: str"
    cache = tmp_path / "typed_bg" / "jedi"
    files = list(cache.rglob("*.pkl"))
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with start(project, environment=environment) as server:
        assert Window(server, project).signature(code).marked == "to: str"


@pytest.mark.full
def test_two_servers_use_different_caches(tmp_path: Path, start: Callable[..., LanguageServer]):
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    project.mkdir()
    temporary.mkdir()
    (project / "mail.py").write_text(MAIL, encoding="utf-8")
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TMPDIR": str(temporary),
    }
    code = "tasks.add_task(send_email, ‸"
    with start(project, environment=environment) as first:
        Window(first, project).signature(code)
        assert not list(temporary.iterdir())
        with start(project, environment=environment) as second:
            assert Window(second, project).signature(code).marked == "to: str"
            assert list(temporary.rglob("*.pkl"))
    assert not list(temporary.iterdir())


@pytest.mark.full
def test_each_workspace_folder_is_a_project_of_its_own(
    tmp_path: Path, start: Callable[..., LanguageServer]
):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, name in ((first, "to"), (second, "receiver")):
        folder.mkdir()
        mail = MAIL.replace("    to: Annotated", f"    {name}: Annotated")
        (folder / "mail.py").write_text(mail, encoding="utf-8")
    code = "tasks.add_task(send_email, ‸"
    folders = [{"uri": second.as_uri(), "name": "second"}]
    with start(first) as server:
        for change in ({"added": folders, "removed": []}, {"added": [], "removed": folders}):
            server.tell("workspace/didChangeWorkspaceFolders", {"event": change})
            assert Window(server, first).signature(code).marked == "to: str"
            assert Window(server, second).signature(code).marked == "receiver: str"
        assert server.log == []


@pytest.mark.full
@pytest.mark.parametrize("name", ["my project", "c++", "Größe 😋", "100%25"])
def test_a_folder_whose_name_is_percent_encoded(
    tmp_path: Path, start: Callable[..., LanguageServer], name: str
):
    project = tmp_path / name
    project.mkdir()
    mail = project / "mail.py"
    mail.write_text(MAIL, encoding="utf-8")
    (project / "pyproject.toml").write_text('[tool.typed_bg]\ncheckers = ["ty"]\n')
    signup = project / "signup.py"
    signup.write_text(HEAD + "tasks.add_task(send_email)\n", encoding="utf-8")
    text = signup.read_text("utf-8")
    document = {"uri": signup.as_uri(), "languageId": "python", "version": 1, "text": text}
    with start(project) as server:
        assert Window(server, project).signature("tasks.add_task(send_email, ‸").marked == "to: str"
        server.tell("textDocument/didOpen", {"textDocument": document})
        shown = server.hear(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and bool(message["params"]["diagnostics"])
            ),
            "diagnostics",
        )
        assert shown["params"]["uri"] == signup.as_uri()
        assert shown["params"]["diagnostics"][0]["code"] == "wrong-argument"
        assert server.log == []


@pytest.mark.full
def test_a_deleted_folder(tmp_path: Path, start: Callable[..., LanguageServer]):
    project = tmp_path / "project"
    project.mkdir()
    mail = project / "mail.py"
    mail.write_text(MAIL, encoding="utf-8")
    code = "tasks.add_task(send_email, ‸"
    with start(project) as server:
        window = Window(server, project)
        assert window.signature(code).marked == "to: str"
        document = {"uri": mail.as_uri(), "languageId": "python", "version": 1, "text": MAIL}
        shutil.rmtree(project)
        server.tell("textDocument/didOpen", {"textDocument": document})
        server.tell("textDocument/didSave", {"textDocument": {"uri": mail.as_uri()}})
        assert window.signature("def f(a: int): ...\n    tasks.add_task(f, ‸").marked == "a: int"
        assert server.log == []


def test_cells_of_a_notebook_get_no_answer(tmp_path: Path, start: Callable[..., LanguageServer]):
    uri = f"vscode-notebook-cell:{tmp_path / 'notes.ipynb'}#W0"
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "print()"}
    where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 6}}
    with start(tmp_path) as server:
        server.tell("textDocument/didOpen", {"textDocument": document})
        assert server.ask("textDocument/hover", where) is None
        assert server.ask("textDocument/signatureHelp", where) is None
        assert server.ask("textDocument/completion", where) == []
        server.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
        server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert server.log == []
