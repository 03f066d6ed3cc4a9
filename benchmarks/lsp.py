"""Measures how fast `typed-bg lsp` answers while a module of a large package is being written.

Print the tables: `python -m benchmarks.lsp [--package NAME==VERSION] [--edits N]`. The server runs
as an editor starts it. Each request follows an edit, as when somebody types.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from rich.console import Console
from rich.table import Table

from benchmarks.check import install
from typed_bg._source.files import python_files

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CURSOR = "|"
MODULE = '''\
from typing import Annotated

from fastapi import FastAPI, Query
from typing_extensions import Doc

from langflow.services.deps import get_settings_service
from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def send_email(
    to: Annotated[str, Doc("The address that gets the email.")],
    *,
    retries: Annotated[int, Doc("How often a failed delivery is tried again.")] = 3,
) -> None:
    """Send an email."""


async def signup(email: str, tasks: BackgroundTasks) -> None:
'''
PLACES = {
    "signature help, a task": ("signature_help", "tasks.add_task(send_email, |"),
    "signature help, FastAPI's Doc": ("signature_help", "Query(|"),
    "completion": ("completion", "tasks.add_task(send_email, email, ret|"),
    "hover": ("hover", "tasks.add_task(send_email, email, ret|ries=2)"),
}
PAGE = 4096
MEMORY = Path("/proc")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lsp", description=__doc__)
    parser.add_argument("--package", default="langflow-base==1.13.0", help="the package to edit")
    parser.add_argument("--edits", type=int, default=1_000, help="how many edits are made in all")
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as scratch:
        tree = Path(scratch, "package").resolve()
        install(tree, asked.package)
        console.print(f"{asked.package}, {len(python_files(tree).files)} files\n")
        asyncio.run(_measure(tree, asked.edits, console))


async def _measure(tree: Path, edits: int, console: Console) -> None:
    client = LanguageClient("benchmark", "1")
    await client.start_io(str(Path(sys.executable).with_name("typed-bg")), "lsp")
    folder = types.WorkspaceFolder(tree.as_uri(), tree.name)
    options = {"diagnostics": False, "python": sys.executable}
    await client.initialize_async(
        types.InitializeParams(
            types.ClientCapabilities(),
            workspace_folders=[folder],
            initialization_options=options,
        )
    )
    client.initialized(types.InitializedParams())
    window = _Window(client, (tree / "signup.py").as_uri())
    table = Table("request", "first, ms", "median, ms", "95th percentile, ms", title="answers")
    each = edits // len(PLACES)
    memory: list[int] = []
    for name, (method, code) in PLACES.items():
        request: Callable[[Any], Awaitable[Any]]
        request = getattr(client, f"text_document_{method}_async")
        first = await window.ask(request, method, code)
        taken = [await window.ask(request, method, code) for _ in range(each)]
        centiles = statistics.quantiles(taken, n=20)
        table.add_row(name, *(f"{value:.0f}" for value in (first, centiles[9], centiles[18])))
        memory.append(_resident(client))
    console.print(table)
    megabytes = ", ".join(f"{size / 1e6:.0f}" for size in memory)
    console.print(f"memory after each {each} edits, MB: {megabytes}")
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


class _Window:
    """A module that is being written."""

    def __init__(self, client: LanguageClient, uri: str) -> None:
        self._client = client
        self._uri = uri
        self._version = 0
        document = types.TextDocumentItem(uri, "python", 0, MODULE)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    async def ask(self, request: Callable[[Any], Awaitable[Any]], method: str, code: str) -> float:
        """Edit the module, and return how many milliseconds the next answer takes."""
        self._version += 1
        before, _, after = code.partition(CURSOR)
        text = f"{MODULE}    # edit {self._version}\n    {before}"
        position = types.Position(text.count("\n"), len(text.rpartition("\n")[2]))
        document = types.VersionedTextDocumentIdentifier(self._version, self._uri)
        change = types.TextDocumentContentChangeWholeDocument(text + after)
        began = time.perf_counter()
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        kinds = {
            "signature_help": types.SignatureHelpParams,
            "completion": types.CompletionParams,
            "hover": types.HoverParams,
        }
        where = types.TextDocumentIdentifier(self._uri), position
        answer = await request(kinds[method](*where))
        taken = (time.perf_counter() - began) * 1e3
        if not answer:
            msg = f"no answer at {code}"
            raise RuntimeError(msg)
        return taken


def _resident(client: LanguageClient) -> int:
    """Return the server's resident memory in bytes; 0 where the system does not say it."""
    try:
        pid = client._server.pid  # type: ignore[union-attr]  # noqa: SLF001
        return int((MEMORY / str(pid) / "statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


if __name__ == "__main__":
    main()
