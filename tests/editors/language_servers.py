"""The seven language servers: how each is started, and where it finds what is installed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from lsp_client import LanguageServer


@dataclass(frozen=True)
class Server:
    """A language server that is installed beside this Python."""

    name: str
    command: tuple[str, ...]
    distribution: str

    @property
    def version(self) -> str:
        """The installed version."""
        return version(self.distribution)

    def start(self, workspace: Path) -> LanguageServer:
        """Start it as an editor does in whose terminal the environment is activated."""
        scripts = Path(sys.executable).parent
        path = os.pathsep.join((str(scripts), os.environ.get("PATH", "")))
        program, *arguments = self.command
        return LanguageServer(
            [str(scripts / program), *arguments],
            workspace,
            settings={"python": {"pythonPath": sys.executable}},
            environment={**os.environ, "VIRTUAL_ENV": sys.prefix, "PATH": path},
        )


SERVERS = {
    server.name: server
    for server in (
        Server("pyright", ("pyright-langserver", "--stdio"), "pyright"),
        Server("basedpyright", ("basedpyright-langserver", "--stdio"), "basedpyright"),
        Server("ty", ("ty", "server"), "ty"),
        Server("pyrefly", ("pyrefly", "lsp"), "pyrefly"),
        Server("zuban", ("zuban", "server"), "zuban"),
        Server("jedi-language-server", ("jedi-language-server",), "jedi-language-server"),
        Server("pylsp", ("pylsp",), "python-lsp-server"),
    )
}

# It runs next to one of the others.
OURS = Server("typed-bg lsp", ("typed-bg", "lsp"), "typed-bg")
