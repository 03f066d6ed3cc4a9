"""pyright: one JSON object; 0-based lines, 0-based columns in UTF-16 units."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, entries
from typed_bg.checkers.columns import from_utf16
from typed_bg.checkers.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typed_bg.checkers.base import CheckerRequest, Json, Reading
    from typed_bg.checkers.model import Failure, Output, Severity


_CONFIG = "pyrightconfig.json"
# The config itself, or one that it extends.
_UNREAD = re.compile(r"Config file .* could not be (?:parsed|read)\..*")
_REVEALED = re.compile(r'Type of "(?:.*)" is "(.*)"', re.DOTALL)
_SEVERITIES: dict[str, Severity] = {
    "error": "error",
    "warning": "warning",
    "information": "note",
    "hint": "note",
}


class Pyright(Checker):
    """pyright. Default is its mode `standard`, strict its mode `strict`."""

    name = "pyright"
    unresolved_import: ClassVar[frozenset[str]] = frozenset({"reportMissingImports"})
    default_mode: ClassVar[str] = "standard"

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        arguments = ["--outputjson", "--pythonpath", str(request.python)]
        if request.profile != "project":
            arguments += ["--project", str(request.scratch / _CONFIG)]
        elif request.config is not None:
            arguments += ["--project", str(request.config)]
        if request.python_version is not None:
            arguments += ["--pythonversion", request.python_version]
        return [*arguments, *request.paths]

    @override
    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        if request.profile == "project":
            return {}
        config: dict[str, object] = {
            "typeCheckingMode": self.default_mode if request.profile == "default" else "strict",
            # The config's folder counts as the project's root, where imports are looked up.
            "extraPaths": [str(request.root), *map(str, request.bases)],
        }
        if request.bases:
            config["reportMissingModuleSource"] = False  # they can hold stubs alone
        return {_CONFIG: json.dumps(config)}

    @override
    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        # basedpyright's exit code does not tell this from a clean run with the project's config.
        if unread := _UNREAD.search(output.stderr):
            return "config", (
                f"ran without the project's config, which it cannot read: {unread[0]} Fix the "
                "file. If another file extends it, check that it exists and is named correctly"
            )
        if output.returncode in self.looked and '"filesAnalyzed": 0,' in output.stdout:
            return "empty", "found no Python files to check"
        return None

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        for entry in entries(output.stdout, "generalDiagnostics"):
            yield self._diagnostic(entry, reading)

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        if diagnostic.severity != "note" or diagnostic.rule is not None:
            return None
        found = _REVEALED.fullmatch(diagnostic.message)
        return found and found[1]

    def _diagnostic(self, entry: Json, reading: Reading) -> Diagnostic:
        path = reading.path(entry["file"])
        # What is said about a file as a whole has no range.
        span = entry.get("range", {"start": _NOWHERE, "end": _NOWHERE})
        (line, column), (end_line, end_column) = (
            (
                place["line"] + 1,
                from_utf16(reading.sources.line(path, place["line"] + 1), place["character"]) + 1,
            )
            for place in (span["start"], span["end"])
        )
        return Diagnostic(
            path=path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            checker=self.name,
            severity=_SEVERITIES[entry["severity"]],
            rule=entry.get("rule"),
            message=entry["message"].replace("\u00a0", " "),
        )


_NOWHERE = {"line": 0, "character": 0}


class BasedPyright(Pyright):
    """basedpyright.

    Default is its mode `recommended`, strict its mode `strict`: pyright's rules under pyright's
    name. `recommended` and `all` have more rules than `strict`, about style for the most part.
    """

    name = "basedpyright"
    default_mode = "recommended"

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        # Else it rewrites the baseline, wherever it is, or fails in CI if the baseline is stale.
        return ["--baselinemode=discard", *super().arguments(request)]
