"""Measures how fast `typed-bg lsp` answers while a module of a large package is being written.

Print the tables: `python -m benchmarks.lsp [--package NAME==VERSION] [--edits N] [--lines N]`. The
server runs as an editor starts it. Each request follows an edit, as when somebody types. `--lines`
puts so many lines before the place, and edits every 50 ms without waiting for answers. At the end,
a file is saved, and the check is compared with the checker's own run on that file, in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from rich.console import Console
from rich.table import Table

from benchmarks.check import PYTHON, install
from benchmarks.processes import resident_memory
from typed_bg._source.files import python_files
from typed_bg.checkers import CHECKERS
from typed_bg.checkers import run as run_checker

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
FUNCTION = '''\
def function_{0}(first: int, second: str = "x", *, third: float = 1.0) -> dict[str, object]:
    """Do number {0}."""
    value = first * {0}
    for item in range(value):
        print(item, second, third, sep=", ")
    return {{"value": value, "second": second, "third": third}}


'''
PAUSE = 0.05  # seconds between edits
PLACES = {
    "signature help, a task": ("signature_help", "tasks.add_task(send_email, |"),
    "signature help, FastAPI's Doc": ("signature_help", "Query(|"),
    "completion": ("completion", "tasks.add_task(send_email, email, ret|"),
    "hover": ("hover", "tasks.add_task(send_email, email, ret|ries=2)"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lsp", description=__doc__)
    parser.add_argument("--package", default="langflow-base==1.13.0", help="the package to edit")
    parser.add_argument("--edits", type=int, default=1_000, help="how many edits are made in all")
    parser.add_argument("--saves", type=int, default=5, help="how often a file is saved")
    parser.add_argument("--checker", action="append", choices=list(CHECKERS), help="default: ty")
    parser.add_argument("--lines", type=int, help="write a module of so many lines instead")
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as scratch:
        tree = Path(scratch, "package").resolve()
        install(tree, asked.package)
        console.print(f"{asked.package}, {len(python_files(tree).files)} files\n")
        if asked.lines is None:
            asyncio.run(_measure(tree, asked.edits, console))
            checkers: list[str] = asked.checker or ["ty"]
            console.print(asyncio.run(_measure_saves(tree, checkers, asked.saves)))
        else:
            asyncio.run(_measure_large(tree, asked.lines, asked.edits, console))


async def _started(
    tree: Path, client: LanguageClient | None = None, checkers: list[str] | None = None
) -> LanguageClient:
    """Start a server, which checks saved files if it is given checkers."""
    client = client or LanguageClient("benchmark", "1")
    await client.start_io(str(Path(sys.executable).with_name("typed-bg")), "lsp")
    folder = types.WorkspaceFolder(tree.as_uri(), tree.name)
    options = {
        "diagnostics": checkers is not None,
        "checkers": checkers or [],
        "python": sys.executable,
    }
    window = types.WindowClientCapabilities(work_done_progress=True)
    await client.initialize_async(
        types.InitializeParams(
            types.ClientCapabilities(window=window),
            workspace_folders=[folder],
            initialization_options=options,
        )
    )
    client.initialized(types.InitializedParams())
    return client


async def _measure(tree: Path, edits: int, console: Console) -> None:
    client = await _started(tree)
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
    await _ended(client)


async def _measure_saves(tree: Path, names: list[str], saves: int) -> Table:
    """Measure the check that follows a save, and the checker's own run, each with its cache."""
    table = Table(
        *(
            "checker",
            "starts after, ms",
            "first step, s",
            "marks, s",
            "the checker alone, s",
            "ratio",
        ),
        title="checks of a saved file, medians",
    )
    for name in names:
        client = _CheckedClient()
        await _started(tree, client, [name])
        path = tree / "saved.py"
        text = f"{MODULE}    tasks.add_task(send_email, email, wrong=1)\n"
        path.write_text(text, "utf-8")
        document = types.TextDocumentItem(path.as_uri(), "python", 0, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        await client.next_marks()
        started: list[float] = []
        stepped: list[float] = []
        marked: list[float] = []
        alone: list[float] = []
        saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
        with tempfile.TemporaryDirectory() as cache:
            for _ in range(saves + 1):
                began = time.perf_counter()
                client.text_document_did_save(saved)
                await client.next_marks()
                marked.append(time.perf_counter() - began)
                started.append(client.started - began)
                stepped.append(client.stepped - began)
                plain = run_checker(
                    CHECKERS[name], tree, paths=(path.name,), python=PYTHON, cache_dir=Path(cache)
                )
                alone.append(plain.seconds)
        await _ended(client)
        # The first runs fill the caches.
        starts, steps, marks, own = (
            statistics.median(each[1:]) for each in (started, stepped, marked, alone)
        )
        shown = (f"{starts * 1e3:.0f}", *(f"{each:.2f}" for each in (steps, marks, own)))
        table.add_row(name, *shown, f"{marks / own:.2f}x")
    return table


class _CheckedClient(LanguageClient):
    """An editor that notes when a check starts and when its marks are shown."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.started = self.stepped = 0.0
        self._has_stepped = False
        self._marks: asyncio.Queue[int] = asyncio.Queue()
        self.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)(lambda _params: None)
        # pygls sets attributes of what it is given.
        self.feature(types.PROGRESS)(partial(self._progress))
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self._shown))

    async def next_marks(self) -> None:
        """Wait until the marks of the file are published."""
        if not await self._marks.get():
            msg = "the check found nothing"
            raise RuntimeError(msg)

    def _progress(self, params: types.ProgressParams) -> None:
        value: Any = params.value
        kind = value["kind"] if isinstance(value, dict) else value.kind
        if kind == "begin":
            self.started, self._has_stepped = time.perf_counter(), False
        elif kind == "report" and not self._has_stepped:  # the command reports its first step
            self.stepped, self._has_stepped = time.perf_counter(), True

    def _shown(self, params: types.PublishDiagnosticsParams) -> None:
        self._marks.put_nowait(len(params.diagnostics))


async def _ended(client: LanguageClient) -> None:
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]  # pygls does not annotate it


async def _measure_large(tree: Path, lines: int, edits: int, console: Console) -> None:
    client = await _started(tree)
    request = client.text_document_signature_help_async
    method, code = PLACES["signature help, a task"]
    other = _Window(client, (tree / "signup.py").as_uri())
    await other.ask(request, method, code)
    before = "".join(map(FUNCTION.format, range(lines // FUNCTION.count("\n"))))
    console.print(f"a module of {len(before) / 1e6:.1f} MB")
    large = _Window(client, (tree / "large.py").as_uri(), before)
    first = asyncio.create_task(large.ask(request, method, code))
    meanwhile = [await other.ask(request, method, code) for _ in range(5)]
    console.print(f"first answer, ms: {await first:.0f}; in another module: {max(meanwhile):.0f}")
    memory = [_resident(client)]
    waiting: list[asyncio.Task[float]] = []
    meanwhile = []
    for edit in range(edits):
        waiting.append(asyncio.create_task(large.ask(request, method, code, may_be_old=True)))
        await asyncio.sleep(PAUSE)
        if edit % 20 == 0:
            meanwhile.append(await other.ask(request, method, code))
    await asyncio.gather(*waiting)
    memory.append(_resident(client))
    console.print(
        f"after {edits} edits, ms: {await waiting[-1]:.0f}; in another module meanwhile, median: "
        f"{statistics.median(meanwhile):.0f}, longest: {max(meanwhile):.0f}"
    )
    console.print(f"memory before and after, MB: {memory[0] / 1e6:.0f}, {memory[1] / 1e6:.0f}")
    await _ended(client)


class _Window:
    """A module that is being written."""

    def __init__(self, client: LanguageClient, uri: str, before: str = "") -> None:
        self._client = client
        self._uri = uri
        self._module = before + MODULE
        self._version = 0
        document = types.TextDocumentItem(uri, "python", 0, self._module)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    async def ask(
        self,
        request: Callable[[Any], Awaitable[Any]],
        method: str,
        code: str,
        *,
        may_be_old: bool = False,
    ) -> float:
        """Edit the module, and return how many milliseconds the next answer takes.

        If it may be old, the answer may be empty: the same is asked about a newer text.
        """
        self._version += 1
        before, _, after = code.partition(CURSOR)
        text = f"{self._module}    # edit {self._version}\n    {before}"
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
        if not answer and not may_be_old:
            msg = f"no answer at {code}"
            raise RuntimeError(msg)
        return taken


def _resident(client: LanguageClient) -> int:
    """Return the server's resident memory in bytes."""
    return resident_memory(client._server.pid)  # type: ignore[union-attr]  # noqa: SLF001


if __name__ == "__main__":
    main()
