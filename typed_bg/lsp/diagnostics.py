"""Runs `typed-bg check` for saved files, in a process of its own, and shows what it finds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from typed_bg.check.results.exit_code import COULD_NOT_CHECK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typed_bg.lsp.positions import Document
    from typed_bg.lsp.projects import Options

# The current folder is the project's: no module of it may be imported instead of another.
PROGRAM = (
    "import sys; sys.path = [folder for folder in sys.path if folder]; "
    "from typed_bg.cli import main; main()"
)
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_WORD = re.compile(r"\w+")
_UNCHECKED = frozenset({"unchecked-call", "checked-directly", "unchecked-argument"})


class Checks:
    """The checks that run, one at a time in each project."""

    def __init__(
        self,
        document: Callable[[str], Document],
        publish: Callable[[str, list[types.Diagnostic]], None],
        warn: Callable[[str], None],
    ) -> None:
        """Take what connects the checks to the editor.

        Args:
            document: Returns a document as it is now.
            publish: Shows the diagnostics of a document, instead of those before.
            warn: Called with the reason if a check does not work.
        """
        self._document = document
        self._publish = publish
        self._warn = warn
        self._running: dict[Path, asyncio.Task[None]] = {}
        self._waiting: dict[Path, dict[str, Path]] = {}
        self._shown: dict[str, list[types.Diagnostic]] = {}

    def start(self, uri: str, path: Path, root: Path, options: Options) -> None:
        """Check a file, after the check that runs in its project."""
        self._waiting.setdefault(root, {})[uri] = path
        running = self._running.get(root)
        if running is None or running.done():
            self._running[root] = asyncio.get_running_loop().create_task(self._run(root, options))

    def forget(self, uri: str) -> None:
        """Remove the diagnostics of a closed file."""
        for waiting in self._waiting.values():
            waiting.pop(uri, None)
        self._shown.pop(uri, None)
        self._publish(uri, [])

    def on_lines(self, uri: str, lines: types.Range) -> list[types.Diagnostic]:
        """Return the diagnostics that are shown on some lines of a document."""
        return [
            shown
            for shown in self._shown.get(uri, ())
            if shown.range.start.line <= lines.end.line and lines.start.line <= shown.range.end.line
        ]

    def stop(self) -> None:
        """End all checks."""
        for running in self._running.values():
            running.cancel()

    async def _run(self, root: Path, options: Options) -> None:
        while waiting := self._waiting.pop(root, None):
            try:
                report = await _report(root, list(waiting.values()), options)
                for uri, path in waiting.items():
                    self._show(uri, path, root, report)
            except CheckError as error:  # noqa: PERF203  # one check after the other
                self._warn(str(error))
            except Exception:  # noqa: BLE001  # the next check goes on, whatever is wrong here
                self._warn(f"internal error (a bug in typed-bg):\n{traceback.format_exc()}")

    def _show(self, uri: str, path: Path, root: Path, report: dict[str, Any]) -> None:
        document = self._document(uri)
        relative = path.resolve().relative_to(root.resolve()).as_posix()
        self._shown[uri] = [
            _diagnostic(finding, document)
            for finding in report["findings"]
            if finding["place"]["path"] == relative
        ]
        self._publish(uri, self._shown[uri])


class CheckError(Exception):
    """A check did not work."""


async def _report(root: Path, paths: list[Path], options: Options) -> dict[str, Any]:
    """Run a check, and return its report.

    Raises:
        CheckError: It could not check.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, "check", "--format", "json", "--allow-empty"),
        *(["--untrusted"] if options.untrusted else []),
        *options_of(options, ("--checker", "--also", "--import-root", "--python")),
        "--",
        *map(str, paths),
        cwd=root,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = await process.communicate()
    except asyncio.CancelledError:
        _kill(process)
        raise
    try:
        report: dict[str, Any] = json.loads(output)
    except ValueError as error:
        said = errors.decode(errors="replace").strip()
        message = f"typed-bg check failed with exit code {process.returncode}:\n{said}"
        raise CheckError(message) from error
    if process.returncode == COULD_NOT_CHECK and not report["findings"]:
        failed = [
            f"{run['name']}: {run['failure']}" for run in report["checkers"] if run["failure"]
        ]
        message = "typed-bg check could not check: " + "; ".join([*failed, *report["problems"]])
        raise CheckError(message)
    return report


def options_of(options: Options, names: Sequence[str]) -> list[str]:
    """Return what the editor sets as options of a command that has some of them."""
    settings = options.settings
    given = {
        "--checker": settings.checkers,
        "--also": settings.also,
        "--import-root": settings.import_root,
        "--python": (settings.python,) if settings.python else (),
    }
    return [word for name in names for value in given[name] or () for word in (name, value)]


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a check and the checkers that it started."""
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _diagnostic(finding: dict[str, Any], document: Document) -> types.Diagnostic:
    place = finding["place"]
    start = document.offset_of((place["line"], place["column"] - 1))
    if place["end_line"] is None or place["end_column"] is None:
        # Some checkers report only where a mistake starts: mark the word there.
        word = _WORD.match(document.text, start)
        end = start if word is None else word.end()
    else:
        end = document.offset_of((place["end_line"], place["end_column"] - 1))
    rule: str = finding["rule"]
    hint = rule in _UNCHECKED
    lines = [finding["message"]]
    for reason in finding["reasons"]:
        lines += [part for part in (reason["fact"], reason["fix"]) if part]
    return types.Diagnostic(
        range=types.Range(
            types.Position(*document.position(start)), types.Position(*document.position(end))
        ),
        message="\n".join(dict.fromkeys(lines)),
        severity=types.DiagnosticSeverity.Hint if hint else _SEVERITIES[finding["level"]],
        code=rule,
        code_description=types.CodeDescription(finding["url"]),
        source="typed-bg",
        data=finding["fix_command"],
    )
