"""The checkers of the typing tests: the six of `typed-bg check`, and pycroscope."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from typed_bg.checkers import CHECKERS, Checker, CheckerError, Diagnostic, revealed_type, run
from typed_bg.checkers.runner import execute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from typed_bg.checkers.base import CheckerRequest, Reading
    from typed_bg.checkers.model import Output

__all__ = ["ALL", "CHECKERS", "Pycroscope", "require_python", "revealed_type", "run"]

_INTERNAL_ERROR = "internal_error"
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# It has no strict mode. These checks about missing types are off by default. Not among them is
# `implicit_any`, which also reports most calls that are right.
_STRICT = (
    *("incompatible_override", "missing_generic_parameters"),
    *("missing_parameter_annotation", "missing_return_annotation"),
)


class Pycroscope(Checker):
    """pycroscope. Strict is its checks of code without types.

    It imports the files that it checks, so it runs in the Python whose syntax they have.
    """

    name = "pycroscope"
    unresolved_import: ClassVar[frozenset[str]] = frozenset({"import_failed"})

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        strict = _STRICT if request.profile == "strict" else ()
        enabled = (part for rule in strict for part in ("--enable", rule))
        return ["--json-output", "/dev/stdout", *enabled, *request.paths]

    @override
    def variables(self, request: CheckerRequest) -> Mapping[str, str]:
        return {"PYTHONHASHSEED": "0"}  # else its messages name members of sets in any order

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        # Without errors, it writes no report.
        for entry in json.loads(output.stdout) if output.stdout.strip() else ():
            # The few errors about a whole file have no place.
            line, column = entry.get("lineno", 1), entry.get("col_offset", 0) + 1
            yield Diagnostic(
                path=reading.path(entry["absolute_filename"]),
                line=line,
                column=column,
                end_line=None,
                end_column=None,
                checker=self.name,
                severity="error",
                rule=entry["code"],
                message=_message(entry),
            )

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        return None  # the suite reveals no types


def _message(entry: Mapping[str, Any]) -> str:
    text = str(entry["concise_message"]).strip()
    if entry["code"] == _INTERNAL_ERROR:  # a traceback, and objects in full length
        return text.rpartition("\n")[2].partition("(")[0]  # the name of the exception
    prefix = f"{entry['filename']}:{entry.get('lineno')}:{entry.get('col_offset')}: "
    text = _ADDRESS.sub("", text).removeprefix(prefix).replace(f" [{entry['code']}]", "", 1).strip()
    return "\n".join(line.strip() for line in text.splitlines())


ALL: Mapping[str, Checker] = MappingProxyType(
    {**CHECKERS, **{checker.name: checker for checker in (Pycroscope(),)}}
)


def require_python(checker: Checker, python: Path, version: str) -> None:
    """Raise an error if pycroscope would run in another Python than the files are written for.

    Raises:
        CheckerError: The interpreter has another version.
    """
    if not isinstance(checker, Pycroscope):
        return
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    output = execute(
        checker.name, [str(python), "-c", code], cwd=python.parent, environment={}, timeout=60
    )
    if output.stdout.strip() != version:
        reason = (
            f"it imports the snippets, so it needs Python {version}, and {python} is "
            f"Python {output.stdout.strip()}: run `nox -s pycroscope`"
        )
        raise CheckerError(checker.name, "environment", reason)
