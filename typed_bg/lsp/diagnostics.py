"""Runs `typed-bg check` for saved files, in a process of its own, and shows what it finds."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from typed_bg.check.results.exit_code import COULD_NOT_CHECK
from typed_bg.lsp.command import options_of
from typed_bg.lsp.progress import CancelledInEditorError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typed_bg.lsp.command import Commands
    from typed_bg.lsp.positions import Document
    from typed_bg.lsp.progress import Progress
    from typed_bg.lsp.projects import EditorOptions

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
        publish: Callable[[str, list[types.Diagnostic]], None],
        log: Callable[[str], None],
        tell: Callable[[str], None],
        progress: Progress,
        commands: Commands,
    ) -> None:
        """Take what connects the checks to the editor.

        Args:
            publish: Shows the diagnostics of a document, instead of those before.
            log: Called with the reason if a file cannot be checked.
            tell: Called with the reason if no file can be checked.
            progress: Shows that a check runs.
            commands: Runs them.
        """
        self._publish = publish
        self._log = log
        self._tell = tell
        self._told: dict[Path, str] = {}
        self._progress = progress
        self._commands = commands
        self._running: dict[Path, asyncio.Task[None]] = {}
        self._waiting: dict[Path, dict[str, File]] = {}
        self._open: dict[str, Path] = {}
        self._shown: dict[str, list[types.Diagnostic]] = {}

    def open_in(self, root: Path) -> list[str]:
        """Return the URIs of the files that were checked in a project and are still open."""
        return [uri for uri, other in self._open.items() if other == root]

    def start(self, uri: str, file: File, root: Path, options: EditorOptions) -> None:
        """Check a file, after the check that runs in its project."""
        self._open[uri] = root
        self._waiting.setdefault(root, {})[uri] = file
        running = self._running.get(root)
        if running is None or running.done():
            self._running[root] = asyncio.get_running_loop().create_task(self._run(root, options))

    def forget(self, uri: str) -> None:
        """Remove the diagnostics of a closed file."""
        for waiting in self._waiting.values():
            waiting.pop(uri, None)
        self._open.pop(uri, None)
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

    async def _run(self, root: Path, options: EditorOptions) -> None:
        while waiting := self._waiting.pop(root, None):
            report: dict[str, Any] = {"findings": []}
            paths = [file.path for file in waiting.values()]
            try:
                report = await self._check(root, paths, options)
                self._told.pop(root, None)
            except CancelledInEditorError:  # what was found before stays
                continue
            except UnreadableError as error:  # such as for a syntax error, which others show
                self._log(str(error))
            except CheckError as error:
                if self._told.get(root) != str(error):
                    self._told[root] = str(error)
                    self._tell(str(error))
            except Exception:  # noqa: BLE001  # the next check goes on, whatever is wrong here
                self._log(f"internal error (a bug in typed-bg):\n{traceback.format_exc()}")
            # What was found before is about another text, also if nothing is known about this one.
            for uri in waiting.keys() & self._open.keys():
                self._show(uri, waiting[uri], root, report)

    async def _check(self, root: Path, paths: list[Path], options: EditorOptions) -> dict[str, Any]:
        subject = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        return await self._progress.show(
            "typed-bg check",
            subject,
            lambda on_step: _report(self._commands, root, paths, options, on_step),
        )

    def _show(self, uri: str, file: File, root: Path, report: dict[str, Any]) -> None:
        relative = file.path.resolve().relative_to(root.resolve()).as_posix()
        self._shown[uri] = [
            _diagnostic(finding, file.document)
            for finding in report["findings"]
            if finding["place"]["path"] == relative
        ]
        self._publish(uri, self._shown[uri])


@dataclass(frozen=True)
class File:
    """A file that is open.

    Attributes:
        path: Its path.
        document: Its text, which is saved.
    """

    path: Path
    document: Document


class CheckError(Exception):
    """A check did not work."""


class UnreadableError(CheckError):
    """A check did not work because of the code in the files."""


async def _report(
    commands: Commands,
    root: Path,
    paths: list[Path],
    options: EditorOptions,
    on_step: Callable[[str], None],
) -> dict[str, Any]:
    """Run a check, and return its report.

    Raises:
        CheckError: It could not check.
        UnreadableError: It could not read the files.
    """
    words = [
        *("check", "--format", "json", "--allow-empty"),
        *(["--untrusted"] if options.untrusted else []),
        *options_of(options, ("--checker", "--also", "--import-root", "--python")),
        "--",
        *map(str, paths),
    ]
    try:
        output = await commands.run(root, words, on_step)
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
        raise (
            CheckError(message)
            if failed or not report["skipped_files"]
            else UnreadableError(message)
        )
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
