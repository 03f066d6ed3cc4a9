"""The code action that writes a docstring from `Doc()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from typed_bg.lsp.docstring_action import write_docstring

if TYPE_CHECKING:
    from pathlib import Path

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")

CODE = '''\
from typing import Annotated
from typing_extensions import Doc


def first(x: Annotated[int, Doc("One.")]) -> None:
    """Do it."""


def second(x: Annotated[int, Doc("Two.")]) -> None:
    """Do it."""
'''


def test_only_the_function_at_the_cursor(tmp_path: Path):
    edit = write_docstring(tmp_path / "a.py", CODE, 10)
    assert edit is not None
    text = CODE[: edit.start] + edit.text + CODE[edit.end :]
    assert edit.name == "second"
    assert text.endswith('"""Do it.\n\n    Args:\n        x: Two.\n    """\n')
    assert text[: text.index("def second")] == CODE[: CODE.index("def second")]
    assert write_docstring(tmp_path / "a.py", text, 10) is None


def test_no_action_elsewhere(tmp_path: Path):
    assert write_docstring(tmp_path / "a.py", CODE, 1) is None
    assert write_docstring(tmp_path / "a.py", CODE + "def broken(", 10) is None


def test_the_server_offers_it(window):
    uri = (window.folder / "documented.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": CODE}
    window.server.tell("textDocument/didOpen", {"textDocument": document})
    spot = {"line": 9, "character": 0}
    params = {"textDocument": {"uri": uri}, "range": {"start": spot, "end": spot}}
    params["context"] = {"diagnostics": []}
    (action,) = window.server.ask("textDocument/codeAction", params)
    assert action["title"] == "Write the docstring of second from Doc()"
    (edit,) = action["edit"]["changes"][uri]
    assert edit["newText"] == "\n\n    Args:\n        x: Two.\n    "
    window.server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
