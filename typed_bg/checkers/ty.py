"""ty: GitLab's code quality report; 1-based columns in code points."""

# `Checker` describes each method

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, config_not_used, entries
from typed_bg.checkers.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typed_bg.checkers.base import CheckerRequest, Json, Reading
    from typed_bg.checkers.model import Failure, Output, Severity

_CONFIG = "ty.toml"
_FAILED = 2
_UNREADABLE_FILE = "io"
_INVALID = re.compile(r"Cause: (.+) is not a valid `[\w.]+`\n((?:.*\n?)*)")
_REVEALED = re.compile(r"Revealed type: `(.*)`", re.DOTALL)

# Not among these: `critical` and `blocker`, with which ty reports its own panics.
_SEVERITIES: dict[str, Severity] = {"major": "error", "minor": "warning", "info": "note"}


class Ty(Checker):
    """ty. Strict is every rule, as an error."""

    name = "ty"
    unresolved_import: ClassVar[frozenset[str]] = frozenset(
        {"import-not-found", "unresolved-import"}
    )

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        arguments = ["check", "--output-format", "gitlab", "--no-progress", "--color", "never"]
        arguments += ["--python", str(request.python)]
        for base in request.bases:
            arguments += ["--extra-search-path", str(base)]
        if request.profile == "project":
            # Else a file that is named would be checked even if the config excludes it.
            arguments.append("--force-exclude")
        if request.profile != "project":
            arguments += ["--config-file", str(request.scratch / _CONFIG)]
            # That is what an ignore file of a folder above it is, such as nox's or tox's.
            arguments.append("--no-respect-ignore-files")
        if request.profile == "strict":
            arguments += ["--error", "all"]
        if request.python_version is not None:
            arguments += ["--python-version", request.python_version]
        return [*arguments, "--", *request.paths]

    @override
    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        return {} if request.profile == "project" else {_CONFIG: ""}

    @override
    def did_check(self, output: Output) -> bool:
        # One file that is not UTF-8 makes it exit with 2, but it checks all others.
        return super().did_check(output) or (
            output.returncode == _FAILED and f'"check_name": "{_UNREADABLE_FILE}"' in output.stdout
        )

    @override
    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        if "No python files found" in output.stderr:
            return "empty", "found no Python files to check"
        if invalid := _INVALID.search(output.stderr):
            return config_not_used(f"cannot read {invalid[1]}", invalid[2])
        return None

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        for entry in entries(output.stdout):
            yield self._diagnostic(entry, reading)

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        found = (
            _REVEALED.fullmatch(diagnostic.message) if diagnostic.rule == "revealed-type" else None
        )
        return found and found[1]

    def _diagnostic(self, entry: Json, reading: Reading) -> Diagnostic:
        rule: str = entry["check_name"]
        begin, end = (entry["location"]["positions"][key] for key in ("begin", "end"))
        return Diagnostic(
            path=reading.path(entry["location"]["path"]),
            line=begin["line"],
            column=begin["column"],
            end_line=end["line"],
            end_column=end["column"],
            checker=self.name,
            severity=_SEVERITIES[entry["severity"]],
            rule=rule,
            message=entry["description"].removeprefix(f"{rule}: "),
        )
