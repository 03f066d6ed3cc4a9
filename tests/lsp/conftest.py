"""A running `typed-bg lsp`, and a project in front of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.append(str(Path(__file__).parents[1] / "editors"))  # the client for all servers

from lsp_client import LanguageServer
from window import MAIL, MODELS, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def start() -> Callable[..., LanguageServer]:
    """Start a server in a folder."""

    def start(folder: Path, **more: object) -> LanguageServer:
        command = [str(Path(sys.executable).parent / "typed-bg"), "lsp"]
        environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
        options = {"environment": environment, "settings": {}, **more}
        return LanguageServer(command, folder, **options)

    return start


@pytest.fixture(scope="session")
def window(
    tmp_path_factory: pytest.TempPathFactory, start: Callable[..., LanguageServer]
) -> Iterator[Window]:
    """An editor's window with a project, for all tests in one process."""
    folder = tmp_path_factory.mktemp("project").resolve()
    (folder / "pyproject.toml").write_text('[tool.typed_bg]\nalso = ["queue_of.put"]\n')
    (folder / "mail.py").write_text(MAIL, encoding="utf-8")
    (folder / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "queue_of.py").write_text("def put(function, /, *args, **kwargs): ...\n")
    with start(folder) as server:
        yield Window(server, folder)
