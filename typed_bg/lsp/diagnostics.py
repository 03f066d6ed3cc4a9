"""Runs `typed-bg check` for saved files, in a process of its own, and shows what it finds."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from typed_bg.check.results.exit_code import COULD_NOT_CHECK
from typed_bg.lsp.command import options_of, run_command
from typed_bg.lsp.progress import CancelledInEditorError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typed_bg.lsp.positions import Document
    from typed_bg.lsp.progress import Progress
    from typed_bg.lsp.projects import Options

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
        progress: Progress,
    ) -> None:
        """Take what connects the checks to the editor.

        Args:
            document: Returns a document as it is now.
            publish: Shows the diagnostics of a document, instead of those before.
            warn: Called with the reason if a check does not work.
            progress: Shows that a check runs.
        """
        self._document = document
        self._publish = publish
        self._warn = warn
        self._progress = progress
        self._running: dict[Path, asyncio.Task[None]] = {}
        self._waiting: dict[Path, dict[str, Path]] = {}
        self._open: set[str] = set()
        self._shown: dict[str, list[types.Diagnostic]] = {}

    def start(self, uri: str, path: Path, root: Path, options: Options) -> None:
        """Check a file, after the check that runs in its project."""
        self._open.add(uri)
        self._waiting.setdefault(root, {})[uri] = path
        running = self._running.get(root)
        if running is None or running.done():
            self._running[root] = asyncio.get_running_loop().create_task(self._run(root, options))

    def forget(self, uri: str) -> None:
        """Remove the diagnostics of a closed file."""
        for waiting in self._waiting.values():
            waiting.pop(uri, None)
        self._open.discard(uri)
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
                report = await self._check(root, list(waiting.values()), options)
                for uri in waiting.keys() & self._open:
                    self._show(uri, waiting[uri], root, report)
            except CancelledInEditorError:  # noqa: PERF203  # what was found before stays
                pass
            except CheckError as error:
                self._warn(str(error))
            except Exception:  # noqa: BLE001  # the next check goes on, whatever is wrong here
                self._warn(f"internal error (a bug in typed-bg):\n{traceback.format_exc()}")

    async def _check(self, root: Path, paths: list[Path], options: Options) -> dict[str, Any]:
        subject = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        return await self._progress.show(
            "typed-bg check", subject, lambda on_step: _report(root, paths, options, on_step)
        )

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


async def _report(
    root: Path, paths: list[Path], options: Options, on_step: Callable[[str], None]
) -> dict[str, Any]:
    """Run a check, and return its report.

    Raises:
        CheckError: It could not check.
    """
    words = [
        *("check", "--format", "json", "--allow-empty"),
        *(["--untrusted"] if options.untrusted else []),
        *options_of(options, ("--checker", "--also", "--import-root", "--python")),
        "--",
        *map(str, paths),
    ]
    try:
        output = await run_command(root, words, on_step)
    except OSError as error:
        message = f"typed-bg check could not be started in {root}: {error.strerror}"
        raise CheckError(message) from error
    try:
        report: dict[str, Any] = json.loads(output.report)
    except ValueError as error:
        message = f"typed-bg check failed with exit code {output.returncode}:\n{output.errors}"
        raise CheckError(message) from error
    if output.returncode == COULD_NOT_CHECK and not report["findings"]:
        failed = [
            f"{run['name']}: {run['failure']}" for run in report["checkers"] if run["failure"]
        ]
        message = "typed-bg check could not check: " + "; ".join([*failed, *report["problems"]])
        raise CheckError(message)
    return report


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
