"""zuban: mypy's text output; 1-based columns in code points."""

# `Checker` describes each method

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, config_not_used, mypy_path
from typed_bg.checkers.columns import without_mark
from typed_bg.checkers.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typed_bg.checkers.base import CheckerRequest, Reading
    from typed_bg.checkers.model import Failure, Output, Severity

_CONFIG = "mypy.ini"
_DIAGNOSTIC = re.compile(
    r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+):(?P<end_line>\d+):(?P<end_column>\d+): "
    r"(?P<severity>error|warning|note): (?P<message>.*?)(?:  \[(?P<rule>[\w-]+)\])?"
)
_SUMMARY = re.compile(r"Found (?P<errors>\d+) errors? in .*|Success: .*")
_UNREAD = re.compile(r"Problem parsing Mypy config: ((?:.*\n?)*?)(?:stack backtrace|note:|\Z)")
_REVEALED = re.compile(r'Revealed type is "(.*)"')
_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "note": "note"}


class Zuban(Checker):
    """zuban, as `zuban check`: its own mode, not the mypy-compatible one. Strict is `--strict`."""

    name = "zuban"
    unresolved_import: ClassVar[frozenset[str]] = frozenset({"import-not-found", "import-untyped"})

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        arguments = ["check", "--show-error-end", "--show-error-codes", "--no-pretty"]
        arguments += ["--python-executable", str(request.python)]
        if request.profile != "project":
            arguments += ["--config-file", str(request.scratch / _CONFIG)]
        if request.profile == "strict":
            arguments.append("--strict")
        if request.python_version is not None:
            arguments += ["--python-version", request.python_version]
        return [*arguments, "--", *request.paths]

    @override
    def variables(self, request: CheckerRequest) -> Mapping[str, str]:
        return mypy_path(request)

    @override
    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        return {} if request.profile == "project" else {_CONFIG: "[mypy]\n"}

    @override
    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        if "No Python files found to check" in output.stderr + output.stdout:
            return "empty", "found no Python files to check"
        if unread := _UNREAD.search(output.stderr):
            return config_not_used("cannot read its config", unread[1])
        return None

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        errors = 0
        for line in output.stdout.splitlines():
            if summary := _SUMMARY.fullmatch(line):
                if int(summary["errors"] or 0) != errors:
                    text = f"its output contains {errors} errors, but the last line is: {line}"
                    raise ValueError(text)
            elif found := _DIAGNOSTIC.fullmatch(line):
                errors += found["severity"] == "error"
                yield self._diagnostic(found, reading)
            elif line.strip():
                text = f"not a diagnostic: {line}"
                raise ValueError(text)

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        found = _REVEALED.fullmatch(diagnostic.message) if diagnostic.severity == "note" else None
        return found and found[1]

    def _diagnostic(self, found: re.Match[str], reading: Reading) -> Diagnostic:
        path = reading.path(found["path"])
        (line, column), (end_line, end_column) = (
            (number, without_mark(reading.sources.line(path, number), int(offset) - 1) + 1)
            for number, offset in (
                (int(found["line"]), found["column"]),
                (int(found["end_line"]), found["end_column"]),
            )
        )
        return Diagnostic(
            path=path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            checker=self.name,
            severity=_SEVERITIES[found["severity"]],
            rule=found["rule"],
            message=found["message"],
        )
